# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which of many subtrees an entry lies in."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._directory.subtrees import Subtrees

TREES = Subtrees(["ou=A,dc=x", "ou=B,ou=A,dc=x", r"ou=C\2C D,dc=x", "ou=Cán bộ,dc=x"])
ENTRIES = [
    ("below one",               b"uid=a,ou=A,dc=x",                  "ou=A,dc=x"),
    ("the innermost",           b"uid=a,cn=users,ou=B,ou=A,dc=x",    "ou=B,ou=A,dc=x"),
    ("its head",                b"ou=B,ou=A,dc=x",                   "ou=B,ou=A,dc=x"),
    ("in none",                 b"uid=a,dc=x",                       None),
    ("a longer name",           b"uid=a,ou=AA,dc=x",                 None),
    ("case and blanks",         b"UID=a, OU=b, ou=a, DC=x",          "ou=B,ou=A,dc=x"),
    ("a comma escaped",         rb"uid=a,ou=C\, D,dc=x",             r"ou=C\2C D,dc=x"),
    ("letters escaped",         rb"uid=a,ou=C\C3\A1n b\E1\BB\99,dc=x", "ou=Cán bộ,dc=x"),
    ("a comma in its own name", rb"cn=x\,ou=A,dc=x",                 None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("dn", "expected"), [pytest.param(*case, id=name) for name, *case in ENTRIES]
)
def test_an_entry_lies_in_the_innermost(dn, expected):
    assert TREES.of(dn) == expected


def test_what_is_around_an_entry_is_not_its_own_subtree():
    assert TREES.around(b"ou=B,ou=A,dc=x") == "ou=A,dc=x"
    assert TREES.around(b"ou=A,dc=x") is None


def test_there_may_be_none():
    assert Subtrees([]).of(b"uid=a,dc=x") is None

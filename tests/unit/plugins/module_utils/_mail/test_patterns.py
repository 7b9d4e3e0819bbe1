# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._mail.patterns import patterns

PATTERNS = [
    # what the case shows     text                              pattern and value
    ("a pattern", "/^a@b$/ c@d.example\n", [("/^a@b$/", "c@d.example")]),
    ("with flags", "/a/im c, d\n", [("/a/im", "c, d")]),
    ("what does not match", "!/a/ c\n", [("!/a/", "c")]),
    ("other delimiters", "|a/b| c\n(a( c\n", [("|a/b|", "c"), ("(a(", "c")]),
    ("a delimiter in the pattern", "/a\\/b/ c\n", [("/a\\/b/", "c")]),
    ("spaces in the pattern", "/a b/ c\n", [("/a b/", "c")]),
    ("a part of the key", "/(.*)@a/ $1@b ${1}@c $(1)@d\n", [("/(.*)@a/", "$1@b $1@c $1@d")]),
    ("a dollar sign", "/a/ x$$y\n", [("/a/", "x$y")]),
    ("conditions are no patterns", "if /x/\n/a/ c\nendif\nIF !/y/\n", [("/a/", "c")]),
    ("a pattern that begins like one", "/if/ c\n", [("/if/", "c")]),
    ("comments", "# /a/ c\n\n/b/ c\n", [("/b/", "c")]),
    ("lines that go on", "/a/\n  c@d.example\n", [("/a/", "c@d.example")]),
    ("no end", "/a c\n", []),
    ("no pattern", "a b\n", []),
]


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*c, id=n) for n, *c in PATTERNS])
def test_a_tables_text_has_patterns(text, expected):
    assert [(found.text, found.value) for found in patterns(text)] == expected


def test_a_pattern_knows_its_line():
    assert [found.line for found in patterns("# x\n/a/ b\n\n/c/\n d\n")] == [2, 4]


@given(st.text(alphabet='/!if${}()\\ \n"a1'))
def test_any_text_has_patterns(text):
    assert all(found.line > 0 for found in patterns(text))

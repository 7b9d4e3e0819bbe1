# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""JMESPath queries: what they name, what they give, and how they fail."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailboxError
from ansible_collections.civic.mailbox.plugins.module_utils._core.query import parse_query

NAMES = [
    ("one",             "ou",                            {"ou"}),
    ("an element",      "ou[0]",                         {"ou"}),
    ("a slice",         "ou[0:2]",                       {"ou"}),
    ("alternatives",    "ou[0] || department",           {"ou", "department"}),
    ("in a function",   "join('-', [ou[0], dn])",        {"ou", "dn"}),
    ("in a filter",     "ou[?starts_with(@, title)]",    {"ou", "title"}),
    ("no literal",      "'ou'",                          set()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), [pytest.param(*case, id=name) for name, *case in NAMES]
)
def test_a_query_tells_the_names_in_it(text, expected):
    assert parse_query(text).names == expected


def test_a_query_gives_what_it_finds():
    assert parse_query("ou[1]").search({"ou": ["a", "b"]}) == "b"
    assert parse_query("ou[1]").search({}) is None


def test_a_query_that_is_none_is_named():
    with pytest.raises(MailboxError, match=r"ou\[ is no JMESPath"):
        parse_query("ou[")


def test_a_query_that_cannot_be_answered_is_a_value_error():
    with pytest.raises(ValueError, match="length"):
        parse_query("length(ou)").search({})


@pytest.mark.parametrize("text", ["(" * 5000, f"ou[{'9' * 5000}]"], ids=["depth", "digits"])
def test_a_query_that_is_too_much_for_python_is_named_too(text):
    with pytest.raises(MailboxError, match="is no JMESPath"):
        parse_query(text)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which unit an account belongs to, by each of the three rules."""

from __future__ import annotations

import json

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailboxError
from ansible_collections.civic.mailbox.plugins.module_utils._directory.codecs import UnclearError
from ansible_collections.civic.mailbox.plugins.module_utils._directory.units import (
    UnitRule,
    from_attribute,
    from_dn,
    from_jmespath,
)


def unit(rule: UnitRule, dn: bytes = b"uid=a,dc=x", **values: list[bytes]) -> str:
    return json.loads(rule.find((dn, values)))


DNS = [
    ("the nearest",               b"uid=a,ou=Police,ou=people,dc=x",           "Police"),
    ("with a comma in it",        rb"uid=a,ou=C\C3\A1n b\2C c,ou=people,dc=x", "Cán b, c"),
    ("not the account's own",     b"ou=a,l=b,dc=x",                            ""),
    ("below a name with a comma", rb"cn=A\, B,ou=Police,dc=x",                 "Police"),
    ("none",                      b"uid=a,dc=x",                               ""),
]  # fmt: skip


@pytest.mark.parametrize(("dn", "expected"), [pytest.param(*case, id=name) for name, *case in DNS])
def test_the_dn_gives_the_nearest_part_above_the_account(dn, expected):
    assert unit(from_dn("ou"), dn) == expected


def test_another_part_of_the_dn_can_be_asked_for():
    assert unit(from_dn("L"), b"uid=a,ou=Police,l=Hanoi,dc=x") == "Hanoi"


def test_an_attribute_gives_its_first_value_or_no_unit():
    rule = from_attribute("departmentNumber")

    assert unit(rule, departmentNumber=["Công an".encode(), b"2"]) == "Công an"
    assert unit(rule) == ""
    assert rule.attributes == ("departmentNumber",)


def test_a_unit_that_is_no_utf8_is_unclear():
    with pytest.raises(UnclearError):
        unit(from_attribute("ou"), ou=[b"\xff"])


QUERIES = [
    ("a value",                "ou[0]",                                 "Police"),
    ("the first that is there", "departmentNumber[0] || ou[0]",         "Police"),
    ("part of a text",         "dn",                                    "uid=a,dc=x"),
    ("nothing",                "departmentNumber[0]",                   ""),
    ("a text made of two",     "join(' / ', [ou[0], title[0]])",        "Police / Chief"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "expected"), [pytest.param(*case, id=name) for name, *case in QUERIES]
)
def test_a_query_gives_a_text_or_no_unit(query, expected):
    assert unit(from_jmespath(query), ou=[b"Police"], title=[b"Chief"]) == expected


def test_a_query_asks_for_the_attributes_that_it_names():
    rule = from_jmespath("join('', [ou[0], title[?@ == 'x'] | [0]]) || dn")

    assert rule.attributes == ("ou", "title")


UNANSWERABLE = [
    ("a list",             "ou",               "list"),
    ("a number",           "length(ou)",       "int"),
    ("a wrong argument",   "length(title[9])", "cannot be answered"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "said"), [pytest.param(*case, id=name) for name, *case in UNANSWERABLE]
)
def test_a_query_that_gives_no_text_is_unclear(query, said):
    with pytest.raises(UnclearError, match=said):
        unit(from_jmespath(query), ou=[b"Police"])


def test_a_query_that_is_none_is_refused_at_once():
    with pytest.raises(MailboxError, match=r"ou\[ is no JMESPath"):
        from_jmespath("ou[")


def test_a_query_does_not_see_what_it_did_not_ask_for():
    assert unit(from_jmespath("to_string(@)"), userPassword=[b"{SSHA}x"]) == '{"dn":"uid=a,dc=x"}'

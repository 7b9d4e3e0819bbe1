# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""DNs: their parts, their escapes, and where one lies."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._directory import dn

PARENTS = [
    ("the usual",                   b"uid=a,ou=u,dc=x",           b"ou=u,dc=x"),
    ("an escaped comma in it",      rb"cn=A\, B,ou=u,dc=x",       b"ou=u,dc=x"),
    ("a comma as two digits",       rb"cn=A\2C B,ou=u,dc=x",      b"ou=u,dc=x"),
    ("a backslash before a comma",  rb"cn=A\\,ou=u,dc=x",         b"ou=u,dc=x"),
    ("an escaped comma above",      rb"uid=a,ou=C\, D,dc=x",      rb"ou=C\, D,dc=x"),
    ("nothing above",               b"dc=x",                      b""),
    ("nothing at all",              b"",                          b""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "expected"), [pytest.param(*case, id=title) for title, *case in PARENTS]
)
def test_the_parent_is_what_follows_the_first_part(name, expected):
    assert dn.parent(name) == expected


VALUES = [
    ("the nearest first",     b"ou=a,ou=b,dc=x",             "ou", [b"a", b"b"]),
    ("names ignore case",     b"OU=a,dc=x",                  "Ou", [b"a"]),
    ("an escaped comma",      rb"ou=C\, D,dc=x",             "ou", [b"C, D"]),
    ("escaped UTF-8",         rb"ou=C\C3\A1n b\2C c,dc=x",   "ou", ["Cán b, c".encode()]),
    ("an escaped backslash",  rb"ou=a\\,dc=x",               "ou", [b"a\\"]),
    ("a part of two",         b"cn=a+ou=b,dc=x",             "ou", [b"b"]),
    ("an escaped plus",       rb"ou=a\+b,dc=x",              "ou", [b"a+b"]),
    ("spaces around",         b"ou = a , dc = x",            "dc", [b"x"]),
    ("an equals sign in it",  b"ou=a=b,dc=x",                "ou", [b"a=b"]),
    ("another attribute",     b"l=ou,dc=x",                  "ou", []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "attribute", "expected"), [pytest.param(*case, id=title) for title, *case in VALUES]
)
def test_the_values_of_a_name_are_unescaped(name, attribute, expected):
    assert list(dn.values_of(name, attribute)) == expected


WITHIN = [
    ("itself",                 "dc=x",           ["dc=x"],         True),
    ("below",                  "ou=a,dc=x",      ["dc=x"],         True),
    ("one of several",         "ou=a,dc=x",      ["dc=y", "dc=x"], True),
    ("case and spaces",        "OU=a, DC=X",     ["dc=x"],         True),
    ("another with that end",  "ou=a,dc=wx",     ["x"],            False),
    ("a longer name",          "ou=a,xdc=x",     ["dc=x"],         False),
    ("above",                  "dc=x",           ["ou=a,dc=x"],    False),
    ("nothing to lie in",      "dc=x",           [],               False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "suffixes", "expected"), [pytest.param(*case, id=title) for title, *case in WITHIN]
)
def test_an_entry_lies_within_a_suffix_at_the_commas(name, suffixes, expected):
    assert dn.is_within(name, suffixes) is expected


ALIKE = [
    ("letters in another case",    "CN=A,DC=X",            "cn=a,dc=x",           True),
    ("spaces around parts",        "cn=a, dc=x",           "cn=a,dc=x",           True),
    ("a comma, by two digits",     r"cn=a\, b,dc=x",       r"cn=a\2C b,dc=x",     True),
    ("a backslash, by two digits", r"cn=a\\,dc=x",         r"cn=a\5c,dc=x",       True),
    ("digits of a letter",         r"cn=C\C3\A1n\, b,dc=x", r"cn=cán\2c b,dc=x",   True),
    ("a letter that needs none",   r"cn=\61,dc=x",         "cn=a,dc=x",           True),
    ("a comma that parts",         r"cn=a\,dc=x",          "cn=a,dc=x",           False),
    ("a backslash that stays",     r"cn=a\5c2c,dc=x",      r"cn=a\2c,dc=x",       False),
    ("another name",               r"cn=a\, b,dc=x",       r"cn=a\, c,dc=x",      False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "same"), [pytest.param(*case, id=title) for title, *case in ALIKE]
)
def test_two_spellings_of_a_name_are_the_same_name(one, other, same):
    assert (dn.same_dn(one) == dn.same_dn(other)) is same


def test_bytes_that_are_no_text_break_nothing():
    assert dn.same_dn(r"cn=\ff,dc=x") != dn.same_dn("cn=a,dc=x")

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._module.guard import MASK, clean

NONE: frozenset[str] = frozenset()
HASHES = [
    "{SSHA}0c0blFTXXNuAMHECS4uxrj3ZieMoWImr",
    "{ssha}0c0blFTXXNuAMHECS4uxrj3ZieMoWImr",
    "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
    "{SMD5}LV8zHHLBlJqTIFNVNmMbTZCWlmM=",
    "{MD5}X03MO1qnZdYdgyfeuILPmQ==",
    "{CRYPT}sa3tHJ3/KuYvI",
    "{CRYPT}$6$civiclab$2MEYZc2BtpWNo1zPAyA5loB1aY.8urC7sVMHytU7CkKCa8W0/EEL9KALkJf3nq",
    "{crypt}$2y$05$bvIG6Nmid91Mu9RcmmWZfO5HJIMCT8riNW0hEp8f6/FuA2/mHZFpe",
    "{BLF-CRYPT}$2y$05$bvIG6Nmid91Mu9RcmmWZfO5HJIMCT8riNW0hEp8f6/FuA2/mHZFpe",
    "{SHA512-CRYPT}$6$civiclab$2MEYZc2BtpWNo1zPAyA5loB1aY.8urC7sVMHytU7CkKCa8W0",
    "{SSHA512.HEX}7cb4eddd6b6cf0ab8ba0b3a1aa1eb50c",
    "{PBKDF2-SHA256}10000$Y2l2aWMtbGFi$c8zn9QWVYBRCi0Bc7g1DnA",
    "{PBKDF2_SHA256}AAAgAGaWl6bWFrZXN0aGlzbG9uZ2Vub3VnaA",
    "{ARGON2}$argon2id$v=19$m=8192,t=2,p=1$Y2l2aWMtbGFiLXNhbHQ$DNRdk6GR8xRYxIzfVtdIB13p",
    "{CLEARTEXT}x7!",
    "{PLAIN}secret",
    "$6$civiclab$2MEYZc2BtpWNo1zPAyA5loB1aY.8urC7sVMHytU7CkKCa8W0",
    "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7",
    "$2b$12$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m",
    "$argon2id$v=19$m=8192,t=2,p=1$Y2l2aWMtbGFiLXNhbHQ$DNRdk6GR8xRYxIzfVtdIB13p",
]


@pytest.mark.parametrize("hashed", HASHES)
@pytest.mark.parametrize("around", ["{}", "userPassword: {}", "uid=clerk: '{}', at last", '"{}"'])
def test_a_stored_password_is_masked_whole_and_nothing_around_it(hashed, around):
    assert clean(around.replace("{}", hashed), NONE) == around.replace("{}", MASK)


URIS = [
    # what the case shows                   the text                                          what is left
    ("a password",                          "ldap://admin:secret@ldap1/",                     f"ldap://admin:{MASK}@ldap1/"),
    ("a scheme in capitals",                "LDAPS://admin:secret@ldap1",                     f"LDAPS://admin:{MASK}@ldap1"),
    ("a password with an @ and a slash",    "ldap://admin:s/e@cret@ldap1/ failed",            f"ldap://admin:{MASK}@ldap1/ failed"),
    ("one of digits",                       "ldap://admin:12345678@ldap1",                    f"ldap://admin:{MASK}@ldap1"),
    ("no user",                             "imap://:secret@mail1",                           f"imap://:{MASK}@mail1"),
    ("two of them",                         "ldap://a:b@c ldap://d:e@f",                      f"ldap://a:{MASK}@c ldap://d:{MASK}@f"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "left"), [pytest.param(*case, id=name) for name, *case in URIS])
def test_a_password_in_a_uri_is_masked(text, left):
    assert clean(text, NONE) == left


PLAIN = [
    "uid=clerk,ou=Registry,dc=town,dc=example",
    "{0}ou=people,dc=quangninh,dc=gov,dc=vn",
    "{12}cn=default,ou=policies,dc=town,dc=example",
    "{address} ({sources})",
    "Forwards to {address}: {sources}",
    "{accounts}accountshavenopasswordpolicy",
    "${localpart}something.outside.example",
    "The stored password ({scheme}) is one of the office's default or guessable ones",
    "match (SSHA)",
    "{SSHA}",
    "{SASL}clerk@town.example",
    "ldap://ldap1:389/dc=town,dc=example??sub?(mail=clerk@town.example)",
    "ldaps://ldap1.town.example:636",
    "ldap://ldap1:389: clerk@town.example has no right",
    "Last sign-in on 2018-09-01, more than 3 months ago",
    "Ủy ban nhân dân phường Cẩm Bình",
    "it costs $5 or $10000000000000000",
    "",
]


@pytest.mark.parametrize("text", PLAIN)
def test_ordinary_text_is_left_as_it_is(text):
    assert clean(text, NONE) == text


def test_secrets_are_masked_wherever_they_stand():
    dirty = {"a": ["x s3cret y", ("s3cret", 1)], "s3cret": {"b": "s3crets3cret"}, "c": {"s3cret"}}

    assert clean(dirty, frozenset({"s3cret"})) == {
        "a": [f"x {MASK} y", [MASK, 1]], MASK: {"b": MASK * 2}, "c": [MASK],
    }  # fmt: skip


@pytest.mark.parametrize("secrets", [{"abc", "abcdef"}, {"abcdef", "abc", "cdef"}, {"", "abcdef"}])
def test_a_secret_that_begins_another_one_leaves_nothing_of_it(secrets):
    assert clean("abcdef", frozenset(secrets)) == MASK


@pytest.mark.parametrize("value", [None, True, 0, 1.5])
def test_what_is_no_text_stays_what_it_is(value):
    assert clean(value, frozenset({"1", "0"})) is value


LETTERS = st.characters(exclude_characters="*", codec="utf-8")


@given(st.text(LETTERS, min_size=1), st.text(), st.text())
def test_no_secret_is_left_in_any_text(secret, before, after):
    assert secret not in str(clean(before + secret + after, frozenset({secret}))).replace(MASK, "")

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Password hashes of every scheme. The values are OpenLDAP's own, made by slappasswd 2.5.13."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import PasswordCheck
from ansible_collections.civic.mailbox.plugins.module_utils._directory.passwords import (
    PasswordChecker,
)

MATCH, NO_MATCH, NOT_TRIED = PasswordCheck.MATCH, PasswordCheck.NO_MATCH, PasswordCheck.NOT_TRIED
PASSWORD = "Cambinh@2025"
HASHES = [
    # scheme          a value of PASSWORD
    ("SSHA",          "{SSHA}BV9XD7r+KVGge+dGEKtxroMCQSFzoDmu"),
    ("SHA",           "{SHA}GWV+hltQfhTWrQ7fOicHf6EAT8Q="),
    ("SMD5",          "{SMD5}eLgWoxIo6mcmGj2p6NL38oqdAG8="),
    ("MD5",           "{MD5}vWkbUA09q2KiN5MTr8xhIg=="),
    ("SSHA256",       "{SSHA256}4WUynz1YWjgiJALjG6WTWl3ilmd31MaS1moCX94FKSD2UhyLtapMxQ=="),
    ("SSHA512",       "{SSHA512}d9WD0ahIl7pymJubb2PPvBr/TJPPdfkSlAad8AkJi6iSWJpkFUE730VUIExG8WmjzbwS2Dwk31awjdv3L7BdegsqvtlTg+z/"),
    ("CRYPT",         "{CRYPT}ar0Ls2jPF7zVEjj1fA50W9HY"),
    ("CRYPT $6$",     "{CRYPT}$6$jNtPZd3g$.yieTAdJ9XP9TBAcOHv4T6OTPTdIWZzi0xdZ/bmfNcc0PX2OYupN2YtAZmdrKs6eBVhCIgHNN1QDXbf5nnRem."),
    ("PBKDF2",        "{PBKDF2}10000$D22315TGliCefNKMs3FbmQ$UfK6o8yjqnY/Pctj2WceGPFAchk"),
    ("PBKDF2-SHA1",   "{PBKDF2-SHA1}10000$Edv6/uwQkTF4DIoemvF1VA$yiECosXYafguRsqZ5Q4dDTQOwmo"),
    ("PBKDF2-SHA256", "{PBKDF2-SHA256}10000$KuI5T9EGkeLDwNFpALAn8A$GT3fAFmS/YXRHDHjbJZ26ZsFWIUmmD.ozFOmOotJZmM"),
    ("PBKDF2-SHA512", "{PBKDF2-SHA512}10000$6sOsP2K7wvKAR18G8qNEfQ$EnwW/Dja4SUVFuvhE2zGMcjqyakrLzkC1KjxgDFC6DuoI/riJJUaYA6zy8HD0ftHbKMKu23h3fccAw1UZMpMfA"),
    ("ARGON2",        "{ARGON2}$argon2i$v=19$m=4096,t=3,p=1$YqVPoIY+moIxHwo96JkjVg$sZzV2bCLUxk5DcVV8lyfnUv9kTTXfr/bm/8e1OlP33Q"),
    ("CLEARTEXT",     PASSWORD),
]  # fmt: skip

# The other forms of crypt(3), by libxcrypt.
CRYPTS = [
    ("CRYPT",         "{CRYPT}abOkmxXhjDb.Y", "geheim"),
    ("CRYPT $1$",     "{CRYPT}$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/", "password"),
    ("CRYPT $5$",     "{CRYPT}$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5", "Hello world!"),
]  # fmt: skip


def checker(*candidates: str, seconds: float = 60, clock=lambda: 0.0) -> PasswordChecker:
    return PasswordChecker(candidates, seconds, clock)


@pytest.mark.parametrize(("scheme", "value"), [pytest.param(*case, id=case[0]) for case in HASHES])
def test_a_hash_matches_its_password_and_no_other(scheme, value):
    right = checker("wrong", PASSWORD).check([value.encode()], "a")
    wrong = checker("wrong", PASSWORD.lower(), "").check([value.encode()], "a")

    assert (right.check, right.scheme) == (MATCH, scheme)
    assert (wrong.check, wrong.scheme) == (NO_MATCH, scheme)


@pytest.mark.parametrize(
    ("scheme", "value", "password"), [pytest.param(*case, id=case[0]) for case in CRYPTS]
)
def test_every_form_of_crypt_is_known(scheme, value, password):
    assert checker(password).check([value.encode()], "a").check is MATCH
    assert checker("another").check([value.encode()], "a").check is NO_MATCH
    assert checker("another").check([value.encode()], "a").scheme == scheme


def test_the_scheme_ignores_case():
    value = HASHES[0][1].replace("SSHA", "ssha").encode()

    assert checker(PASSWORD).check([value], "a").check is MATCH


NOT_KNOWN = [
    # what it is              the value                                               scheme
    ("an unknown scheme",     "{SSHA384}vg4lR1bn/2Qm2sdQXz/sAZsQGvFox5a8p2GTh0gWtDW", "SSHA384"),
    ("yescrypt",              "{CRYPT}$y$j9T$o5d7qAIy$vs79hMp2yvmwbHTcz9SwcMNDx6txG", "CRYPT $y$"),
    ("a password elsewhere",  "{SASL}clerk@TOWN.EXAMPLE",                             "SASL"),
    ("a damaged SSHA",        "{SSHA}not base64 at all!",                             "SSHA"),
    ("a damaged PBKDF2",      "{PBKDF2-SHA256}many$salt$key",                         "PBKDF2-SHA256"),
    ("a damaged Argon2",      "{ARGON2}$argon2id$v=19$m=1",                           "ARGON2"),
    ("a lock in crypt",       "{CRYPT}!",                                             "CRYPT"),
    ("no UTF-8",              "{CRYPT}$6$\xff",                                       "CRYPT $6$"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "scheme"), [pytest.param(*case, id=name) for name, *case in NOT_KNOWN]
)
def test_what_cannot_be_compared_is_not_tried_and_told_once(value, scheme):
    made = checker(PASSWORD, value)

    verdicts = [made.check([value.encode("latin-1")], "a") for _ in range(2)]

    assert {(verdict.check, verdict.scheme) for verdict in verdicts} == {(NOT_TRIED, scheme)}
    (told,) = made.problems()
    assert scheme in told
    assert "salt" not in told


def test_the_login_takes_its_place_in_a_candidate():
    made = checker("{login}@2019!{0}{}")

    assert made.check([b"clerk@2019!{0}{}"], "clerk").check is MATCH
    assert made.check([b"clerk@2019!{0}{}"], "other").check is NO_MATCH


VALUES = [
    ("one of two matches",          ["{SASL}a@X", PASSWORD],   MATCH),
    ("one of two cannot be tried",  ["other", "{SASL}a@X"],    NOT_TRIED),
    ("none of two matches",         ["other", "another"],      NO_MATCH),
]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "expected"), [pytest.param(*case, id=name) for name, *case in VALUES]
)
def test_of_several_hashes_the_one_that_says_most_counts(values, expected):
    assert checker(PASSWORD).check([v.encode() for v in values], "a").check is expected


def test_when_the_time_is_used_up_the_rest_is_not_tried_and_counted():
    now = iter([0.0, 59.9, 60.0, 61.0])
    made = checker(PASSWORD, seconds=60, clock=lambda: next(now))

    checks = [made.check([PASSWORD.encode()], "a").check for _ in range(3)]

    assert checks == [MATCH, NOT_TRIED, NOT_TRIED]
    (told,) = made.problems()
    assert "60 s" in told
    assert "2 accounts" in told


def test_nothing_is_compared_without_candidates():
    assert not checker().wanted
    assert checker(PASSWORD).wanted


def test_neither_hash_nor_candidate_is_in_what_is_told_of_the_checker():
    made = checker(PASSWORD)
    verdict = made.check([HASHES[0][1].encode()], "a")

    assert PASSWORD not in f"{made!r}{verdict!r}{list(made.problems())}"
    assert "BV9XD7" not in f"{made!r}{verdict!r}{list(made.problems())}"

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import PasswordPolicy
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import (
    Message,
    PolicyUse,
    Severity,
    Status,
    Verdict,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls import password_policy
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import render
from ansible_collections.civic.mailbox.plugins.module_utils._core.policy import PROFILES
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    context,
    policy,
)

MESSAGES = {
    one.key.removeprefix("password-policy."): one
    for one in vars(password_policy).values()
    if isinstance(one, Message)
}
ALL = frozenset({"letters", "digits", "specials"})
LETTER, NIST = PROFILES["letter"], PROFILES["nist-63b-4"]
STRICT = replace(LETTER, history=3, lockout_threshold=10, must_change_after_reset=True)
GOOD = PasswordPolicy(name="cn=default,ou=policies", min_length=15, classes=ALL, blocklist=True)
NIST_GOOD = replace(GOOD, classes=frozenset())
STRICT_GOOD = replace(GOOD, history=3, lockout_threshold=10, must_change_after_reset=True)
DAYS_90 = timedelta(days=90)
FAIL, MANUAL = Status.FAIL, Status.MANUAL
CASES = [
    # what the case shows                       what is asked for and found                          what deviates: message and status
    ("the letter, met",                         LETTER, GOOD,                                        {}),
    ("the letter, just met",                    LETTER, replace(GOOD, min_length=9),                 {}),
    ("the letter, one too short",               LETTER, replace(GOOD, min_length=8),                 {"min-length": FAIL}),
    ("no length at all",                        LETTER, replace(GOOD, min_length=None),              {"min-length": FAIL}),
    ("a class is missing",                      LETTER, replace(GOOD, classes=ALL - {"specials"}),   {"classes": FAIL}),
    ("every class is missing",                  LETTER, replace(GOOD, classes=frozenset()),          {"classes": FAIL}),
    ("a class that a setting could demand",     LETTER, replace(GOOD, classes=ALL - {"digits"}, sets_classes=True), {"few-classes": FAIL}),
    ("the classes are up to a module",          LETTER, replace(GOOD, classes=None, notes=("ppcheck",)), {"classes-unreadable": MANUAL}),
    ("the letter asks for no blocklist",        LETTER, replace(GOOD, blocklist=False),              {}),
    ("nor against expiry",                      LETTER, replace(GOOD, max_age=DAYS_90),              {}),
    ("nor for a history or a lockout",          LETTER, replace(GOOD, history=0, lockout_threshold=0), {}),
    ("accepts what it cannot check",            LETTER, replace(GOOD, checks_quality=False),         {"checks-quality": FAIL}),
    ("refuses what it cannot check",            LETTER, replace(GOOD, checks_quality=True),          {}),
    ("two deviations are two findings",         LETTER, replace(GOOD, min_length=8, classes=frozenset()), {"min-length": FAIL, "classes": FAIL}),
    ("NIST, met",                               NIST,   NIST_GOOD,                                   {}),
    ("NIST, one too short",                     NIST,   replace(NIST_GOOD, min_length=14),           {"min-length": FAIL}),
    ("NIST forbids composition rules",          NIST,   replace(NIST_GOOD, classes=frozenset({"digits"})), {"composition": FAIL}),
    ("a module's classes are not NIST's matter", NIST,  replace(NIST_GOOD, classes=None),            {}),
    ("NIST wants a blocklist",                  NIST,   replace(NIST_GOOD, blocklist=False),         {"blocklist": FAIL}),
    ("whether there is one cannot be read",     NIST,   replace(NIST_GOOD, blocklist=None),          {"blocklist-unreadable": MANUAL}),
    ("NIST forbids expiry",                     NIST,   replace(NIST_GOOD, max_age=DAYS_90),         {"expiry": FAIL}),
    ("no expiry",                               NIST,   replace(NIST_GOOD, max_age=timedelta(0)),    {}),
    ("all that can be asked for, met",          STRICT, STRICT_GOOD,                                 {}),
    ("more than is asked for",                  STRICT, replace(STRICT_GOOD, history=5, lockout_threshold=5), {}),
    ("a history too short",                     STRICT, replace(STRICT_GOOD, history=2),             {"history": FAIL}),
    ("no history",                              STRICT, replace(STRICT_GOOD, history=None),          {"history": FAIL}),
    ("a lockout too late",                      STRICT, replace(STRICT_GOOD, lockout_threshold=11),  {"lockout-threshold": FAIL}),
    ("a lockout that never comes",              STRICT, replace(STRICT_GOOD, lockout_threshold=0),   {"lockout-threshold": FAIL}),
    ("no lockout",                              STRICT, replace(STRICT_GOOD, lockout_threshold=None), {"lockout-threshold": FAIL}),
    ("no forced change",                        STRICT, replace(STRICT_GOOD, must_change_after_reset=None), {"must-change-after-reset": FAIL}),
    ("no policy",                               LETTER, None,                                        {"none": FAIL}),
]  # fmt: skip


def assess(wanted, found) -> list[Verdict]:
    use = PolicyUse(policy=found, server="ldap1", units={"Registry": 3, "School": 4})
    around = context(stated=policy(password=wanted))
    return list(password_policy.PASSWORD_POLICY.password_policy(use, around))


@pytest.mark.parametrize(
    ("wanted", "found", "deviations"), [pytest.param(*case, id=name) for name, *case in CASES]
)
def test_each_deviation_is_a_finding_of_its_own(wanted, found, deviations):
    verdicts = assess(wanted, found)

    expected = {MESSAGES[key]: status for key, status in deviations.items()}
    assert {v.message: v.status for v in verdicts} == (expected or {MESSAGES["met"]: Status.PASS})
    assert len({v.mark for v in verdicts}) == len(verdicts)
    assert all(render(v.message.english, v.params) for v in verdicts)


def test_every_message_is_reached_by_a_case():
    assert {key for case in CASES for key in case[-1]} == set(MESSAGES) - {"met"}


CHANGES = [
    # what the case shows             asked for, found                              setting                    before, after
    ("a longer password",             LETTER, replace(GOOD, min_length=8),          "min_length",              ("8",), ("9",)),
    ("a length where there is none",  LETTER, replace(GOOD, min_length=None),       "min_length",              ("0",), ("9",)),
    ("the missing class besides those there", LETTER, replace(GOOD, classes=ALL - {"digits"}, sets_classes=True), "classes", ("letters, specials",), ("digits, letters, specials",)),
    ("no composition",                NIST, replace(NIST_GOOD, classes=ALL),        "classes",                 ("digits, letters, specials",), ("none",)),
    ("no expiry",                     NIST, replace(NIST_GOOD, max_age=DAYS_90),    "max_age",                 ("90 days",), ("0 days",)),
    ("a history",                     STRICT, replace(STRICT_GOOD, history=1),      "history",                 ("1",), ("3",)),
    ("a lockout",                     STRICT, replace(STRICT_GOOD, lockout_threshold=0), "lockout_threshold",  ("0",), ("10",)),
    ("a forced change",               STRICT, replace(STRICT_GOOD, must_change_after_reset=False), "must_change_after_reset", ("no",), ("yes",)),
    ("a check",                       LETTER, replace(GOOD, checks_quality=False),  "checks_quality",          ("no",), ("yes",)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "found", "setting", "before", "after"),
    [pytest.param(*case, id=name) for name, *case in CHANGES],
)
def test_what_the_server_can_enforce_is_set_at_the_policy(wanted, found, setting, before, after):
    (verdict,) = assess(wanted, found)
    (remedy,) = verdict.remedies

    assert (remedy.field, remedy.before, remedy.after) == (setting, before, after)
    assert remedy.target == GOOD.name
    assert (verdict.mark, verdict.evidence[0].source) == (setting, GOOD.name)


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(replace(GOOD, classes=frozenset()), id="classes, which need a module"),
        pytest.param(replace(GOOD, classes=None), id="classes that cannot be read"),
        pytest.param(None, id="a policy where there is none"),
    ],
)
def test_what_no_setting_can_change_has_no_remedy(found):
    (verdict,) = assess(LETTER, found)

    assert verdict.remedies == ()


def test_the_accounts_without_a_policy_are_counted_and_critical():
    (verdict,) = assess(LETTER, None)

    assert (verdict.params["accounts"], verdict.severity) == (7, Severity.CRITICAL)


def test_what_is_missing_and_who_checks_it_is_named():
    (missing,) = assess(LETTER, replace(GOOD, classes=frozenset({"letters"})))
    (unreadable,) = assess(LETTER, replace(GOOD, classes=None, notes=("ppcheck.so", "argon2")))

    assert missing.params == {"missing": "digits, specials"}
    assert unreadable.params == {
        "wanted": "digits, letters, specials",
        "notes": "ppcheck.so; argon2",
    }

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import Lock, PasswordCheck
from ansible_collections.civic.mailbox.plugins.module_utils._core.comparison import (
    Comparison,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import (
    Message,
    Severity,
    Status,
    Verdict,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls import default_password
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.default_password import (
    CHANGED,
    COMPARED,
    GUESSED,
    MUST_CHANGE,
    NEVER,
    NO_TIME,
    ODD_TIME,
    PENDING,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.earlier_findings import (
    EarlierFindings,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.fate import Subjects
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import (
    Finding,
    Subject,
    render,
    to_line,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.policy import (
    DefaultPasswordPolicy,
)
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    NOW,
    account,
    context,
    noon,
    policy,
)

MESSAGES = [one for one in vars(default_password).values() if isinstance(one, Message)]
MADE = noon("2018-01-02")
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
MATCH = {"password_check": PasswordCheck.MATCH, "password_scheme": "SSHA"}
CASES = [
    # what the case shows                         what is known                                      status           message   forced
    ("changed later",                             {"password_changed_at": noon("2018-02-03")},       Status.PASS,     CHANGED,  False),
    ("set together with the account",             {"password_changed_at": MADE},                     Status.FAIL,     NEVER,    True),
    ("set by the tool that made the account",     {"password_changed_at": MADE + HOUR},              Status.FAIL,     NEVER,    True),
    ("changed just after that",                   {"password_changed_at": MADE + HOUR + SECOND},     Status.PASS,     CHANGED,  False),
    ("an hour before the account, by its clock",  {"password_changed_at": MADE - HOUR},              Status.FAIL,     NEVER,    True),
    ("brought along from another server",         {"password_changed_at": MADE - HOUR - SECOND},     Status.UNKNOWN,  ODD_TIME, False),
    ("changed tomorrow: the clocks differ",       {"password_changed_at": NOW + DAY},                Status.PASS,     CHANGED,  False),
    ("changed in days to come",                   {"password_changed_at": NOW + DAY + SECOND},       Status.UNKNOWN,  ODD_TIME, False),
    ("not known when changed",                    {"password_changed_at": None},                     Status.UNKNOWN,  NO_TIME,  False),
    ("not known when made",                       {"created_at": None},                              Status.UNKNOWN,  NO_TIME,  False),
    ("has to be changed",                         {"must_change": True},                             Status.FAIL,     PENDING,  False),
    ("has to be changed, no times",               {"must_change": True, "created_at": None},         Status.FAIL,     PENDING,  False),
    ("the hash is a known one, though changed",   MATCH,                                             Status.FAIL,     GUESSED,  True),
    ("the hash is a known one, no times",         {**MATCH, "password_changed_at": None},            Status.FAIL,     GUESSED,  True),
    ("the hash is a known one, change forced",    {**MATCH, "must_change": True},                    Status.FAIL,     GUESSED,  False),
    ("the hash is of a scheme without a name",    {"password_check": PasswordCheck.MATCH},           Status.FAIL,     GUESSED,  True),
    ("the hash is no known one",                  {"password_check": PasswordCheck.NO_MATCH},        Status.PASS,     COMPARED, False),
    ("no time was left for the hash",             {"password_check": PasswordCheck.NOT_TRIED},       Status.PASS,     CHANGED,  False),
    ("no known hash, never changed",              {"password_check": PasswordCheck.NO_MATCH, "password_changed_at": MADE}, Status.FAIL, NEVER, True),
]  # fmt: skip


def assess(known: dict) -> Verdict:
    (verdict,) = default_password.DEFAULT_PASSWORD.account(account(**known), context())
    return verdict


@pytest.mark.parametrize(
    ("known", "status", "message", "forced"),
    [pytest.param(*case, id=name) for name, *case in CASES],
)
def test_a_password_that_was_given_out_has_to_be_changed(known, status, message, forced):
    verdict = assess({"created_at": MADE, **known})

    assert (verdict.status, verdict.message) == (status, message)
    assert verdict.remedies == ((MUST_CHANGE,) if forced else ())
    assert render(verdict.message.english, verdict.params)


SILENT = [
    # what the case shows                         what is known                                  says nothing of
    ("no hash was compared, and changed",         {},                                            [GUESSED.key]),
    ("no hash was compared, and never changed",   {"password_changed_at": MADE},                 [GUESSED.key]),
    ("no hash was compared, and to be changed",   {"must_change": True},                         [GUESSED.key]),
    ("no time was left for the hash",             {"password_check": PasswordCheck.NOT_TRIED},   [GUESSED.key]),
    ("the hash is no known one",                  {"password_check": PasswordCheck.NO_MATCH},    []),
    ("no known one, and to be changed",           {"password_check": PasswordCheck.NO_MATCH, "must_change": True}, []),
    ("the hash is a known one",                   MATCH,                                         []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("known", "messages"), [pytest.param(*case, id=name) for name, *case in SILENT]
)
def test_without_a_comparison_nothing_is_said_of_a_guessable_password(known, messages):
    assert list(assess({"created_at": MADE, **known}).silent_on) == messages


GUESSABLE = Finding(
    control=default_password.DEFAULT_PASSWORD, status=Status.FAIL,
    about=Subject(name="clerk@town.example", unit="Registry", server="ldap1"),
    verdict=assess({"created_at": MADE, **MATCH}),
)  # fmt: skip
NOTHING_KNOWN = Subjects(
    servers=(), controls=(), knows_account=lambda _: True, knows_forwards=lambda _: False
)
UNCHANGED = {"password_changed_at": MADE}
NEXT_RUN = [
    # what the case shows                         known before   known now                                     words
    ("compared, then not",                        MATCH,         {},                                           {"not_assessed": 1}),
    ("compared, then no time was left",           MATCH,         {"password_check": PasswordCheck.NOT_TRIED},  {"not_assessed": 1}),
    ("compared both times",                       MATCH,         {"password_check": PasswordCheck.NO_MATCH},   {"resolved": 1}),
    ("compared, then not, and never changed",     MATCH,         UNCHANGED,                                    {"not_assessed": 1}),
    ("compared, then only to be changed",         MATCH,         {"must_change": True},                        {"not_assessed": 1}),
    ("compared both times, to be changed",        MATCH,         {"must_change": True, "password_check": PasswordCheck.NO_MATCH}, {"better": 1}),
    ("never compared, changed since",             UNCHANGED,     {},                                           {"resolved": 1}),
    ("never compared, was to be changed",         {"must_change": True}, {},                                   {"resolved": 1}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "now", "words"), [pytest.param(*case, id=name) for name, *case in NEXT_RUN]
)
def test_a_password_that_was_not_compared_again_is_not_cured(before, now, words):
    first, second = (assess({"created_at": MADE, **known}) for known in (before, now))
    earlier = replace(GUESSABLE, verdict=first, status=first.status)
    lines, findings = [to_line(earlier, "")], EarlierFindings()
    findings.add(json.loads(lines[0]))
    comparison = Comparison(findings)
    comparison.change(replace(GUESSABLE, verdict=second, status=second.status))
    list(comparison.gone(lines, NOTHING_KNOWN))

    assert +comparison.compared.counts == words


LOCKED = [
    # what the case shows                   lock_from is    what is known                     fields that are changed
    ("no day is stated",                    None,           MATCH,                            ["must_change"]),
    ("the day before",                      NOW + DAY,      MATCH,                            ["must_change"]),
    ("on the day, in the office's zone",    NOW,            MATCH,                            ["must_change", "lock"]),
    ("later, and nobody changed it",        NOW - DAY,      {"must_change": True},            ["lock"]),
    ("locked already",                      NOW - DAY,      {**MATCH, "lock": Lock.FAILURES}, ["must_change"]),
    ("changed in time",                     NOW - DAY,      {},                               []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "known", "fields"), [pytest.param(*case, id=name) for name, *case in LOCKED]
)
def test_from_a_day_on_a_default_password_is_locked_as_well(day, known, fields):
    stated = DefaultPasswordPolicy(lock_from=day and day.date())

    (verdict,) = default_password.DEFAULT_PASSWORD.account(
        account(**known), context(stated=policy(default_password=stated))
    )

    assert [remedy.field for remedy in verdict.remedies] == fields


def test_who_was_given_a_mailbox_back_has_time_before_it_is_locked_again():
    stated = policy(default_password=DefaultPasswordPolicy(lock_from=date(2019, 1, 1)))
    fields = []
    for ago in (14, 15):
        around = replace(context(stated=stated), reopened_at=NOW - ago * DAY)
        (verdict,) = default_password.DEFAULT_PASSWORD.account(
            account(must_change=True, **MATCH), around
        )
        fields.append([remedy.field for remedy in verdict.remedies])

    assert fields == [[], ["lock"]]


def test_every_message_is_reached_by_a_case():
    assert {case[3] for case in CASES} == set(MESSAGES)


def test_a_guessable_password_is_worse_than_one_that_is_to_be_changed():
    assert assess(MATCH).severity is Severity.CRITICAL
    assert assess({"must_change": True}).severity is Severity.MEDIUM


def test_days_are_the_offices_own():
    late = noon("2018-01-01") + timedelta(hours=11, minutes=59)

    assert assess({"created_at": late, "password_changed_at": late}).params["made"] == "2018-01-01"


def test_the_evidence_tells_what_was_not_shown_and_never_a_hash():
    verdict = assess({**MATCH, "password_changed_at": None})

    assert [(seen.what, seen.value) for seen in verdict.evidence] == [
        ("account made", ""),
        ("password changed", "not shown"),
        ("stored hash compared", "match (SSHA)"),
    ]

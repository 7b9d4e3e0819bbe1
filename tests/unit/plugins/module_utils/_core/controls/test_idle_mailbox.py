# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import Lock, SignIn
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import (
    Context,
    Message,
    Status,
    Verdict,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls import idle_mailbox
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.idle_mailbox import (
    AHEAD,
    IDLE,
    IN_USE,
    LAGGING,
    LOCK_FOR_GOOD,
    LOCKED,
    NEVER,
    NO_CREATION,
    NO_RECORD,
    NO_WITNESS,
    NOT_USED,
    RECORD_OFF,
    REOPENED,
    SHORT_RECORD,
    SOON,
    YOUNG,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import render
from ansible_collections.civic.mailbox.plugins.module_utils._core.policy import IdlePolicy
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    NOW,
    account,
    context,
    noon,
    policy,
    recorded_since,
    sign_in,
)

MESSAGES = [one for one in vars(idle_mailbox).values() if isinstance(one, Message)]
PASS, FAIL, UNKNOWN = Status.PASS, Status.FAIL, Status.UNKNOWN


def assess(known: dict, around: Context) -> Verdict:
    (verdict,) = idle_mailbox.IDLE_MAILBOX.account(account(**known), around)
    assert render(verdict.message.english, verdict.params)
    assert bool(verdict.remedies) is (verdict.status is FAIL)
    return verdict


def on(day: str, **newest: str) -> Context:
    """A day on which the directory's record, or the ones that are named, is still kept."""
    witnesses = newest or {"pwdLastSuccess": day}
    return context(now=noon(day), **{name: noon(at) for name, at in witnesses.items()})


DAYS = [
    # what the case shows                      last sign-in  today         status   message
    ("today",                                  "2018-11-30", "2018-11-30", PASS,    IN_USE),
    ("two months, complete today",             "2018-11-30", "2019-01-30", PASS,    IN_USE),
    ("two months and a day: the warning",      "2018-11-30", "2019-01-31", PASS,    SOON),
    ("three months, complete today",           "2018-11-30", "2019-02-28", PASS,    SOON),
    ("three months and a day",                 "2018-11-30", "2019-03-01", FAIL,    IDLE),
    ("in a leap year a day later: last day",   "2019-11-30", "2020-02-29", PASS,    SOON),
    ("in a leap year a day later: idle",       "2019-11-30", "2020-03-01", FAIL,    IDLE),
    ("ninety-two days are no three months",    "2018-07-01", "2018-10-01", PASS,    SOON),
    ("tomorrow: the clocks differ",            "2018-12-01", "2018-11-30", PASS,    IN_USE),
    ("the day after tomorrow: a wrong clock",  "2018-12-02", "2018-11-30", UNKNOWN, AHEAD),
]  # fmt: skip


@pytest.mark.parametrize(
    ("last", "today", "status", "message"), [pytest.param(*case, id=name) for name, *case in DAYS]
)
def test_three_months_are_three_months(last, today, status, message):
    verdict = assess({"sign_ins": (sign_in(last),)}, on(today))

    assert (verdict.status, verdict.message) == (status, message)
    assert verdict.params["last"] == last


def test_the_warning_tells_the_first_day_on_which_it_would_be_idle():
    warning = assess({"sign_ins": (sign_in("2018-11-30"),)}, on("2019-02-01"))

    assert warning.due.isoformat() == warning.params["due"] == "2019-03-01"
    assert assess({"sign_ins": (sign_in("2018-11-30"),)}, on("2019-02-28")).status is PASS
    assert assess({"sign_ins": (sign_in("2018-11-30"),)}, on(str(warning.due))).status is FAIL


@given(st.dates(date(1970, 1, 1), date(2100, 1, 1)), st.integers(0, 400))
def test_the_due_day_is_the_first_one_that_fails(last, days):
    known = {"sign_ins": (sign_in(last.isoformat()),), "created_at": noon("1960-01-01")}
    verdict = assess(known, on((last + timedelta(days=days)).isoformat()))

    if verdict.due:
        assert assess(known, on(verdict.due.isoformat())).message is IDLE
        assert assess(known, on((verdict.due - timedelta(days=1)).isoformat())).message is SOON


def test_the_day_is_the_offices_own():
    evening = datetime(2018, 11, 30, 23, 30, tzinfo=timezone.utc)  # in the office: 1 December
    seen = SignIn(at=evening, source="pwdLastSuccess")

    verdict = assess({"sign_ins": (seen,)}, on("2019-03-01"))

    assert (verdict.status, verdict.params["last"]) == (PASS, "2018-12-01")


def test_today_is_the_offices_own():
    before, after = (
        context(now=datetime(2019, 2, 28, hour, tzinfo=timezone.utc), pwdLastSuccess=NOW)
        for hour in (16, 17)
    )

    assert assess({"sign_ins": (sign_in("2018-11-30"),)}, before).status is PASS
    assert assess({"sign_ins": (sign_in("2018-11-30"),)}, after).status is FAIL


SEEN, TODAY = "2018-09-01", "2019-01-08"
WITNESSES = [
    # what the case shows                             the account's sign-ins                                        newest of anybody                                        status   message
    ("of several the latest counts",                  [sign_in(SEEN), sign_in("2019-01-05", "dovecot")],            {"pwdLastSuccess": TODAY, "dovecot": TODAY},             PASS,    IN_USE),
    ("in whatever order they come",                   [sign_in("2019-01-05", "dovecot"), sign_in(SEEN)],            {"pwdLastSuccess": TODAY, "dovecot": TODAY},             PASS,    IN_USE),
    ("all of them are old",                           [sign_in(SEEN), sign_in("2018-08-01", "dovecot")],            {"pwdLastSuccess": TODAY, "dovecot": TODAY},             FAIL,    IDLE),
    ("a late record can hide a sign-in",              [sign_in("2018-10-01", late=14)],                             {"pwdLastSuccess": TODAY},                               UNKNOWN, LAGGING),
    ("on the last day on which it can",               [sign_in("2018-09-24", late=14)],                             {"pwdLastSuccess": TODAY},                               UNKNOWN, LAGGING),
    ("on the next day it cannot",                     [sign_in("2018-09-23", late=14)],                             {"pwdLastSuccess": TODAY},                               FAIL,    IDLE),
    ("an older but late record can hide one too",     [sign_in("2018-10-01"), sign_in("2018-09-30", "late", 14)],   {"pwdLastSuccess": TODAY, "late": TODAY},                UNKNOWN, LAGGING),
    ("nobody was seen for as long",                   [sign_in(SEEN)],                                              {"pwdLastSuccess": "2018-09-30"},                        UNKNOWN, RECORD_OFF),
    ("somebody was, just within the limit",           [sign_in(SEEN)],                                              {"pwdLastSuccess": "2018-10-08"},                        FAIL,    IDLE),
    ("nobody was, just past the limit",               [sign_in(SEEN)],                                              {"pwdLastSuccess": "2018-10-07"},                        UNKNOWN, RECORD_OFF),
    ("somebody is said to be seen in the future",     [sign_in(SEEN)],                                              {"pwdLastSuccess": "2019-02-08"},                        UNKNOWN, RECORD_OFF),
    ("another witness vouches for nothing unstated",  [sign_in(SEEN)],                                              {"pwdLastSuccess": SEEN, "dovecot": TODAY},              UNKNOWN, RECORD_OFF),
    ("no witness at all",                             [sign_in(SEEN)],                                              {"authTimestamp": SEEN},                                 UNKNOWN, RECORD_OFF),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sign_ins", "newest", "status", "message"),
    [pytest.param(*case, id=name) for name, *case in WITNESSES],
)
def test_the_latest_of_several_witnesses_counts_with_its_own_precision(
    sign_ins, newest, status, message
):
    verdict = assess({"sign_ins": tuple(sign_ins)}, on(TODAY, **newest))

    assert (verdict.status, verdict.message) == (status, message)


STATED = [
    # what the case shows                           dovecot records since  status   message
    ("the policy states it for long enough",        "2018-10-07",          FAIL,    IDLE),
    ("the policy states it, but not for so long",   "2018-10-08",          UNKNOWN, RECORD_OFF),
]  # fmt: skip


@pytest.mark.parametrize(
    ("since", "status", "message"), [pytest.param(*case, id=name) for name, *case in STATED]
)
def test_another_witness_vouches_where_the_policy_states_since_when(since, status, message):
    around = context(
        stated=policy(idle=recorded_since(dovecot=since)),
        pwdLastSuccess=noon(SEEN),
        dovecot=noon(TODAY),
    )

    verdict = assess({"sign_ins": (sign_in(SEEN),)}, around)

    assert (verdict.status, verdict.message) == (status, message)


LONG = "2018-01-01"
SILENT = [
    # what the case shows                              created       recorded since                              newest of anybody                      status   message       since
    ("made three months ago today",                    "2018-10-08", {},                                         {"pwdLastSuccess": TODAY},             PASS,    YOUNG,        None),
    ("made a day earlier, nothing stated",             "2018-10-07", {},                                         {"pwdLastSuccess": TODAY},             UNKNOWN, NO_RECORD,    None),
    ("stated, and both are old enough",                "2018-10-07", {"pwdLastSuccess": LONG},                   {"pwdLastSuccess": TODAY},             FAIL,    NEVER,        "2018-10-07"),
    ("the record is three months old today",           LONG,         {"pwdLastSuccess": "2018-10-08"},           {"pwdLastSuccess": TODAY},             UNKNOWN, SHORT_RECORD, "2018-10-08"),
    ("the record is a day older",                      LONG,         {"pwdLastSuccess": "2018-10-07"},           {"pwdLastSuccess": TODAY},             FAIL,    NEVER,        "2018-10-07"),
    ("one of two witnesses is not stated",             LONG,         {"pwdLastSuccess": LONG},                   {"pwdLastSuccess": TODAY, "dovecot": TODAY}, UNKNOWN, NO_RECORD, None),
    ("the younger of two records counts",              LONG,         {"pwdLastSuccess": LONG, "dovecot": "2018-12-01"}, {"pwdLastSuccess": TODAY, "dovecot": TODAY}, UNKNOWN, SHORT_RECORD, "2018-12-01"),
    ("both are old enough",                            LONG,         {"pwdLastSuccess": LONG, "dovecot": LONG},  {"pwdLastSuccess": TODAY, "dovecot": TODAY}, FAIL, NEVER,     LONG),
    ("one that stopped need not be stated",            LONG,         {"dovecot": LONG},                          {"pwdLastSuccess": "2018-05-01", "dovecot": TODAY}, FAIL, NEVER, LONG),
    ("nothing ever recorded anybody",                  LONG,         {"pwdLastSuccess": LONG},                   {"nothing": "2018-05-01"},             UNKNOWN, NO_WITNESS,   None),
    ("all that is stated stopped",                     LONG,         {"pwdLastSuccess": LONG},                   {"pwdLastSuccess": "2018-10-07"},      UNKNOWN, NO_WITNESS,   None),
    ("not known when it was made",                     None,         {"pwdLastSuccess": LONG},                   {"pwdLastSuccess": TODAY},             UNKNOWN, NO_CREATION,  None),
    ("made in the future",                             "2019-05-01", {"pwdLastSuccess": LONG},                   {"pwdLastSuccess": TODAY},             PASS,    YOUNG,        None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("created", "since", "newest", "status", "message", "told"),
    [pytest.param(*case, id=name) for name, *case in SILENT],
)
def test_no_sign_in_on_record_is_evidence_only_where_the_record_covers_the_limit(
    created, since, newest, status, message, told
):
    around = context(
        stated=policy(idle=recorded_since(**since)),
        **{name: noon(day) for name, day in newest.items()},
    )

    known = {"sign_ins": (), "created_at": created and noon(created), "password_changed_at": None}
    verdict = assess(known, around)

    assert (verdict.status, verdict.message) == (status, message)
    assert verdict.params.get("since") == told


RESETS = [
    # what the case shows                           password of   status   message
    ("a reset may have erased a sign-in",           "2019-01-07", UNKNOWN, SHORT_RECORD),
    ("three months ago today",                      "2018-10-08", UNKNOWN, SHORT_RECORD),
    ("a day earlier",                               "2018-10-07", FAIL,    NEVER),
    ("by a wrong clock",                            "2019-05-01", UNKNOWN, SHORT_RECORD),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "status", "message"), [pytest.param(*case, id=name) for name, *case in RESETS]
)
def test_the_record_begins_anew_with_the_password(changed, status, message):
    around = context(stated=policy(idle=recorded_since(pwdLastSuccess=LONG)), pwdLastSuccess=NOW)
    known = {"sign_ins": (), "created_at": noon(LONG), "password_changed_at": noon(changed)}

    verdict = assess(known, around)

    assert (verdict.status, verdict.message) == (status, message)
    assert verdict.params["since"] == changed


def test_without_any_record_nothing_is_known():
    verdict = assess({"sign_ins": (), "created_at": noon(LONG)}, context())

    assert (verdict.status, verdict.message) == (UNKNOWN, NO_WITNESS)


def test_the_witnesses_that_are_not_stated_are_named():
    around = context(dovecot=NOW, pwdLastSuccess=NOW)

    verdict = assess({"sign_ins": (), "created_at": noon(LONG)}, around)

    assert verdict.params["sources"] == "dovecot, pwdLastSuccess"


@pytest.mark.parametrize("sign_ins", [(), (sign_in(SEEN),)], ids=["never seen", "idle"])
def test_what_an_administrator_locked_is_no_more_to_be_locked(sign_ins):
    known = {"lock": Lock.ADMINISTRATOR, "sign_ins": sign_ins}

    assert assess(known, on(TODAY)).message is LOCKED


def test_a_lock_after_failures_wears_off_and_is_not_enough():
    known = {"lock": Lock.FAILURES, "sign_ins": (sign_in(SEEN),)}

    assert assess(known, on(TODAY)).remedies == (LOCK_FOR_GOOD,)


def test_the_policy_states_the_months():
    half_a_year = policy(idle=IdlePolicy(limit_months=6, warn_months=5))
    known = {"sign_ins": (sign_in("2018-07-08"),)}

    last_day = context(now=noon("2019-01-08"), stated=half_a_year, pwdLastSuccess=NOW)
    next_day = context(now=noon("2019-01-09"), stated=half_a_year, pwdLastSuccess=NOW)

    assert assess(known, last_day).message is SOON
    assert assess(known, next_day).params["months"] == 6


@pytest.mark.parametrize("year", [1, 9999])
@pytest.mark.parametrize("late", [0, 14])
def test_times_at_either_end_of_the_calendar_do_no_harm(year, late):
    end = datetime(year, 1, 1 if year == 1 else 31, tzinfo=timezone.utc).replace(
        month=1 if year == 1 else 12
    )
    seen = SignIn(at=end, source="pwdLastSuccess", precision=timedelta(days=late))

    assert assess({"sign_ins": (seen,)}, on(TODAY)).message is (IDLE if year == 1 else AHEAD)
    assert assess({"sign_ins": (), "created_at": end}, on(TODAY)).status in (PASS, UNKNOWN)


def test_each_sign_in_is_shown_with_its_source_and_precision():
    seen = (sign_in(SEEN, detail="imap"), sign_in(SEEN, "late", 14))

    verdict = assess({"sign_ins": seen}, on(TODAY))

    assert [(e.what, e.value, e.source) for e in verdict.evidence] == [
        ("last sign-in (imap)", "", "pwdLastSuccess"),
        ("last sign-in", "up to 14 days late", "late"),
    ]


REOPENED_ON = "2019-01-20"  # and 14 days to sign in
GIVEN_BACK = [
    # what the case shows                     last sign-in  today         status  message
    ("on the day",                            "2018-10-01", "2019-01-20", PASS,   REOPENED),
    ("the last day to sign in",               "2018-10-01", "2019-02-03", PASS,   REOPENED),
    ("the day after it",                      "2018-10-01", "2019-02-04", FAIL,   NOT_USED),
    ("signed in: as everybody",               "2019-01-25", "2019-02-04", PASS,   IN_USE),
    ("and idle another time",                 "2019-01-25", "2019-04-26", FAIL,   IDLE),
    ("not idle at all, as of a bad password", "2019-01-10", "2019-02-04", PASS,   IN_USE),
]  # fmt: skip


@pytest.mark.parametrize(
    ("last", "today", "status", "message"), [pytest.param(*case, id=n) for n, *case in GIVEN_BACK]
)
def test_who_was_given_a_mailbox_back_has_time_to_sign_in(last, today, status, message):
    around = replace(on(today), reopened_at=noon(REOPENED_ON))

    verdict = assess({"sign_ins": (sign_in(last),)}, around)

    assert (verdict.status, verdict.message) == (status, message)
    assert verdict.due == (date(2019, 2, 4) if message is REOPENED else None)


def test_who_never_signed_in_has_that_time_too():
    stated = policy(idle=recorded_since(pwdLastSuccess="2018-01-01"))
    around = context(now=noon("2019-01-21"), stated=stated, pwdLastSuccess=noon("2019-01-21"))
    known = {"sign_ins": (), "created_at": noon("2018-01-02")}

    assert assess(known, around).message is NEVER
    assert assess(known, replace(around, reopened_at=noon(REOPENED_ON))).message is REOPENED


def test_what_is_unknown_stays_unknown_when_a_mailbox_was_given_back():
    around = replace(context(now=noon("2019-01-21")), reopened_at=noon(REOPENED_ON))

    assert assess({"sign_ins": ()}, around).message is NO_WITNESS


def test_a_mailbox_that_is_locked_again_is_locked():
    around = replace(on("2019-02-04"), reopened_at=noon(REOPENED_ON))

    assert assess({"lock": Lock.ADMINISTRATOR}, around).message is LOCKED


def test_every_message_is_reached_by_a_case():
    reached = {case[-1] for case in (*DAYS, *WITNESSES, *STATED, *GIVEN_BACK)}
    reached |= {case[-2] for case in SILENT} | {LOCKED}

    assert reached == set(MESSAGES)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Zimbra's table, judged as its documentation says that Zimbra does (docs/zimbra.md)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import (
    Lock,
    PasswordPolicy,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.codecs import UnclearError
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialect import (
    EnforcedPolicy,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialects.zimbra import (
    ZIMBRA,
)

NOW = datetime(2019, 1, 8, 12, tzinfo=timezone.utc)
STATUS, LOCKED, FAILED = (
    "zimbraAccountStatus",
    "zimbraPasswordLockoutLockedTime",
    "zimbraPasswordLockoutFailureTime",
)
HOUR = EnforcedPolicy(record=PasswordPolicy(name="cn=c", lockout_duration=timedelta(hours=1)))
FOR_GOOD = EnforcedPolicy(record=PasswordPolicy(name="cn=c", lockout_duration=timedelta(0)))
AT = b"20190108110000Z"
ADMINISTRATOR, FAILURES = Lock.ADMINISTRATOR, Lock.FAILURES
OVER, LEFT = {LOCKED: [AT]}, {LOCKED: [b"20190108110001Z"]}

LOCKS = [
    # what it shows                 status           besides  policy    lock           state                at
    ("in use",                      b"active",       {},      HOUR,     None,          "active",            ""),
    ("locked",                      b"locked",       {},      HOUR,     ADMINISTRATOR, "locked",            ""),
    ("in capitals",                 b"LOCKED",       {},      HOUR,     ADMINISTRATOR, "locked",            ""),
    ("under maintenance",           b"maintenance",  {},      HOUR,     ADMINISTRATOR, "locked",            ""),
    ("closed",                      b"closed",       {},      HOUR,     ADMINISTRATOR, "locked",            ""),
    ("pending",                     b"pending",      {},      HOUR,     ADMINISTRATOR, "locked",            ""),
    ("locked before it failed",     b"locked",       OVER,    HOUR,     ADMINISTRATOR, "locked",            ""),
    ("locked out, a second left",   b"lockout",      LEFT,    HOUR,     FAILURES,      "locked by failures", "11:00"),
    ("locked out, the hour over",   b"lockout",      OVER,    HOUR,     None,          "active",            ""),
    ("locked out until unlocked",   b"lockout",      OVER,    FOR_GOOD, FAILURES,      "locked by failures", "11:00"),
    ("locked out, COS not known",   b"lockout",      OVER,    None,     FAILURES,      "locked by failures", "11:00"),
    ("locked out without a time",   b"lockout",      {},      HOUR,     FAILURES,      "locked by failures", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "besides", "policy", "lock", "words", "at"),
    [pytest.param(*case, id=name) for name, *case in LOCKS],
)
def test_a_status_is_what_zimbra_makes_of_it(status, besides, policy, lock, words, at):
    values = {STATUS: [status], **besides}

    state = ZIMBRA.judge_lock(values, policy, NOW)

    assert (state.lock, state.locked_at[12:17], state.problems) == (lock, at, ())
    assert ZIMBRA.marks["lock"].state(values, policy, NOW) == words


def test_a_status_that_is_not_known_is_a_problem_and_no_ground_for_a_change():
    values = {STATUS: [b"asleep"]}

    assert "asleep" in ZIMBRA.judge_lock(values, HOUR, NOW).problems[0]
    with pytest.raises(UnclearError, match="asleep"):
        ZIMBRA.marks["lock"].state(values, HOUR, NOW)


WRITTEN = [
    # what it shows                        wanted    what stands there                        what is written
    ("a lock",                             "locked", {STATUS: [b"active"]},                   {STATUS: [b"locked"]}),
    ("a lock over a lockout",              "locked", {STATUS: [b"lockout"], LOCKED: [AT]},    {STATUS: [b"locked"]}),
    ("an unlock",                          "active", {STATUS: [b"locked"]},                   {STATUS: [b"active"]}),
    ("the traces of a lockout go with it", "active", {STATUS: [b"lockout"], LOCKED: [AT], FAILED: [AT]},
                                                     {STATUS: [b"active"], LOCKED: [], FAILED: []}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "values", "written"), [pytest.param(*case, id=name) for name, *case in WRITTEN]
)
def test_a_lock_is_written_as_locked_and_never_as_closed(wanted, values, written):
    assert ZIMBRA.marks["lock"].wanted(wanted, values, NOW) == written


@pytest.mark.parametrize("status", [b"closed", b"maintenance", b"pending"])
def test_what_was_no_lock_is_not_made_active(status):
    with pytest.raises(UnclearError, match="another reason"):
        ZIMBRA.marks["lock"].wanted("active", {STATUS: [status]}, NOW)


MUST, OWN = "zimbraPasswordMustChange", "zimbraPasswordLocked"
LOCKED_COS = EnforcedPolicy(record=PasswordPolicy(name="cn=c"), bequeaths={OWN: [b"TRUE"]})


def test_a_change_is_not_forced_on_who_may_not_change_the_password():
    mark = ZIMBRA.marks["must_change"]

    assert mark.wanted("yes", {OWN: [b"FALSE"]}, NOW) == {MUST: [b"TRUE"]}
    assert mark.wanted("no", {OWN: [b"TRUE"]}, NOW) == {MUST: []}
    with pytest.raises(UnclearError, match=OWN):
        mark.wanted("yes", {OWN: [b"TRUE"]}, NOW)
    assert OWN in mark.obstacle("yes", LOCKED_COS)
    assert [mark.obstacle("no", LOCKED_COS), mark.obstacle("yes", HOUR)] == ["", ""]


FORCED = [
    # what stands there, whether a change is forced, in words
    ({},                False, "no"),
    ({MUST: [b"FALSE"]}, False, "no"),
    ({MUST: [b"TRUE"]},  True,  "yes"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "forced", "words"), FORCED)
def test_a_forced_change_is_read(values, forced, words):
    assert ZIMBRA.judge_must_change(values, None).forced is forced
    assert ZIMBRA.marks["must_change"].state(values, None, NOW) == words

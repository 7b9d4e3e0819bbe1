# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""OpenLDAP's locks, as slapd was seen to treat them (docs/openldap.md)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import (
    Lock,
    PasswordPolicy,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialect import (
    EnforcedPolicy,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialects.openldap import (
    OPENLDAP,
)

NOW = datetime(2019, 1, 8, 12, tzinfo=timezone.utc)
HOUR = EnforcedPolicy(record=PasswordPolicy(name="cn=p", lockout_duration=timedelta(hours=1)))
FOR_GOOD = EnforcedPolicy(record=PasswordPolicy(name="cn=p", lockout_duration=timedelta(0)))
NEVER = EnforcedPolicy(record=PasswordPolicy(name="cn=p"), honours_lock=False)
LOCKED, START, END = "pwdAccountLockedTime", "pwdStartTime", "pwdEndTime"

LOCKS = [
    # what it shows                      attribute  value               policy    lock                at
    ("locked for good",                  LOCKED, b"000001010000Z",    FOR_GOOD, Lock.ADMINISTRATOR, ""),
    ("for good, written in full",        LOCKED, b"00000101000000Z",  FOR_GOOD, Lock.ADMINISTRATOR, ""),
    ("for good, the policy not known",   LOCKED, b"000001010000Z",    None,     Lock.ADMINISTRATOR, ""),
    ("for good, whatever the duration",  LOCKED, b"000001010000Z",    HOUR,     Lock.ADMINISTRATOR, ""),
    ("by failures, until unlocked",      LOCKED, b"20190108100000Z",  FOR_GOOD, Lock.FAILURES, "10:00"),
    ("by failures, for an hour",         LOCKED, b"20190108113000Z",  HOUR,     Lock.FAILURES, "11:30"),
    ("by failures, a second left",       LOCKED, b"20190108110001Z",  HOUR,     Lock.FAILURES, "11:00"),
    ("by failures, the hour is over",    LOCKED, b"20190108110000Z",  HOUR,     None, ""),
    ("by failures, policy not known",    LOCKED, b"20190108100000Z",  None,     Lock.FAILURES, "10:00"),
    ("by a clock a bit ahead of ours",   LOCKED, b"20190108120459Z",  HOUR,     Lock.FAILURES, "12:04"),
    ("not valid yet",                    START,  b"20190108120001Z",  HOUR,     Lock.ADMINISTRATOR, ""),
    ("not valid yet, no locks honoured", START,  b"20190108120001Z",  NEVER,    Lock.ADMINISTRATOR, ""),
    ("valid from now on",                START,  b"20190108120000Z",  HOUR,     None, ""),
    ("valid a moment longer",            END,    b"20190108120001Z",  HOUR,     None, ""),
    ("no longer valid",                  END,    b"20190108120000Z",  NEVER,    Lock.ADMINISTRATOR, "12:00"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("attribute", "value", "policy", "lock", "at"),
    [pytest.param(*case, id=name) for name, *case in LOCKS],
)
def test_a_lock_is_what_the_server_makes_of_it(attribute, value, policy, lock, at):
    state = OPENLDAP.judge_lock({attribute: [value]}, policy, NOW)

    assert (state.lock, state.locked_at[12:17]) == (lock, at)
    assert state.problems == ()


WITHOUT_EFFECT = [
    ("the policy does not lock",    b"000001010000Z",    NEVER, "pwdLockout"),
    ("the time is still to come",   b"20190108130000Z",  HOUR,  "future"),
    ("it is, and it locks for good", b"20190108130000Z", FOR_GOOD, "future"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "policy", "said"), [pytest.param(*case, id=name) for name, *case in WITHOUT_EFFECT]
)
def test_a_lock_without_effect_is_no_lock_but_a_problem(value, policy, said):
    state = OPENLDAP.judge_lock({LOCKED: [value]}, policy, NOW)

    assert state.lock is None
    assert said in state.problems[0]


def test_a_lock_whose_time_is_none_hides_no_other():
    state = OPENLDAP.judge_lock({LOCKED: [b"soon"], END: [b"20190108120000Z"]}, HOUR, NOW)

    assert state.lock is Lock.ADMINISTRATOR
    assert [LOCKED in problem and "soon" in problem for problem in state.problems] == [True]

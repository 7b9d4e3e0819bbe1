# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""389 Directory Server's table, judged as the server was seen to do (docs/389-ds.md)."""

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
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialects import ds389
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialects.ds389 import DS389

NOW = datetime(2019, 1, 8, 12, tzinfo=timezone.utc)
PAST, COMING, EPOCH = b"20190108115959Z", b"20190108120001Z", b"19700101000000Z"
LOCK, UNLOCK, EXPIRY = "nsAccountLock", "accountUnlockTime", "passwordExpirationTime"
COUNT, RESET = "passwordRetryCount", "retryCountResetTime"
ADMINISTRATOR, FAILURES = Lock.ADMINISTRATOR, Lock.FAILURES


def policy(threshold: int = 5, duration: int = 0, *, forces: bool = True) -> EnforcedPolicy:
    record = PasswordPolicy(
        name="cn=config",
        lockout_threshold=threshold,
        lockout_duration=timedelta(seconds=duration),
    )
    return EnforcedPolicy(record=record, honours_must_change=forces)


HOUR, FOR_GOOD, NO_LOCKOUT = policy(duration=3600), policy(), policy(threshold=0)

LOCKS = [
    # what it shows                           what stands there                    policy      lock           in words
    ("nothing",                               {},                                  HOUR,       None,          "active"),
    ("locked",                                {LOCK: [b"true"]},                   HOUR,       ADMINISTRATOR, "locked"),
    ("locked, in capitals",                   {LOCK: [b"TRUE"]},                   HOUR,       ADMINISTRATOR, "locked"),
    ("not locked, said so",                   {LOCK: [b"false"]},                  HOUR,       None,          "active"),
    ("of two values the first counts",        {LOCK: [b"false", b"true"]},         HOUR,       None,          "active"),
    ("the same the other way",                {LOCK: [b"true", b"false"]},         HOUR,       ADMINISTRATOR, "locked"),
    ("locked before it failed",               {LOCK: [b"true"], UNLOCK: [COMING]}, HOUR,       ADMINISTRATOR, "locked"),
    ("failed, a second left",                 {UNLOCK: [COMING]},                  HOUR,       FAILURES,      "locked by failures"),
    ("failed, the hour over",                 {UNLOCK: [PAST]},                    HOUR,       None,          "active"),
    ("failed for good",                       {UNLOCK: [EPOCH]},                   FOR_GOOD,   FAILURES,      "locked by failures"),
    ("for good, where locks end by now",      {UNLOCK: [EPOCH]},                   HOUR,       None,          "active"),
    ("failed, where nobody is locked for it", {UNLOCK: [COMING]},                  NO_LOCKOUT, None,          "active"),
    ("failed for good, policy not known",     {UNLOCK: [EPOCH]},                   None,       FAILURES,      "locked by failures"),
    ("failed, over, policy not known",        {UNLOCK: [PAST]},                    None,       None,          "active"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "under", "lock", "words"), [pytest.param(*case, id=name) for name, *case in LOCKS]
)
def test_what_keeps_out(values, under, lock, words):
    state = DS389.judge_lock(values, under, NOW)

    assert (state.lock, state.problems) == (lock, ())
    assert DS389.marks["lock"].state(values, under, NOW) == words


PROBLEMS = [
    # what stands there, what is said
    ({LOCK: [b"yes"]},      '"yes", which locks nobody'),
    ({LOCK: [b""]},         "locks nobody"),
    ({UNLOCK: [b"later"]},  "accountUnlockTime: "),
]  # fmt: skip


@pytest.mark.parametrize(("values", "said"), PROBLEMS)
def test_what_is_no_lock_is_told(values, said):
    state = DS389.judge_lock(values, HOUR, NOW)

    assert state.lock is None
    assert said in state.problems[0]


WRITTEN = [
    # what it shows                       wanted    what stands there                          what is written
    ("a lock",                            "locked", {},                                        {LOCK: [b"true"]}),
    ("a lock over a value that is none",  "locked", {LOCK: [b"yes"]},                          {LOCK: [b"true"]}),
    ("an unlock",                         "active", {LOCK: [b"true"]},                         {LOCK: []}),
    ("the traces of failures go with it", "active", {UNLOCK: [EPOCH], COUNT: [b"5"], RESET: [PAST]},
                                                    {UNLOCK: [], COUNT: [], RESET: []}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "values", "written"), [pytest.param(*case, id=name) for name, *case in WRITTEN]
)
def test_a_lock_is_written(wanted, values, written):
    assert DS389.marks["lock"].wanted(wanted, values, NOW) == written


@pytest.mark.parametrize("role", ["nsManagedDisabledRole", "nsdisabledrole"])
def test_a_lock_of_a_role_is_not_taken_from_the_account(role):
    values = {LOCK: [b"true"], "nsRole": [b"cn=staff,dc=x", f"cn={role},dc=x".encode()]}

    with pytest.raises(UnclearError, match=rf"by its role cn={role},dc=x"):
        DS389.marks["lock"].wanted("active", values, NOW)
    assert DS389.marks["lock"].wanted("locked", values, NOW) == {LOCK: [b"true"]}


FORCED = [
    # what it shows                          what stands there               forced, in words, problem
    ("nothing",                              {},                             False, "no",  False),
    ("the mark",                             {EXPIRY: [EPOCH]},              True,  "yes", False),
    ("what a reset by the helpdesk leaves",  {EXPIRY: [b"19700101000001Z"]}, False, "no",  False),
    ("a password that expires",              {EXPIRY: [COMING]},             False, "no",  False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "forced", "words", "problem"),
    [pytest.param(*case, id=name) for name, *case in FORCED],
)
def test_what_forces_a_change(values, forced, words, problem):
    change = DS389.judge_must_change(values, HOUR)

    assert (change.forced, bool(change.problem)) == (forced, problem)
    assert DS389.marks["must_change"].state(values, HOUR, NOW) == words


def test_a_mark_that_the_policy_makes_hollow_is_told_and_not_made():
    hollow, mark = policy(forces=False), DS389.marks["must_change"]

    assert "passwordMustChange" in DS389.judge_must_change({EXPIRY: [EPOCH]}, hollow).problem
    assert "must_change_after_reset" in mark.obstacle("yes", hollow)
    assert "not shown" in mark.obstacle("yes", None)
    assert [mark.obstacle("yes", HOUR), mark.obstacle("no", hollow)] == ["", ""]
    assert mark.wanted("yes", {}, NOW) == {EXPIRY: [EPOCH]}
    assert mark.wanted("no", {}, NOW) == {EXPIRY: []}


VERSIONS = [
    # vendorVersion                          software
    ([b"389-Directory/2.3.1 B2025.016.1616"], "389-DS 2.3.1"),
    ([b"389-Directory/3.1.2"],                "389-DS 3.1.2"),
    ([b"odd"],                                "389-DS"),
    ([],                                      "389-DS"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "software"), VERSIONS)
def test_its_version_is_that_of_the_root_dse(given, software):
    assert ds389.version_of({"vendorVersion": given} if given else {}) == software


@pytest.mark.parametrize(
    ("dn", "safe"),
    [
        ("uid=a,dc=x", True),
        ("cn=config", False),
        ("CN=a, cn=Config", False),
        ("cn=config,dc=x", True),
    ],
)
def test_values_are_exchanged_but_in_the_configuration(dn, safe):
    assert DS389.exchanges(dn) is safe

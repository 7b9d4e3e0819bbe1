# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""FreeIPA's table, judged as its documentation says that FreeIPA does (docs/freeipa.md)."""

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
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialects import catalogue
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialects.freeipa import (
    FREEIPA,
    _host,
)

NOW = datetime(2019, 1, 8, 12, tzinfo=timezone.utc)
HOUR_AGO, LESS = b"20190108110000Z", b"20190108110001Z"
LOCK, COUNT, FAILED = "nsAccountLock", "krbLoginFailedCount", "krbLastFailedAuth"
EXPIRY, CHANGED = "krbPasswordExpiration", "krbLastPwdChange"
ADMINISTRATOR, FAILURES = Lock.ADMINISTRATOR, Lock.FAILURES


def policy(threshold: int | None, duration: int) -> EnforcedPolicy:
    record = PasswordPolicy(
        name="cn=global_policy",
        lockout_threshold=threshold,
        lockout_duration=timedelta(seconds=duration),
    )
    return EnforcedPolicy(record=record)


HOUR, FOR_GOOD, NO_LOCKOUT = policy(6, 3600), policy(6, 0), policy(0, 3600)

LOCKS = [
    # what it shows                   what stands there                     policy      lock           in words
    ("nothing",                       {},                                   HOUR,       None,          "active"),
    ("disabled",                      {LOCK: [b"TRUE"]},                    HOUR,       ADMINISTRATOR, "locked"),
    ("enabled, said so",              {LOCK: [b"FALSE"]},                   HOUR,       None,          "active"),
    ("too few failures",              {COUNT: [b"5"], FAILED: [LESS]},      HOUR,       None,          "active"),
    ("enough, a second left",         {COUNT: [b"6"], FAILED: [LESS]},      HOUR,       FAILURES,      "locked by failures"),
    ("enough, the hour over",         {COUNT: [b"6"], FAILED: [HOUR_AGO]},  HOUR,       None,          "active"),
    ("enough, until unlocked",        {COUNT: [b"6"], FAILED: [HOUR_AGO]},  FOR_GOOD,   FAILURES,      "locked by failures"),
    ("enough, no time of the last",   {COUNT: [b"6"]},                      HOUR,       None,          "active"),
    ("nobody is locked for failures", {COUNT: [b"99"], FAILED: [LESS]},     NO_LOCKOUT, None,          "active"),
    ("policy not known",              {COUNT: [b"99"], FAILED: [LESS]},     None,       None,          "active"),
    ("disabled before it failed",     {LOCK: [b"true"], COUNT: [b"6"]},     FOR_GOOD,   ADMINISTRATOR, "locked"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "under", "lock", "words"), [pytest.param(*case, id=name) for name, *case in LOCKS]
)
def test_what_keeps_out(values, under, lock, words):
    state = FREEIPA.judge_lock(values, under, NOW)

    assert (state.lock, state.problems) == (lock, ())
    assert FREEIPA.marks["lock"].state(values, under, NOW) == words


def test_a_time_that_is_none_is_told():
    values = {COUNT: [b"6"], FAILED: [b"today"]}

    assert "krbLastFailedAuth" in FREEIPA.judge_lock(values, HOUR, NOW).problems[0]


WRITTEN = [
    # what it shows             wanted    what stands there                   what is written
    ("a lock, as ipa writes it", "locked", {},                                 {LOCK: [b"TRUE"]}),
    ("an unlock",                "active", {LOCK: [b"TRUE"]},                  {LOCK: []}),
    ("the end of a lockout",     "active", {COUNT: [b"6"]},                    {COUNT: [b"0"]}),
    ("both",                     "active", {LOCK: [b"TRUE"], COUNT: [b"6"]},   {LOCK: [], COUNT: [b"0"]}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "values", "written"), [pytest.param(*case, id=name) for name, *case in WRITTEN]
)
def test_a_lock_is_written(wanted, values, written):
    assert FREEIPA.marks["lock"].wanted(wanted, values, NOW) == written


def test_a_lock_of_a_role_is_not_taken_from_the_account():
    values = {LOCK: [b"true"], "nsRole": [b"cn=nsManagedDisabledRole,dc=x"]}

    with pytest.raises(UnclearError, match="by its role"):
        FREEIPA.marks["lock"].wanted("active", values, NOW)


FORCED = [
    # what it shows                     what stands there                            in words
    ("nothing",                         {CHANGED: [HOUR_AGO]},                       "no"),
    ("expired when it was set",         {CHANGED: [HOUR_AGO], EXPIRY: [HOUR_AGO]},   "yes"),
    ("expired before it was set",       {CHANGED: [LESS], EXPIRY: [HOUR_AGO]},       "yes"),
    ("expired a second later",          {CHANGED: [HOUR_AGO], EXPIRY: [LESS]},       "no"),
    ("never set, expires some day",     {EXPIRY: [HOUR_AGO]},                        "no"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "words"), [pytest.param(*case, id=name) for name, *case in FORCED]
)
def test_a_change_is_forced_by_an_expiry_at_the_moment_of_the_last_one(values, words):
    mark = FREEIPA.marks["must_change"]

    assert mark.state(values, HOUR, NOW) == words
    assert FREEIPA.judge_must_change(values, HOUR).forced is (words == "yes")
    assert mark.state({**values, **mark.wanted("yes", values, NOW)}, HOUR, NOW) == "yes"
    assert mark.wanted("no", values, NOW) == {EXPIRY: []}


HOSTS = [
    (b"cn=ldap://dc=ipa1,dc=town,dc=example:389", "ipa1.town.example"),
    (b"cn=ldap://dc=IPA1,dc=town:389",            "ipa1.town"),
    (b"cn=ldap://dc=localhost:30123",             "localhost"),
]  # fmt: skip


@pytest.mark.parametrize(("suffix", "host"), HOSTS)
def test_a_server_is_known_by_its_own_name(suffix, host):
    assert _host({"netscapemdsuffix": [suffix]}) == host


TOLD_APART = [
    # what the root DSE shows besides, dialect
    ({},                                     "ds389"),
    ({"ipaDomainLevel": [b"1"]},             "freeipa"),
    ({"ipaTopologyPluginVersion": [b"1.0"]}, "freeipa"),
]  # fmt: skip


@pytest.mark.parametrize(("more", "name"), TOLD_APART)
def test_it_is_told_from_the_plain_server(more, name):
    root = {"vendorName": [b"389 Project"], **more}

    found = catalogue.dialect_of(root, "s", lambda marker: marker.holds(None, root))

    assert found.name == name

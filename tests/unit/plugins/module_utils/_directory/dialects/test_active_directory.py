# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What bits and times of Active Directory come to; that a server goes by them, the lab proves."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import (
    Lock,
    PasswordPolicy,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.codecs import UnclearError
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialect import (
    EnforcedPolicy,
    ServerFacts,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialects.active_directory import (
    ACTIVE_DIRECTORY,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.domain_controllers import (
    with_last_logon,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.domain_forwards import (
    elsewhere,
)

NOW = datetime(2020, 1, 1, tzinfo=timezone.utc)
AN_HOUR_AGO, NEVER = b"132223068000000000", b"9223372036854775807"
YESTERDAY, TOMORROW = b"132222240000000000", b"132223968000000000"
HALF_AN_HOUR = EnforcedPolicy(
    record=PasswordPolicy(name="p", lockout_duration=timedelta(minutes=30))
)
TWO_HOURS = EnforcedPolicy(record=PasswordPolicy(name="p", lockout_duration=timedelta(hours=2)))
FOR_GOOD = EnforcedPolicy(record=PasswordPolicy(name="p", lockout_duration=timedelta(0)))
ADMINISTRATOR, FAILURES = Lock.ADMINISTRATOR, Lock.FAILURES
LOCK, MUST_CHANGE = (ACTIVE_DIRECTORY.marks[name] for name in ("lock", "must_change"))


def values(control=b"512", computed=None, expires=None, locked_out=None, last_set=None):
    given = {
        "userAccountControl": control,
        "msDS-User-Account-Control-Computed": computed,
        "accountExpires": expires,
        "lockoutTime": locked_out,
        "pwdLastSet": last_set,
    }
    return {name: [value] for name, value in given.items() if value is not None}


LOCKS = [
    # what it shows                    values                                              policy        lock
    ("nothing",                        values(),                                           FOR_GOOD,     None),
    ("disabled",                       values(b"514"),                                     None,         ADMINISTRATOR),
    ("disabled, with other bits",      values(b"66050"),                                   None,         ADMINISTRATOR),
    ("other bits only",                values(b"66048"),                                   None,         None),
    ("expired",                        values(expires=YESTERDAY),                          None,         ADMINISTRATOR),
    ("expires tomorrow",               values(expires=TOMORROW),                           None,         None),
    ("expires never, as 0",            values(expires=b"0"),                               None,         None),
    ("expires never",                  values(expires=NEVER),                              None,         None),
    ("locked out, says the server",    values(computed=b"16", locked_out=AN_HOUR_AGO),     HALF_AN_HOUR, FAILURES),
    ("over, says the server",          values(computed=b"0", locked_out=AN_HOUR_AGO),      FOR_GOOD,     None),
    ("expired password, no lockout",   values(computed=b"8388608"),                        FOR_GOOD,     None),
    ("the server does not say: over",  values(locked_out=AN_HOUR_AGO),                     HALF_AN_HOUR, None),
    ("the server does not say: holds", values(locked_out=AN_HOUR_AGO),                     TWO_HOURS,    FAILURES),
    ("until somebody unlocks",         values(locked_out=AN_HOUR_AGO),                     FOR_GOOD,     FAILURES),
    ("the policy is not known",        values(locked_out=AN_HOUR_AGO),                     None,         FAILURES),
    ("never locked out",               values(locked_out=b"0"),                            FOR_GOOD,     None),
    ("disabled and locked out",        values(b"514", b"16", locked_out=AN_HOUR_AGO),      FOR_GOOD,     ADMINISTRATOR),
]  # fmt: skip
WORDS = {None: "active", ADMINISTRATOR: "locked", FAILURES: "locked by failures"}


@pytest.mark.parametrize(("shown", "policy", "lock"), [pytest.param(*c, id=n) for n, *c in LOCKS])
def test_a_lock_is_what_the_server_makes_of_it(shown, policy, lock):
    state = ACTIVE_DIRECTORY.judge_lock(shown, policy, NOW)

    assert (state.lock, state.problems) == (lock, ())
    assert LOCK.state(shown, policy, NOW) == WORDS[lock]


def test_bits_that_are_not_shown_are_unclear():
    shown = {"lockoutTime": [b"0"]}
    with pytest.raises(UnclearError):
        LOCK.state(shown, FOR_GOOD, NOW)


def test_bits_that_are_no_number_are_a_problem_and_unclear():
    assert ACTIVE_DIRECTORY.judge_lock(values(b"x"), FOR_GOOD, NOW).problems
    with pytest.raises(UnclearError):
        LOCK.state(values(b"x"), FOR_GOOD, NOW)


@given(st.integers(0, 2**31 - 1))
def test_a_lock_and_its_end_touch_one_bit(bits):
    locked = LOCK.wanted("locked", values(str(bits).encode()), NOW)["userAccountControl"][0]
    assert int(locked) == bits | 2
    opened = LOCK.wanted("active", values(locked), NOW)["userAccountControl"][0]
    assert int(opened) == bits & ~2


def test_unlocking_ends_a_lockout_too():
    edits = LOCK.wanted("active", values(locked_out=AN_HOUR_AGO), NOW)
    assert edits == {"lockoutTime": [b"0"]}


def test_who_has_expired_is_not_unlocked():
    with pytest.raises(UnclearError, match="expired"):
        LOCK.wanted("active", values(b"514", expires=YESTERDAY), NOW)


FORCED = [
    # what it shows                          values                                 forced  a problem
    ("a password that was set",              values(last_set=AN_HOUR_AGO),          False,  False),
    ("a change is forced",                   values(last_set=b"0"),                 True,   False),
    ("in vain, the password never expires",  values(b"66048", last_set=b"0"),       False,  True),
    ("not shown",                            values(),                              False,  False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("shown", "forced", "problem"), [pytest.param(*c, id=n) for n, *c in FORCED]
)
def test_a_forced_change_is_what_the_server_makes_of_it(shown, forced, problem):
    state = ACTIVE_DIRECTORY.judge_must_change(shown, None)

    assert (state.forced, bool(state.problem)) == (forced, problem)
    assert MUST_CHANGE.state(shown, None, NOW) == ("yes" if forced else "no")


@pytest.mark.parametrize("shown", [values(b"66048", last_set=AN_HOUR_AGO), {"pwdLastSet": [b"1"]}])
def test_a_change_that_cannot_be_forced_is_refused(shown):
    with pytest.raises(UnclearError):
        MUST_CHANGE.wanted("yes", shown, NOW)


PUT_BACK = [
    # before                                   what is written to have it back
    ({"userAccountControl": [b"512"]},         {"userAccountControl": [b"512"]}),
    ({"pwdLastSet": [AN_HOUR_AGO]},            {"pwdLastSet": [b"-1"]}),
    ({"pwdLastSet": [b"0"]},                   {"pwdLastSet": [b"0"]}),
    ({"lockoutTime": [b"0"]},                  {"lockoutTime": [b"0"]}),
    ({"targetAddress": [b"SMTP:x@y"]},         {"targetAddress": [b"SMTP:x@y"]}),
]  # fmt: skip


@pytest.mark.parametrize(("before", "written"), PUT_BACK)
def test_what_only_the_server_can_write_is_put_back_as_near_as_can_be(before, written):
    assert ACTIVE_DIRECTORY.put_back(before) == written


def test_a_lockout_cannot_be_put_back():
    with pytest.raises(UnclearError):
        ACTIVE_DIRECTORY.put_back({"lockoutTime": [AN_HOUR_AGO]})


@pytest.mark.parametrize(("found", "stands"), [([AN_HOUR_AGO], True), ([b"0"], False), ([], False)])
def test_the_server_s_own_time_stands_for_minus_one(found, stands):
    assert ACTIVE_DIRECTORY.stands("pwdLastSet", found, [b"-1"]) is stands


LAGGING = ServerFacts(
    software="", time=None, precisions={"lastLogonTimestamp": 1209600}, unread={"sign_ins": "off"}
)
READ = [
    # what was read                       missing     Samba   exact   said
    ("all domain controllers",            [],         False,  True,   ""),
    ("all, but by Samba",                 [],         True,   False,  "Samba"),
    ("all but two",                       ["B", "C"], False,  False,  "B, C"),
    ("it is not known which there are",   None,       False,  False,  "is not shown"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("missing", "by_samba", "exact", "said"), [pytest.param(*c, id=n) for n, *c in READ]
)
def test_sign_ins_are_exact_when_every_domain_controller_was_read(missing, by_samba, exact, said):
    facts = with_last_logon(LAGGING, missing, by_samba=by_samba)

    assert (facts.precisions == {}, facts.unread == {}) == (exact, exact)
    assert said in " ".join(facts.problems)
    assert bool(facts.problems) is not exact


REFERENCES = [
    ("ldap://x.vn/CN=Configuration,DC=x,DC=vn",       False),
    ("ldap://DomainDnsZones.x.vn/DC=DomainDnsZones,DC=x,DC=vn", False),
    ("ldap://ForestDnsZones.x.vn/DC=ForestDnsZones,DC=x,DC=vn", False),
    ("ldap://child.x.vn/DC=child,DC=x,DC=vn",         True),
    ("ldap://x.vn/CN%3DConfiguration,DC=x,DC=vn",     False),
]  # fmt: skip


@pytest.mark.parametrize(("reference", "counts"), REFERENCES)
def test_a_reference_counts_where_there_may_be_accounts(reference, counts):
    assert elsewhere([reference]) == ([reference] if counts else [])

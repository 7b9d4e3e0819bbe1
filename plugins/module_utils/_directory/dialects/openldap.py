# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""OpenLDAP 2.5 and later, with the password policy overlay. Facts and sources: docs/openldap.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from ..._core.account import Lock
from ..client import Directory
from ..codecs import (
    BOOLEAN,
    DN,
    HASH,
    TEXT,
    TEXTS,
    TIME,
    UUID,
    UnclearError,
    moment,
    shown_text,
    time,
)
from ..dialect import (
    ChangeMarks,
    Dialect,
    EnforcedPolicy,
    Field,
    ForcedChange,
    LockState,
    Mark,
    Marker,
    RootDse,
    ServerFacts,
    Values,
)
from ..ppolicy import read_policies
from ..ppolicy_settings import POLICY_WRITING
from ..slapd_config import read_config
from ..slapd_monitor import Copying, copying, version_and_clock

LOCKED_FOR_GOOD = "000001010000Z"  # slapo-ppolicy(5), pwdAccountLockedTime
NO_YEAR = b"0000"  # what that value is known by
# Of the record of sign-ins on a server that copies another one (slapd of 2.5 and 2.6 differ).
STAYS = (
    "this server copies {source}: a sign-in on this one reaches no other server, and with the next"
    " change of the entry it is gone: read {source}, and see to it that people sign in there"
)
NOWHERE = (
    "this server copies {source} and hands nothing on to it: a sign-in on this one is recorded"
    " nowhere: give it the overlay chain, so that it is recorded on {source}"
)
CLOCKS_DIFFER = timedelta(minutes=5)  # a lock of this moment may bear a time that is ahead of us


def entry_key(values: Values) -> bytes:
    """The entryUUID as its 16 bytes."""
    try:
        return bytes.fromhex(values["entryUUID"][0].replace(b"-", b"").decode("ascii"))
    except (KeyError, ValueError):
        return b""


def _describe(directory: Directory, root: RootDse, base: str) -> ServerFacts:
    """What cn=Monitor and cn=config tell, where we may read them."""
    version, now = version_and_clock(directory, root)
    config = read_config(directory, root, base)
    gap = _gap_of_record(version, copying(directory, root, base))
    return ServerFacts(
        software=version or "OpenLDAP",
        time=now,
        precisions=config.precisions if config else {},
        unread={"sign_ins": gap} if gap else {},
    )


def _gap_of_record(version: str, found: Copying) -> str:
    """Why an account without a sign-in, or with an old one, may have signed in; "": it has not."""
    if not found.source:
        return ""
    if version.startswith("OpenLDAP 2.5."):
        return STAYS.format(source=found.source)
    return "" if found.hands_on else NOWHERE.format(source=found.source)


def _judge_lock(values: Values, policy: EnforcedPolicy | None, now: datetime) -> LockState:
    """What the lock attributes come to, under the account's policy (None: not known)."""
    problems: tuple[str, ...] = ()
    for name in filter(values.__contains__, _LOCKS):
        try:
            state = _judge_one(name, values[name][0], policy, now)
        except UnclearError as unclear:
            state = LockState(problems=(f"{name}: {unclear}",))
        problems += state.problems
        if state.lock:
            return replace(state, problems=problems)
    return LockState(problems=problems)


def _judge_one(
    attribute: str, value: bytes, policy: EnforcedPolicy | None, now: datetime
) -> LockState:
    """What one of them comes to. Raises UnclearError."""
    if attribute == "pwdAccountLockedTime":
        return _judge_locked_time(value, policy, now)
    at = moment(value)
    if at > now if attribute == "pwdEndTime" else at <= now:
        return LockState()
    # Whatever the policy says: the password is not valid now, and only an administrator set that.
    ended = time(value) if attribute == "pwdEndTime" else ""
    return LockState(lock=Lock.ADMINISTRATOR, locked_at=ended)


def _judge_locked_time(value: bytes, policy: EnforcedPolicy | None, now: datetime) -> LockState:
    if policy and not policy.honours_lock:
        return LockState(
            problems=(
                f"pwdAccountLockedTime is set, but {policy.record.name} has pwdLockout FALSE:"
                " the account can sign in. Set pwdLockout TRUE in that policy.",
            )
        )
    if value.startswith(NO_YEAR):
        return LockState(lock=Lock.ADMINISTRATOR)
    since = moment(value)
    if since > now + CLOCKS_DIFFER:
        return LockState(
            problems=(
                f"pwdAccountLockedTime {shown_text(value)} lies in the future: until then"
                f" the account can sign in. To lock it for good, set {LOCKED_FOR_GOOD}.",
            )
        )
    duration = policy.record.lockout_duration if policy else None
    if duration and since + duration <= now:
        return LockState()  # the server lets the account in again
    return LockState(lock=Lock.FAILURES, locked_at=time(value))


_LOCKS = ("pwdAccountLockedTime", "pwdStartTime", "pwdEndTime")


def _lock_state(values: Values, policy: EnforcedPolicy | None, now: datetime) -> str:
    states = [
        _judge_one(name, values[name][0], policy, now).lock for name in _LOCKS if name in values
    ]
    if Lock.ADMINISTRATOR in states:
        return "locked"
    return "locked by failures" if Lock.FAILURES in states else "active"


def _wanted_lock(state: str, values: Values, now: datetime) -> Mapping[str, list[bytes]]:
    if state == "locked":
        return {"pwdAccountLockedTime": [LOCKED_FOR_GOOD.encode()]}
    # A time of the password's validity that locks nobody now is somebody's decision: it stays.
    return {
        name: []
        for name in _LOCKS
        if name in values
        and (name == "pwdAccountLockedTime" or _judge_one(name, values[name][0], None, now).lock)
    }


def _lock_obstacle(state: str, policy: EnforcedPolicy | None) -> str:
    if state != "locked":
        return ""
    if policy is None or not policy.is_shown:
        return (
            "whether a lock has any effect is not known, for its password policy is not shown:"
            " give read rights on it, or state default_password_policy"
        )
    if not policy.honours_lock:
        return (
            f"a lock would have no effect, for {policy.record.name} has pwdLockout FALSE: set"
            " lockout_threshold in that policy first"
        )
    return ""


def _judge_must_change(values: Values, policy: EnforcedPolicy | None) -> ForcedChange:
    """Whether pwdReset asks for a new password. Raises UnclearError."""
    if "pwdReset" not in values:
        return ForcedChange(forced=False)
    try:
        forced = BOOLEAN.decode(values["pwdReset"]) == "true"
    except UnclearError as unclear:
        raise UnclearError(f"pwdReset: {unclear}") from None
    if not forced or policy is None or policy.honours_must_change:
        return ForcedChange(forced=forced)
    return ForcedChange(
        forced=True,
        problem=f"pwdReset is set, but {policy.record.name} makes nobody change the password"
        " (pwdMustChange FALSE): set it TRUE in that policy",
    )


def _must_change_state(values: Values, policy: EnforcedPolicy | None, now: datetime) -> str:
    del policy, now
    return "yes" if values.get("pwdReset") == [b"TRUE"] else "no"


def _wanted_must_change(state: str, values: Values, now: datetime) -> Mapping[str, list[bytes]]:
    del values, now
    return {"pwdReset": [b"TRUE"] if state == "yes" else []}


def _must_change_obstacle(state: str, policy: EnforcedPolicy | None) -> str:
    if state != "yes":
        return ""
    if policy is None or not policy.is_shown:
        return (
            "whether a forced change has any effect is not known, for its password policy is not"
            " shown: give read rights on it, or state default_password_policy"
        )
    if not policy.honours_must_change:
        return (
            f"a forced change would have no effect, for {policy.record.name} has pwdMustChange"
            " FALSE: set must_change_after_reset in that policy first"
        )
    return ""


OPENLDAP = Dialect(
    name="openldap",
    title="OpenLDAP",
    marker=Marker(attribute="objectClass", value="OpenLDAProotDSE"),
    root_dse=("namingContexts", "configContext", "monitorContext", "supportedControl"),
    # People, and whatever else has an address; the accounts of tools have neither.
    account_filter="(|(objectClass=inetOrgPerson)(mail=*))",
    pages_anywhere=False,  # 200 units: 16 s in pages, 2 s without
    fields=(
        Field("id", "entryUUID", UUID),
        Field("login", "uid", TEXT),
        Field("mail", "mail", TEXTS),
        Field("name", "cn", TEXT),
        Field("created_at", "createTimestamp", TIME),
        Field("password_changed_at", "pwdChangedTime", TIME),
        Field("must_change", "pwdReset", BOOLEAN),
        Field("lock", "pwdAccountLockedTime", TIME),
        Field("lock", "pwdStartTime", TIME),  # the password is valid from then
        Field("lock", "pwdEndTime", TIME),  # and not from then on
        Field("sign_ins", "pwdLastSuccess", TIME),  # the core's lastbind
        Field("sign_ins", "authTimestamp", TIME),  # the overlay of the same name
        Field("password_policy", "pwdPolicySubentry", DN),
        Field("forwards", "mailRoutingAddress", TEXTS),  # misc.schema
        Field("forwards", "mailForwardingAddress", TEXTS),  # qmail.schema and its kin
        Field("forwards", "maildrop", TEXTS),  # Postfix' own schema
        Field("forwards", "mgrpRFC822MailMember", TEXTS),  # members of a group of mail (mailGroup)
        Field("contacts", "mozillaSecondEmail", TEXTS),  # mozillaAbPersonAlpha
        Field("password_check", "userPassword", HASH),
    ),
    describe=_describe,
    read_policies=read_policies,
    judge_lock=_judge_lock,
    judge_must_change=_judge_must_change,
    marks={
        "lock": Mark(
            attributes=_LOCKS,
            rests_on=("sign_ins", "password_changed_at"),
            state=_lock_state,
            wanted=_wanted_lock,
            obstacle=_lock_obstacle,
        ),
        "must_change": Mark(
            attributes=("pwdReset",),
            rests_on=("password_changed_at",),
            state=_must_change_state,
            wanted=_wanted_must_change,
            obstacle=_must_change_obstacle,
        ),
    },
    policy_writing=POLICY_WRITING,
    change_marks=ChangeMarks(
        key_attribute="entryUUID",
        key=entry_key,
        mark="entryCSN",
        # A server that only copies another one writes these without moving entryCSN.
        unmarked=("authTimestamp", "pwdAccountLockedTime", "pwdLastSuccess"),
        syncs=lambda _directory: True,
        probes=True,
    ),
)

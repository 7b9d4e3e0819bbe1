# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Zimbra 8 and later: its directory is an OpenLDAP. Facts and sources: docs/zimbra.md."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ..._core.account import Lock
from ..client import BASE, Directory
from ..codecs import (
    BOOLEAN,
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
from ..complaints import RefusedError
from ..dialect import (
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
from ..notation import ADDRESSES, SCRIPT
from ..result_codes import NO_SUCH_ATTRIBUTE
from ..slapd_monitor import version_and_clock
from ..zimbra_policy import (
    FILTER_FORWARDING,
    FORWARDING,
    NO_OWN_CHANGE,
    OWN_SETTINGS,
    POLICY_WRITING,
    read_policies,
    seconds_of,
)

CONFIG = "cn=config,cn=zimbra"
_LAST_LOGON, _FREQUENCY = "zimbraLastLogonTimestamp", "zimbraLastLogonTimestampFrequency"
_EPHEMERAL = "zimbraEphemeralBackendURL"
_USUAL_FREQUENCY = b"7d"

_HIDDEN = (
    f"{_FREQUENCY} in {CONFIG} is not shown to the account that binds, so whether sign-ins are"
    " recorded, and how exactly, is not known: give it read rights there"
)
_OFF = (
    f"{_FREQUENCY} is 0: Zimbra does not record sign-ins. Set it, as with"
    f" `zmprov mcf {_FREQUENCY} 1d`"
)
_ELSEWHERE = (
    "Zimbra keeps sign-ins outside its directory, in {url} (" + _EPHEMERAL + "): what stands in the"
    " directory may be out of date"
)
_CANNOT_CHANGE = (
    f"a forced change would keep the person out, who may not change the password ({NO_OWN_CHANGE}"
    " TRUE{where}): take that away first"
)


def _is_zimbra(directory: Directory, root: RootDse) -> bool:
    """Whether its schema knows Zimbra's accounts. Who may read people only sees that, too."""
    del root
    try:
        return bool(
            directory.find("cn=Subschema", "(objectClasses=zimbraAccount)", ("1.1",), scope=BASE)
        )
    except RefusedError:
        return False


def _describe(directory: Directory, root: RootDse, base: str) -> ServerFacts:
    """Version and clock from cn=Monitor, the record of sign-ins from Zimbra's configuration."""
    del base
    version, now = version_and_clock(directory, root)
    precision, unread = _sign_in_record(directory)
    return ServerFacts(
        software=f"Zimbra ({version or 'OpenLDAP'})",
        time=now,
        precisions={_LAST_LOGON: precision},
        unread={"sign_ins": unread} if unread else {},
    )


def _sign_in_record(directory: Directory) -> tuple[int, str]:
    """Seconds in which a further sign-in is not recorded, and why that is not all ("": it is)."""
    try:
        entries = directory.find(CONFIG, "(objectClass=*)", (_FREQUENCY, _EPHEMERAL), scope=BASE)
    except RefusedError:
        entries = []
    if not entries:
        return 0, _HIDDEN
    values = entries[0][1]
    if _FREQUENCY not in values and not _is_absent(directory, _FREQUENCY, "7d"):
        return 0, _HIDDEN
    try:
        seconds = seconds_of(values.get(_FREQUENCY, [_USUAL_FREQUENCY])[0])
    except UnclearError as unclear:
        return 0, f"{_FREQUENCY} in {CONFIG}: {unclear}"
    url = shown_text(values.get(_EPHEMERAL, [b"ldap"])[0])
    if not url.startswith("ldap"):
        return seconds, _ELSEWHERE.format(url=url)
    return seconds, "" if seconds else _OFF


def _is_absent(directory: Directory, attribute: str, sample: str) -> bool:
    return directory.compare([(CONFIG.encode(), attribute, sample)]) == [NO_SUCH_ATTRIBUTE]


_STATUS = "zimbraAccountStatus"
_LOCKED_TIME, _FAILURE_TIME = (
    "zimbraPasswordLockoutLockedTime",
    "zimbraPasswordLockoutFailureTime",
)
# None of them signs in; mail is taken in for `locked` alone.
_KEPT_OUT = frozenset({"locked", "maintenance", "closed", "pending"})


def _status(values: Values) -> str:
    return shown_text(values.get(_STATUS, [b"active"])[0]).lower()


def _judge_lock(values: Values, policy: EnforcedPolicy | None, now: datetime) -> LockState:
    """What the status comes to. A lockout is over when its duration is, whatever stands there."""
    status = _status(values)
    if status in _KEPT_OUT:
        return LockState(lock=Lock.ADMINISTRATOR)
    if status == "lockout":
        return _judge_lockout(values, policy, now)
    if status == "active":
        return LockState()
    return LockState(problems=(f"{_STATUS} {status} is no status that is known here",))


def _judge_lockout(values: Values, policy: EnforcedPolicy | None, now: datetime) -> LockState:
    if _LOCKED_TIME not in values:
        return LockState(lock=Lock.FAILURES)
    value = values[_LOCKED_TIME][0]
    try:
        since = moment(value)
    except UnclearError as unclear:
        return LockState(lock=Lock.FAILURES, problems=(f"{_LOCKED_TIME}: {unclear}",))
    duration = policy.record.lockout_duration if policy else None
    if duration and since + duration <= now:
        return LockState()  # the next sign-in sets it active
    return LockState(lock=Lock.FAILURES, locked_at=time(value))


def _lock_state(values: Values, policy: EnforcedPolicy | None, now: datetime) -> str:
    state = _judge_lock(values, policy, now)
    if state.problems:
        raise UnclearError(state.problems[0])
    if state.lock is Lock.ADMINISTRATOR:
        return "locked"
    return "locked by failures" if state.lock else "active"


def _wanted_lock(state: str, values: Values, now: datetime) -> Mapping[str, list[bytes]]:
    """`locked`, never `closed`: that takes the account out of all lists, and refuses its mail.

    Zimbra takes the traces of a lockout away with it only where its own programs unlock.
    """
    del now
    if state == "locked":
        return {_STATUS: [b"locked"]}
    status = _status(values)
    if status not in ("locked", "lockout"):
        raise UnclearError(
            f"{_STATUS} is {status}, which somebody chose for another reason than to lock it: make"
            f" it active with `zmprov ma ADDRESS {_STATUS} active`"
        )
    traces: dict[str, list[bytes]] = {
        name: [] for name in (_LOCKED_TIME, _FAILURE_TIME) if name in values
    }
    return {_STATUS: [b"active"], **traces}


def _judge_must_change(values: Values, policy: EnforcedPolicy | None) -> ForcedChange:
    del policy
    if "zimbraPasswordMustChange" not in values:
        return ForcedChange(forced=False)
    return ForcedChange(forced=BOOLEAN.decode(values["zimbraPasswordMustChange"]) == "true")


def _must_change_state(values: Values, policy: EnforcedPolicy | None, now: datetime) -> str:
    del now
    return "yes" if _judge_must_change(values, policy).forced else "no"


def _wanted_must_change(state: str, values: Values, now: datetime) -> Mapping[str, list[bytes]]:
    del now
    if state == "yes" and values.get(NO_OWN_CHANGE) == [b"TRUE"]:
        raise UnclearError(_CANNOT_CHANGE.format(where=""))
    return {"zimbraPasswordMustChange": [b"TRUE"] if state == "yes" else []}


def _must_change_obstacle(state: str, policy: EnforcedPolicy | None) -> str:
    if state == "yes" and policy and policy.bequeaths.get(NO_OWN_CHANGE) == [b"TRUE"]:
        return _CANNOT_CHANGE.format(where=f" in {policy.record.name}")
    return ""


ZIMBRA = Dialect(
    name="zimbra",
    title="Zimbra",
    marker=Marker(attribute="objectClass", value="OpenLDAProotDSE", confirmed=_is_zimbra),
    root_dse=("namingContexts", "monitorContext"),
    account_filter="(objectClass=zimbraAccount)",
    fields=(
        Field("id", "zimbraId", UUID),
        Field("login", "uid", TEXT),
        Field("mail", "mail", TEXTS),  # with its aliases
        Field("name", "cn", TEXT),
        Field("created_at", "zimbraCreateTimestamp", TIME),
        Field("password_changed_at", "zimbraPasswordModifiedTime", TIME),
        Field("must_change", "zimbraPasswordMustChange", BOOLEAN),
        Field("lock", _STATUS, TEXT),
        Field("lock", _LOCKED_TIME, TIME),
        Field("sign_ins", _LAST_LOGON, TIME),
        Field("password_policy", "zimbraCOSId", TEXT),
        Field("forwards", "zimbraMailForwardingAddress", TEXTS),  # set by an administrator
        Field(
            "forwards",
            "zimbraPrefMailForwardingAddress",  # set by its owner
            TEXTS,
            notation=ADDRESSES,
            switch=FORWARDING,
        ),
        Field(
            "forwards", "zimbraMailSieveScript", TEXTS, notation=SCRIPT, switch=FILTER_FORWARDING
        ),
        Field("forwards", "zimbraAdminSieveScriptBefore", TEXTS, notation=SCRIPT),
        Field("forwards", "zimbraAdminSieveScriptAfter", TEXTS, notation=SCRIPT),
        Field("contacts", "zimbraPrefPasswordRecoveryAddress", TEXTS, recovers=True),
        Field("contacts", "zimbraPrefNewMailNotificationAddress", TEXTS),
        Field("password_check", "userPassword", HASH),
    ),
    describe=_describe,
    read_policies=read_policies,
    judge_lock=_judge_lock,
    judge_must_change=_judge_must_change,
    own_settings=OWN_SETTINGS,
    holds_mail=True,
    marks={
        "lock": Mark(
            attributes=(_STATUS, _LOCKED_TIME, _FAILURE_TIME),
            rests_on=("sign_ins", "password_changed_at"),
            state=_lock_state,
            wanted=_wanted_lock,
            obstacle=lambda _state, _policy: "",  # Zimbra heeds it whatever else is set
        ),
        "must_change": Mark(
            attributes=("zimbraPasswordMustChange", NO_OWN_CHANGE),
            rests_on=("password_changed_at",),
            state=_must_change_state,
            wanted=_wanted_must_change,
            obstacle=_must_change_obstacle,
        ),
    },
    policy_writing=POLICY_WRITING,
)

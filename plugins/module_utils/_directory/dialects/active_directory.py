# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Active Directory, Windows' or Samba's. Facts and sources: docs/active-directory.md."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ..._core.account import Lock
from ..client import Directory
from ..codecs import DN, NO_TIME, TEXT, TEXTS, TIME, UnclearError, shown_text
from ..complaints import RefusedError
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
    Values,
)
from ..domain_controllers import LAGGING, ask, bound_as, describe, with_replicas
from ..domain_forwards import ALIAS, PREFIXED, elsewhere, knowing_recipients
from ..domain_policy import POLICY_WRITING, read_policies
from ..windows_values import BITS, FILETIME, GUID, filetime, moment_of, number

_CONTROL, _COMPUTED = "userAccountControl", "msDS-User-Account-Control-Computed"
_LOCKED_OUT, _EXPIRES, _LAST_SET = "lockoutTime", "accountExpires", "pwdLastSet"
# Bits of the first two ([MS-ADTS], 2.2.16)
_DISABLED, _LOCKOUT, _NEVER_EXPIRES = 0x2, 0x10, 0x10000
_NOW = b"-1"  # of pwdLastSet: the server sets the time; 0: a new password is to be set

_NOT_SHOWN = f"{_CONTROL} is not shown: give the account that binds the right to read it"
_EXPIRED = (
    f"the account has expired ({_EXPIRES}), which somebody decided: a later date has to be set by"
    " hand"
)
_FORCES_NOTHING = (
    f"a forced change would have no effect, for the account's password never expires ({_CONTROL}"
    " has DONT_EXPIRE_PASSWORD): take that away first"
)
_FORCED_IN_VAIN = (
    f"{_LAST_SET} is 0, but {_CONTROL} has DONT_EXPIRE_PASSWORD: nobody is made to change the"
    " password. Take that away"
)
_ONLY_ENDED = f"{_LOCKED_OUT} can be ended by others and set by the server alone"


def _judge_lock(values: Values, policy: EnforcedPolicy | None, now: datetime) -> LockState:
    """What disables the account, what has expired, and a lockout after wrong passwords."""
    try:
        if _bits(values, _CONTROL) & _DISABLED:
            return LockState(lock=Lock.ADMINISTRATOR)
        if ended := _expiry(values, now):
            return LockState(lock=Lock.ADMINISTRATOR, locked_at=ended)
        if _is_locked_out(values, policy, now):
            at = filetime(values[_LOCKED_OUT][0]) if _LOCKED_OUT in values else NO_TIME
            return LockState(lock=Lock.FAILURES, locked_at="" if at == NO_TIME else at)
    except UnclearError as unclear:
        return LockState(problems=(str(unclear),))
    return LockState()


def _expiry(values: Values, now: datetime) -> str:
    """JSON text of the time at which the account expired; "": it has not."""
    value = values.get(_EXPIRES, [b"0"])[0]
    at = moment_of(value)
    return filetime(value) if at and at <= now else ""


def _is_locked_out(values: Values, policy: EnforcedPolicy | None, now: datetime) -> bool:
    """As the server computes it; where it does not show that, by the policy's duration."""
    if _COMPUTED in values:
        return bool(_bits(values, _COMPUTED) & _LOCKOUT)
    since = moment_of(values.get(_LOCKED_OUT, [b"0"])[0])
    duration = policy.record.lockout_duration if policy else None
    return since is not None and not (duration and since + duration <= now)


def _lock_state(values: Values, policy: EnforcedPolicy | None, now: datetime) -> str:
    if _CONTROL not in values:
        raise UnclearError(_NOT_SHOWN)
    state = _judge_lock(values, policy, now)
    if state.problems:
        raise UnclearError(state.problems[0])
    if state.lock is Lock.ADMINISTRATOR:
        return "locked"
    return "locked by failures" if state.lock is Lock.FAILURES else "active"


def _wanted_lock(state: str, values: Values, now: datetime) -> Mapping[str, list[bytes]]:
    """One bit of userAccountControl; the others stay. The entry stays where it is."""
    bits = _bits(values, _CONTROL)
    if state == "locked":
        return {_CONTROL: [_text(bits | _DISABLED)]}
    if _expiry(values, now):
        raise UnclearError(_EXPIRED)
    edits = {}
    if bits & _DISABLED:
        edits[_CONTROL] = [_text(bits & ~_DISABLED)]
    if moment_of(values.get(_LOCKED_OUT, [b"0"])[0]):
        edits[_LOCKED_OUT] = [b"0"]
    return edits


def _judge_must_change(values: Values, policy: EnforcedPolicy | None) -> ForcedChange:
    del policy  # no policy takes the effect of it
    if values.get(_LAST_SET) != [b"0"]:
        return ForcedChange(forced=False)
    if _bits(values, _CONTROL) & _NEVER_EXPIRES:
        return ForcedChange(forced=False, problem=_FORCED_IN_VAIN)
    return ForcedChange(forced=True)


def _must_change_state(values: Values, policy: EnforcedPolicy | None, now: datetime) -> str:
    del now
    return "yes" if _judge_must_change(values, policy).forced else "no"


def _wanted_must_change(state: str, values: Values, now: datetime) -> Mapping[str, list[bytes]]:
    del now
    if state != "yes":
        return {_LAST_SET: [_NOW]}
    if _CONTROL not in values:
        raise UnclearError(_NOT_SHOWN)
    if _bits(values, _CONTROL) & _NEVER_EXPIRES:
        raise UnclearError(_FORCES_NOTHING)
    return {_LAST_SET: [b"0"]}


def _unhindered(state: str, policy: EnforcedPolicy | None) -> str:
    del state, policy
    return ""


def _put_back(before: Values) -> Values:
    """What to write so that it is as before: some values only the server itself can write."""
    if moment_of(before.get(_LOCKED_OUT, [b"0"])[0]):
        raise UnclearError(_ONLY_ENDED)
    if before.get(_LAST_SET, [b"0"]) != [b"0"]:
        return {**before, _LAST_SET: [_NOW]}
    return before


def _stands(attribute: str, found: list[bytes], written: list[bytes]) -> bool:
    if attribute == _LAST_SET and written == [_NOW]:
        return found not in ([], [b"0"])
    return sorted(found) == sorted(written)


def _numbering_and_groups(directory: Directory, root: RootDse, _base: str) -> list[str]:
    """Which server's numbers uSNChanged has; and all groups, where some may decide on a policy.

    A password settings object holds for the members of its groups, and of the groups in those.
    """
    domain = shown_text(root.get("defaultNamingContext", [b""])[0])
    found = list(map(shown_text, root.get("dsServiceName", [])))
    box = f"CN=Password Settings Container,CN=System,{domain}"
    try:
        if not directory.find(box, "(!(objectClass=msDS-PasswordSettingsContainer))", ("1.1",)):
            return found
    except RefusedError:
        pass  # then there may be some
    groups = directory.search(domain, "(objectClass=group)", ("uSNChanged",), page_size=1000)
    return found + sorted(f"{shown_text(dn)} {values.get('uSNChanged')}" for dn, values in groups)


def _bits(values: Values, attribute: str) -> int:
    return number(values[attribute][0]) if attribute in values else 0


def _text(bits: int) -> bytes:
    return str(bits).encode()


ACTIVE_DIRECTORY = Dialect(
    name="active_directory",
    title="Active Directory",
    marker=Marker(attribute="supportedCapabilities", value="1.2.840.113556.1.4.800"),
    root_dse=(
        "configurationNamingContext",
        "currentTime",
        "defaultNamingContext",
        "domainFunctionality",
        "dsServiceName",
        "schemaNamingContext",
        "tokenGroups",
        "vendorName",
    ),
    # SAM_NORMAL_USER_ACCOUNT: no computers, no trusts. Without an address it is no mailbox, and to
    # lock it would end a service.
    account_filter="(&(sAMAccountType=805306368)(mail=*))",
    fields=(
        Field("id", "objectGUID", GUID),
        Field("login", "sAMAccountName", TEXT),
        Field("mail", "mail", TEXTS),
        Field("name", "displayName", TEXT),
        Field("created_at", "whenCreated", TIME),
        Field("password_changed_at", _LAST_SET, FILETIME),
        Field("must_change", _LAST_SET, FILETIME),
        Field("lock", _CONTROL, BITS),
        Field("lock", _COMPUTED, BITS),
        Field("lock", _EXPIRES, FILETIME),
        Field("lock", _LOCKED_OUT, FILETIME),
        Field("sign_ins", LAGGING, FILETIME),
        Field("sign_ins", "lastLogon", FILETIME, local=True),
        Field("password_policy", "msDS-ResultantPSO", DN),
        # Exchange's extension of the schema:
        Field("forwards", "targetAddress", TEXTS, notation=PREFIXED),
        Field("forwards", "msExchGenericForwardingAddress", TEXTS, notation=PREFIXED),
        Field("forwards", "altRecipient", TEXTS, notation=ALIAS),
        Field("contacts", "otherMailbox", TEXTS),
    ),
    lacks=frozenset({"password_check"}),  # no hash is ever shown
    describe=describe,
    read_policies=read_policies,
    judge_lock=_judge_lock,
    judge_must_change=_judge_must_change,
    with_replicas=with_replicas,
    specialised=knowing_recipients,
    elsewhere=elsewhere,
    ask=ask,
    bound_as=bound_as,
    asserts=False,
    put_back=_put_back,
    stands=_stands,
    marks={
        "lock": Mark(
            attributes=(_CONTROL, _COMPUTED, _EXPIRES, _LOCKED_OUT),
            rests_on=("sign_ins", "password_changed_at"),
            state=_lock_state,
            wanted=_wanted_lock,
            obstacle=_unhindered,
        ),
        "must_change": Mark(
            attributes=(_LAST_SET, _CONTROL),
            rests_on=("password_changed_at",),
            state=_must_change_state,
            wanted=_wanted_must_change,
            obstacle=_unhindered,
        ),
    },
    policy_writing=POLICY_WRITING,
    change_marks=ChangeMarks(
        key_attribute="objectGUID",
        key=lambda values: values.get("objectGUID", [b""])[0],
        mark="uSNChanged",
        # What each server keeps for itself; and the time of the last change, for a server that
        # was restored gives its numbers a second time. What it computes is left out, which is most
        # of the work of reading all: it follows from what is here, from `passing` and `inherited`.
        unmarked=("lastLogon", "whenChanged"),
        passing=frozenset({_LOCKED_OUT}),
        inherited=_numbering_and_groups,
    ),
)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""FreeIPA 4: people with Kerberos' attributes on 389 Directory Server. Facts: docs/freeipa.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ..._core.account import Lock
from ..client import Directory
from ..codecs import DN, TEXT, TIME, UnclearError, moment, shown_text
from ..complaints import RefusedError
from ..dialect import (
    Dialect,
    EnforcedPolicy,
    Field,
    ForcedChange,
    LockState,
    Mark,
    RootDse,
    ServerFacts,
    Values,
)
from ..dn import parent, same_dn, values_of
from ..freeipa_policies import POLICY_WRITING, read_policies, suffix_of
from ..policy_settings import number_of
from .ds389 import (
    DS389,
    EPOCH,
    PEOPLE,
    always_in_force,
    ask,
    clock_of,
    judge_account_lock,
    read_entry,
    refuse_role,
    version_of,
)

_MARKERS = ("ipaTopologyPluginVersion", "ipaDomainLevel")  # of the root DSE: no plain 389 has them
_COUNT = replace(TEXT, sample="0")  # INTEGER (RFC 4517, 3.3.16)
_OFF = b"kdc:disable last success"  # a value of ipaConfigString

NOT_RECORDED = (
    "FreeIPA does not record sign-ins, as is its default: take KDC:Disable Last Success out of"
    " ipaConfigString (`ipa config-mod`) on purpose, and state since when in the policy file"
)
RECORD_UNKNOWN = (
    "whether FreeIPA records sign-ins is not known: give the account that binds the right to read"
    " cn=ipaConfig,cn=etc and cn=masters,cn=ipa,cn=etc"
)
OTHER_SERVERS = (
    "each FreeIPA server records its own sign-ins and tells no other: name these in replicas, too:"
    " {missing}"
)


def _is_freeipa(directory: Directory, root: RootDse) -> bool:
    del directory
    return any(root.get(marker) for marker in _MARKERS)


def _describe(directory: Directory, root: RootDse, base: str) -> ServerFacts:
    del base
    return ServerFacts(
        software=f"FreeIPA ({version_of(root)})",
        time=clock_of(directory),
        unread=_unread(directory, root, []),
    )


def _with_replicas(
    directory: Directory, root: RootDse, facts: ServerFacts, read: Sequence[RootDse]
) -> ServerFacts:
    return replace(facts, unread=_unread(directory, root, read))


def _unread(directory: Directory, root: RootDse, read: Sequence[RootDse]) -> Mapping[str, str]:
    gap = _gap_of_record(directory, root, {_host(one) for one in (root, *read)})
    return {"sign_ins": gap} if gap else {}


def _gap_of_record(directory: Directory, root: RootDse, read: set[str]) -> str:
    """Why an account without a sign-in, or with an old one, may have signed in; "": it has not."""
    suffix = suffix_of(root, "")
    config = read_entry(directory, f"cn=ipaConfig,cn=etc,{suffix}", "cn", "ipaConfigString")
    servers = _servers(directory, f"cn=masters,cn=ipa,cn=etc,{suffix}")
    if not config or not servers:
        return RECORD_UNKNOWN
    if _OFF in map(bytes.lower, config.get("ipaConfigString", [])):
        return NOT_RECORDED
    missing = sorted(servers - read)
    return OTHER_SERVERS.format(missing=", ".join(missing)) if missing else ""


def _servers(directory: Directory, masters: str) -> set[str]:
    """The names of all servers of the realm; none where they are not shown."""
    try:
        found = directory.find(masters, "(cn=*)", ["1.1"])
    except RefusedError:
        return set()
    return {
        shown_text(next(values_of(dn, "cn"))).lower()
        for dn, _ in found
        if same_dn(shown_text(parent(dn))) == same_dn(masters)
    }


def _host(root: RootDse) -> str:
    """The server's own name, from netscapemdsuffix: cn=ldap://dc=ipa1,dc=town,dc=example:389."""
    own = shown_text(root.get("netscapemdsuffix", [b""])[0]).rpartition("/")[2]
    return own.partition(":")[0].replace("dc=", "").replace(",", ".").lower()


def _judge_lock(values: Values, policy: EnforcedPolicy | None, now: datetime) -> LockState:
    state = judge_account_lock(values)
    if state.lock:
        return state
    try:
        lock = Lock.FAILURES if _has_failed(values, policy, now) else None
    except UnclearError as unclear:
        return LockState(problems=(*state.problems, f"krbLastFailedAuth: {unclear}"))
    return LockState(lock=lock, problems=state.problems)


def _has_failed(values: Values, policy: EnforcedPolicy | None, now: datetime) -> bool:
    """Whether the account is kept out after wrong passwords. Raises UnclearError."""
    threshold = policy.record.lockout_threshold if policy else None
    if not threshold or number_of(values, "krbLoginFailedCount") < threshold:
        return False
    duration = policy.record.lockout_duration if policy else None
    if not duration:
        return True  # until somebody unlocks
    failed = values.get("krbLastFailedAuth", [EPOCH])
    return moment(failed[0]) + duration > now


def _lock_state(values: Values, policy: EnforcedPolicy | None, now: datetime) -> str:
    lock = _judge_lock(values, policy, now).lock
    if lock is Lock.ADMINISTRATOR:
        return "locked"
    return "locked by failures" if lock else "active"


def _wanted_lock(state: str, values: Values, now: datetime) -> Mapping[str, list[bytes]]:
    del now
    if state == "locked":
        return {"nsAccountLock": [b"TRUE"]}
    refuse_role(values)
    failures = {"krbLoginFailedCount": [b"0"]} if "krbLoginFailedCount" in values else {}
    return {"nsAccountLock": [], **failures} if "nsAccountLock" in values else failures


def _is_forced(values: Values) -> bool:
    """Whether the password expired when it was set: so FreeIPA marks a reset by an administrator.

    One that expired later was its owner's.
    """
    if "krbPasswordExpiration" not in values:
        return False
    changed = values.get("krbLastPwdChange", [EPOCH])
    return moment(values["krbPasswordExpiration"][0]) <= moment(changed[0])


def _judge_must_change(values: Values, policy: EnforcedPolicy | None) -> ForcedChange:
    del policy
    return ForcedChange(forced=_is_forced(values))


def _must_change_state(values: Values, policy: EnforcedPolicy | None, now: datetime) -> str:
    del policy, now
    return "yes" if _is_forced(values) else "no"


def _wanted_must_change(state: str, values: Values, now: datetime) -> Mapping[str, list[bytes]]:
    del now
    forced = values.get("krbLastPwdChange", [EPOCH])[:1]
    return {"krbPasswordExpiration": forced if state == "yes" else []}


FREEIPA = Dialect(
    name="freeipa",
    title="FreeIPA",
    marker=replace(DS389.marker, confirmed=_is_freeipa),
    root_dse=(
        *DS389.root_dse,
        *_MARKERS,
        "defaultNamingContext",
        "netscapemdsuffix",
    ),
    account_filter=DS389.account_filter,
    fields=(
        *PEOPLE,
        Field("password_changed_at", "krbLastPwdChange", TIME),
        Field("must_change", "krbPasswordExpiration", TIME),
        Field("lock", "nsAccountLock", TEXT),
        Field("lock", "krbLoginFailedCount", _COUNT),
        Field("lock", "krbLastFailedAuth", TIME),
        Field("sign_ins", "krbLastSuccessfulAuth", TIME, local=True),
        Field("password_policy", "krbPwdPolicyReference", DN),
    ),
    describe=_describe,
    with_replicas=_with_replicas,
    read_policies=read_policies,
    judge_lock=_judge_lock,
    judge_must_change=_judge_must_change,
    ask=ask,
    asserts=False,
    marks={
        "lock": Mark(
            attributes=("nsAccountLock", "nsRole", "krbLoginFailedCount", "krbLastFailedAuth"),
            rests_on=("sign_ins", "password_changed_at"),
            state=_lock_state,
            wanted=_wanted_lock,
            obstacle=always_in_force,
        ),
        "must_change": Mark(
            attributes=("krbPasswordExpiration", "krbLastPwdChange"),
            rests_on=("password_changed_at",),
            state=_must_change_state,
            wanted=_wanted_must_change,
            obstacle=always_in_force,
        ),
    },
    policy_writing=POLICY_WRITING,
)

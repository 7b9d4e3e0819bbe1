# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""389 Directory Server 2.3 and later. Facts and sources: docs/389-ds.md."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from ..._core.account import Lock
from ..client import BASE, Directory
from ..codecs import DN, HASH, TEXT, TEXTS, TIME, UnclearError, moment, shown_text
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
    Question,
    RootDse,
    ServerFacts,
    Values,
)
from ..dn import is_within, values_of
from ..ds389_policies import ACCOUNT_POLICY, GLOBAL, is_on, read_policies
from ..ds389_policy_writing import POLICY_WRITING
from ..result_codes import NO_SUCH_ATTRIBUTE, UNDEFINED_ATTRIBUTE_TYPE

EPOCH = b"19700101000000Z"  # passwordExpirationTime: to be changed; accountUnlockTime: never ends
_NAMES = re.compile(rb"\bNAME\s+\(?((?:\s*'[^']+')+)")  # of an attribute (RFC 4512, 4.1.2)
DISABLING_ROLES = (b"nsdisabledrole", b"nsmanageddisabledrole")  # dsidm's and its forerunners'

# Entries that give others values, and what these values are made from.
_GIVING = "(|(objectClass=ldapSubEntry)(objectClass=cosTemplate)(objectClass=nsRoleDefinition))"
_GIVEN = (
    *("cosAttribute", "cosIndirectSpecifier", "cosPriority", "cosSpecifier", "cosTemplateDn"),
    *("nsRoleDN", "nsRoleFilter", "nsRoleScopeDN", "nsAccountLock", "pwdpolicysubentry", "mail"),
    *("mailForwardingAddress", "mailRoutingAddress", "maildrop", "mgrpRFC822MailMember"),
    "mozillaSecondEmail",
)

CHANGELOG = "cn=Retro Changelog Plugin,cn=plugins,cn=config"
_LEFT_OUT = ("nsslapd-exclude-attrs", "nsslapd-exclude-suffix", "nsslapd-include-suffix")

NOT_RECORDED = (
    "the server does not record sign-ins of everybody: the Account Policy plugin is off, or its"
    " alwaysRecordLogin is not yes (cn=config,{plugin})"
)
ANOTHER_RECORD = (
    "the server records sign-ins in {attribute}, not in lastLoginTime (stateAttrName of"
    " cn=config,{plugin})"
)
RECORD_UNKNOWN = (
    "whether the server records every sign-in is not known: give the account that binds the right"
    " to read {plugin} and the entry below it"
)
NO_LOCK = 'nsAccountLock is "{value}", which locks nobody: set it to true, or take it away'
BY_ROLE = "the account is locked by its role {role}: take it out of that role (nsRoleDN)"


def describe(directory: Directory, root: RootDse, base: str) -> ServerFacts:
    """Version from the root DSE, clock from cn=monitor, the record of sign-ins from the plugin."""
    del base
    gap = _gap_of_record(directory)
    return ServerFacts(
        software=version_of(root),
        time=clock_of(directory),
        unread={"sign_ins": gap} if gap else {},
    )


def version_of(root: RootDse) -> str:
    """As "389-DS 2.3.1", from "389-Directory/2.3.1 B2025.016.1616"."""
    version = shown_text(root.get("vendorVersion", [b""])[0]).partition("/")[2].split(" ")[0]
    return f"389-DS {version}".strip()


def clock_of(directory: Directory) -> datetime | None:
    """The server's own time, where it is shown."""
    try:
        return moment(read_entry(directory, "cn=monitor", "currenttime")["currenttime"][0])
    except (KeyError, UnclearError):
        return None


def _gap_of_record(directory: Directory) -> str:
    """Why an account without a sign-in, or with an old one, may have signed in; "": it has not."""
    plugin = read_entry(directory, ACCOUNT_POLICY, "nsslapd-pluginEnabled")
    settings = read_entry(
        directory, f"cn=config,{ACCOUNT_POLICY}", "alwaysrecordlogin", "stateattrname"
    )
    if not plugin or not settings:
        return RECORD_UNKNOWN.format(plugin=ACCOUNT_POLICY)
    always = settings.get("alwaysrecordlogin", [b"no"])[0].lower() in (b"yes", b"on", b"true")
    if not is_on(plugin, "nsslapd-pluginEnabled") or not always:
        return NOT_RECORDED.format(plugin=ACCOUNT_POLICY)
    attribute = settings.get("stateattrname", [b"lastLoginTime"])[0]
    if attribute.lower() != b"lastlogintime":
        return ANOTHER_RECORD.format(attribute=shown_text(attribute), plugin=ACCOUNT_POLICY)
    return ""


def read_entry(directory: Directory, dn: str, *attributes: str) -> Values:
    """What an entry shows to us; nothing where it is not shown."""
    try:
        entries = directory.find(dn, "(objectClass=*)", attributes, scope=BASE)
    except RefusedError:
        return {}
    return entries[0][1] if entries else {}


def ask(directory: Directory, root: RootDse, questions: Sequence[Question]) -> list[int]:
    """Whether attributes that entries do not show are absent, by compare requests.

    Those answer noSuchAttribute for what no schema has, too: so that is looked up.
    """
    del root
    codes = directory.compare(questions)
    known = _schema(directory) if NO_SUCH_ATTRIBUTE in codes else frozenset()
    return [
        UNDEFINED_ATTRIBUTE_TYPE
        if known and code == NO_SUCH_ATTRIBUTE and attribute.lower().encode() not in known
        else code
        for (_, attribute, _), code in zip(questions, codes, strict=True)
    ]


def _schema(directory: Directory) -> frozenset[bytes]:
    """The names of all attributes that the server knows, in lower case; none: it is not shown."""
    shown = read_entry(directory, "cn=schema", "attributeTypes").get("attributeTypes", [])
    names = (found[1] for one in shown if (found := _NAMES.search(one)))
    return frozenset(name.lower() for group in names for name in re.findall(rb"'([^']+)'", group))


def judge_account_lock(values: Values) -> LockState:
    """What nsAccountLock comes to, an attribute of the account or given by a role."""
    value = values.get("nsAccountLock", [b"false"])[0]  # of several the first one counts
    if value.lower() == b"true":
        return LockState(lock=Lock.ADMINISTRATOR)
    if value.lower() == b"false":
        return LockState()
    return LockState(problems=(NO_LOCK.format(value=shown_text(value)),))


def _judge_lock(values: Values, policy: EnforcedPolicy | None, now: datetime) -> LockState:
    state = judge_account_lock(values)
    if state.lock or "accountUnlockTime" not in values:
        return state
    try:
        lock = Lock.FAILURES if _has_failed(values["accountUnlockTime"][0], policy, now) else None
    except UnclearError as unclear:
        return LockState(problems=(*state.problems, f"accountUnlockTime: {unclear}"))
    return LockState(lock=lock, problems=state.problems)


def _has_failed(unlock_time: bytes, policy: EnforcedPolicy | None, now: datetime) -> bool:
    """Whether the account is kept out after wrong passwords. Raises UnclearError."""
    record = policy.record if policy else None
    if record and record.lockout_threshold == 0:
        return False
    if unlock_time == EPOCH:  # until somebody unlocks, where the policy says so
        return not (record and record.lockout_duration)
    return moment(unlock_time) > now


_FAILURES = ("accountUnlockTime", "passwordRetryCount", "retryCountResetTime")


def _lock_state(values: Values, policy: EnforcedPolicy | None, now: datetime) -> str:
    lock = _judge_lock(values, policy, now).lock
    if lock is Lock.ADMINISTRATOR:
        return "locked"
    return "locked by failures" if lock else "active"


def _wanted_lock(state: str, values: Values, now: datetime) -> Mapping[str, list[bytes]]:
    del now
    if state == "locked":
        return {"nsAccountLock": [b"true"]}
    refuse_role(values)
    return {name: [] for name in ("nsAccountLock", *_FAILURES) if name in values}


def refuse_role(values: Values) -> None:
    """Raise UnclearError for an account whose lock stands in a role, not in itself."""
    for role in values.get("nsRole", []):
        if next(values_of(role, "cn"), b"").lower() in DISABLING_ROLES:
            raise UnclearError(BY_ROLE.format(role=shown_text(role)))


def is_atomic(dn: str) -> bool:
    """Whether a modify is made as a whole or not at all: in the configuration the edits before one
    that is refused have come into force."""
    return not is_within(dn, [GLOBAL])


def always_in_force(state: str, policy: EnforcedPolicy | None) -> str:
    """nsAccountLock needs no policy's consent."""
    del state, policy
    return ""


def _judge_must_change(values: Values, policy: EnforcedPolicy | None) -> ForcedChange:
    """Whether passwordExpirationTime asks for a new password.

    The server also sets the second after EPOCH, after a reset by anybody but Directory Manager:
    that forces nothing.
    """
    if values.get("passwordExpirationTime", [b""])[0] != EPOCH:
        return ForcedChange(forced=False)
    if policy is None or policy.honours_must_change:
        return ForcedChange(forced=True)
    return ForcedChange(
        forced=True,
        problem=f"passwordExpirationTime asks for a new password, but {policy.record.name} makes"
        " nobody change it (passwordMustChange is not on): set it on in that policy",
    )


def _must_change_state(values: Values, policy: EnforcedPolicy | None, now: datetime) -> str:
    del policy, now
    return "yes" if values.get("passwordExpirationTime") == [EPOCH] else "no"


def _wanted_must_change(state: str, values: Values, now: datetime) -> Mapping[str, list[bytes]]:
    del values, now
    return {"passwordExpirationTime": [EPOCH] if state == "yes" else []}


def _must_change_obstacle(state: str, policy: EnforcedPolicy | None) -> str:
    if state != "yes":
        return ""
    if policy is None or not policy.is_shown:
        return (
            "whether a forced change has any effect is not known, for its password policy is not"
            " shown: give read rights on it"
        )
    if not policy.honours_must_change:
        return (
            f"a forced change would have no effect, for {policy.record.name} has not"
            " passwordMustChange on: set must_change_after_reset in that policy first"
        )
    return ""


def _entry_key(values: Values) -> bytes:
    """The nsUniqueId as its 16 bytes."""
    try:
        return bytes.fromhex(values["nsUniqueId"][0].replace(b"-", b"").decode("ascii"))
    except (KeyError, ValueError):
        return b""


def _logs_all_changes(directory: Directory) -> bool:
    """Whether the changelog, which content synchronisation tells from, is shown to leave out none.

    It may be told to leave out sign-ins, for they fill it.
    """
    shown = read_entry(directory, CHANGELOG, "nsslapd-pluginEnabled", *_LEFT_OUT)
    return is_on(shown, "nsslapd-pluginEnabled") and not any(map(shown.get, _LEFT_OUT))


def inherited(directory: Directory, root: RootDse, base: str) -> list[str]:
    """What roles and classes of service give to accounts. Raises UnclearError."""
    suffixes = [
        one for one in map(shown_text, root.get("namingContexts", [])) if is_within(base, [one])
    ]
    found = directory.find(max(suffixes, key=len, default=base), _GIVING, _GIVEN)
    if any("cosIndirectSpecifier" in values for _, values in found):
        raise UnclearError(
            "an indirect class of service gives accounts what stands in other entries"
        )
    return sorted(f"{shown_text(dn)}: {sorted(values.items())}" for dn, values in found)


PEOPLE = (
    Field("id", "nsUniqueId", TEXT),
    Field("login", "uid", TEXT),
    Field("mail", "mail", TEXTS),
    Field("name", "cn", TEXT),
    Field("created_at", "createTimestamp", TIME),
    Field("forwards", "mailForwardingAddress", TEXTS),  # 50ns-mail.ldif
    Field("forwards", "mailRoutingAddress", TEXTS),
    Field("forwards", "mgrpRFC822MailMember", TEXTS),  # members of a group of mail (mailGroup)
    Field("forwards", "maildrop", TEXTS),  # Postfix' own schema
    Field("contacts", "mozillaSecondEmail", TEXTS),  # 60mozilla.ldif
    Field("password_check", "userPassword", HASH),
)

DS389 = Dialect(
    name="ds389",
    title="389 Directory Server",
    marker=Marker(attribute="vendorName", value="389 Project"),
    root_dse=("namingContexts", "supportedControl", "vendorVersion"),
    # People, and whatever else has an address; the accounts of tools have neither.
    account_filter="(|(objectClass=inetOrgPerson)(mail=*))",
    fields=(
        *PEOPLE,
        Field("password_changed_at", "pwdUpdateTime", TIME),
        Field("must_change", "passwordExpirationTime", TIME),
        Field("lock", "nsAccountLock", TEXT),
        Field("lock", "accountUnlockTime", TIME),
        Field("sign_ins", "lastLoginTime", TIME),  # the Account Policy plugin
        Field("password_policy", "pwdpolicysubentry", DN),
    ),
    describe=describe,
    read_policies=read_policies,
    judge_lock=_judge_lock,
    judge_must_change=_judge_must_change,
    ask=ask,
    asserts=False,
    exchanges=is_atomic,
    marks={
        "lock": Mark(
            attributes=("nsAccountLock", "nsRole", *_FAILURES),
            rests_on=("sign_ins", "password_changed_at"),
            state=_lock_state,
            wanted=_wanted_lock,
            obstacle=always_in_force,
        ),
        "must_change": Mark(
            attributes=("passwordExpirationTime",),
            rests_on=("password_changed_at",),
            state=_must_change_state,
            wanted=_wanted_must_change,
            obstacle=_must_change_obstacle,
        ),
    },
    policy_writing=POLICY_WRITING,
    change_marks=ChangeMarks(
        key_attribute="nsUniqueId",
        key=_entry_key,
        mark="modifyTimestamp",
        # What the server itself writes, and what a class of service or a role gives.
        unmarked=(
            *("accountUnlockTime", "lastLoginTime", "nsAccountLock", "passwordExpirationTime"),
            *("pwdUpdateTime", "pwdpolicysubentry"),
        ),
        coarse=True,
        syncs=_logs_all_changes,
        told_in_part=True,
        names_deleted=True,
        inherited=inherited,
    ),
)

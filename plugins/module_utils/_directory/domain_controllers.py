# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What an Active Directory domain controller says of itself, of its domain, and of our rights."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from .client import BASE, Directory
from .codecs import UnclearError, moment, shown_text
from .complaints import RefusedError
from .dialect import Question, RootDse, ServerFacts
from .dn import same_dn
from .domain_policy import domain_of
from .result_codes import (
    INSUFFICIENT_ACCESS_RIGHTS,
    NO_SUCH_ATTRIBUTE,
    UNDEFINED_ATTRIBUTE_TYPE,
)
from .security_descriptor import may_read
from .windows_values import number

LAGGING = "lastLogonTimestamp"
_INTERVAL = "msDS-LogonTimeSyncInterval"
_USUAL_INTERVAL = 14  # days
_SINCE_2003 = 2  # domainFunctionality: lastLogonTimestamp
_SAMBA = "samba"
# domainFunctionality ([MS-ADTS], 6.1.4.3); 2019 and 2022 have none of their own
_LEVELS = {2: "2003", 3: "2008", 4: "2008 R2", 5: "2012", 6: "2012 R2", 7: "2016", 10: "2025"}
# LDAP_SERVER_SD_FLAGS_OID with owner, group and access list: the whole needs a privilege.
_WITHOUT_AUDITING = ("1.2.840.113556.1.4.801", True, bytes.fromhex("3003020107"))

OFF = (
    f"{_INTERVAL} of {{domain}} is 0: sign-ins are not recorded for the whole domain. Clear it, and"
    " they are from then on"
)
TOO_OLD = (
    "the domain's functional level is older than Windows Server 2003: sign-ins are not recorded for"
    " the whole domain. Raise it"
)
NOT_ALL = (
    f"not every domain controller was read for lastLogon, so {LAGGING} stays the measure, which"
    " lags up to {days} days: name these in replicas, too: {missing}"
)
NOT_EXACT = (
    f"Samba does not write lastLogon when somebody binds with a password, so {LAGGING} stays the"
    " measure, which lags up to {days} days"
)
CONTROLLERS_UNREAD = (
    f"which domain controllers there are is not shown to the account that binds, so {LAGGING} stays"
    " the measure, which lags up to {days} days: give it read rights on the configuration's Sites"
)


def describe(directory: Directory, root: RootDse, base: str) -> ServerFacts:
    """Software, clock, and how far the record of sign-ins lags ([MS-ADTS], 3.1.1.1.9)."""
    domain = domain_of(root, base)
    days = _sync_interval(directory, domain)
    level = number(root.get("domainFunctionality", [b"0"])[0])
    unread = {}
    if level < _SINCE_2003:
        unread["sign_ins"] = TOO_OLD
    elif days == 0:
        unread["sign_ins"] = OFF.format(domain=domain)
    try:
        now = moment(root.get("currentTime", [b""])[0])
    except UnclearError:
        now = None
    return ServerFacts(
        software=_software(root, level),
        time=now,
        precisions={LAGGING: days * 86400},
        unread=unread,
    )


def with_replicas(
    directory: Directory, root: RootDse, facts: ServerFacts, read: Sequence[RootDse]
) -> ServerFacts:
    """The facts when these servers, too, were read for what each keeps by itself.

    lastLogon of every domain controller together is exact: the record that lags tells no more then.
    """
    missing = _unread_controllers(directory, root, [root, *read])
    return with_last_logon(facts, missing, by_samba=is_samba(root))


def with_last_logon(
    facts: ServerFacts, missing: Sequence[str] | None, *, by_samba: bool
) -> ServerFacts:
    """The same, when these domain controllers were not read; None: which there are is not known."""
    days = facts.precisions.get(LAGGING, 0) // 86400
    problem = ""
    if missing is None:
        problem = CONTROLLERS_UNREAD.format(days=days)
    elif missing:
        problem = NOT_ALL.format(days=days, missing=", ".join(missing))
    elif by_samba:
        problem = NOT_EXACT.format(days=days)
    if problem:
        return replace(facts, problems=(*facts.problems, problem))
    unread = {name: why for name, why in facts.unread.items() if name != "sign_ins"}
    return replace(facts, precisions={}, unread=unread)


def is_samba(root: RootDse) -> bool:
    """Whether the domain controller is Samba."""
    return shown_text(root.get("vendorName", [b""])[0]).lower().startswith(_SAMBA)


def ask(directory: Directory, root: RootDse, questions: Sequence[Question]) -> list[int]:
    """Whether attributes that entries do not show are absent, by rights and schema.

    A compare request does not tell: Samba answers compareFalse to all of them.
    """
    names = {attribute for _, attribute, _ in questions}
    known = _schema(directory, root, names)
    sids = frozenset(root.get("tokenGroups", []))
    descriptors = {dn: _descriptor(directory, dn) for dn in {dn for dn, _, _ in questions}}
    return [
        _answer(known.get(attribute.lower()), descriptors[dn], sids)
        for dn, attribute, _ in questions
    ]


def bound_as(directory: Directory, root: RootDse) -> str:
    """DN of the account that binds, by its security identifier; else as it bound."""
    sids = root.get("tokenGroups", [])
    if sids:
        asked = "".join(f"\\{byte:02x}" for byte in sids[0])
        try:
            found = directory.find(domain_of(root, ""), f"(objectSid={asked})", ("1.1",))
        except RefusedError:
            found = []
        if found:
            return shown_text(found[0][0])
    return directory.bound_as()


def _software(root: RootDse, level: int) -> str:
    kind = "Samba AD" if is_samba(root) else "Active Directory"
    return f"{kind} (functional level {_LEVELS.get(level, level)})"


def _sync_interval(directory: Directory, domain: str) -> int:
    """Days after which a further sign-in is recorded for the whole domain, at the latest."""
    found = directory.find(domain, "(objectClass=*)", [_INTERVAL], scope=BASE)
    value = found[0][1].get(_INTERVAL) if found else None
    return number(value[0]) if value else _USUAL_INTERVAL


def _unread_controllers(
    directory: Directory, root: RootDse, read: Sequence[RootDse]
) -> list[str] | None:
    """The domain's controllers that were not read, by name; None: which there are is not shown."""
    sites = f"CN=Sites,{shown_text(root.get('configurationNamingContext', [b''])[0])}"
    asked = "(|(objectClass=nTDSDSA)(objectClass=nTDSDSARO))"
    holding = ("msDS-HasDomainNCs", "hasMasterNCs", "msDS-hasFullReplicaNCs")
    try:
        found = directory.find(sites, asked, holding)
    except RefusedError:
        return None
    domain = same_dn(domain_of(root, ""))
    controllers = [
        shown_text(dn)
        for dn, values in found
        if domain in {same_dn(shown_text(v)) for name in holding for v in values.get(name, [])}
    ]
    seen = {same_dn(shown_text(one.get("dsServiceName", [b""])[0])) for one in read}
    if same_dn(shown_text(root.get("dsServiceName", [b""])[0])) not in map(same_dn, controllers):
        return None
    return [_host(dn) for dn in controllers if same_dn(dn) not in seen]


def _host(service: str) -> str:
    """The name in "CN=NTDS Settings,CN=DC1,CN=Servers,..."."""
    return service.split(",")[1].partition("=")[2]


def _schema(
    directory: Directory, root: RootDse, names: Collection[str]
) -> dict[str, frozenset[bytes]]:
    """Attribute, in lower case -> what access rules call it; those that the schema lacks are left
    out."""
    schema = shown_text(root.get("schemaNamingContext", [b""])[0])
    asked = "".join(f"(lDAPDisplayName={name})" for name in sorted(names))
    wanted = ("lDAPDisplayName", "schemaIDGUID", "attributeSecurityGUID")
    found = directory.find(schema, f"(|{asked})", wanted) if names else []
    return {
        shown_text(values["lDAPDisplayName"][0]).lower(): frozenset(
            value for name in wanted[1:] for value in values.get(name, [])
        )
        for _, values in found
        if "lDAPDisplayName" in values
    }


def _descriptor(directory: Directory, dn: bytes) -> bytes:
    """The access rules of an entry; b"": not shown."""
    name = "nTSecurityDescriptor"
    found = list(
        directory.search(dn.decode(), attributes=[name], scope=BASE, controls=(_WITHOUT_AUDITING,))
    )
    return found[0][1].get(name, [b""])[0] if found else b""


def _answer(names: frozenset[bytes] | None, descriptor: bytes, sids: frozenset[bytes]) -> int:
    if names is None:
        return UNDEFINED_ATTRIBUTE_TYPE
    try:
        readable = bool(descriptor and sids) and may_read(descriptor, sids, names)
    except UnclearError:
        readable = False
    return NO_SUCH_ATTRIBUTE if readable else INSUFFICIENT_ACCESS_RIGHTS

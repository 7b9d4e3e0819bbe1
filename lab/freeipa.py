# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""FreeIPA's directory: a 389 Directory Server that holds the population as FreeIPA stores it.

No FreeIPA runs, and no Kerberos: nsAccountLock keeps people out, as it does there; what FreeIPA's
own programs alone act on (expiry, failures, password policies, the record of sign-ins) stands there
and does nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import dirsrv, population
from .dirsrv import DATA, MANAGER
from .layout import Layout
from .ldif import classes, entry, generalized_time
from .population import SUFFIX, Person
from .process import Probe
from .server import Server, ldap_probe
from .template import TEMPLATES

_NAME = "freeipa"
REALM = "QUANGNINH.GOV.VN"
_ACCOUNTS = f"cn=accounts,{SUFFIX}"
USERS = f"cn=users,{_ACCOUNTS}"
_GROUPS = f"cn=groups,{_ACCOUNTS}"
_SYSTEM = f"cn=sysaccounts,cn=etc,{SUFFIX}"
_REALM = f"cn={REALM},cn=kerberos,{SUFFIX}"
CONFIG = f"cn=ipaConfig,cn=etc,{SUFFIX}"
MASTERS = f"cn=masters,cn=ipa,cn=etc,{SUFFIX}"
GLOBAL_POLICY = f"cn=global_policy,{_REALM}"
STRICT_GROUP = f"cn=cong-an-phuong,{_GROUPS}"
STRICT_POLICY = f"cn=cong-an-phuong,{_REALM}"
READERS = ("auditor", "hash-auditor", "enforcer")
_MAX_FAILURES = 6

# A person's old hashes and Kerberos keys are for nobody.
_SECRET = "userPassword || passwordHistory || krbPrincipalKey || krbPwdHistory || krbMKey"
_WRITE_ACCOUNT = (
    'targetattr="nsAccountLock || krbPasswordExpiration || krbLoginFailedCount'
    ' || mailForwardingAddress"'
)
_WRITE_POLICY = (
    'targetattr="krbPwdMinLength || krbPwdHistoryLength || krbMaxPwdLife || krbPwdMaxFailure'
    ' || krbPwdLockoutDuration"'
)


def login(name: str) -> dict[str, str]:
    """DN and password of the administrator ("admin") or of one of READERS."""
    dn = MANAGER if name == "admin" else f"cn={name},{_SYSTEM}"
    return {"dn": dn, "password": f"{name}-secret"}


def dn_of(person: Person) -> str:
    """The DN of a person: all are in one folder, the unit is an attribute."""
    return f"uid={person.uid},{USERS}"


def _prepare(layout: Layout) -> None:
    readable = 'targetattr="objectClass || cn || passwordMustChange"'
    settings = {
        # The root DSE, with what FreeIPA's topology plugin shows there.
        "": {
            "objectClass": ["top", "extensibleObject"],
            "aci": dirsrv.allow("read", 'targetattr!="aci"', "read,search,compare", ["anyone"]),
            "ipaTopologyPluginVersion": "1.0",
            "ipaDomainLevel": 1,
        },
        "cn=config": {
            "aci": dirsrv.allow("read", readable, "read,search,compare", _dns(*READERS)),
        },
    }
    dirsrv.prepare(
        layout,
        _NAME,
        login("admin")["password"],
        settings,
        _entries(layout),
        schema=(DATA / "60kerberos.ldif", TEMPLATES / "61ipa.ldif"),
    )


def _entries(layout: Layout) -> Iterator[str]:
    yield entry(SUFFIX, [*classes("domain"), ("dc", "quangninh"), *(("aci", a) for a in _rules())])
    for dn in (
        *(_ACCOUNTS, USERS, _GROUPS, f"cn=cosTemplates,{_ACCOUNTS}"),
        *(f"cn=etc,{SUFFIX}", _SYSTEM, f"cn=ipa,cn=etc,{SUFFIX}", MASTERS),
        f"cn=localhost,{MASTERS}",  # this very server, by its name
    ):
        yield entry(dn, [*classes("nsContainer"), ("cn", _first(dn))])
    yield entry(CONFIG, [*classes("nsContainer", "ipaConfigObject"), ("cn", "ipaConfig")])
    for name in READERS:
        yield dirsrv.reader(login(name))
    yield entry(f"cn=kerberos,{SUFFIX}", [*classes("krbContainer"), ("cn", "kerberos")])
    yield entry(_REALM, [*classes("krbContainer"), ("cn", REALM)])
    yield _policy(GLOBAL_POLICY, min_length=8)
    yield from _strict_policy()
    for person in population.people(layout.people, layout.now):
        yield entry(dn_of(person), [*_identity(person), *_state(person)])


def _rules() -> Iterator[str]:
    everything, reads = f'targetattr!="{_SECRET}"', "read,search,compare"
    people, realm = f'target="ldap:///{USERS}"', f'target="ldap:///{_REALM}"'
    yield dirsrv.allow("read", everything, reads, _dns(*READERS))
    yield dirsrv.allow(
        "read hashes", 'targetattr="userPassword"', reads, _dns("hash-auditor"), people
    )
    yield dirsrv.allow("write accounts", _WRITE_ACCOUNT, "write", _dns("enforcer"), people)
    yield dirsrv.allow("write policies", _WRITE_POLICY, "write", _dns("enforcer"), realm)
    yield dirsrv.allow("own entry", everything, reads, ["self"])


def _dns(*names: str) -> list[str]:
    return [login(name)["dn"] for name in names]


def _first(dn: str) -> str:
    """The value of the first part of a DN."""
    return dn.partition(",")[0].partition("=")[2]


def _policy(dn: str, min_length: int) -> str:
    return entry(
        dn,
        [
            *classes("krbPwdPolicy", "ipaPwdPolicy"),
            ("cn", _first(dn)),
            ("krbPwdMinLength", min_length),
            ("krbPwdMinDiffChars", 0),
            ("krbPwdHistoryLength", 3),
            ("krbMaxPwdLife", 0),
            ("krbMinPwdLife", 0),
            ("krbPwdMaxFailure", _MAX_FAILURES),
            ("krbPwdFailureCountInterval", 600),
            ("krbPwdLockoutDuration", 0),  # until somebody unlocks: the lab's states keep
            ("passwordGraceLimit", -1),
        ],
    )


def _strict_policy() -> Iterator[str]:
    """The strict unit's own policy: a class of service hands it to the members of a group."""
    yield _policy(STRICT_POLICY, min_length=12)
    yield entry(STRICT_GROUP, [*classes("groupOfNames"), ("cn", _first(STRICT_GROUP))])
    templates = f"cn=cosTemplates,{_ACCOUNTS}"
    yield entry(
        f'cn="{STRICT_GROUP}",{templates}',
        [
            *classes("extensibleObject", "krbContainer", "costemplate"),
            ("cosPriority", 1),
            ("krbPwdPolicyReference", STRICT_POLICY),
        ],
    )
    yield entry(
        f"cn=Password Policy,{_ACCOUNTS}",
        [
            *classes("ldapSubEntry", "cosSuperDefinition", "cosClassicDefinition"),
            ("cn", "Password Policy"),
            ("cosTemplateDn", templates),
            ("cosAttribute", "krbPwdPolicyReference override"),
            ("cosSpecifier", "memberOf"),
        ],
    )


def _identity(person: Person) -> Iterator[tuple[str, object]]:
    yield from classes("inetOrgPerson", "krbPrincipalAux", "nsMemberOf")
    yield "nsUniqueId", dirsrv.unique_id(dn_of(person))
    yield "uid", person.uid
    yield "krbPrincipalName", f"{person.uid}@{REALM}"
    yield "cn", person.name
    yield "sn", person.name.partition(" ")[0]
    yield "ou", person.unit
    yield "userPassword", person.password_hash
    yield from (("mail", address) for address in person.mail)
    if person.unit == population.STRICT_UNIT:
        yield "memberOf", STRICT_GROUP
    if person.forward:
        yield from classes("mailRecipient")
        yield "mailForwardingAddress", person.forward
    if person.contact:
        yield from classes("mozillaAbPersonAlpha")
        yield "mozillaSecondEmail", person.contact


def _state(person: Person) -> Iterator[tuple[str, object]]:
    """The attributes that make the person's state true."""
    state, created = person.state, person.ago(person.state.created)
    changed = person.ago(state.password_changed)
    yield "createTimestamp", generalized_time(created)
    yield "modifyTimestamp", generalized_time(changed or created)
    yield "krbLastPwdChange", generalized_time(changed)
    yield "krbLastSuccessfulAuth", generalized_time(person.ago(state.signed_in))
    # A reset by an administrator lets the password expire in the same moment.
    yield "krbPasswordExpiration", generalized_time(changed) if state.must_change else None
    if state.lock == "administrator":
        yield "nsAccountLock", "TRUE"
    if state.lock == "failures":
        yield "krbLoginFailedCount", _MAX_FAILURES
        yield "krbLastFailedAuth", generalized_time(person.now)


def _describe(layout: Layout) -> dict[str, Any]:
    return {
        "ldap": dirsrv.uri(layout, _NAME, "ldap"),
        "ldaps": dirsrv.uri(layout, _NAME, "ldaps"),
        "suffix": SUFFIX,
        "search_base": USERS,
        "default_password_policy": GLOBAL_POLICY,
        "accounts": {name: login(name) for name in ("admin", *READERS)},
    }


FREEIPA = Server(
    name=_NAME,
    title="FreeIPA (DS)",
    packages=dirsrv.PACKAGES,
    probes=(ldap_probe("freeipa_ldap"), Probe(port="freeipa_ldaps")),
    version=dirsrv.version,
    prepare=_prepare,
    command=lambda layout: dirsrv.command(layout, _NAME),
    describe=_describe,
    exported=((SUFFIX, "sub"),),
)

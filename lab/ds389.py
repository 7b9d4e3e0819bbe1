# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""389 Directory Server: the population with its states, password policies, last sign-ins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import dirsrv, population
from .dirsrv import ACCOUNT_POLICY, MANAGER
from .layout import Layout
from .ldif import classes, entry, generalized_time
from .population import PEOPLE, SUFFIX, Person
from .process import Probe
from .server import Server, ldap_probe

_NAME = "ds389"
_SERVICES = f"ou=services,{SUFFIX}"
_POLICIES = f"ou=policies,{SUFFIX}"
READERS = ("auditor", "hash-auditor", "enforcer")
_DAY = 86400  # seconds

_STRICT_UNIT = f"ou={population.escape(population.STRICT_UNIT)},{PEOPLE}"
_STRICT_BOX = f"cn=nsPwPolicyContainer,{_STRICT_UNIT}"
STRICT_POLICY = f"cn=policy,{_STRICT_BOX}"
IDLE_POLICY = f"cn=idle-90,{_POLICIES}"  # of the Account Policy plugin; nobody's to begin with

_PASSWORD_POLICY = {
    "passwordCheckSyntax": "on",
    "passwordMinLength": 8,
    "passwordLockout": "on",
    "passwordMaxFailure": 5,
    "passwordUnlock": "off",  # until somebody unlocks: the lab's states keep
    "passwordResetFailureCount": 600,
    "passwordHistory": "on",
    "passwordInHistory": 3,
    "passwordMustChange": "on",
    "passwordTrackUpdateTime": "on",
}
_LOCKED_FOR_GOOD = "19700101000000Z"  # accountUnlockTime, where passwordUnlock is off
_MUST_CHANGE = "19700101000000Z"  # passwordExpirationTime

# What is read of the configuration: the global password policy, which sign-ins are recorded, and
# whether there are other replicas.
# By patterns: a rule that names what no schema has, such as nsslapd-pwpolicy-inherit-global or
# alwaysrecordlogin, is refused.
_READ_POLICY = (
    'targetattr="objectClass || cn || password* || nsslapd-pwpolicy* || nsslapd-allow-hashed*"'
)
_WRITE_ACCOUNT = (
    'targetattr="nsAccountLock || userPassword || passwordExpirationTime || passwordRetryCount'
    ' || retryCountResetTime || accountUnlockTime || mailForwardingAddress"'
)
_WRITE_POLICY = (
    'targetattr="passwordCheckSyntax || passwordMinLength || passwordMinAlphas || passwordMinDigits'
    " || passwordMinSpecials || passwordHistory || passwordInHistory || passwordExp"
    " || passwordMaxAge || passwordLockout || passwordMaxFailure || passwordUnlock"
    ' || passwordLockoutDuration || passwordMustChange"'
)
_GLOBAL_POLICY = 'targetfilter="(objectClass=nsslapdConfig)"'  # cn=config alone, nothing below
_LOCAL_POLICY = 'targetfilter="(objectClass=passwordPolicy)"'


def login(name: str) -> dict[str, str]:
    """DN and password of the administrator ("admin") or of one of READERS."""
    dn = MANAGER if name == "admin" else f"cn={name},{_SERVICES}"
    return {"dn": dn, "password": f"{name}-secret"}


def _prepare(layout: Layout) -> None:
    settings = {
        "cn=config": {
            **_PASSWORD_POLICY,
            "nsslapd-pwpolicy-local": "on",
            "aci": [
                _allow("read", _READ_POLICY, "read,search,compare", *READERS, also=_GLOBAL_POLICY),
                _allow("write", _WRITE_POLICY, "write", "enforcer", also=_GLOBAL_POLICY),
            ],
        },
        ACCOUNT_POLICY: {
            "nsslapd-pluginEnabled": "on",
            "aci": _allow("read settings", 'targetattr="*"', "read,search,compare", *READERS),
        },
        f"cn=config,{ACCOUNT_POLICY}": {
            "alwaysrecordlogin": "yes",
            "stateattrname": "lastLoginTime",
            "altstateattrname": "createTimestamp",
            "specattrname": "acctPolicySubentry",
            "limitattrname": "accountInactivityLimit",
        },
        # Content synchronisation (RFC 4533) tells from the changelog what changed.
        "cn=Content Synchronization,cn=plugins,cn=config": {"nsslapd-pluginEnabled": "on"},
        "cn=Retro Changelog Plugin,cn=plugins,cn=config": {
            "nsslapd-pluginEnabled": "on",
            "nsslapd-attribute": "nsuniqueid:targetUniqueId",
            # Who may not see that it leaves nothing out does not go by it.
            "aci": _allow("read settings", 'targetattr="*"', "read,search,compare", "auditor"),
        },
    }
    dirsrv.prepare(layout, _NAME, login("admin")["password"], settings, _entries(layout))


def _entries(layout: Layout) -> Iterator[str]:
    yield entry(SUFFIX, [*classes("domain"), ("dc", "quangninh"), *(("aci", a) for a in _rules())])
    for name in ("services", "policies", "people"):
        yield dirsrv.unit(name, SUFFIX)
    yield entry(
        IDLE_POLICY,
        [
            *classes("ldapSubEntry", "extensibleObject", "accountPolicy"),
            ("cn", "idle-90"),
            ("accountInactivityLimit", 90 * _DAY),
        ],
    )
    for name in READERS:
        yield dirsrv.reader(login(name))
    for unit in population.UNITS:
        yield dirsrv.unit(unit, PEOPLE)
    for person in population.people(layout.people, layout.now):
        yield entry(person.dn, [*_identity(person), *_state(person)])
    yield from _strict_policy()


def _rules() -> Iterator[str]:
    """Access rules of the suffix. "!=" covers the operational attributes too.

    A person's passwordHistory holds the old hashes; a policy's is a switch.
    """
    everything = 'targetattr!="userPassword || passwordHistory"'
    people = f'target="ldap:///{PEOPLE}"'
    reads = "read,search,compare"
    yield _allow("read", everything, reads, *READERS)
    yield _allow(
        "read policies", 'targetattr="passwordHistory"', reads, *READERS, also=_LOCAL_POLICY
    )
    yield _allow("read hashes", 'targetattr="userPassword"', reads, "hash-auditor", also=people)
    yield _allow("write accounts", _WRITE_ACCOUNT, "write", "enforcer", also=people)
    yield _allow("write policies", _WRITE_POLICY, "write", "enforcer", also=_LOCAL_POLICY)
    yield dirsrv.allow("own password", 'targetattr="userPassword"', "write", ["self"])
    yield dirsrv.allow("own entry", everything, reads, ["self"])


def _allow(title: str, target: str, rights: str, *names: str, also: str = "") -> str:
    return dirsrv.allow(title, target, rights, [login(name)["dn"] for name in names], also)


def _strict_policy() -> Iterator[str]:
    """The strict unit's own password policy: a class of service hands it to its accounts."""
    template = f"cn=template,{_STRICT_BOX}"
    strict = {**_PASSWORD_POLICY, "passwordMinLength": 12, "passwordMaxFailure": 3}
    yield entry(_STRICT_BOX, [*classes("nsContainer"), ("cn", "nsPwPolicyContainer")])
    yield entry(
        STRICT_POLICY,
        [
            *classes("ldapSubEntry", "passwordPolicy", "extensibleObject"),
            ("cn", "policy"),
            *strict.items(),
        ],
    )
    yield entry(
        template,
        [
            *classes("ldapSubEntry", "costemplate", "extensibleObject"),
            ("cn", "template"),
            ("cosPriority", 1),
            ("pwdpolicysubentry", STRICT_POLICY),
        ],
    )
    yield entry(
        f"cn=nsPwPolicy_CoS,{_STRICT_UNIT}",
        [
            *classes("ldapSubEntry", "cosSuperDefinition", "cosPointerDefinition"),
            ("cn", "nsPwPolicy_CoS"),
            ("cosTemplateDn", template),
            ("cosAttribute", "pwdpolicysubentry default operational"),
        ],
    )


def _identity(person: Person) -> Iterator[tuple[str, object]]:
    yield from classes("inetOrgPerson")
    yield "nsUniqueId", dirsrv.unique_id(person.dn)
    yield "uid", person.uid
    yield "cn", person.name
    yield "sn", person.name.partition(" ")[0]
    yield "ou", person.unit
    yield "userPassword", person.password_hash
    yield from (("mail", address) for address in person.mail)
    if person.forward:
        yield from classes("mailRecipient")
        yield "mailForwardingAddress", person.forward
    if person.contact:
        yield from classes("mozillaAbPersonAlpha")
        yield "mozillaSecondEmail", person.contact


def _state(person: Person) -> Iterator[tuple[str, object]]:
    """The operational attributes that make the person's state true."""
    state, created = person.state, person.ago(person.state.created)
    yield "createTimestamp", generalized_time(created)
    yield "modifyTimestamp", generalized_time(person.ago(state.password_changed) or created)
    yield "pwdUpdateTime", generalized_time(person.ago(state.password_changed))
    yield "lastLoginTime", generalized_time(person.ago(state.signed_in))
    yield "passwordExpirationTime", _MUST_CHANGE if state.must_change else None
    if state.lock == "administrator":
        yield "nsAccountLock", "true"
    if state.lock == "failures":
        yield "passwordRetryCount", _PASSWORD_POLICY["passwordMaxFailure"]
        yield "accountUnlockTime", _LOCKED_FOR_GOOD


def _describe(layout: Layout) -> dict[str, Any]:
    return {
        "ldap": dirsrv.uri(layout, _NAME, "ldap"),
        "ldaps": dirsrv.uri(layout, _NAME, "ldaps"),
        "suffix": SUFFIX,
        "search_base": PEOPLE,
        "default_password_policy": "cn=config",
        "accounts": {name: login(name) for name in ("admin", *READERS)},
    }


DS389 = Server(
    name=_NAME,
    title="389-DS",
    packages=dirsrv.PACKAGES,
    probes=(ldap_probe("ds389_ldap"), Probe(port="ds389_ldaps")),
    version=dirsrv.version,
    prepare=_prepare,
    command=lambda layout: dirsrv.command(layout, _NAME),
    describe=_describe,
    exported=((SUFFIX, "sub"), ("cn=config", "base")),
)

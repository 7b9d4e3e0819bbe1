# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The directory of a Zimbra: a slapd that holds the population as Zimbra stores it. No Zimbra runs.

All people are in one folder, their unit is an attribute; password policies are those of classes of
service; what Zimbra alone acts on (status, forced change) stands there and stops nobody's bind.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import population, slapd
from .layout import Layout
from .ldif import classes, entry, generalized_time
from .population import DOMAIN, OUTSIDE, PEOPLE, SUFFIX, Person, State
from .process import Probe
from .server import Server, ldap_probe
from .template import render

_NAME = "zimbra"
_TREE = "cn=zimbra"
CONFIG = f"cn=config,{_TREE}"
DEFAULT_COS = f"cn=default,cn=cos,{_TREE}"
STRICT_COS = f"cn=cong-an-phuong,cn=cos,{_TREE}"
_ADMIN = f"uid=zimbra,cn=admins,{_TREE}"  # as Zimbra's own programs bind
READERS = ("auditor", "hash-auditor", "enforcer", "narrow")
LOGON_FREQUENCY = "1d"
_MAX_FAILURES = 5

_SCHEMA = Path(__file__).parent / "templates" / "zimbra-schema.ldif"
# What the enforcer may write of a class of service.
_POLICY_ATTRIBUTES = tuple(
    f"zimbraPassword{name}"
    for name in (
        "MinLength MaxLength MinAge MaxAge EnforceHistory MinUpperCaseChars MinLowerCaseChars"
        " MinNumericChars MinPunctuationChars MinDigitsOrPuncs MinAlphaChars AllowedChars"
        " BlockCommonEnabled LockoutEnabled LockoutDuration LockoutMaxFailures"
        " LockoutFailureLifetime"
    ).split()
)
_MANY = f"first@{OUTSIDE}, second@{OUTSIDE}, active@{DOMAIN}"
_SCRIPT = f"""require ["fileinto", "tag"];

# Bills
if anyof (header :contains ["subject"] "invoice") {{
    redirect "z-filter@{OUTSIDE}";
    stop;
}}
# An old one, switched off
disabled_if anyof (header :contains ["subject"] "old") {{
    redirect "z-filter-off@{OUTSIDE}";
}}
"""


@dataclass(frozen=True, kw_only=True)
class Special:
    """An account in a state that only Zimbra has."""

    attributes: dict[str, str] = field(default_factory=dict)
    cos: str = ""  # "": the account names none


SPECIALS = {
    "z-maintenance": Special(attributes={"zimbraAccountStatus": "maintenance"}),
    "z-closed": Special(attributes={"zimbraAccountStatus": "closed"}),
    "z-pending": Special(attributes={"zimbraAccountStatus": "pending"}),
    "z-by-admin": Special(attributes={"zimbraMailForwardingAddress": f"z-by-admin@{OUTSIDE}"}),
    "z-many": Special(attributes={"zimbraPrefMailForwardingAddress": _MANY}),
    "z-dormant": Special(
        attributes={
            "zimbraPrefMailForwardingAddress": f"z-dormant@{OUTSIDE}",
            "zimbraFeatureMailForwardingEnabled": "FALSE",
        }
    ),
    # The strict class of service has the feature switched off.
    "z-dormant-by-cos": Special(
        attributes={"zimbraPrefMailForwardingAddress": f"z-dormant-by-cos@{OUTSIDE}"},
        cos=STRICT_COS,
    ),
    "z-own-feature": Special(
        attributes={
            "zimbraPrefMailForwardingAddress": f"z-own-feature@{OUTSIDE}",
            "zimbraFeatureMailForwardingEnabled": "TRUE",
        },
        cos=STRICT_COS,
    ),
    "z-own-policy": Special(attributes={"zimbraPasswordMinLength": "4"}, cos=STRICT_COS),
    "z-filter": Special(attributes={"zimbraMailSieveScript": _SCRIPT}),
}


def login(name: str) -> dict[str, str]:
    """DN and password of the administrator ("admin") or of one of READERS."""
    dn = _ADMIN if name == "admin" else f"uid={name},cn=appaccts,{_TREE}"
    return {"dn": dn, "password": f"{name}-secret"}


def dn_of(uid: str) -> str:
    """The entry of a person."""
    return f"uid={uid},{PEOPLE}"


def _prepare(layout: Layout) -> None:
    folder = _folder(layout)
    for name in ("config", "data"):
        (folder / name).mkdir(parents=True)
    slapd.load(folder, 0, [_configuration(layout)])
    slapd.load(folder, 2, _entries(layout))


def _configuration(layout: Layout) -> str:
    return render(
        "slapd-zimbra.ldif",
        folder=_folder(layout),
        tls=layout.directory / "tls",
        modules=slapd.MODULES,
        schema=slapd.SCHEMA,
        zimbra_schema=_SCHEMA,
        admin_hash=population.ssha(login("admin")["password"]),
        people=PEOPLE,
        policy_attributes=",".join(_POLICY_ATTRIBUTES),
        auditor=login("auditor")["dn"],
        hash_auditor=login("hash-auditor")["dn"],
        enforcer=login("enforcer")["dn"],
        narrow=login("narrow")["dn"],
    )


def _entries(layout: Layout) -> Iterator[str]:
    yield from _configured()
    yield from _domain()
    for person in population.people(layout.people, layout.now):
        yield entry(dn_of(person.uid), [*_identity(person), *_state(person)])
    for uid, special in SPECIALS.items():
        person = Person(uid=uid, unit=population.UNITS[0], name=uid, state=State(), now=layout.now)
        facts = dict(_state(person)) | special.attributes
        if special.cos:
            facts["zimbraCOSId"] = _id(special.cos)
        yield entry(dn_of(uid), [*_identity(person), *facts.items()])


def _configured() -> Iterator[str]:
    """Zimbra's own tree: the configuration, classes of service, who may bind."""
    yield entry(_TREE, [*classes("organizationalRole"), ("cn", "zimbra")])
    yield entry(
        CONFIG,
        [
            *classes("organizationalRole", "zimbraGlobalConfig"),
            ("cn", "config"),
            ("zimbraLastLogonTimestampFrequency", LOGON_FREQUENCY),
        ],
    )
    for name in ("admins", "appaccts", "cos"):
        yield entry(f"cn={name},{_TREE}", [*classes("organizationalRole"), ("cn", name)])
    for name in ("admin", *READERS):
        account = login(name)
        uid = account["dn"].partition(",")[0].removeprefix("uid=")
        yield entry(
            account["dn"],
            [
                *classes("account", "simpleSecurityObject"),
                ("uid", uid),
                ("userPassword", population.ssha(account["password"])),
            ],
        )
    yield _cos(DEFAULT_COS, population.PASSWORD_POLICIES[population.DEFAULT_POLICY], "TRUE")
    yield _cos(STRICT_COS, population.PASSWORD_POLICIES[population.STRICT_POLICY], "FALSE")


def _cos(dn: str, min_length: int, forwarding: str) -> str:
    return entry(
        dn,
        [
            *classes("zimbraCOS"),
            ("cn", dn.partition(",")[0].removeprefix("cn=")),
            ("zimbraId", _id(dn)),
            ("zimbraPasswordMinLength", min_length),
            ("zimbraPasswordMaxLength", 64),
            ("zimbraPasswordMinAge", 0),
            ("zimbraPasswordMaxAge", 0),
            ("zimbraPasswordEnforceHistory", 3),
            ("zimbraPasswordLockoutEnabled", "TRUE"),
            ("zimbraPasswordLockoutMaxFailures", _MAX_FAILURES),
            ("zimbraPasswordLockoutDuration", "0"),  # until somebody unlocks: the states keep
            ("zimbraPasswordLockoutFailureLifetime", "1h"),
            ("zimbraFeatureMailForwardingEnabled", forwarding),
            ("zimbraFeatureMailForwardingInFiltersEnabled", "TRUE"),
        ],
    )


def _domain() -> Iterator[str]:
    parents = SUFFIX.split(",")
    for number in range(len(parents) - 1, -1, -1):
        dn, name = ",".join(parents[number:]), parents[number].removeprefix("dc=")
        domain = [*classes("zimbraDomain"), ("zimbraId", _id(dn)), ("zimbraDomainName", DOMAIN)]
        yield entry(
            dn,
            [
                *classes("dcObject", "organization"),
                *(domain if not number else ()),
                ("dc", name),
                ("o", f"{name} domain"),
            ],
        )
    yield entry(PEOPLE, [*classes("organizationalRole"), ("ou", "people"), ("cn", "people")])


def _identity(person: Person) -> Iterator[tuple[str, object]]:
    yield from classes("inetOrgPerson", "zimbraAccount")
    yield "uid", person.uid
    yield "cn", person.name
    yield "sn", person.name.partition(" ")[0]
    yield "ou", person.unit
    yield "userPassword", person.password_hash
    addresses = person.mail or (f"{person.uid}@{DOMAIN}",)  # Zimbra has nobody without one
    yield "zimbraId", _id(dn_of(person.uid))
    yield "zimbraMailDeliveryAddress", addresses[0]
    yield from (("mail", address) for address in addresses)
    yield from (("zimbraMailAlias", address) for address in addresses[1:])


def _state(person: Person) -> Iterator[tuple[str, object]]:
    """The attributes that make the person's state true."""
    state = person.state
    status = {"administrator": "locked", "failures": "lockout"}.get(state.lock, "active")
    yield "zimbraAccountStatus", status
    yield "zimbraMailStatus", "enabled"
    yield "zimbraCreateTimestamp", generalized_time(person.ago(state.created))
    yield "zimbraPasswordModifiedTime", generalized_time(person.ago(state.password_changed))
    yield "zimbraLastLogonTimestamp", generalized_time(person.ago(state.signed_in))
    yield "zimbraPasswordMustChange", "TRUE" if state.must_change else None
    yield "zimbraPrefMailForwardingAddress", person.forward or None
    yield "zimbraPrefNewMailNotificationAddress", person.contact or None
    yield "zimbraPrefPasswordRecoveryAddress", person.recovery or None
    if person.unit == population.STRICT_UNIT:
        yield "zimbraCOSId", _id(STRICT_COS)
    if status == "lockout":
        yield "zimbraPasswordLockoutLockedTime", generalized_time(person.now)
    scripts = "".join(script.text for script in state.scripts if script.active)
    yield "zimbraMailSieveScript", scripts or None


def _id(dn: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_X500, dn))  # the same in each lab


def _folder(layout: Layout) -> Path:
    return layout.directory / _NAME


def _command(layout: Layout) -> list[str]:
    return slapd.command(_folder(layout), *_addresses(layout))


def _addresses(layout: Layout) -> list[str]:
    return [slapd.uri(layout, scheme, f"{_NAME}_{scheme}") for scheme in ("ldap", "ldaps")]


def _describe(layout: Layout) -> dict[str, Any]:
    return {
        **dict(zip(("ldap", "ldaps"), _addresses(layout), strict=True)),
        "suffix": SUFFIX,
        "search_base": PEOPLE,
        "default_password_policy": DEFAULT_COS,
        "accounts": {name: login(name) for name in ("admin", *READERS)},
    }


ZIMBRA = Server(
    name=_NAME,
    title="Zimbra LDAP",
    packages=slapd.PACKAGES,
    probes=(ldap_probe("zimbra_ldap"), Probe(port="zimbra_ldaps")),
    version=slapd.version,
    prepare=_prepare,
    command=_command,
    describe=_describe,
    exported=((SUFFIX, "sub"), (_TREE, "sub")),
)

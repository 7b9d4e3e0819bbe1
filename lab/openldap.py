# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""OpenLDAP 2.5 or later: StartTLS, LDAPS, ppolicy, lastbind, and accounts with different rights."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from . import population, slapd, tls
from .layout import Layout
from .ldif import classes, entry, generalized_time
from .population import PEOPLE, POLICIES, SUFFIX, Person
from .process import Probe
from .server import Server, ldap_probe
from .template import render

SERVICES = "o=services"
ADMIN = f"cn=admin,{SUFFIX}"  # the root DN: above access rules and password policies
# Each one's rights are in templates/slapd.ldif.
READERS = ("auditor", "hash-auditor", "enforcer", "limited", "blind", "mailhost")
CLIENT_CERTIFICATES = ("auditor",)

_LOCKED_FOR_GOOD = "000001010000Z"  # pwdAccountLockedTime: by an administrator
_MAX_FAILURES = 5


def login(name: str) -> dict[str, str]:
    """DN and password of the administrator ("admin") or of one of READERS."""
    dn = ADMIN if name == "admin" else f"cn={name},{SERVICES}"
    return {"dn": dn, "password": f"{name}-secret"}


def _prepare(layout: Layout) -> None:
    folder = _folder(layout)
    for name in ("config", "people", "services"):
        (folder / name).mkdir(parents=True)
    slapd.load(folder, 0, [_configuration(layout)])
    slapd.load(folder, 1, _people(layout))
    slapd.load(folder, 2, _services())


def _configuration(layout: Layout) -> str:
    return render(
        "slapd.ldif",
        folder=_folder(layout),
        tls=layout.directory / "tls",
        modules=slapd.MODULES,
        schema=slapd.SCHEMA,
        client_organisation=tls.CLIENT_ORGANISATION,
        services=SERVICES,
        suffix=SUFFIX,
        people=PEOPLE,
        policies=POLICIES,
        default_policy=population.DEFAULT_POLICY,
        admin=ADMIN,
        admin_hash=population.ssha(login("admin")["password"]),
        enforcer=login("enforcer")["dn"],
        hash_auditor=login("hash-auditor")["dn"],
        limited=login("limited")["dn"],
        blind=login("blind")["dn"],
    )


def _people(layout: Layout) -> Iterator[str]:
    yield entry(SUFFIX, [*classes("dcObject", "organization"), ("dc", "quangninh"), ("o", "Lab")])
    for name in ("people", "policies"):
        yield _unit(name, SUFFIX)
    for dn, min_length in population.PASSWORD_POLICIES.items():
        yield _password_policy(dn, min_length)
    for unit in population.UNITS:
        yield _unit(unit, PEOPLE)
    for person in population.people(layout.people, layout.now):
        yield entry(person.dn, [*_identity(person), *_state(person)])


def _services() -> Iterator[str]:
    yield entry(SERVICES, [*classes("organization"), ("o", "services")])
    for name in READERS:
        account = login(name)
        yield entry(
            account["dn"],
            [
                *classes("organizationalRole", "simpleSecurityObject"),
                ("cn", name),
                ("userPassword", population.ssha(account["password"])),
            ],
        )


def _unit(name: str, parent: str) -> str:
    dn = f"ou={population.escape(name)},{parent}"
    return entry(dn, [*classes("organizationalUnit"), ("ou", name)])


def _password_policy(dn: str, min_length: int) -> str:
    return entry(
        dn,
        [
            *classes("namedPolicy", "pwdPolicy"),
            ("cn", dn.partition(",")[0].removeprefix("cn=")),
            ("pwdAttribute", "userPassword"),
            ("pwdCheckQuality", 2),
            ("pwdMinLength", min_length),
            ("pwdInHistory", 3),
            ("pwdMaxAge", 0),
            # A lock by the administrator holds only where the policy locks at all.
            ("pwdLockout", "TRUE"),
            ("pwdMaxFailure", _MAX_FAILURES),
            ("pwdLockoutDuration", 0),  # until somebody unlocks: the lab's states keep
            ("pwdFailureCountInterval", 600),
            ("pwdMustChange", "TRUE"),
            ("pwdAllowUserChange", "TRUE"),
            ("pwdSafeModify", "FALSE"),
        ],
    )


def _identity(person: Person) -> Iterator[tuple[str, object]]:
    yield from classes("inetOrgPerson")
    yield "uid", person.uid
    yield "cn", person.name
    yield "sn", person.name.partition(" ")[0]
    yield "ou", person.unit
    yield "userPassword", person.password_hash
    yield from (("mail", address) for address in person.mail)
    if person.forward:
        yield from classes("inetLocalMailRecipient")
        yield "mailRoutingAddress", person.forward
    if person.contact or person.recovery:
        yield from classes("labContacts")
        yield "mozillaSecondEmail", person.contact or None
        yield "labRecoveryAddress", person.recovery or None


def _state(person: Person) -> Iterator[tuple[str, object]]:
    """The operational attributes that make the person's state true."""
    state, created = person.state, person.ago(person.state.created)
    yield "entryUUID", uuid.uuid5(uuid.NAMESPACE_X500, person.dn)  # the same in each lab
    yield "createTimestamp", generalized_time(created)
    yield "modifyTimestamp", generalized_time(person.ago(state.password_changed) or created)
    yield "pwdChangedTime", generalized_time(person.ago(state.password_changed))
    yield "pwdLastSuccess", generalized_time(person.ago(state.signed_in))
    yield "pwdReset", "TRUE" if state.must_change else None
    if person.unit == population.STRICT_UNIT:
        yield "pwdPolicySubentry", population.STRICT_POLICY
    if state.lock == "administrator":
        yield "pwdAccountLockedTime", _LOCKED_FOR_GOOD
    if state.lock == "failures":
        yield "pwdAccountLockedTime", generalized_time(person.now)
        for seconds in range(_MAX_FAILURES):
            yield "pwdFailureTime", generalized_time(person.now - timedelta(seconds=seconds))


def _folder(layout: Layout) -> Path:
    return layout.directory / "openldap"


def _uri(layout: Layout, scheme: str) -> str:
    return slapd.uri(layout, scheme, scheme)


def _command(layout: Layout) -> list[str]:
    return slapd.command(_folder(layout), _uri(layout, "ldap"), _uri(layout, "ldaps"))


def _describe(layout: Layout) -> dict[str, Any]:
    return {
        "ldap": _uri(layout, "ldap"),
        "ldaps": _uri(layout, "ldaps"),
        "suffix": SUFFIX,
        "search_base": PEOPLE,
        "default_password_policy": population.DEFAULT_POLICY,
        "accounts": {name: login(name) for name in ("admin", *READERS)},
    }


OPENLDAP = Server(
    name="openldap",
    title="OpenLDAP",
    packages=slapd.PACKAGES,
    probes=(ldap_probe("ldap"), Probe(port="ldaps")),
    version=slapd.version,
    prepare=_prepare,
    command=_command,
    describe=_describe,
    exported=((SUFFIX, "sub"), (SERVICES, "sub")),
)

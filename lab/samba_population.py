# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fills a Samba domain offline, as far as Active Directory can hold the lab's population.

    /usr/bin/python3 -m lab.samba_population SMB_CONF schema
    /usr/bin/python3 -m lab.samba_population SMB_CONF people NUMBER NOW

Runs under Debian's Python, which has Samba's modules. What the domain cannot hold: password hashes
of choice, a forced change beside the time of the last one, `pwdLastSet` that is not known.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import ldb
from samba.auth import system_session
from samba.dcerpc import security
from samba.ndr import ndr_pack, ndr_unpack
from samba.param import LoadParm
from samba.samdb import SamDB

from . import population
from .population import STRICT_UNIT, Person
from .samba import BASE, PEOPLE, PSO, PSO_CONTAINER, SCHEMA, STRICT_GROUP, login

_ACCOUNTDISABLE, _NORMAL_ACCOUNT, _DONT_EXPIRE_PASSWORD = 0x2, 0x200, 0x10000
_NEVER = str(-(2**63))  # an interval without an end
_MAX_FAILURES = 5
_USERS = f"CN=Users,{BASE}"
_ANY_LAST_SET = ["local_oid:1.3.6.1.4.1.7165.4.3.20:0"]  # lets us write any pwdLastSet
# schemaIDGUID of classes and attributes, rightsGuid of property sets
_USER = "bf967aba-0de6-11d0-a285-00aa003049e2"
_LOGON_INFORMATION = "5f202010-79a5-11d0-9020-00c04fc2d4cf"
_PASSWORD_AND_LOCKOUT = "c7407360-20bf-11d0-a768-00aa006e0529"  # of the domain
_ACCOUNT_ATTRIBUTES = (
    "bf967a68-0de6-11d0-a285-00aa003049e2",  # userAccountControl
    "28630ebf-41d5-11d1-a9c1-0000f80367c1",  # lockoutTime
    "bf967a0a-0de6-11d0-a285-00aa003049e2",  # pwdLastSet
    "bf96791f-0de6-11d0-a285-00aa003049e2",  # altRecipient
    "bf967950-0de6-11d0-a285-00aa003049e2",  # deliverAndRedirect
    "f0f8ff9f-1191-11d0-a060-00aa006c33ed",  # targetAddress
    "57b36bc2-04e5-4e22-9a1c-9b0a1a4a4a11",  # msExchGenericForwardingAddress
)


class _Domain:
    """The domain's database, with the rights of the system itself."""

    def __init__(self, smb_conf: str) -> None:
        settings = LoadParm()
        settings.load(smb_conf)
        settings.set("dsdb:schema update allowed", "yes")
        url = str(Path(smb_conf).parent / "private/sam.ldb")
        self.db = SamDB(url=url, session_info=system_session(), lp=settings)

    def add(self, dn: str, object_class: str, **values: object) -> None:
        """Add an entry; the values of None are left out."""
        given = {name.replace("_", "-"): value for name, value in values.items() if value}
        self.db.add({"dn": dn, "objectClass": object_class, **given})

    def set(self, dn: str, values: Mapping[str, object], controls: Iterable[str] = ()) -> None:
        """Replace attributes of an entry."""
        message = ldb.Message(ldb.Dn(self.db, dn))
        for name, value in values.items():
            message[name] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, name)
        self.db.modify(message, list(controls))

    def sid(self, dn: str) -> str:
        """The security identifier of an account."""
        (found,) = self.db.search(dn, scope=ldb.SCOPE_BASE, attrs=["objectSid"])
        return str(ndr_unpack(security.dom_sid, found["objectSid"][0]))

    def grant(self, dn: str, *entries: str) -> None:
        """Add access control entries (SDDL) before those of an entry: the first one counts."""
        (found,) = self.db.search(dn, scope=ldb.SCOPE_BASE, attrs=["nTSecurityDescriptor"])
        domain = security.dom_sid(self.db.get_domain_sid())
        packed = found["nTSecurityDescriptor"][0]
        sddl = ndr_unpack(security.descriptor, packed).as_sddl(domain)
        head, mark, tail = sddl.partition("(")
        changed = security.descriptor.from_sddl(f"{head}{''.join(entries)}{mark}{tail}", domain)
        self.set(dn, {"nTSecurityDescriptor": ndr_pack(changed)})


def extend_schema(domain: _Domain) -> None:
    """The attributes by which Exchange forwards; its own extension has a thousand more."""
    schema = str(domain.db.get_schema_basedn())
    for part in SCHEMA.read_text("utf-8").replace("@schema@", schema).split("\n\n"):
        domain.db.modify_ldif(part)
        domain.db.set_schema_update_now()


def fill(domain: _Domain, people: int, now: datetime) -> None:
    """Policies, units, people, and the accounts of the tools with their rights."""
    domain.db.transaction_start()
    _add_policies(domain)
    domain.add(PEOPLE, "organizationalUnit")
    for unit in population.UNITS:
        domain.add(f"OU={population.escape(unit)},{PEOPLE}", "organizationalUnit")
    strict = []
    for person in population.people(people, now):
        _add_person(domain, person)
        if person.unit == STRICT_UNIT:
            strict.append(_dn(person))
    # A fine-grained policy applies to users and global groups, never to units.
    domain.add(STRICT_GROUP, "group", sAMAccountName="cong-an-phuong", member=strict)
    domain.set(PSO, {"msDS-PSOAppliesTo": STRICT_GROUP})
    _add_tools(domain)
    domain.db.transaction_commit()


def _add_policies(domain: _Domain) -> None:
    domain.set(
        BASE,
        {
            "minPwdLength": str(population.PASSWORD_POLICIES[population.DEFAULT_POLICY]),
            "pwdHistoryLength": "3",
            "minPwdAge": "0",
            "maxPwdAge": _NEVER,
            "lockoutThreshold": str(_MAX_FAILURES),
            "lockoutDuration": _NEVER,  # until somebody unlocks: the lab's states keep
            "lockOutObservationWindow": _interval(600),
        },
    )
    domain.add(
        PSO,
        "msDS-PasswordSettings",
        msDS_PasswordSettingsPrecedence="10",
        msDS_PasswordReversibleEncryptionEnabled="FALSE",
        msDS_PasswordHistoryLength="3",
        msDS_PasswordComplexityEnabled="TRUE",
        msDS_MinimumPasswordLength=str(population.PASSWORD_POLICIES[population.STRICT_POLICY]),
        msDS_MinimumPasswordAge="0",
        msDS_MaximumPasswordAge=_NEVER,
        msDS_LockoutThreshold="3",
        msDS_LockoutObservationWindow=_interval(600),
        msDS_LockoutDuration=_NEVER,
    )


def _add_person(domain: _Domain, person: Person) -> None:
    state, dn = person.state, _dn(person)
    domain.add(
        dn,
        "user",
        sAMAccountName=person.uid[:20].rstrip("."),  # no more fits, and no dot at its end
        userPrincipalName=f"{person.uid}@{population.DOMAIN}",
        mail=person.mail[0] if person.mail else None,  # one value only
        displayName=person.name,
        userAccountControl=str(_NORMAL_ACCOUNT),
        unicodePwd=f'"{person.password}"'.encode("utf-16-le"),
    )
    later = dict(_times(person))
    if state.lock == "administrator":
        later["userAccountControl"] = str(_NORMAL_ACCOUNT | _ACCOUNTDISABLE)
    if person.forward:
        later["targetAddress"] = f"SMTP:{person.forward}"
    if person.contact:
        later["otherMailbox"] = f"SMTP:{person.contact}"
    domain.set(dn, later, _ANY_LAST_SET)


def _times(person: Person) -> Iterator[tuple[str, str]]:
    state, created = person.state, person.ago(person.state.created) or person.now
    yield "whenCreated", created.strftime("%Y%m%d%H%M%S.0Z")
    changed = None if state.must_change else person.ago(state.password_changed)
    yield "pwdLastSet", filetime(changed)
    if signed_in := person.ago(state.signed_in):
        yield "lastLogon", filetime(signed_in)
        yield "lastLogonTimestamp", filetime(signed_in)
    if state.lock == "failures":
        yield "badPwdCount", str(_MAX_FAILURES)
        yield "badPasswordTime", filetime(person.now)
        yield "lockoutTime", filetime(person.now)


def _add_tools(domain: _Domain) -> None:
    for name in ("auditor", "enforcer", "blind"):
        account = login(name)
        domain.add(
            account["dn"],
            "user",
            sAMAccountName=name,
            userAccountControl=str(_NORMAL_ACCOUNT | _DONT_EXPIRE_PASSWORD),
            unicodePwd=f'"{account["password"]}"'.encode("utf-16-le"),
        )
    auditor, enforcer, blind = (
        domain.sid(login(name)["dn"]) for name in ("auditor", "enforcer", "blind")
    )
    # Only domain administrators may read a PSO unless told otherwise.
    domain.grant(PSO_CONTAINER, f"(A;CI;LCRPRC;;;{auditor})", f"(A;CI;LCRPWPRC;;;{enforcer})")
    domain.grant(BASE, f"(OA;;WP;{_PASSWORD_AND_LOCKOUT};;{enforcer})")
    domain.grant(
        PEOPLE,
        f"(OD;CIIO;RP;{_LOGON_INFORMATION};{_USER};{blind})",
        *(f"(OA;CIIO;RPWP;{name};{_USER};{enforcer})" for name in _ACCOUNT_ATTRIBUTES),
    )


def _dn(person: Person) -> str:
    return f"CN={person.uid},OU={population.escape(person.unit)},{PEOPLE}"


def filetime(moment: datetime | None) -> str:
    """Units of 100 ns since 1601 ([MS-DTYP], 2.3.3); 0 for no time."""
    if moment is None:
        return "0"
    return str((moment - datetime(1601, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 10)


def _interval(seconds: int) -> str:
    return str(-seconds * 10_000_000)


if __name__ == "__main__":
    smb_conf, task, *rest = sys.argv[1:]
    if task == "schema":
        extend_schema(_Domain(smb_conf))
    else:
        fill(_Domain(smb_conf), int(rest[0]), datetime.fromisoformat(rest[1]))

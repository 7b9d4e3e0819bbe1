# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is peculiar to each directory of the lab, of what test_dialect_contract.py asks of them all.

To have another dialect tested: its line in DIRECTORIES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import ldap3

from ansible_collections.civic.mailbox.lab import ds389, freeipa, population, samba, zimbra
from ansible_collections.civic.mailbox.lab.ldif import generalized_time
from ansible_collections.civic.mailbox.lab.population import DOMAIN, SUFFIX, Person

from .office import Office, SignIn

IN = SignIn(0, 0)
INACTIVATED = SignIn(53, None, "Account inactivated. Contact system administrator.")
DAY = 86400  # seconds


@dataclass(frozen=True, kw_only=True)
class Directory:
    """One directory: where its people are, and how the server answers."""

    key: str  # of the server in lab.json
    dialect: str
    software: str  # how what it calls itself begins
    tells_the_time: bool = True  # False: who audits here may not read its clock
    dn_of: Callable[[Person], str] = lambda person: person.dn
    options: Mapping[str, Any] = field(default_factory=dict)  # of every module that judges accounts
    by_unit: Mapping[str, Any] = field(default_factory=dict)  # how a snapshot finds the unit
    # what a snapshot shows of a person otherwise than of all others
    differs: Callable[[Person], Mapping[str, Any]] = lambda _person: {}
    reads: Callable[[Person], bool] = lambda _person: True
    others: tuple[str, ...] = ()  # DNs of accounts that are read besides the population

    witnesses: tuple[str, ...]  # of sign-ins, the first the one that the audit goes by
    precision: int | None = None  # seconds in which that one records no further sign-in
    records_binds: bool = True  # False: only a part of the product that is not here does
    idle_after_95_days: str = "fail"  # judged by a limit of three months

    let_in: SignIn = IN  # what who may sign in is answered
    kept_out: SignIn  # what a locked account is answered
    kept_out_with_wrong_password: SignIn
    # what counts wrong passwords, and counts none of an account that is locked; "": nothing, or all
    counter: str = ""
    # what who has too many of them is answered; None: only a part of the product that is not here does
    locked_out: SignIn | None = None
    locked: Mapping[str, bytes]  # what a lock leaves in the entry
    unlocked: Mapping[str, bytes] = field(default_factory=dict)  # and what an unlock does
    not_made_to_change: str = ""  # why a sign-in by LDAP does not show it; "": it does
    made_to_change: SignIn = IN  # and what who has to set a new password is answered
    marked: Callable[[Person], Mapping[str, bytes]]  # what forcing a change leaves
    not_put_back: frozenset[str] = frozenset()  # what only the server itself can set

    forward: str  # the attribute by which the population forwards
    policies: tuple[str, str]  # the default one, and that of the strict unit
    min_length: str  # what the shortest length is called there
    unsupported: frozenset[str]  # settings that it cannot enforce
    asserts: bool = False  # RFC 4528
    is_above_policies: bool = True  # the administrator who resets a password
    reset: Callable[[Office, str, str], int] | None = None  # the server's answer to a new password
    # who may not read the password policies while it lasts: a login
    hiding_policies: Callable[[Office], Any]
    hidden: str  # what is said then
    rights: str  # what is said to who may not write the policies


def by_user_password(office: Office, dn: str, password: str) -> int:
    """The helpdesk sets a password."""
    return office.write(dn, "enforcer", userPassword=password)


def by_unicode_pwd(office: Office, dn: str, password: str) -> int:
    """The same in Active Directory, where userPassword is no password."""
    return office.write(dn, unicodePwd=[f'"{password}"'.encode("utf-16-le")])


@contextmanager
def _put_before(office: Office, target: str, name: str, value: str) -> Iterator[str]:
    """A value before all others of an entry's attribute, as long as it takes; who is hindered."""
    with office.connected() as connection:
        connection.modify(target, {name: [(ldap3.MODIFY_ADD, [value])]})
        assert connection.result["result"] == 0, connection.result
        try:
            yield "auditor"
        finally:
            taken = "{0}" if name == "olcAccess" else value
            connection.modify(target, {name: [(ldap3.MODIFY_DELETE, [taken])]})
            assert connection.result["result"] == 0, connection.result


def _without_openldap_policies(office: Office) -> Any:
    who = office.server["accounts"]["auditor"]["dn"]
    rule = f'{{0}}to dn.subtree="{population.POLICIES}" by dn.exact="{who}" none by * break'
    return _put_before(office, "olcDatabase={1}mdb,cn=config", "olcAccess", rule)


def _without_freeipa_policies(office: Office) -> Any:
    rule = 'version 3.0; acl "no"; deny (read,search)'
    who = f'userdn="ldap:///{freeipa.login("auditor")["dn"]}"'
    return _put_before(office, f"cn=kerberos,{SUFFIX}", "aci", f'(targetattr="*")({rule} {who};)')


@contextmanager
def _without_cn_config(office: Office) -> Iterator[str]:
    """389-DS shows nothing of its configuration to who is given nothing there."""
    rules = office.read("cn=config", "aci")["aci"]
    assert office.write("cn=config", aci=[]) == 0
    try:
        yield "auditor"
    finally:
        assert office.write("cn=config", aci=rules) == 0


@contextmanager
def _always(login: str) -> Iterator[str]:
    yield login


def _forwards_by_sieve(person: Person) -> Mapping[str, Any]:
    """Zimbra keeps scripts in the directory, and knows nobody without an address."""
    own: dict[str, Any] = {} if person.mail else {"mail": [f"{person.uid}@{DOMAIN}"]}
    both = [one.rpartition("@")[2] for one in (person.contact, person.recovery) if one]
    own["contacts"] = sorted(both)
    return {**own, "forwards": None} if person.state.scripts else own


def _as_active_directory_holds_it(person: Person) -> Mapping[str, Any]:
    """mail has one value, and one attribute says when a password was set or that one has to be."""
    state = person.state
    forced = state.must_change or state.password_changed is None
    own = {
        "login": person.uid[:20].rstrip("."),  # sAMAccountName holds no more
        "mail": list(person.mail[:1]),
        "must_change": forced,
    }
    return {**own, "password_changed_at": None} if forced else own


def now() -> bytes:
    """As a server would write it."""
    return generalized_time(datetime.now(UTC)).encode()


DIRECTORIES = (
    Directory(
        key="openldap",
        dialect="openldap",
        software="OpenLDAP",
        tells_the_time=False,
        options={"default_password_policy": population.DEFAULT_POLICY},
        witnesses=("pwdLastSuccess",),
        kept_out=SignIn(49, None),
        kept_out_with_wrong_password=SignIn(49, None),
        counter="pwdFailureTime",
        locked_out=SignIn(49, None),
        locked={"pwdAccountLockedTime": b"000001010000Z"},
        made_to_change=SignIn(0, 50),
        marked=lambda _person: {"pwdReset": b"TRUE"},
        forward="mailRoutingAddress",
        policies=(population.DEFAULT_POLICY, population.STRICT_POLICY),
        min_length="pwdMinLength",
        unsupported=frozenset({"classes", "specials", "blocklist"}),
        asserts=True,
        reset=by_user_password,
        hiding_policies=_without_openldap_policies,
        hidden="which the server does not show",
        rights="olcAccess of the database",
    ),
    Directory(
        key="ad",
        dialect="active_directory",
        software="Samba AD (functional level 20",
        dn_of=lambda person: f"CN={person.uid},OU={population.escape(person.unit)},{samba.PEOPLE}",
        differs=_as_active_directory_holds_it,
        reads=lambda person: bool(person.mail),
        witnesses=("lastLogonTimestamp", "lastLogon"),
        precision=14 * DAY,
        idle_after_95_days="unknown",
        kept_out=SignIn(49, None, "data 533"),
        kept_out_with_wrong_password=SignIn(49, None, "data 52e"),
        locked_out=SignIn(49, None, "data 775"),
        locked={"userAccountControl": b"514"},
        unlocked={"userAccountControl": b"512"},
        made_to_change=SignIn(49, None, "data 773"),
        marked=lambda _person: {"pwdLastSet": b"0"},
        not_put_back=frozenset({"pwdLastSet"}),  # -1: the server sets its own time
        forward="targetAddress",
        policies=(samba.BASE, samba.PSO),
        min_length="minPwdLength",
        unsupported=frozenset(
            {
                *("classes", "specials", "blocklist", "max_idle", "checks_quality"),
                "must_change_after_reset",
            }
        ),
        is_above_policies=False,
        reset=by_unicode_pwd,
        hiding_policies=lambda _office: _always("blind"),
        hidden=samba.PSO_CONTAINER,
        rights="dsacls",
    ),
    Directory(
        key="ds389",
        dialect="ds389",
        software="389-DS ",
        witnesses=("lastLoginTime",),
        kept_out=INACTIVATED,
        kept_out_with_wrong_password=INACTIVATED,
        counter="passwordRetryCount",
        locked_out=SignIn(19, None, "Exceed password retry limit"),
        locked={"nsAccountLock": b"true"},
        made_to_change=SignIn(0, 53),
        marked=lambda _person: {"passwordExpirationTime": b"19700101000000Z"},
        forward="mailForwardingAddress",
        policies=("cn=config", ds389.STRICT_POLICY),
        min_length="passwordMinLength",
        unsupported=frozenset({"specials", "blocklist", "max_idle", "checks_quality"}),
        reset=by_user_password,
        hiding_policies=_without_cn_config,
        hidden="cn=config",
        rights='add to aci of cn=config: (targetattr="passwordMinLength")',
    ),
    Directory(
        key="freeipa",
        dialect="freeipa",
        software="FreeIPA (389-DS ",
        dn_of=freeipa.dn_of,
        by_unit={"unit_from": "attribute", "unit_attribute": "ou"},
        witnesses=("krbLastSuccessfulAuth",),
        records_binds=False,
        kept_out=INACTIVATED,
        kept_out_with_wrong_password=INACTIVATED,
        counter="passwordRetryCount",
        locked={"nsAccountLock": b"TRUE"},
        not_made_to_change="an expired password still opens LDAP",
        marked=lambda person: {
            "krbPasswordExpiration": str(
                generalized_time(person.ago(person.state.password_changed))
            ).encode()
        },
        forward="mailForwardingAddress",
        policies=(freeipa.GLOBAL_POLICY, freeipa.STRICT_POLICY),
        min_length="krbPwdMinLength",
        unsupported=frozenset(
            {
                *("classes", "specials", "blocklist", "max_idle", "checks_quality"),
                "must_change_after_reset",
            }
        ),
        hiding_policies=_without_freeipa_policies,
        hidden="System: Read Group Password Policy",
        rights="System: Modify Group Password Policy",
    ),
    Directory(
        key="zimbra",
        dialect="zimbra",
        software="Zimbra (",
        dn_of=lambda person: zimbra.dn_of(person.uid),
        by_unit={"unit_from": "attribute", "unit_attribute": "ou"},
        differs=_forwards_by_sieve,
        others=tuple(map(zimbra.dn_of, zimbra.SPECIALS)),
        witnesses=("zimbraLastLogonTimestamp",),
        precision=DAY,
        records_binds=False,
        let_in=SignIn(0, 32),  # slapd shows nobody an entry, not even the own one
        # It heeds no status: Zimbra's own sign-in does, and is not here.
        kept_out=SignIn(0, 32),
        kept_out_with_wrong_password=SignIn(49, None),
        locked={"zimbraAccountStatus": b"locked"},
        unlocked={"zimbraAccountStatus": b"active"},
        made_to_change=SignIn(0, 32),
        marked=lambda _person: {"zimbraPasswordMustChange": b"TRUE"},
        forward="zimbraPrefMailForwardingAddress",
        policies=(zimbra.DEFAULT_COS, zimbra.STRICT_COS),
        min_length="zimbraPasswordMinLength",
        unsupported=frozenset(
            {"specials", "must_change_after_reset", "max_idle", "checks_quality"}
        ),
        asserts=True,
        hiding_policies=lambda _office: _always("narrow"),
        hidden="class of service",
        rights="olcAccess of the database",
    ),
)

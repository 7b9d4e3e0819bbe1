# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lab's Samba domain holds what the dialect's tests build on."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import ldap3
import pytest

from ansible_collections.civic.mailbox.lab import population, samba
from ansible_collections.civic.mailbox.lab.clients import Info

from .active_directory import connected, dn_of, people, refused_with

PSO = samba.PSO
SETTINGS = ["minPwdLength"]


@pytest.mark.parametrize(
    ("uid", "data"),
    [
        ("active", None),
        ("locked-by-admin", "533"),
        ("locked-by-failures", "775"),
        ("must-change", "773"),
    ],
)
def test_states_keep_people_out_by_the_right_code(ad_lab: Info, uid: str, data: str | None):
    assert refused_with(ad_lab, dn_of(uid), people()[uid].password) == data


def test_it_holds_everybody(ad_lab: Info):
    with connected(ad_lab, "auditor") as connection:
        connection.search(samba.PEOPLE, "(objectClass=user)", attributes=["cn", "mail"])
        found = {entry["dn"]: entry["attributes"]["mail"] for entry in connection.response}
    wanted = {dn_of(uid): one.mail[:1] for uid, one in people().items()}
    assert {dn: tuple(mail) for dn, mail in found.items()} == wanted


def test_a_plain_bind_needs_tls(ad_lab: Info):
    account = ad_lab["ad"]["accounts"]["auditor"]
    server = ldap3.Server(ad_lab["ad"]["ldap"], get_info=ldap3.NONE)
    connection = ldap3.Connection(server, account["dn"], account["password"])
    try:
        assert (connection.bind(), connection.result["result"]) == (False, 8)
    finally:
        connection.unbind()


@pytest.mark.parametrize(
    ("who", "policy", "shown"),
    [("auditor", ["12"], True), ("enforcer", ["12"], True), ("blind", [], False)],
)
def test_rights_on_policies_and_sign_ins(ad_lab: Info, who: str, policy: list[str], shown: bool):
    with connected(ad_lab, who) as connection:
        connection.search(
            PSO, "(objectClass=*)", ldap3.BASE, attributes=["msDS-MinimumPasswordLength"]
        )
        (entry,) = connection.response
        assert entry["attributes"]["msDS-MinimumPasswordLength"] == policy
        connection.search(
            dn_of("active"), "(objectClass=*)", ldap3.BASE, attributes=["lastLogonTimestamp"]
        )
        (entry,) = connection.response
        assert bool(entry["attributes"]["lastLogonTimestamp"]) == shown


@pytest.mark.parametrize(
    ("attribute", "value", "auditor", "enforcer"),
    [
        ("userAccountControl", "512", 50, 0),
        ("pwdLastSet", "-1", 50, 0),
        ("lockoutTime", "0", 50, 0),
        ("targetAddress", "SMTP:x@y.example", 50, 0),
        ("mail", "x@y.example", 50, 50),
        ("displayName", "X", 50, 50),
    ],
)
def test_who_may_write_what(ad_lab: Info, attribute: str, value: str, auditor: int, enforcer: int):
    for who, code in (("auditor", auditor), ("enforcer", enforcer)):
        with connected(ad_lab, who) as connection:
            connection.modify(dn_of("soon-75"), {attribute: [(ldap3.MODIFY_REPLACE, [value])]})
            assert (who, connection.result["result"]) == (who, code)


def test_the_times_are_those_of_the_population(ad_lab: Info):
    now = datetime.strptime(ad_lab["now"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    by_uid = {one.uid: one for one in population.people(0, now)}
    with connected(ad_lab, "auditor") as connection:
        for uid in ("idle-95", "idle-200", "soon-75"):
            connection.search(
                dn_of(uid), "(objectClass=*)", ldap3.BASE, attributes=["lastLogonTimestamp"]
            )
            (entry,) = connection.response
            since_1601 = int(entry["attributes"]["lastLogonTimestamp"][0])
            signed_in = by_uid[uid].ago(by_uid[uid].state.signed_in)
            assert since_1601 / 10_000_000 - 11_644_473_600 == signed_in.timestamp()


def test_the_empty_domain_is_kept_for_the_next_lab(ad_lab: Info):
    assert re.fullmatch(r"4\.\d+\.\d+", ad_lab["ad"]["version"])
    assert list(samba.CACHE.glob("domain-*.tar"))
    assert samba.CACHE.stat().st_mode & 0o077 == 0  # it holds the domain's keys

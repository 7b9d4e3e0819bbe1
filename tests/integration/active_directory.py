# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lab's Samba domain: as its people and its administrator use it, and as the product does."""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

import ldap3

from ansible_collections.civic.mailbox.lab import population
from ansible_collections.civic.mailbox.lab.clients import Info
from ansible_collections.civic.mailbox.lab.samba import PEOPLE
from ansible_collections.civic.mailbox.plugins.module_utils._core.snapshot import read_account
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.gather import Wanted, gather
from ansible_collections.civic.mailbox.plugins.module_utils._directory.units import from_dn

PASSWORD = "Sunshine-of-7"


@cache
def people() -> dict[str, population.Person]:
    """Everybody by uid; whose times are not those of the lab."""
    return {one.uid: one for one in population.people(0, datetime(2026, 1, 1, tzinfo=UTC))}


def dn_of(uid: str) -> str:
    return f"CN={uid},OU={population.escape(people()[uid].unit)},{PEOPLE}"


def _connection(lab: Info, dn: str, password: str) -> Any:
    tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=lab["tls"]["ca"])
    uri = lab["ad"]["ldaps"].replace("127.0.0.1", "localhost")
    # ldap3 tries IPv6 first where a name has both, and leaves that socket open.
    server = ldap3.Server(uri, get_info=ldap3.NONE, tls=tls, mode=ldap3.IP_V4_ONLY)
    return ldap3.Connection(server, dn, password, check_names=False, auto_referrals=False)


@contextmanager
def connected(lab: Info, who: str = "admin") -> Iterator[Any]:
    """A connection that is bound as an account of lab.json."""
    account = lab["ad"]["accounts"][who]
    connection = _connection(lab, account["dn"], account["password"])
    try:
        assert connection.bind(), connection.result
        yield connection
    finally:
        connection.unbind()


def refused_with(lab: Info, dn: str, password: str) -> str | None:
    """Microsoft's code of a sign-in that was refused with 49; None: it was let in."""
    connection = _connection(lab, dn, password)
    try:
        if connection.bind():
            return None
        assert connection.result["result"] == 49
        found = re.search(r"data ([0-9a-f]+)", connection.result["message"])
        return found[1] if found else ""
    finally:
        connection.unbind()


@contextmanager
def somebody(lab: Info, uid: str, **attributes: str) -> Iterator[str]:
    """A person of the test's own, with the password PASSWORD: their DN."""
    dn = f"CN={uid},OU={population.escape(population.UNITS[0])},{PEOPLE}"
    with connected(lab) as admin:
        admin.delete(dn)
        admin.add(
            dn,
            "user",
            {
                "sAMAccountName": uid,
                "mail": f"{uid}@{population.DOMAIN}",
                "unicodePwd": f'"{PASSWORD}"'.encode("utf-16-le"),
                "userAccountControl": "512",
                **attributes,
            },
        )
        assert admin.result["result"] == 0, admin.result
        try:
            yield dn
        finally:
            admin.delete(dn)


def read(lab: Info, dn: str, name: str) -> str | None:
    """The first value of an attribute, as the administrator reads it."""
    with connected(lab) as admin:
        admin.search(dn, "(objectClass=*)", ldap3.BASE, attributes=[name])
        (entry,) = admin.response
        values = entry["raw_attributes"].get(name)
        return values[0].decode("utf-8", "replace") if values else None


def write(lab: Info, dn: str, **values: str) -> None:
    """Set attributes as the administrator would by hand."""
    with connected(lab) as admin:
        edits = {n.replace("_", "-"): [(ldap3.MODIFY_REPLACE, [v])] for n, v in values.items()}
        admin.modify(dn, edits)
        assert admin.result["result"] == 0, admin.result


def access(lab: Info, who: str = "auditor", **more: Any) -> Access:
    account = lab["ad"]["accounts"][who]
    whole = {"uri": lab["ad"]["ldaps"], "ca_path": lab["tls"]["ca"]}
    whole |= {"bind_dn": account["dn"], "bind_pw": account["password"]}
    return Access(**{**whole, **more})


def options(lab: Info, who: str = "enforcer", **more: Any) -> dict[str, Any]:
    """Of every module that writes."""
    account = lab["ad"]["accounts"][who]
    whole = {"server_uri": lab["ad"]["ldaps"], "ca_path": lab["tls"]["ca"], "name": "ad"}
    whole |= {"bind_dn": account["dn"], "bind_pw": account["password"]}
    return {**whole, **more}


def snapshot(lab: Info, who: str = "auditor", **wanted: Any) -> dict[str, Any]:
    """What reading the domain gives: records by their kind, accounts by their login."""
    lines: list[str] = []
    whole = {"name": "ad", "search_base": lab["ad"]["suffix"], "unit": from_dn("ou"), **wanted}
    outcome = gather(
        access(lab, who),
        Wanted(**whole),
        write=lines.append,
        progress=int,
        clock=lambda: datetime.now(UTC),
    )
    records = [json.loads(line) for line in lines]
    accounts = [read_account(one) for one in records if one["record"] == "account"]
    return {
        "message": outcome.message,
        "accounts": {one.login: one for one in accounts},
        "policies": {one["name"]: one for one in records if one["record"] == "policy"},
        "problems": [one["message"] for one in records if one["record"] == "problem"],
        "header": records[0],
        "end": records[-1],
    }

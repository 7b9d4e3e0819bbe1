# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lab's Samba domain as its people and its administrator use it, by ldap3 alone."""

from __future__ import annotations

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


@cache
def people() -> dict[str, population.Person]:
    """Everybody by uid; whose times are not those of the lab."""
    return {one.uid: one for one in population.people(0, datetime(2026, 1, 1, tzinfo=UTC))}


def dn_of(uid: str) -> str:
    return f"CN={uid},OU={population.escape(people()[uid].unit)},{PEOPLE}"


def _connection(lab: Info, dn: str, password: str) -> Any:
    tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=lab["tls"]["ca"])
    uri = lab["ad"]["ldaps"].replace("127.0.0.1", "localhost")
    server = ldap3.Server(uri, get_info=ldap3.NONE, tls=tls)
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

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What keeps any directory from being read as it is: it is told, on each of the servers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import ldap3
import pytest

from ansible_collections.civic.mailbox.lab import lifecycle, population
from ansible_collections.civic.mailbox.lab.clients import Info
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import DirectoryError
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Directory
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialects.catalogue import (
    recognise,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.gather import (
    Wanted,
    gather,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.units import from_dn

from .office import Office
from .ports import free_port_base
from .slapd import odd_slapd

DIALECTS = {
    "openldap": "openldap",
    "ad": "active_directory",
    "ds389": "ds389",
    "freeipa": "freeipa",
    "zimbra": "zimbra",
}
# OpenLDAP tells the time in cn=Monitor, which the lab's auditor may not see there.
WITH_A_CLOCK = [key for key in DIALECTS if key != "openldap"]


@pytest.fixture(scope="module")
def directories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Info]:
    """A running lab with every directory."""
    folder = tmp_path_factory.mktemp("directories") / "lab"
    lifecycle.up(folder, port_base=free_port_base(), people=0, extra=list(lifecycle.OPTIONAL))
    try:
        yield lifecycle.describe(folder)
    finally:
        lifecycle.down(folder)


def access(lab: Info, key: str, who: str = "auditor") -> Access:
    account = lab[key]["accounts"][who]
    return Access(
        uri=lab[key]["ldaps"],
        ca_path=lab["tls"]["ca"],
        bind_dn=account["dn"],
        bind_pw=account["password"],
    )


def read(lab: Info, key: str, ahead: timedelta = timedelta(0), **wanted: Any) -> dict[str, Any]:
    """What reading the directory tells, when our clock is that much ahead of the true one."""
    lines: list[str] = []
    outcome = gather(
        access(lab, key),
        Wanted(name=key, search_base=lab[key]["suffix"], unit=from_dn("ou"), **wanted),
        write=lines.append,
        progress=int,
        clock=lambda: datetime.now(timezone.utc) + ahead,
    )
    assert outcome.message == ""
    return {"outcome": outcome, "header": json.loads(lines[0]), "end": json.loads(lines[-1])}


# Which server it is


@pytest.mark.parametrize("key", DIALECTS)
def test_each_server_is_known_by_what_it_says(directories, key):
    with Directory(access(directories, key)) as directory:
        _, dialect = recognise(directory, "")

    assert dialect.name == DIALECTS[key]


@contextmanager
def replaced(lab: Info, key: str, dn: str, attribute: str, *values: str) -> Iterator[None]:
    """An attribute with these values, then as before."""
    admin = lab[key]["accounts"]["admin"]
    server = ldap3.Server(lab[key]["ldaps"], get_info=ldap3.NONE)
    with ldap3.Connection(server, admin["dn"], admin["password"], check_names=False) as connection:
        connection.search(dn, "(objectClass=*)", ldap3.BASE, attributes=[attribute])
        before = connection.response[0]["raw_attributes"].get(attribute, [])
        assert connection.modify(dn, {attribute: [(ldap3.MODIFY_REPLACE, list(values))]})
        try:
            yield
        finally:
            assert connection.modify(dn, {attribute: [(ldap3.MODIFY_REPLACE, before)]})


def test_a_server_that_answers_like_two_is_told_with_the_way_out(directories):
    """A proxy that mixes the answers of several servers does."""
    mark = ("supportedCapabilities", "1.2.840.113556.1.4.800")
    with (
        replaced(directories, "freeipa", "", *mark),
        Directory(access(directories, "freeipa")) as directory,
    ):
        with pytest.raises(DirectoryError, match="answers like Active Directory and FreeIPA: set"):
            recognise(directory, "")
        _, stated = recognise(directory, "freeipa")

    assert stated.name == "freeipa"


def test_a_server_that_does_not_tell_what_it_is_is_told_with_the_way_out(
    directories, tmp_path: Path
):
    hidden = 'access to dn.base="" attrs=objectClass by * none\naccess to * by * read\n'
    with odd_slapd(tmp_path / "slapd", free_port_base(), {}, everywhere=hidden) as uri:  # noqa: SIM117
        with Directory(Access(uri=uri)) as directory:
            with pytest.raises(DirectoryError, match=r"does not tell .*: nothing.*: set dialect"):
                recognise(directory, "")
            _, stated = recognise(directory, "openldap")

    assert stated.name == "openldap"


def test_a_copy_that_takes_no_writes_refers_and_nobody_follows(directories, tmp_path: Path):
    """As a read-only replica of 389 Directory Server answers."""
    office = Office(directories, "ds389", tmp_path)
    tree = f'cn="{population.SUFFIX}",cn=mapping tree,cn=config'
    subject = f"soon-75@{population.DOMAIN}"
    with (
        replaced(directories, "ds389", tree, "nsslapd-referral", "ldap://supplier.example:389"),
        replaced(directories, "ds389", tree, "nsslapd-state", "referral on update"),
    ):
        ran = office.set_state("locked", subject)

    assert "referral (10)" in ran.output
    assert "another server holds this" in ran.output
    assert "supplier.example" in ran.output
    assert office.accounts("after")["soon-75"].get("lock") is None


# What it does not know or may not show


@pytest.mark.parametrize("key", DIALECTS)
def test_a_stated_attribute_that_its_schema_lacks_is_told_and_hides_no_forward(directories, key):
    end = read(directories, key, forward_attributes=("mailForwardAdress",))["end"]

    (gap,) = [one for one in end["unread"] if one["field"] == "forwards"]
    assert (gap["unit"], "mailForwardAdress" in gap["reason"]) == (None, True)


@pytest.mark.parametrize("key", DIALECTS)
def test_its_own_attributes_that_the_schema_lacks_are_no_gap(directories, key):
    end = read(directories, key)["end"]

    assert [one for one in end["unread"] if one["field"] != "password_policy"] == []


# Clocks


@pytest.mark.parametrize("key", WITH_A_CLOCK)
def test_a_clock_that_is_more_than_a_minute_off_is_told(directories, key):
    ahead, near = timedelta(minutes=2), timedelta(seconds=20)
    found = {by: read(directories, key, by) for by in (ahead, -ahead, near)}

    told = {
        by: any("clock" in problem for problem in one["outcome"].problems)
        for by, one in found.items()
    }
    assert told == {ahead: True, -ahead: True, near: False}
    assert abs(found[ahead]["header"]["clock_ahead"] + 120) < 20

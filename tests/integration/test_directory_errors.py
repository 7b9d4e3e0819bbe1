# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Any directory is read as it is, and what keeps it from that is told: on each of the servers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from itertools import islice
from pathlib import Path
from typing import Any

import ldap3
import pytest

from ansible_collections.civic.mailbox.lab import lifecycle, population
from ansible_collections.civic.mailbox.lab.clients import Info
from ansible_collections.civic.mailbox.lab.process import stop
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import DirectoryError
from ansible_collections.civic.mailbox.plugins.module_utils._directory import client, tls
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import BASE, Directory
from ansible_collections.civic.mailbox.plugins.module_utils._directory.complaints import (
    RefusedError,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialects.catalogue import (
    recognise,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.gather import (
    Wanted,
    gather,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.units import from_dn

from .ldap_oracle import by_ldap3, recorded
from .office import Office
from .ports import free_port_base
from .slapd import PEOPLE, odd_slapd

DIALECTS = {
    "openldap": "openldap",
    "ad": "active_directory",
    "ds389": "ds389",
    "freeipa": "freeipa",
    "zimbra": "zimbra",
}
# What some of them have, in one value and in many, text and bytes.
ATTRIBUTES = (
    *("objectClass", "cn", "sn", "mail", "uid", "member", "createTimestamp", "modifyTimestamp"),
    *("entryUUID", "objectGUID", "objectSid", "nTSecurityDescriptor", "nsUniqueId"),
    *("whenCreated", "userAccountControl", "description", "pwdChangedTime", "krbPrincipalName"),
)
PERSON = {"objectClass": "inetOrgPerson", "sn": "p", "cn": "p"}
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


# What is read


@pytest.mark.parametrize("key", DIALECTS)
@pytest.mark.parametrize("page_size", [7, 0])
def test_its_answers_are_what_ldap3_makes_of_them(directories, key, page_size):
    with Directory(access(directories, key, "admin")) as directory:
        received = recorded(directory)
        found = list(
            directory.search(
                directories[key]["suffix"], "(objectClass=*)", ATTRIBUTES, page_size=page_size
            )
        )

    expected = by_ldap3(b"".join(received))
    lower = {name.lower(): name for name in ATTRIBUTES}
    assert len(found) > 20
    assert found == [
        (dn, {lower[name.lower()]: values for name, values in attributes.items()})
        for dn, attributes in expected
    ]


@pytest.mark.parametrize("key", DIALECTS)
@pytest.mark.parametrize("page_size", [2, 0])
def test_a_search_that_is_left_is_abandoned_and_the_connection_goes_on(directories, key, page_size):
    with Directory(access(directories, key, "admin")) as directory:
        for _ in range(3):
            search = directory.search(
                directories[key]["suffix"], "(objectClass=*)", ATTRIBUTES, page_size=page_size
            )
            assert len(list(islice(search, 3))) == 3
            search.close()

        assert len(directory.find("", client.ANY, ("namingContexts",), scope=BASE)) == 1


@pytest.mark.parametrize("key", DIALECTS)
def test_no_account_costs_a_search_of_its_own(directories, key, monkeypatch):
    asked: list[bytes] = []
    ask = Directory._ask

    def noted(self: Directory, operation: bytes, *more: Any) -> int:
        asked.append(operation)
        return ask(self, operation, *more)

    monkeypatch.setattr(Directory, "_ask", noted)
    total = read(directories, key)["outcome"].total

    searches = [operation for operation in asked if operation.startswith(b"\x63")]
    assert total > 30
    assert 0 < len(searches) < total / 2


@pytest.mark.parametrize("key", DIALECTS)
def test_bytes_that_dribble_in_are_read_all_the_same(directories, key, monkeypatch):
    asked = (directories[key]["suffix"], "(objectClass=*)", ("cn", "mail", "objectClass"))
    with Directory(access(directories, key, "admin")) as directory:
        expected = list(directory.search(*asked, page_size=5))
    for module, name in ((client, "_PIECE"), (tls, "_PIECE"), (tls, "_READ")):
        monkeypatch.setattr(module, name, 1)

    with Directory(access(directories, key, "admin")) as directory:
        assert list(directory.search(*asked, page_size=5)) == expected


@pytest.mark.parametrize(
    ("attribute", "page_size", "refusal"),
    [
        ("nsSizeLimit", 0, "sizeLimitExceeded (4)"),
        ("nsPagedSizeLimit", 1000, "sizeLimitExceeded (4)"),  # it is of a page, not of all
        ("nsLookThroughLimit", 0, "adminLimitExceeded (11)"),
        ("nsPagedLookThroughLimit", 2, "adminLimitExceeded (11)"),
    ],
)
def test_a_limit_of_389_ds_is_no_end(directories, attribute, page_size, refusal):
    reader, base = directories["ds389"]["accounts"]["auditor"], directories["ds389"]["suffix"]
    with (
        replaced(directories, "ds389", reader["dn"], attribute, "4"),
        Directory(access(directories, "ds389")) as directory,
        pytest.raises(RefusedError) as refused,
    ):
        list(directory.search(base, "(objectClass=*)", ("cn",), page_size=page_size))

    assert refusal in str(refused.value)
    assert "raise the limits" in str(refused.value)


@pytest.mark.parametrize(
    ("limit", "page_size", "refusal"),
    [
        pytest.param("size.prtotal=4 size.soft=unlimited", 2, "sizeLimitExceeded (4)", id="of all pages"),
        pytest.param("size.prtotal=disabled", 2, "adminLimitExceeded (11)", id="no pages"),
        pytest.param("size.pr=2 size.soft=unlimited", 1000, "adminLimitExceeded (11)", id="of a page"),
        pytest.param("size.soft=4 size.hard=4", 0, "sizeLimitExceeded (4)", id="without pages"),
        pytest.param("size.unchecked=4", 0, "adminLimitExceeded (11)", id="looked through"),
    ],
)  # fmt: skip
def test_a_limit_of_openldap_is_no_end(tmp_path: Path, limit: str, page_size: int, refusal: str):
    entries = {f"uid=p{number},{PEOPLE}": PERSON for number in range(10)}
    settings = f"limits * {limit}"
    with (
        odd_slapd(tmp_path / "slapd", free_port_base(), entries, settings=settings) as uri,
        Directory(Access(uri=uri)) as directory,
        pytest.raises(RefusedError) as refused,
    ):
        list(directory.search(PEOPLE, "(objectClass=*)", ("cn",), page_size=page_size))

    assert refusal in str(refused.value)


def test_a_server_that_is_shut_down_meanwhile_is_no_end(tmp_path: Path):
    photo = bytes(range(256)) * 800
    entries = {
        f"uid=p{number},{PEOPLE}": {**PERSON, "jpegPhoto": photo}
        for number in range(100)  # more than the buffers between us take
    }
    large = "maxsize 100000000"
    with (
        odd_slapd(tmp_path / "slapd", free_port_base(), entries, settings=large) as uri,
        Directory(Access(uri=uri, receive_timeout=20)) as directory,
    ):
        search = directory.search(PEOPLE, "(jpegPhoto=*)", ("jpegPhoto",))
        first = next(search)
        stop([tmp_path / "slapd" / "own.pid"])
        with pytest.raises(DirectoryError, match=r"ended|unavailable \(52\)"):
            list(search)

    assert first[1] == {"jpegPhoto": [photo]}


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

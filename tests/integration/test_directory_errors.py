# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Any directory is read as it is, and what keeps it from that is told: on each of the servers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import islice
from pathlib import Path
from typing import Any

import ldap3
import pytest

from ansible_collections.civic.mailbox.lab import dirsrv, lifecycle, population, samba
from ansible_collections.civic.mailbox.lab.clients import Info
from ansible_collections.civic.mailbox.lab.layout import HOST
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
from .proxy import hold, spoiling
from .reading import fails
from .reading import read as read_accounts
from .slapd import PEOPLE, odd_slapd, person

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


# Limits: of entries that are given out or looked through, of time

BACKEND = "cn=config,cn=ldbm database,cn=plugins,cn=config"
# Of all accounts that have none of their own, and where each stands.
LIMITS_OF_ALL = {
    "nsslapd-sizelimit": "cn=config",
    "nsslapd-pagedsizelimit": "cn=config",
    "nsslapd-timelimit": "cn=config",
    "nsslapd-lookthroughlimit": BACKEND,
    "nsslapd-pagedlookthroughlimit": BACKEND,
}


@contextmanager
def limited(lab: Info, limit: str, value: str) -> Iterator[None]:
    """389-DS with a limit of its auditor's, or one of all, which holds for the auditor too."""
    reader = lab["ds389"]["accounts"]["auditor"]["dn"]
    with ExitStack() as stack:
        for own in dirsrv.LIMITS if limit in LIMITS_OF_ALL else ():
            stack.enter_context(replaced(lab, "ds389", reader, own))
        dn = LIMITS_OF_ALL.get(limit, reader)
        stack.enter_context(replaced(lab, "ds389", dn, limit, value))
        yield


@pytest.mark.parametrize(
    ("limit", "page_size", "refusal"),
    [
        ("nsSizeLimit", 0, "sizeLimitExceeded (4)"),
        ("nsPagedSizeLimit", 1000, "sizeLimitExceeded (4)"),  # it is of a page, not of all
        ("nsLookThroughLimit", 0, "adminLimitExceeded (11)"),
        ("nsPagedLookThroughLimit", 2, "adminLimitExceeded (11)"),
        ("nsslapd-sizelimit", 0, "sizeLimitExceeded (4)"),
        ("nsslapd-sizelimit", 4, "sizeLimitExceeded (4)"),  # a page has to be smaller
        ("nsslapd-pagedsizelimit", 1000, "sizeLimitExceeded (4)"),
        ("nsslapd-lookthroughlimit", 0, "adminLimitExceeded (11)"),
        ("nsslapd-lookthroughlimit", 2, "adminLimitExceeded (11)"),  # it is of all pages
        ("nsslapd-pagedlookthroughlimit", 2, "adminLimitExceeded (11)"),
    ],
)
def test_a_limit_of_389_ds_is_no_end(directories, limit, page_size, refusal):
    server, base = access(directories, "ds389"), directories["ds389"]["search_base"]
    with limited(directories, limit, "4"):
        found = fails(server, base, server.uri, refusal, "raise the limits", page_size=page_size)

    assert found.outcome.total == 4


@pytest.mark.parametrize("page_size", [1000, 0])
def test_who_has_no_limits_on_389_ds_is_not_bound_by_those_of_all(directories, page_size):
    server, base = access(directories, "ds389"), directories["ds389"]["search_base"]
    whole = read_accounts(server, base).accounts.keys()
    with ExitStack() as stack:
        for limit, dn in LIMITS_OF_ALL.items():
            stack.enter_context(replaced(directories, "ds389", dn, limit, "1"))
        found = read_accounts(server, base, page_size=page_size)

    assert found.outcome.message == ""
    assert found.accounts.keys() == whole


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


QUERY_POLICY = (
    "CN=Default Query Policy,CN=Query-Policies,CN=Directory Service,CN=Windows NT,CN=Services,"
    f"CN=Configuration,{samba.BASE}"
)
# Each takes a search of its own for every account, so that a domain controller is long at it.
IN_CHAIN = f"(memberOf:1.2.840.113556.1.4.1941:=CN=Administrators,CN=Builtin,{samba.BASE})"


@pytest.mark.parametrize("page_size", [0, 7, 1000])
def test_a_domain_controller_s_page_size_cuts_nothing_off(directories, page_size):
    """Samba does not heed it; Windows gives out no more at once, and says that there are more."""
    server, base = access(directories, "ad"), directories["ad"]["search_base"]
    whole = read_accounts(server, base).accounts.keys()
    with replaced(directories, "ad", QUERY_POLICY, "lDAPAdminLimits", "MaxPageSize=5"):
        found = read_accounts(server, base, page_size=page_size)

    assert found.outcome.message == ""
    assert found.accounts.keys() == whole


@pytest.mark.parametrize("page_size", [1000, 0])
def test_a_time_limit_of_a_domain_controller_is_no_end(directories, page_size):
    server, base = access(directories, "ad"), directories["ad"]["suffix"]
    wanted = {"filter": f"(|{IN_CHAIN * 600}(mail=*))", "page_size": page_size}
    with replaced(directories, "ad", QUERY_POLICY, "lDAPAdminLimits", "MaxQueryDuration=1"):
        found = fails(server, base, server.uri, "MaxQueryDuration", **wanted)

    told = ("timeLimitExceeded (3)", "operationsError (1)")  # the latter by Samba, without pages
    assert any(code in found.outcome.message for code in told)
    assert found.outcome.total < len(read_accounts(server, base).accounts)


# More than the buffers between us take, of a server that has a second to send it, by a reader who
# asks for all and takes nothing for three.
LARGE = {"mail": "p@office.example", "description": "x" * 400_000}
MANY, PASSING, SLOW = 60, 300_000, 3
LARGE_ASKED = {"contact_attributes": ("description",), "filter": "(description=x*)"}


@pytest.mark.parametrize("page_size", [1000, 0])
def test_a_time_limit_of_openldap_is_no_end(tmp_path: Path, page_size: int):
    entries = {dn: one for n in range(MANY) for dn, one in person(f"p{n}", **LARGE).items()}
    port, settings = free_port_base(), "maxsize 100000000\nlimits * time=1"
    with (
        odd_slapd(tmp_path / "slapd", port, entries, settings=settings),
        spoiling(port, PASSING, hold(SLOW)) as slow,
    ):
        uri = f"ldap://{HOST}:{slow}"
        said = (uri, "timeLimitExceeded (3)", "time=unlimited")
        found = fails(Access(uri=uri), PEOPLE, *said, page_size=page_size, **LARGE_ASKED)

    assert found.outcome.total < MANY


@pytest.fixture(scope="module")
def large_accounts(directories: Info) -> Iterator[None]:
    """389-DS with many accounts that are large."""
    server = directories["ds389"]
    admin = server["accounts"]["admin"]
    dns = [f"uid=large-{number},{server['search_base']}" for number in range(MANY)]
    at = ldap3.Server(server["ldaps"], get_info=ldap3.NONE)
    with ldap3.Connection(at, admin["dn"], admin["password"], check_names=False) as connection:
        for dn in dns:
            assert connection.add(dn, "inetOrgPerson", {"cn": "p", "sn": "p", **LARGE})
        yield
        for dn in dns:
            assert connection.delete(dn)


@pytest.mark.parametrize(
    ("limit", "page_size", "said"),
    [
        ("nsTimeLimit", 0, "timeLimitExceeded (3)"),
        ("nsslapd-timelimit", 0, "timeLimitExceeded (3)"),
        ("nsTimeLimit", 1000, "the connection ended"),  # in pages it says nothing and hangs up
        ("nsslapd-timelimit", 1000, "the connection ended"),
    ],
)
@pytest.mark.usefixtures("large_accounts")
def test_a_time_limit_of_389_ds_is_no_end(directories, limit, page_size, said):
    plain = replace(access(directories, "ds389"), uri=directories["ds389"]["ldap"])
    with (
        limited(directories, limit, "1"),
        spoiling(plain.address.port, PASSING, hold(SLOW)) as slow,
    ):
        uri, base = f"ldap://{HOST}:{slow}", directories["ds389"]["search_base"]
        there = replace(plain, uri=uri)
        found = fails(there, base, uri, said, "nsTimeLimit", page_size=page_size, **LARGE_ASKED)

    assert found.outcome.total < MANY


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

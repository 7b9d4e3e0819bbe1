# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A directory that is not like the lab's: odd values, other parts, other rights."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import Lock
from ansible_collections.civic.mailbox.plugins.module_utils._core.dates import parse_time
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Directory

from .ports import free_port_base
from .reading import fails, now, read
from .slapd import (
    ADMIN,
    DEFAULT_POLICY,
    PASSWORD,
    PEOPLE,
    SUFFIX,
    UNIX_ROOT,
    Entries,
    copying_slapd,
    odd_slapd,
    person,
    socket_uri,
)

UNIT = f"ou=Odd,{PEOPLE}"
ODD: Entries = {
    **person("plain", mail="plain@odd.example"),
    **person("time", authTimestamp="yesterday"),
    **person("bytes", mailForwardingAddress=b"\xff@odd.example"),
    **person("letters", cn='"Quoted", \\ and\nbroken', mail=["b@odd.example", "a@odd.example"]),
    **person("over", pwdAccountLockedTime="20190108010000Z"),
    **person("for-good", pwdAccountLockedTime="000001010000Z"),
    **person("ended", pwdEndTime="20190108010000Z"),
    **person("fraction", pwdLastSuccess="20190108010203.5Z"),
    f"cn=elsewhere,{PEOPLE}": {
        "objectClass": ["referral", "extensibleObject"],
        "cn": "elsewhere",
        "ref": "ldap://other.example/ou=elsewhere,dc=odd",
    },
}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with odd_slapd(tmp_path_factory.mktemp("odd") / "slapd", free_port_base(), ODD) as uri:
        yield uri


def test_what_cannot_be_understood_is_a_problem_of_its_account_alone(odd):
    accounts = read(Access(uri=odd), PEOPLE).accounts

    problems = {
        login: [(problem.field, problem.message) for problem in account.problems]
        for login, account in accounts.items()
        if account.problems
    }
    assert problems.keys() == {"time", "bytes"}
    assert problems["time"][0][0] == "sign_ins"
    assert "authTimestamp: yesterday is no generalized time" in problems["time"][0][1]
    assert "not UTF-8" in problems["bytes"][0][1]
    assert accounts["bytes"].forwards[0].address == r"\xff@odd.example"


def test_a_strange_name_two_addresses_or_none_are_no_problem(odd):
    accounts = read(Access(uri=odd), PEOPLE).accounts

    assert accounts["letters"].name == '"Quoted", \\ and\nbroken'
    assert set(accounts["letters"].mail) == {"a@odd.example", "b@odd.example"}
    assert accounts["time"].mail == ()


def test_locks_are_judged_by_the_effective_policy_and_time(odd):
    locks = {
        login: account.lock for login, account in read(Access(uri=odd), PEOPLE).accounts.items()
    }

    assert locks["over"] is None  # an hour, and that was in 2019
    assert locks["for-good"] is Lock.ADMINISTRATOR
    assert locks["ended"] is Lock.ADMINISTRATOR


def test_who_may_see_the_configuration_knows_the_default_policy(odd):
    found = read(Access(uri=odd), PEOPLE)

    assert found.end["unread"] == []
    assert {account.password_policy for account in found.accounts.values()} == {DEFAULT_POLICY}


def test_who_may_see_the_monitor_knows_version_and_clock(odd):
    header = read(Access(uri=odd), PEOPLE).lines[0]

    assert header["software"].startswith("OpenLDAP 2.")
    assert abs(parse_time(header["server_time"]) - now()) < timedelta(minutes=1)


@pytest.mark.parametrize("hands_on", [False, True], ids=["hands nothing on", "hands on"])
def test_a_copy_of_another_server_is_no_record_of_sign_ins(tmp_path, hands_on):
    """But one of OpenLDAP 2.6 that hands on: 2.5 keeps a sign-in to itself, and not for long."""
    folder, provider = tmp_path / "original", "overlay syncprov"
    with (
        odd_slapd(
            folder, free_port_base(), ODD, everywhere="moduleload syncprov", settings=provider
        ) as original,
        copying_slapd(original, folder, tmp_path / "copy", hands_on=hands_on) as uri,
    ):
        first, found = read(Access(uri=original), PEOPLE), read(Access(uri=uri), PEOPLE)

    assert first.end["unread"] == []
    is_record = hands_on and "OpenLDAP 2.5." not in found.lines[0]["software"]
    assert [one["field"] for one in found.end["unread"]] == ([] if is_record else ["sign_ins"])
    assert all(f"copies {original}" in one["reason"] for one in found.end["unread"])


def test_servers_that_copy_each_other_are_a_record(tmp_path):
    settings = (
        "syncrepl rid=1 provider=ldap://127.0.0.1:1 type=refreshOnly interval=01:00:00:00"
        f' retry="3600 +" bindmethod=simple searchbase="{SUFFIX}"\nmirrormode on\n'
    )
    entries = person("clerk", userPassword="secret")
    with odd_slapd(
        tmp_path / "slapd", free_port_base(), entries, everywhere="serverID 1", settings=settings
    ) as uri:
        with Directory(Access(uri=uri, bind_dn=f"uid=clerk,{UNIT}", bind_pw="secret")):
            pass
        found = read(Access(uri=uri), PEOPLE)

    assert found.end["unread"] == []
    assert found.accounts["clerk"].sign_ins


def test_parts_on_other_servers_are_told(odd):
    found = read(Access(uri=odd), PEOPLE)

    assert found.end["complete"] is True
    (problem,) = found.problems
    assert "ldap://other.example/" in problem


def test_a_unix_socket_tells_who_asks(tmp_path):
    entries = person("a", mail="a@odd.example")
    rules = f'access to * by dn.exact="{UNIX_ROOT}" read'
    with odd_slapd(tmp_path / "slapd", free_port_base(), entries, access=rules) as uri:
        root = read(Access(uri=socket_uri(tmp_path / "slapd"), sasl_external=True), PEOPLE)
        nobody = read(Access(uri=uri), PEOPLE)

    assert root.accounts.keys() == {"a"}
    assert "noSuchObject (32)" in nobody.outcome.message


TIMES = "attrs=pwdLastSuccess"
ACCESS_RULES = [
    # what it shows                   a rule before "read everything"            unread
    ("may not look",                  f"to {TIMES} by * none",                   {"sign_ins": None}),
    ("may not ask either",            f"to {TIMES} by * disclose",               {"sign_ins": None}),
    ("there, and only to compare",    f"to {TIMES} by * compare",                {"sign_ins": "Odd"}),
    ("there, and only to search by",  f"to {TIMES} by * search",                 {"sign_ins": "Odd"}),
    ("in one unit",                   f'to dn.subtree="{UNIT}" {TIMES} by * none', {"sign_ins": "Odd"}),
    ("the id",                        "to attrs=entryUUID by * none",            {"id": None}),
    ("nothing is hidden",             "to attrs=entryUUID by * read",            {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "unread"), [pytest.param(*case, id=name) for name, *case in ACCESS_RULES]
)
def test_absent_and_hidden_are_told_apart(tmp_path, rule, unread):
    """Two units: in Odd the account has signed in, in Even it never has."""
    even = f"ou=Even,{PEOPLE}"
    other = {
        even: {"objectClass": "organizationalUnit", "ou": "Even"},
        f"uid=b,{even}": {
            "objectClass": "inetOrgPerson",
            "uid": "b",
            "cn": "b",
            "sn": "b",
            "mail": "b@x.example",
        },
    }
    entries = {**person("a", mail="a@x.example", pwdLastSuccess="20190108010000Z"), **other}
    access = f"access {rule}\naccess to * by * read"
    with odd_slapd(tmp_path / "slapd", free_port_base(), entries, access=access) as uri:
        found = read(Access(uri=uri), PEOPLE)

    assert {item["field"]: item["unit"] for item in found.end["unread"]} == unread


def test_a_server_without_start_tls(odd):
    access = Access(uri=odd, start_tls=True, bind_dn=ADMIN, bind_pw=PASSWORD)
    fails(access, PEOPLE, "refuses StartTLS", "protocolError (2)", "ldaps://")

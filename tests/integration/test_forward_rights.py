# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rule of docs/forwarding.md, on a real slapd: who writes a forward, and who only reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import ldap3
import pytest

from .ports import free_port_base
from .slapd import PASSWORD, PEOPLE, SUFFIX, odd_slapd, person

PAGE = Path(__file__).parents[2] / "docs/forwarding.md"
CLERK = f"uid=clerk,ou=Odd,{PEOPLE}"
OTHER = f"uid=other,ou=Odd,{PEOPLE}"
SERVICES = f"ou=services,{SUFFIX}"
ENFORCER = f"cn=enforcer,{SERVICES}"
MAIL_HOST = f"cn=mailhost,{SERVICES}"
FORWARD = {"mailForwardingAddress": "me@home.example"}

SUCCESS, INSUFFICIENT_ACCESS_RIGHTS = 0, 50  # RFC 4511, 4.1.9
LOOSE = "access to attrs=userPassword by anonymous auth\naccess to * by self write by * read"


def documented_rule() -> str:
    """As a line of slapd.conf for the suffix of the tests."""
    (rule,) = re.findall(
        r"^    olcAccess: \{0\}(to attrs=mailForw.*\n(?:      by .*\n)+)", PAGE.read_text(), re.M
    )
    return "access " + rule.replace("dc=town,dc=example", SUFFIX)


@pytest.fixture(scope="module", params=["without the rule", "with it"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, bool]]:
    has_rule = request.param == "with it"
    access = f"{documented_rule()}\n{LOOSE}" if has_rule else LOOSE
    service = {
        "objectClass": ["applicationProcess", "simpleSecurityObject"],
        "userPassword": PASSWORD,
    }
    entries = {
        **person("clerk", userPassword=PASSWORD, **FORWARD),
        **person("other", userPassword=PASSWORD),
        SERVICES: {"objectClass": "organizationalUnit", "ou": "services"},
        ENFORCER: {**service, "cn": "enforcer"},
        MAIL_HOST: {**service, "cn": "mailhost"},
    }
    folder = tmp_path_factory.mktemp("slapd")
    with odd_slapd(folder / "slapd", free_port_base(), entries, access=access) as uri:
        yield uri, has_rule


def connect(uri: str, dn: str) -> ldap3.Connection:
    connection = ldap3.Connection(
        ldap3.Server(uri, get_info=ldap3.NONE), dn, PASSWORD, check_names=False
    )
    assert connection.bind()
    return connection


def write(uri: str, dn: str, attribute: str) -> int:
    """The result code of a change of the clerk's entry."""
    connection = connect(uri, dn)
    connection.modify(CLERK, {attribute: [(ldap3.MODIFY_REPLACE, ["changed@home.example"])]})
    connection.unbind()
    return connection.result["result"]


def test_users_cannot_write_their_forwards_and_can_write_what_they_could(server):
    uri, has_rule = server
    expected = INSUFFICIENT_ACCESS_RIGHTS if has_rule else SUCCESS
    assert write(uri, CLERK, "mailForwardingAddress") == expected
    assert write(uri, CLERK, "description") == SUCCESS


def test_the_enforcer_writes_forwards_and_nobody_else_does(server):
    uri, has_rule = server
    assert (write(uri, ENFORCER, "mailForwardingAddress") == SUCCESS) is has_rule
    for dn in (MAIL_HOST, OTHER):
        assert write(uri, dn, "mailForwardingAddress") == INSUFFICIENT_ACCESS_RIGHTS


def test_the_mail_host_and_the_user_read_forwards_and_other_users_do_not(server):
    uri, has_rule = server

    def reads(dn: str) -> bool:
        connection = connect(uri, dn)
        connection.search(
            CLERK, "(objectClass=*)", ldap3.BASE, attributes=["mailForwardingAddress"]
        )
        found = bool(connection.entries[0].entry_attributes_as_dict.get("mailForwardingAddress"))
        connection.unbind()
        return found

    assert (reads(MAIL_HOST), reads(ENFORCER), reads(CLERK)) == (True, True, True)
    assert reads(OTHER) is not has_rule

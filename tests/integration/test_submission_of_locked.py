# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The setting of docs/mail-hosts.md by which an open submission session of a locked account ends."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import ldap3
import pytest

from ansible_collections.civic.mailbox.lab import lifecycle, openldap, population, process
from ansible_collections.civic.mailbox.lab.clients import (
    Info,
    reload_postfix,
    sunk,
    trust,
    wait_for,
)

from .conftest import free_port_base

FRIEND = "friend@else.example"
LOCKED = "000001010000Z"


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Info]:
    lifecycle.up(tmp_path / "lab", port_base=free_port_base(), people=0)
    try:
        yield lifecycle.describe(tmp_path / "lab")
    finally:
        lifecycle.down(tmp_path / "lab")


def ask_the_directory(lab: Info) -> None:
    """As the page has it: Postfix looks each sender's lock up, at each recipient."""
    config = Path(lab["postfix"]["config"])
    table = config / "ldap-locked.cf"
    known = (config / "ldap-mailbox.cf").read_text()
    is_locked = f"(&(mail=%s)(pwdAccountLockedTime={LOCKED}))"
    table.write_text(
        known.replace("(mail=%s)", is_locked) + "result_format = 421 4.7.0 This mailbox is locked\n"
    )
    setting = f"smtpd_recipient_restrictions = check_sasl_access ldap:{table}"
    process.run("postconf", "-c", config, "-e", setting)
    reload_postfix(lab)


def lock(lab: Info, person: population.Person) -> None:
    account = openldap.login("enforcer")
    server = ldap3.Server(lab["openldap"]["ldap"], get_info=ldap3.NONE)
    with ldap3.Connection(
        server, account["dn"], account["password"], check_names=False
    ) as connection:
        connection.search(openldap.PEOPLE, f"(uid={person.uid})")
        dn = connection.response[0]["dn"]
        change = {"pwdAccountLockedTime": [(ldap3.MODIFY_REPLACE, [LOCKED])]}
        assert connection.modify(dn, change), connection.result


def test_who_is_signed_in_sends_nothing_more_once_the_account_is_locked(lab):
    people = population.people(lab["people"], datetime.fromisoformat(lab["now"]))
    person = next(one for one in people if one.uid == "active")
    ask_the_directory(lab)

    with smtplib.SMTP("localhost", lab["ports"]["submission"], timeout=20) as client:
        client.starttls(context=trust(lab))
        client.login(person.subject, person.password)
        client.sendmail(person.subject, [FRIEND], "Subject: before\r\n\r\n.\r\n")
        assert wait_for(lambda: FRIEND in sunk(lab))
        lock(lab, person)
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            client.sendmail(person.subject, [FRIEND], "Subject: after\r\n\r\n.\r\n")
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.noop()

    code, text = refused.value.recipients[FRIEND]
    assert (code, b"This mailbox is locked" in text) == (421, True)
    assert sunk(lab).count(FRIEND) == 1

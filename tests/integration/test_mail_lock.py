# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""mail_lock on a real Dovecot and Postfix: locked means locked everywhere, unlocked at once.

The sign-ins are those of accounts of the lab; no password of anybody else is ever needed.
"""

from __future__ import annotations

import base64
import imaplib
import json
import os
import poplib
import smtplib
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import ldap3
import pytest

from ansible_collections.civic.mailbox.lab import lifecycle, population
from ansible_collections.civic.mailbox.lab.clients import Info, receive, submit, trust, wait_for
from ansible_collections.civic.mailbox.lab.population import DOMAIN

from .conftest import free_port_base

ROOT = Path(__file__).parents[2]
REFUSED = (550, b"5.2.1")
LOCKED_FOR_GOOD = "000001010000Z"  # pwdAccountLockedTime, by an administrator
OTHER = f"user000000@{DOMAIN}"  # never locked here
MAP = "civic_mailbox_refused"

Options = dict[str, Any]


# --- the lab


@pytest.fixture(scope="module")
def mail_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Info]:
    """A lab of this file's own, with what the others do without: a cache, and POP3."""
    directory = tmp_path_factory.mktemp("lab") / "lab"
    ports = free_port_base()
    lifecycle.up(directory, port_base=ports, people=40)
    try:
        info = lifecycle.describe(directory)
        info["ports"]["pop3"] = _free_port()
        _extend_dovecot(info)
        yield info
    finally:
        lifecycle.down(directory)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def _extend_dovecot(info: Info) -> None:
    config = Path(info["dovecot"]["config"])
    listens = "listen" if info["dovecot"]["version"].startswith("2.4") else "address"
    text = config.read_text().replace("protocols = imap", "protocols = pop3 imap")
    config.write_text(
        f"{text}auth_cache_size = 10M\n"
        "service pop3-login {\n  inet_listener pop3 {\n"
        f"    {listens} = {info['host']}\n    port = {info['ports']['pop3']}\n  }}\n"
        "  inet_listener pop3s {\n    port = 0\n  }\n}\n"
    )
    doveadm(info, "reload")
    assert wait_for(lambda: _answers(info, "pop3"))


def _answers(info: Info, name: str) -> bool:
    with suppress(OSError), socket.create_connection((info["host"], info["ports"][name])) as line:
        return bool(line.recv(10))
    return False


def doveadm(info: Info, *arguments: str) -> str:
    command = ["doveadm", "-c", info["dovecot"]["config"], *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def postconf(info: Info, *arguments: str) -> str:
    command = ["postconf", "-c", info["postfix"]["config"], *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def people(info: Info) -> Iterator[population.Person]:
    """Accounts that can sign in, each to be used once."""
    for person in population.people(info["people"], population.datetime.now().astimezone()):
        if person.uid.startswith("user") and person.state is population.STATES["active"]:
            yield person


@pytest.fixture(scope="module")
def fresh(mail_lab: Info) -> Iterator[population.Person]:
    unused = people(mail_lab)
    assert next(unused).subject == OTHER
    return unused


@pytest.fixture
def person(mail_lab: Info, fresh: Iterator[population.Person]) -> Iterator[population.Person]:
    """An account that no other test uses; it is unlocked in the end."""
    one = next(fresh)
    yield one
    set_lock(mail_lab, one, locked=False)
    run(mail_lab, accounts=[one.subject], state="unlocked")


def set_lock(info: Info, person: population.Person, *, locked: bool) -> None:
    """What an administrator does in the directory."""
    account = info["openldap"]["accounts"]["enforcer"]
    server = ldap3.Server(info["openldap"]["ldap"], get_info=ldap3.NONE)
    connection = ldap3.Connection(server, account["dn"], account["password"], check_names=False)
    assert connection.bind()
    values = [LOCKED_FOR_GOOD] if locked else []
    connection.modify(person.dn, {"pwdAccountLockedTime": [(ldap3.MODIFY_REPLACE, values)]})
    assert connection.result["result"] == 0, connection.result
    connection.unbind()


# --- the module


def run(info: Info, *arguments: str, **options: Any) -> Options:
    """Run mail_lock with the system's Python: it needs no library beside Python's own."""
    given = {
        "dovecot_config": info["dovecot"]["config"],
        "postfix_config": info["postfix"]["config"],
        **options,
    }
    python = {"ansible_python_interpreter": "/usr/bin/python3"}
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("ansible")),
            *("localhost", "-i", "localhost,", "-c", "local", "-e", json.dumps(python)),
            *("-m", "civic.mailbox.mail_lock", "-a", json.dumps(given), *arguments),
        ],
        cwd=ROOT,
        env={**os.environ, "ANSIBLE_CALLBACK_RESULT_FORMAT": "json", "ANSIBLE_NOCOLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    before, _, answer = done.stdout.partition(" => ")
    result = json.JSONDecoder().raw_decode(answer)[0]
    assert ("FAILED" in before) == bool(result.get("failed"))
    return {**result, "printed": done.stdout + done.stderr}


# --- ways in


@contextmanager
def imap(info: Info, name: str, password: str) -> Iterator[imaplib.IMAP4]:
    client = imaplib.IMAP4(info["host"], info["ports"]["imap"], timeout=20)
    try:
        client.starttls(trust(info))
        client.login(name, password)
        client.select()
        yield client
    finally:
        client.shutdown()


def by_imap(info: Info, name: str, password: str) -> bool:
    try:
        with imap(info, name, password):
            return True
    except imaplib.IMAP4.error:
        return False


def by_pop3(info: Info, name: str, password: str) -> bool:
    with closing(poplib.POP3(info["host"], info["ports"]["pop3"], timeout=20)) as client:
        client.stls(trust(info))
        client.user(name)
        try:
            client.pass_(password)
        except poplib.error_proto:
            return False
        return True


def by_submission(info: Info, name: str, password: str) -> bool:
    with smtplib.SMTP("localhost", info["ports"]["submission"], timeout=20) as client:
        client.starttls(context=trust(info))
        try:
            client.login(name, password)
        except smtplib.SMTPAuthenticationError:
            return False
        return True


def by_managesieve(info: Info, name: str, password: str) -> bool:
    """RFC 5804."""
    address = (info["host"], info["ports"]["sieve"])
    response = base64.b64encode(f"\0{name}\0{password}".encode()).decode()
    with socket.create_connection(address, timeout=20) as plain:
        _managesieve_reply(plain)
        plain.sendall(b"STARTTLS\r\n")
        assert _managesieve_reply(plain).startswith(b"OK")
        with trust(info).wrap_socket(plain, server_hostname=info["host"]) as secured:
            _managesieve_reply(secured)
            secured.sendall(f'AUTHENTICATE "PLAIN" "{response}"\r\n'.encode())
            return _managesieve_reply(secured).startswith(b"OK")


def _managesieve_reply(line: socket.socket) -> bytes:
    """The last line of a reply."""
    got = b""
    while not (got.endswith(b"\r\n") and got.splitlines()[-1][:2] in (b"OK", b"NO", b"BY")):
        more = line.recv(4096)
        assert more, got
        got += more
    return got.splitlines()[-1]


WAYS: dict[str, Callable[[Info, str, str], bool]] = {
    "IMAP": by_imap,
    "POP3": by_pop3,
    "submission": by_submission,
    "ManageSieve": by_managesieve,
}


def open_ways(info: Info, person: population.Person, name: str | None = None) -> set[str]:
    """Over which protocols the account can sign in, with its own password."""
    return {way for way, can in WAYS.items() if can(info, name or person.subject, person.password)}


def recipient_replies(info: Info, *addresses: str) -> list[tuple[int, bytes]]:
    """What Postfix says to mail from outside for these: code and enhanced status."""
    with smtplib.SMTP(info["host"], info["ports"]["smtp"], timeout=20) as client:
        client.ehlo()
        client.mail("somebody@else.example")
        replies = (client.rcpt(address) for address in addresses)
        return [(code, text.partition(b" ")[0]) for code, text in replies]


# --- sign-in


def test_a_lock_holds_everywhere_and_ends_at_once(mail_lab, person):
    with (
        imap(mail_lab, person.subject, person.password) as client,
        imap(mail_lab, OTHER, f"Pw-{OTHER.partition('@')[0]}-7!") as other,
    ):
        assert open_ways(mail_lab, person) == set(WAYS)
        set_lock(mail_lab, person, locked=True)
        # Here is the trap: the directory refuses, and Dovecot goes on to let in.
        assert open_ways(mail_lab, person) == set(WAYS)
        client.noop()

        result = run(mail_lab, accounts=[person.subject.upper()], state="locked")
        assert open_ways(mail_lab, person) == set()
        with pytest.raises((imaplib.IMAP4.abort, OSError)):
            client.noop()
        assert other.noop()[0] == "OK"
    assert result["changed"] is True
    assert result["kicked"] == [person.subject]
    assert (result["sessions"], result["total"], result["refused"]) == (1, 1, 0)
    assert result["flushed"] >= 2

    again = run(mail_lab, accounts=[person.subject], state="locked")
    assert (again["changed"], again["kicked"]) == (False, [])

    set_lock(mail_lab, person, locked=False)
    result = run(mail_lab, accounts=[person.subject], state="unlocked")
    assert result["changed"] is False
    assert open_ways(mail_lab, person) == set(WAYS)

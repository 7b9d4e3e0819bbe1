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
import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import ldap3
import pytest

from ansible_collections.civic.mailbox.lab import lifecycle, population, process
from ansible_collections.civic.mailbox.lab.clients import (
    Info,
    receive,
    reload_dovecot,
    rewrite,
    trust,
    wait_for,
)
from ansible_collections.civic.mailbox.lab.population import DOMAIN
from ansible_collections.civic.mailbox.plugins.modules import mail_lock

from .module_run import run_module
from .ports import free_port_base

ROOT = Path(__file__).parents[2]
ACCEPTED, REFUSED = (250, b"2.1.5"), (550, b"5.2.1")
LOCKED_FOR_GOOD = "000001010000Z"  # pwdAccountLockedTime, by an administrator
OTHER = f"user000000@{DOMAIN}"  # never locked here
OTHER_PASSWORD = "Pw-user000000-7!"
REFUSED_MAP, BOUNCED_MAP = "civic_mailbox_refused", "civic_mailbox_bounced"

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
        info["ports"]["pop3"] = free_port_base()
        _extend_dovecot(info)
        yield info
    finally:
        lifecycle.down(directory)


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
    # Dovecot 2.4 takes no new service at a reload.
    folder = Path(info["directory"])
    process.stop([folder / "run/dovecot.pid"])
    command = ["dovecot", "-F", "-c", str(config)]
    process.spawn(command, folder / "run/dovecot.pid", folder / "log/dovecot.log")
    assert wait_for(lambda: all(_answers(info, name) for name in ("pop3", "imap", "lmtp")))


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
    for person in population.people(info["people"], datetime.now(timezone.utc)):
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


def run(info: Info, *, check: bool = False, **options: Any) -> Options:
    """Run mail_lock, and say whether it failed."""
    ran = run_module(mail_lock.main, {**_given(info, options), "_ansible_check_mode": check})
    assert "Traceback" not in ran.output
    return {"failed": False, **ran.result}


def run_by_ansible(info: Info, *arguments: str, **options: Any) -> Options:
    """The same by Ansible, and all that was `printed`: with the system's Python, for it needs no
    library beside Python's own."""
    python = {"ansible_python_interpreter": "/usr/bin/python3"}
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("ansible")),
            *("localhost", "-i", "localhost,", "-c", "local", "-e", json.dumps(python)),
            *("-m", "civic.mailbox.mail_lock", "-a", json.dumps(_given(info, options)), *arguments),
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
    return {**result, "failed": "FAILED" in before, "printed": done.stdout + done.stderr}


def _given(info: Info, options: Options) -> Options:
    servers = {
        "dovecot_config": info["dovecot"]["config"],
        "postfix_config": info["postfix"]["config"],
    }
    return {**servers, **options}


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
        imap(mail_lab, OTHER, OTHER_PASSWORD) as other,
    ):
        assert open_ways(mail_lab, person) == set(WAYS)
        set_lock(mail_lab, person, locked=True)
        # Here is the trap: the directory refuses, and Dovecot goes on to let in.
        assert open_ways(mail_lab, person) == set(WAYS)
        client.noop()

        wanted = {"accounts": [person.subject.upper()], "state": "locked"}
        result = run_by_ansible(mail_lab, end_shared=True, **wanted)
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


@pytest.mark.ansible
def test_what_would_be_done_is_shown_first(mail_lab, person):
    with imap(mail_lab, person.subject, person.password) as client:
        wanted = {"accounts": [person.subject], "state": "locked", "delivery": "refuse"}
        shown = run_by_ansible(mail_lab, "--check", "--diff", **wanted)
        assert client.noop()[0] == "OK"
    assert (shown["changed"], shown["kicked"]) == (True, [person.subject])
    assert (shown["flushed"], shown["refused"]) == (None, 1)
    config = mail_lab["postfix"]["config"]
    for name, action in ((REFUSED_MAP, "550 5.2.1"), (BOUNCED_MAP, "error:5.2.1")):
        assert f"+++ after: {config}/{name}" in shown["printed"]
        assert f"+{person.subject} {action} This mailbox is locked" in shown["printed"]
    assert recipient_replies(mail_lab, person.subject) == [ACCEPTED]


def test_a_session_that_does_not_end_is_told(mail_lab, person):
    with imap(mail_lab, person.subject, person.password):
        rows = doveadm(mail_lab, "-f", "tab", "who", "-1", person.subject).splitlines()
        pid = int(rows[1].split("\t")[2])
        os.kill(pid, signal.SIGSTOP)
        try:
            result = run(mail_lab, accounts=[person.subject], state="locked", timeout=2)
        finally:
            os.kill(pid, signal.SIGCONT)
    assert result["failed"] is True
    assert f"1 of the accounts still signed in to Dovecot ({person.subject})" in result["msg"]
    assert result["kicked"] == [person.subject]


def test_sessions_in_one_process_end_together_or_not_at_all(mail_lab, person):
    if mail_lab["dovecot"]["version"].startswith("2.4"):
        pytest.skip("2.4 ends a session, not a process")
    config = Path(mail_lab["dovecot"]["config"])
    text = config.read_text()
    limits = "client_limit = 10\n process_limit = 1\n service_count = 0"
    rewrite(config, f"{text}service imap {{\n {limits}\n}}\n")
    reload_dovecot(mail_lab)
    try:
        with (
            imap(mail_lab, person.subject, person.password) as client,
            imap(mail_lab, OTHER, OTHER_PASSWORD) as other,
        ):
            wanted = {"accounts": [person.subject], "state": "locked"}
            result = run(mail_lab, timeout=2, **wanted)
            assert (result["failed"], other.noop()[0]) == (True, "OK")
            assert "set end_shared" in result["msg"]
            result = run(mail_lab, end_shared=True, **wanted)
            assert (result["failed"], result["kicked"]) == (False, [person.subject])
            for ended in (client, other):
                with pytest.raises((imaplib.IMAP4.abort, OSError)):
                    ended.noop()
    finally:
        rewrite(config, text)
        reload_dovecot(mail_lab)


def test_a_submission_session_goes_on(mail_lab, person):
    """What the documentation says cannot be ended; a new one is refused."""
    with smtplib.SMTP("localhost", mail_lab["ports"]["submission"], timeout=20) as client:
        client.starttls(context=trust(mail_lab))
        client.login(person.subject, person.password)
        set_lock(mail_lab, person, locked=True)
        run(mail_lab, accounts=[person.subject], state="locked", delivery="refuse")
        client.mail(person.subject)
        assert client.rcpt("somebody@else.example")[0] == 250
    assert not by_submission(mail_lab, person.subject, person.password)


def test_a_name_that_is_a_pattern_ends_nobody_elses_session(mail_lab, person):
    with imap(mail_lab, person.subject, person.password) as client:
        result = run(mail_lab, accounts=[f"*@{DOMAIN}", "*", "user??????"], state="locked")
        assert client.noop()[0] == "OK"
    assert (result["changed"], result["kicked"]) == (False, [])


def test_a_dovecot_without_a_cache_is_told(mail_lab):
    config = Path(mail_lab["dovecot"]["config"])
    text = config.read_text()
    rewrite(config, text.replace("auth_cache_size = 10M", ""))
    try:
        result = run(mail_lab, accounts=[OTHER], state="unlocked")
    finally:
        rewrite(config, text)
    assert result["flushed"] is None


# --- mail


def test_mail_is_received_or_refused_as_asked(mail_lab, person):
    name, _, domain = person.subject.partition("@")
    addresses = [person.subject, f"{name}+word@{domain}", person.subject.upper(), OTHER]
    set_lock(mail_lab, person, locked=True)

    run(mail_lab, accounts=[person.subject], state="locked")
    assert recipient_replies(mail_lab, *addresses) == [ACCEPTED] * 4
    before = delivered(mail_lab, person.subject)
    receive(mail_lab, [person.subject])
    assert wait_for(lambda: delivered(mail_lab, person.subject) > before)

    wanted = {"accounts": [person.subject], "state": "locked", "delivery": "refuse"}
    result = run(mail_lab, **wanted)
    assert (result["changed"], result["refused"]) == (True, 1)
    assert recipient_replies(mail_lab, *addresses) == [REFUSED, REFUSED, REFUSED, ACCEPTED]
    again = run_by_ansible(mail_lab, "--diff", **wanted)
    assert (again["changed"], again["refused"]) == (False, 1)
    assert "+++" not in again["printed"]

    # Postfix remembers what it said, and must say the new thing at once.
    result = run(mail_lab, accounts=[person.subject], state="locked")
    assert (result["changed"], result["refused"]) == (True, 0)
    assert recipient_replies(mail_lab, *addresses) == [ACCEPTED] * 4
    run(mail_lab, **wanted)
    assert recipient_replies(mail_lab, person.subject) == [REFUSED]
    result = run(mail_lab, accounts=[person.subject], state="unlocked")
    assert (result["changed"], result["refused"]) == (True, 0)
    assert recipient_replies(mail_lab, *addresses) == [ACCEPTED] * 4


def delivered(info: Info, address: str) -> int:
    """How many messages lie in the mailbox."""
    name, _, domain = address.partition("@")
    return len(list(Path(info["dovecot"]["homes"], domain, name, "Maildir").glob("new/*")))


def test_mail_that_was_accepted_comes_back_to_its_sender(mail_lab, person):
    """Here handed in on the host itself, where nobody is told at once."""
    text = "The office is closed to you (5.2.1)"
    run(mail_lab, accounts=[person.subject], state="locked", delivery="refuse", refusal=text)
    before = delivered(mail_lab, OTHER)
    command = ["sendmail", "-C", mail_lab["postfix"]["config"], "-f", OTHER, person.subject]
    subprocess.run(command, input="Subject: x\n\nx\n", text=True, check=True)
    # Where a reload has lost the sign that mail is there, pickup looks once in a minute.
    assert wait_for(lambda: delivered(mail_lab, OTHER) > before, 90)
    log = Path(mail_lab["postfix"]["log"]).read_text()
    assert f"dsn=5.2.1, status=bounced ({text})" in log


def test_mail_is_refused_though_it_would_be_sent_on(mail_lab):
    """Postfix looks an address up in a transport table only if it is no virtual alias."""
    accounts = [f"forward-outside@{DOMAIN}", f"v-out@{DOMAIN}"]
    assert recipient_replies(mail_lab, *accounts) == [ACCEPTED] * 2
    run(mail_lab, accounts=accounts, state="locked", delivery="refuse")
    assert recipient_replies(mail_lab, *accounts) == [REFUSED] * 2
    run(mail_lab, accounts=accounts, state="unlocked")
    assert recipient_replies(mail_lab, *accounts) == [ACCEPTED] * 2


def test_mail_to_an_alias_comes_back(mail_lab):
    """The alias v-in leads to the mailbox active."""
    mailbox, log = f"active@{DOMAIN}", Path(mail_lab["postfix"]["log"])
    run(mail_lab, accounts=[mailbox], state="locked", delivery="refuse", refusal="Alias test")
    receive(mail_lab, [f"v-in@{DOMAIN}"])
    assert wait_for(lambda: "dsn=5.2.1, status=bounced (Alias test)" in log.read_text())
    run(mail_lab, accounts=[mailbox], state="unlocked")


def test_other_settings_stay_and_other_refusals_too(mail_lab, person, fresh):
    second = next(fresh)
    config = mail_lab["postfix"]["config"]
    settings = {
        "transport_maps": "inline:{ {away.example = error:5.1.2 gone} }, $relay_domains",
        "smtpd_recipient_restrictions": "permit_sasl_authenticated, permit",
    }
    ours = {
        "transport_maps": f"hash:{config}/{BOUNCED_MAP}",
        "smtpd_recipient_restrictions": f"check_recipient_access hash:{config}/{REFUSED_MAP}",
    }
    before = {name: postconf(mail_lab, "-h", name) for name in settings}
    for name, value in settings.items():
        postconf(mail_lab, "-e", f"{name} = {value}")
    try:
        for one in (person, second):
            result = run(mail_lab, accounts=[one.subject], state="locked", delivery="refuse")
            assert result["refused"] == 1
        for name, value in settings.items():
            assert postconf(mail_lab, "-h", name) == f"{ours[name]}, {value}"
        both = (person.subject, second.subject)
        assert recipient_replies(mail_lab, *both) == [REFUSED] * 2
        run(mail_lab, accounts=[person.subject], state="unlocked")
        assert recipient_replies(mail_lab, *both) == [ACCEPTED, REFUSED]
    finally:
        for name, value in before.items():
            postconf(mail_lab, "-e", f"{name} = {value}")
        run(mail_lab, accounts=[second.subject], state="unlocked")


def test_a_run_that_was_broken_off_is_finished(mail_lab, person):
    """Its tables are written, and Postfix does not know of it yet."""
    folder = Path(mail_lab["postfix"]["config"])
    wanted = {"accounts": [person.subject], "state": "locked", "delivery": "refuse"}
    run(mail_lab, **{**wanted, "accounts": [OTHER]})
    run(mail_lab, accounts=[OTHER], state="unlocked")
    for name, action in ((REFUSED_MAP, "550 "), (BOUNCED_MAP, "error:")):
        with (folder / name).open("a") as file:
            file.write(f"{person.subject} {action}5.2.1 This mailbox is locked and takes no mail\n")
        (folder / f"{name}.unfinished").touch()
    assert recipient_replies(mail_lab, person.subject) == [ACCEPTED]
    assert run(mail_lab, check=True, **wanted)["changed"] is True
    assert recipient_replies(mail_lab, person.subject) == [ACCEPTED]
    assert run(mail_lab, **wanted)["changed"] is True
    assert recipient_replies(mail_lab, person.subject) == [REFUSED]
    assert run(mail_lab, **wanted)["changed"] is False


def test_a_file_of_somebody_else_is_left_alone(mail_lab, tmp_path):
    for name in ("main.cf", "master.cf"):
        (tmp_path / name).write_bytes(Path(mail_lab["postfix"]["config"], name).read_bytes())
    mine = tmp_path / BOUNCED_MAP
    mine.write_text("away.example smtp:[relay]\n")
    wanted = {"accounts": [OTHER], "state": "locked", "delivery": "refuse", "dovecot": False}
    result = run(mail_lab, **{**wanted, "postfix_config": str(tmp_path)})
    assert result["failed"] is True
    assert f"{mine} was not made by this module" in result["msg"]
    assert mine.read_text() == "away.example smtp:[relay]\n"
    assert not (tmp_path / REFUSED_MAP).exists()


def test_a_postfix_that_does_not_run_is_prepared(mail_lab, tmp_path):
    config = Path(mail_lab["postfix"]["config"])
    for name in ("main.cf", "master.cf"):
        text = (config / name).read_text()
        for folder in ("queue", "data"):
            text = text.replace(f"{config}/{folder}", f"{tmp_path}/{folder}")
        (tmp_path / name).write_text(text)
    wanted = {"accounts": [OTHER], "state": "locked", "delivery": "refuse"}
    result = run(mail_lab, **{**wanted, "postfix_config": str(tmp_path), "dovecot": False})
    assert (result["failed"], result["changed"], result["refused"]) == (False, True, 1)
    settings = (tmp_path / "main.cf").read_text()
    assert f"transport_maps = hash:{tmp_path}/{BOUNCED_MAP}" in settings
    assert f"= check_recipient_access hash:{tmp_path}/{REFUSED_MAP}" in settings


# --- many


def test_five_thousand_accounts_go_in_one_call(mail_lab, person, tmp_path):
    accounts = [f"official{number:05d}@{DOMAIN}" for number in range(5000)]
    listed = tmp_path / "accounts"
    listed.write_text("".join(f"{name}\n" for name in [*accounts, "", person.subject, accounts[0]]))
    wanted = {"accounts_file": str(listed), "state": "locked", "delivery": "refuse"}
    shown = run_by_ansible(mail_lab, "--check", "--diff", **wanted)
    assert (shown["refused"], shown["printed"].count("+official")) == (5001, 200)
    assert "(4901 more)" in shown["printed"]
    with imap(mail_lab, person.subject, person.password):
        result = run_by_ansible(mail_lab, **wanted)
    assert (result["total"], result["refused"], result["kicked"]) == (5001, 5001, [person.subject])
    assert recipient_replies(mail_lab, accounts[-1]) == [REFUSED]
    assert run(mail_lab, **wanted)["changed"] is False
    result = run(mail_lab, accounts_file=str(listed), state="unlocked")
    assert (result["changed"], result["refused"]) == (True, 0)


# --- what cannot be done


@pytest.mark.ansible
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"accounts": ["a@b.example", "a b@c.example"]}, "login name and left out: entry 2, 'a b@c.example'"),
        ({"accounts": ["@b.example"]}, "left out: entry 1, '@b.example'"),
        ({"accounts": ["a@b@c.example"]}, "no address or login name"),
        ({"accounts": ["#a@b.example"]}, "no address or login name"),
        ({"accounts": ['"a"@b.example']}, "no address or login name"),
        ({"accounts": ["a@b.example error:x"]}, "no address or login name"),
        ({"accounts_file": "/nowhere/accounts"}, "cannot read /nowhere/accounts: No such file"),
        ({"accounts": [], "accounts_file": "/x"}, "mutually exclusive"),
        ({}, "one of the following is required"),
        ({"accounts": [OTHER], "refusal": "Khóa"}, "refusal: one line of at most 200 characters"),
        ({"accounts": [OTHER], "refusal": "a\nb"}, "refusal: one line of at most 200 characters"),
        ({"accounts": [OTHER], "refusal": " "}, "refusal: one line of at most 200 characters"),
        ({"accounts": [OTHER], "refusal": "a" * 201}, "refusal: one line of at most 200"),
        ({"accounts": [OTHER], "dovecot_config": "/nowhere"}, "doveconf -c /nowhere"),
        ({"accounts": [OTHER], "postfix_config": "/nowhere"}, "cannot open /nowhere: No such file"),
        ({"accounts": [OTHER], "postfix": False}, "there is no Postfix here to refuse mail"),
        ({"accounts": [OTHER], "dovecot": False, "postfix": False}, "neither Dovecot nor Postfix"),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_what_cannot_be_done_is_said(mail_lab, options, message):
    result = run(mail_lab, check=True, **{"state": "locked", "delivery": "refuse", **options})
    assert result["failed"] is True
    assert message in result["msg"]


def test_one_wrong_entry_does_not_keep_the_others_signed_in(mail_lab, person):
    nameless = f"uid=no-mail,ou=Trường THCS,{population.PEOPLE}"
    with imap(mail_lab, person.subject, person.password):
        result = run(mail_lab, accounts=["a b", nameless, person.subject], state="locked")
    assert (result["failed"], result["total"], result["kicked"]) == (True, 1, [person.subject])
    assert result["problems"] == [f"No address, so unknown to a mail host: {nameless.lower()}"]
    assert run(mail_lab, accounts=[nameless], state="locked")["failed"] is False


def test_postfix_refuses_though_dovecot_does_not_run(mail_lab, person, tmp_path):
    config = Path(mail_lab["dovecot"]["config"])
    down = tmp_path / "dovecot.conf"
    text = config.read_text().replace(f"base_dir = {config.parent}/run", f"base_dir = {tmp_path}")
    down.write_text(text)
    wanted = {"accounts": [person.subject], "state": "locked", "delivery": "refuse"}
    result = run(mail_lab, dovecot_config=str(down), **wanted)
    assert result["failed"] is True
    assert "Dovecot does not run: start it" in result["msg"]
    assert (result["changed"], result["refused"]) == (True, 1)
    assert recipient_replies(mail_lab, person.subject) == [REFUSED]


def test_a_relay_without_dovecot_is_told(mail_lab):
    result = run(mail_lab, accounts=[OTHER], state="unlocked", dovecot=False)
    assert result["problems"] == ["No Dovecot here: nothing to be signed out of"]
    assert (result["changed"], result["flushed"]) == (False, None)


# --- the role


PLAY = """
- hosts: mail1
  gather_facts: false
  tasks:
    - ansible.builtin.include_role:
        name: civic.mailbox.enforce
        tasks_from: mail_host.yml
"""


def play(info: Info, folder: Path, *arguments: str, **variables: Any) -> str:
    """Run the role's part for a mail host; what ansible-playbook printed."""
    (folder / "play.yml").write_text(PLAY)
    given = {
        "ansible_connection": "local",
        "ansible_python_interpreter": "/usr/bin/python3",
        "mailbox_dovecot_config": info["dovecot"]["config"],
        "mailbox_postfix_config": info["postfix"]["config"],
        **variables,
    }
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "mail1,"]
    done = subprocess.run(
        [*command, "-e", json.dumps(given), *arguments, str(folder / "play.yml")],
        cwd=ROOT,
        env={**os.environ, "ANSIBLE_NOCOLOR": "1", "TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.ansible
def test_the_role_brings_the_accounts_to_the_mail_host(mail_lab, person, fresh, tmp_path):
    second = next(fresh)
    set_lock(mail_lab, person, locked=True)
    run(mail_lab, accounts=[second.subject], state="locked", delivery="refuse")
    for name, one in (("locked", person), ("unlocked", second)):
        (tmp_path / name).write_text(f"{one.subject}\n")
    wanted = {
        "enforce_locked_file": str(tmp_path / "locked"),
        "enforce_unlocked_file": str(tmp_path / "unlocked"),
        "enforce_delivery": "refuse",
        "enforce_apply": True,
    }
    both = (person.subject, second.subject)
    play(mail_lab, tmp_path, **{**wanted, "enforce_apply": False})
    play(mail_lab, tmp_path, "--check", **wanted)
    assert recipient_replies(mail_lab, *both) == [ACCEPTED, REFUSED]
    assert "changed=1" in play(mail_lab, tmp_path, **wanted)
    assert recipient_replies(mail_lab, *both) == [REFUSED, ACCEPTED]
    assert "changed=0" in play(mail_lab, tmp_path, **wanted)
    assert not list(tmp_path.glob("civic.mailbox.*"))


@pytest.mark.ansible
def test_the_role_does_nothing_without_accounts(mail_lab, tmp_path):
    assert "changed=0" in play(mail_lab, tmp_path, enforce_apply=True)

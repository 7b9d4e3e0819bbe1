# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lab keeps its word: what the other tests build on is proven here, on the servers."""

from __future__ import annotations

import imaplib
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import ldap3
import pytest

from ansible_collections.civic.mailbox.lab import lifecycle, population, process
from ansible_collections.civic.mailbox.lab.clients import (
    Info,
    last_logins,
    receive,
    sign_in,
    submit,
    sunk,
    trust,
    wait_for,
)
from ansible_collections.civic.mailbox.lab.layout import LabError
from ansible_collections.civic.mailbox.lab.population import DOMAIN, MAIL_HOST

from .ports import free_port_base

LAB = Path(lifecycle.__file__).parent / "lab"
ACTIVE = f"uid=active,ou={population.UNITS[0]},{population.PEOPLE}"
NOW = datetime(2019, 1, 8, tzinfo=UTC)

SIZE_LIMIT_EXCEEDED = 4  # RFC 4511, 4.1.9
INSUFFICIENT_ACCESS_RIGHTS = 50


# --- the command


def lab_command(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(LAB), *map(str, arguments)]
    environment = {k: v for k, v in os.environ.items() if k != "LAB_PORT_BASE"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def processes_of(directory: Path) -> set[int]:
    """The living processes in the sessions that a lab has started."""
    sessions = {file.read_text().split()[0] for file in (directory / "run").glob("*.pid")}
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, session = stat.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if session in sessions and state != "Z":
            found.add(int(stat.parent.name))
    return found


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_a_lab_comes_up_recovers_and_goes_without_a_trace(tmp_path):
    directory, port_base = tmp_path / "lab", free_port_base()
    where = ("--directory", directory)
    started = lab_command("up", *where, "--port-base", port_base, "--people", 20)
    assert (started.returncode, started.stderr) == (0, "")
    try:
        real = directory.resolve()
        again = lab_command("up", *where)
        assert (again.returncode, "already up" in again.stdout) == (0, True)
        other = lab_command("up", *where, "--port-base", port_base + 100)
        assert (other.returncode, f"{port_base}" in other.stderr) == (1, True)
        assert lab_command("status", *where).returncode == 0
        assert lab_command("export", *where).stdout.count("uid: user0") == 20

        for name in ("openldap", "dovecot", "postfix"):
            pid = int((real / "run" / f"{name}.pid").read_text().split()[0])
            os.kill(pid, signal.SIGKILL)
        crashed = lab_command("status", *where)
        assert (crashed.returncode, crashed.stdout.count("NOT RUNNING")) == (1, 3)
        recovered = lab_command("up", *where, "--port-base", port_base)
        assert (recovered.returncode, recovered.stderr) == (0, "")
        assert lab_command("status", *where).returncode == 0
        processes = processes_of(real)
        assert len(processes) > 4
    finally:
        ended = lab_command("down", *where)
    assert ended.returncode == 0
    assert [pid for pid in processes if not is_gone(pid)] == []
    assert (real.exists(), list(tmp_path.iterdir())) == (False, [])
    assert lab_command("down", *where).returncode == 0
    for command in ("status", "export"):
        missing = lab_command(command, *where)
        assert (missing.returncode, "no lab" in missing.stderr) == (1, True)


def test_optional_servers_come_with_the_base_ones_by_their_names(tmp_path):
    directory, port_base = tmp_path / "lab", free_port_base()
    where = ("--directory", directory)
    nobody = lab_command("up", *where, "--with", "nobody")
    assert (nobody.returncode, "'nobody'" in nobody.stderr) == (1, True)
    assert all(name in nobody.stderr for name in lifecycle.OPTIONAL)
    names = list(lifecycle.OPTIONAL)
    try:
        base = lab_command("up", *where, "--port-base", port_base)
        assert (base.returncode, base.stderr) == (0, "")
        refused = lab_command("up", *where, "--with", names[0])
        assert (refused.returncode, f"A lab without {names[0]}" in refused.stderr) == (1, True)
        assert set(lifecycle.describe(directory)) & set(names) == set()
        lab_command("down", *where)

        started = lab_command("up", *where, "--port-base", port_base, "--with", ",".join(names))
        assert (started.returncode, started.stderr) == (0, "")
        described = lifecycle.describe(directory)
        assert set(names) <= set(described)
        assert all(described[name]["version"][0].isdigit() for name in names)
        assert {f"127.0.0.1:{port}" for port in described["ports"].values()} == listening(described)
        assert lab_command("up", *where).returncode == 0
        for name in names:
            whole = lab_command("export", *where, "--server", name)
            assert (whole.returncode, whole.stdout.count("\nmail: ") > 30) == (0, True)
        strange = lab_command("export", *where, "--server", "sink")
        assert (strange.returncode, f"openldap, {', '.join(names)}" in strange.stderr) == (1, True)
        for name in names:
            pid = int((directory.resolve() / "run" / f"{name}.pid").read_text().split()[0])
            os.kill(pid, signal.SIGKILL)
        crashed = lab_command("status", *where)
        assert (crashed.returncode, crashed.stdout.count("NOT RUNNING")) == (1, len(names))
    finally:
        processes = processes_of(directory.resolve())
        ended = lab_command("down", *where)
    assert ended.returncode == 0
    assert [pid for pid in processes if not is_gone(pid)] == []
    assert list(tmp_path.iterdir()) == []


OF_ANOTHER_VERSION = [
    # what lab.json is like                         what was done to it
    ("from before there were other servers",        lambda info: info.pop("extra")),
    ("names a server that is there no more",        lambda info: info["extra"].append("gone")),
    ("the port of a server is another one",         lambda info: info["ports"].update(ldap=1)),
    ("lacks what is told of a server",              lambda info: info["dovecot"].pop("homes")),
    ("no description at all",                       lambda info: info.clear()),
]  # fmt: skip


def test_a_lab_of_another_version_is_told_and_made_anew(tmp_path):
    directory, port_base = tmp_path / "lab", free_port_base()
    where = ("--directory", directory)
    assert lab_command("up", *where, "--port-base", port_base).returncode == 0
    try:
        file = directory.resolve() / "lab.json"
        ours = file.read_text("utf-8")
        for title, change in OF_ANOTHER_VERSION:
            info = json.loads(ours)
            change(info)
            file.write_text(json.dumps(info), "utf-8")
            for command in ("status", "export"):
                told = lab_command(command, *where)
                assert (told.returncode, told.stderr.count("\n")) == (1, 1), title
                assert "made by another version" in told.stderr, title
        processes = processes_of(directory.resolve())
        again = lab_command("up", *where, "--port-base", port_base)
        assert (again.returncode, again.stderr, "already" in again.stdout) == (0, "", False)
        assert [pid for pid in processes if not is_gone(pid)] == []
        assert lab_command("status", *where).returncode == 0
    finally:
        lab_command("down", *where)


def test_a_taken_port_is_named_and_nothing_is_left(tmp_path):
    port_base = free_port_base()
    with socket.create_server(("127.0.0.1", port_base + 2)):
        refused = lab_command("up", "--directory", tmp_path / "lab", "--port-base", port_base)
    assert refused.returncode == 1
    assert f"Port {port_base + 2} (smtp) is taken" in refused.stderr
    assert "LAB_PORT_BASE" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_somebody_else_is_left_alone(tmp_path):
    mine = tmp_path / "lab" / "letter.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    for command in ("up", "down"):
        answer = lab_command(command, "--directory", mine.parent)
        assert mine.read_text() == "mine"
        assert (answer.returncode, "Traceback" in answer.stderr) == (int(command == "up"), False)


def test_a_lab_that_another_user_prepared_is_not_believed(tmp_path):
    """Its pid files would have root end any process."""
    victim = subprocess.Popen(["sleep", "60"], start_new_session=True)
    started = Path(f"/proc/{victim.pid}/stat").read_text().split()[21]
    boot_id = Path("/proc/sys/kernel/random/boot_id").read_text()
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        directory = Path(folder)
        directory.chmod(0o755)
        (directory / "run").mkdir()
        (directory / "run" / "sink.pid").write_text(f"{victim.pid} {started} {boot_id}")
        (directory / ".civic-mailbox-lab").touch()
        os.chown(directory, 65534, 65534)
        refused = lab_command("up", "--directory", directory, "--port-base", free_port_base())
        lab_command("down", "--directory", directory)
        assert victim.poll() is None
        assert (refused.returncode, "is no lab" in refused.stderr) == (1, True)
    victim.kill()
    victim.wait()


def test_the_children_of_a_crashed_server_are_ended_too(tmp_path):
    pid_file, child_file = tmp_path / "leader.pid", tmp_path / "child"
    script = f"sleep 60 & echo $! >{child_file}.part; mv {child_file}.part {child_file}; wait"
    process.spawn(["sh", "-c", script], pid_file, tmp_path / "log")
    assert wait_for(child_file.exists)
    leader, child = int(pid_file.read_text().split()[0]), int(child_file.read_text())
    os.kill(leader, signal.SIGKILL)
    assert wait_for(lambda: is_gone(leader))
    assert not is_gone(child)
    process.stop([pid_file])
    assert is_gone(child)
    assert not pid_file.exists()


def test_it_says_that_it_needs_root(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(LabError, match="needs root"):
        lifecycle.up(tmp_path / "lab", port_base=None, people=None)


def test_a_missing_package_is_named():
    assert process.missing_packages(["postfix", "no-such-server", "slapd"]) == ["no-such-server"]


def test_it_listens_on_loopback_only(lab):
    assert {f"127.0.0.1:{port}" for port in lab["ports"].values()} == listening(lab)


def listening(lab: Info) -> set[str]:
    """The addresses that the lab's processes listen on."""
    found = subprocess.run(["ss", "-Hltunp"], capture_output=True, text=True, check=True).stdout
    processes = processes_of(Path(lab["directory"]))
    return {
        line.split()[4]
        for line in found.splitlines()
        if processes & set(map(int, re.findall(r"pid=(\d+)", line)))
    }


# --- the directory


@contextmanager
def connect(lab: Info, name: str) -> Iterator[ldap3.Connection]:
    account = lab["openldap"]["accounts"][name]
    server = ldap3.Server(lab["openldap"]["ldap"], get_info=ldap3.NONE)
    connection = ldap3.Connection(server, account["dn"], account["password"], check_names=False)
    with unbound_at_the_end(connection):
        assert connection.bind(), connection.result
        yield connection


@contextmanager
def unbound_at_the_end(connection: ldap3.Connection) -> Iterator[ldap3.Connection]:
    """ldap3's own context manager leaves a connection open that was open before."""
    try:
        yield connection
    finally:
        connection.unbind()


def read(lab: Info, name: str, dn: str, *attributes: str) -> dict[str, list[bytes]]:
    with connect(lab, name) as connection:
        connection.search(dn, "(objectClass=*)", ldap3.BASE, attributes=list(attributes))
        return {k: v for k, v in connection.response[0]["raw_attributes"].items() if v}


def modify(lab: Info, name: str, dn: str, attribute: str, *values: str) -> int:
    """The result code of replacing the attribute's values."""
    with connect(lab, name) as connection:
        connection.modify(dn, {attribute: [(ldap3.MODIFY_REPLACE, list(values))]})
        return connection.result["result"]


@pytest.mark.parametrize("name", ["ldaps", "imaps"])
def test_certificates_stand_strict_verification(lab, name):
    address = (lab["host"], lab["ports"][name])
    for host in ("127.0.0.1", "localhost"):
        with (
            socket.create_connection(address) as plain,
            trust(lab).wrap_socket(plain, server_hostname=host) as secured,
        ):
            assert secured.version() in ("TLSv1.2", "TLSv1.3")
    context = ssl.create_default_context(cafile=lab["tls"]["other_ca"])
    with (
        socket.create_connection(address) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(plain, server_hostname="127.0.0.1")


def test_start_tls_works_and_a_strangers_authority_does_not(lab):
    for authority, good in (("ca", True), ("other_ca", False)):
        tried = subprocess.run(
            ["ldapwhoami", "-x", "-ZZ", "-H", lab["openldap"]["ldap"]],
            env={**os.environ, "LDAPTLS_CACERT": lab["tls"][authority]},
            capture_output=True,
            check=False,
        )
        assert (tried.returncode == 0) is good


def test_a_client_certificate_signs_the_auditor_in(lab):
    certificate = lab["tls"]["clients"]["auditor"]
    client = ldap3.Tls(
        validate=ssl.CERT_REQUIRED,
        ca_certs_file=lab["tls"]["ca"],
        local_certificate_file=certificate["certificate"],
        local_private_key_file=certificate["key"],
        # From Python 3.12 on, ldap3's own check of the name knows no IP addresses.
        valid_names=["localhost"],
    )
    server = ldap3.Server(lab["openldap"]["ldaps"], tls=client)
    connection = ldap3.Connection(
        server, authentication=ldap3.SASL, sasl_mechanism=ldap3.EXTERNAL, sasl_credentials=""
    )
    with unbound_at_the_end(connection):
        assert connection.bind(), connection.result
        who = connection.extend.standard.who_am_i()
    assert who == f"dn:{lab['openldap']['accounts']['auditor']['dn']}"


def test_auditors_read_everything_but_write_nothing(lab):
    wanted = ("mail", "pwdLastSuccess", "pwdChangedTime", "createTimestamp", "userPassword")
    assert set(read(lab, "auditor", ACTIVE, *wanted)) == set(wanted) - {"userPassword"}
    assert set(read(lab, "hash-auditor", ACTIVE, *wanted)) == set(wanted)
    policy = read(lab, "auditor", lab["openldap"]["default_password_policy"], "pwdMinLength")
    assert policy == {"pwdMinLength": [b"8"]}
    for name in ("auditor", "hash-auditor"):
        for attribute, value in (
            ("cn", "Nobody"),
            # Long enough: ppolicy judges a password before the access rules are asked.
            ("userPassword", "Another-Pw-2026!"),
            ("pwdReset", "TRUE"),
            ("mailRoutingAddress", "me@else.example"),
        ):
            code = modify(lab, name, ACTIVE, attribute, value)
            assert (attribute, code) == (attribute, INSUFFICIENT_ACCESS_RIGHTS)


def test_auditors_cannot_read_the_configuration(lab):
    for name, expected in (("auditor", 0), ("admin", 1)):
        with connect(lab, name) as connection:
            connection.search("cn=config", "(olcPPolicyDefault=*)", attributes=["1.1"])
            assert len(connection.response) == expected


def test_the_enforcer_writes_the_named_attributes_only(lab):
    for attribute, value in (
        ("pwdAccountLockedTime", "000001010000Z"),
        ("pwdReset", "TRUE"),
        ("pwdPolicySubentry", population.STRICT_POLICY),
    ):
        assert modify(lab, "enforcer", ACTIVE, attribute, value) == 0
        assert modify(lab, "enforcer", ACTIVE, attribute) == 0
    assert modify(lab, "enforcer", ACTIVE, "mailRoutingAddress") == 0
    policy = population.STRICT_POLICY
    assert modify(lab, "enforcer", policy, "pwdMinLength", "13") == 0
    assert modify(lab, "enforcer", policy, "pwdMinLength", "12") == 0
    for attribute in ("cn", "mail", "description", "uid"):
        code = modify(lab, "enforcer", ACTIVE, attribute, "x")
        assert (attribute, code) == (attribute, INSUFFICIENT_ACCESS_RIGHTS)
    assert modify(lab, "enforcer", policy, "cn", "x") == INSUFFICIENT_ACCESS_RIGHTS
    assert read(lab, "enforcer", ACTIVE, "userPassword") == {}


def test_the_enforcer_sets_a_password(lab):
    person = person_named(lab, "password-never-changed")
    before = read(lab, "hash-auditor", person.dn, "userPassword", "pwdChangedTime")
    assert modify(lab, "enforcer", person.dn, "userPassword", "Another-Pw-2026!") == 0
    try:
        sign_in(lab, person.subject, "Another-Pw-2026!")
    finally:
        # Put back as it was, for the tests that count on the state.
        relax = [("1.3.6.1.4.1.4203.666.5.12", True, None)]
        changes = {key: [(ldap3.MODIFY_REPLACE, value)] for key, value in before.items()}
        with connect(lab, "admin") as connection:
            assert connection.modify(person.dn, changes, controls=relax), connection.result


@pytest.mark.parametrize("paged", [None, 100])
def test_the_limited_reader_gets_five_entries(lab, paged):
    with connect(lab, "limited") as connection:
        connection.search(
            population.PEOPLE,
            "(uid=*)",
            attributes=["uid"],
            paged_size=paged,
            paged_criticality=True,
        )
        assert connection.result["result"] == SIZE_LIMIT_EXCEEDED
        assert len(connection.response) == 5


def test_the_blind_reader_misses_three_attributes(lab):
    forwarding = person_named(lab, "forward-outside").dn
    wanted = ("mail", "createTimestamp", "pwdLastSuccess", "pwdChangedTime", "mailRoutingAddress")
    assert set(read(lab, "auditor", forwarding, *wanted)) == set(wanted)
    assert set(read(lab, "blind", forwarding, *wanted)) == {"mail", "createTimestamp"}


def test_the_export_is_sorted_complete_and_untouched_by_reading(lab):
    directory = Path(lab["directory"])
    first = lifecycle.export(directory)
    read(lab, "auditor", ACTIVE, "*")
    assert lifecycle.export(directory) == first
    blocks = first.strip().split("\n\n")
    people = list(population.people(lab["people"], NOW))
    assert sum("\nuid: " in block for block in blocks) == len(people)
    for block in blocks:
        names = [line.partition(":")[0].lower() for line in block.splitlines()]
        assert names == ["dn", *sorted(names[1:])]
        assert {"entryuuid", "createtimestamp"} <= set(names)
    signed_in = [block for block in blocks if "\npwdLastSuccess: " in block]
    assert [block for block in signed_in if "\nuid: " not in block] == []
    plain = [line[4:] for block in blocks if (line := block.splitlines()[0]).startswith("dn: ")]
    assert plain == sorted(plain, key=str.lower)


# --- the mail


def person_named(lab: Info, uid: str) -> population.Person:
    people = population.people(lab["people"], NOW)
    return next(person for person in people if person.uid == uid)


def test_a_sign_in_shows_in_both_records(lab):
    person = person_named(lab, "active")
    before = read(lab, "auditor", person.dn, "pwdLastSuccess")["pwdLastSuccess"]
    sign_in(lab, person.subject, person.password)
    assert read(lab, "auditor", person.dn, "pwdLastSuccess")["pwdLastSuccess"] > before
    assert wait_for(lambda: last_logins(lab).get(person.subject))


@pytest.mark.parametrize("uid", ["locked-by-admin", "locked-by-failures", "tranthioanh"])
def test_a_locked_account_cannot_sign_in(lab, uid):
    person = person_named(lab, uid)
    with pytest.raises(imaplib.IMAP4.error):
        sign_in(lab, person.subject, person.password)


def test_a_planted_sign_in_is_in_dovecots_record(lab):
    seen = last_logins(lab)
    now = datetime.fromisoformat(lab["now"])
    for uid, days in (("seen-by-dovecot", 1), ("seen-by-directory", 200)):
        expected = now - timedelta(days=days)
        assert datetime.fromtimestamp(seen[f"{uid}@{DOMAIN}"], tz=UTC) == expected


def test_a_person_sends_to_the_outside(lab):
    person = person_named(lab, "active")
    submit(lab, person.subject, person.password, ["friend@else.example"])
    assert wait_for(lambda: "friend@else.example" in sunk(lab))


def test_mail_leaves_where_forwarding_is_planted_and_nowhere_else(lab):
    """One message to every address that has to do with forwarding; the sink tells who got it."""
    people = list(population.people(lab["people"], NOW))
    fails = [
        finding
        for finding in population.planted(people)
        if finding.control == "external-forwarding" and finding.status == "fail"
    ]
    harmless = [f"{uid}@{DOMAIN}" for uid in ("sieve-inside", "sieve-comment", "sieve-inactive")]
    harmless += [f"forward-inside@{DOMAIN}", f"v-in@{DOMAIN}", f"second-address@{DOMAIN}"]
    harmless += [f"{name}@{MAIL_HOST}" for name in ("list", "news", "al-in", "al-pipe")]
    before = len(sunk(lab))
    receive(lab, [*harmless, *(finding.subject for finding in fails)])
    assert wait_for(lambda: queue_is_empty(lab))
    outside = {recipient.lower() for recipient in sunk(lab)[before:]}
    assert outside == {finding.mark for finding in fails}


def queue_is_empty(lab: Info) -> bool:
    """Whether Postfix has nothing left to deliver, Sieve's own mail included."""
    command = ["postqueue", "-c", lab["postfix"]["config"], "-j"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return not [json.loads(line) for line in done.stdout.splitlines()]


# --- the population


def test_the_population_depends_on_its_arguments_only():
    assert list(population.people(50, NOW)) == list(population.people(50, NOW))
    assert len(list(population.people(50, NOW))) == len(list(population.people(0, NOW))) + 50


def test_the_letters_eight_are_locked_in_their_own_units():
    eight = list(population.people(0, NOW))[:8]
    locked = {f.subject for f in population.planted(eight) if f.control == "locked-mailbox"}
    assert locked == {person.subject for person in eight}
    assert {person.unit for person in eight} == set(population.UNITS)


def test_no_finding_is_planted_twice():
    planted = population.planted(list(population.people(40, NOW)))
    assert len(planted) == len(set(planted))
    assert {finding.status for finding in planted} == {"fail", "manual", "unknown", "exempt"}

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A socket that answers wrongly, late or not at all; real ones are in the integration tests."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailHostError
from ansible_collections.civic.mailbox.plugins.module_utils._mail.userdb_socket import (
    Entry,
    UserdbSocket,
)

GREETING = b"VERSION\t1\t2\nSPID\t7\n"
A = Entry(user="a", fields=(("home", "/a"),))
TOLD = b"USER\t1\ta\thome=/a\n"

Serve = Callable[[socket.socket], object]


@contextmanager
def serving(path: Path, serve: Serve, *, timeout: float = 20) -> Iterator[UserdbSocket]:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def run() -> None:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                serve(connection)

        thread = Thread(target=run, daemon=True)
        thread.start()
        yield UserdbSocket(path=str(path), timeout=timeout)
        thread.join(20)


def silent(connection: socket.socket) -> None:
    """Say nothing more until the client leaves."""
    while connection.recv(1 << 16):
        pass


def saying(*parts: bytes, then: Serve = id) -> Serve:
    """Greet, wait for requests, say so."""

    def serve(connection: socket.socket) -> None:
        connection.sendall(GREETING)
        asked = b""
        while not asked.endswith(b"service=doveadm\n"):
            asked += connection.recv(1 << 16)
        for part in parts:
            connection.sendall(part)
        then(connection)

    return serve


ANSWERS = [
    # what comes                                         what is known of a and b
    ("both",              b"USER\t2\tb\nUSER\t1\ta\thome=/a\n",   {"a": A, "b": Entry(user="b", fields=())}),
    ("an empty field",    b"USER\t1\ta\t\thome=/a\t\nNOTFOUND\t2\n", {"a": A, "b": None}),
    ("no such user",      TOLD + b"NOTFOUND\t2\n",                {"a": A, "b": None}),
    ("a failure",         TOLD + b"FAIL\t2\treason=x\n",          {"a": A}),
    ("a failure first",   b"FAIL\t1\nNOTFOUND\t2\n",            {"b": None}),
    ("all fail",          b"FAIL\t1\nFAIL\t2\n",                  {}),
    ("closed",            b"",                                    {}),
    ("closed after one",  TOLD,                                   {"a": A}),
    ("cut off in a line", TOLD + b"USER\t2\tb\tho",               {"a": A}),
    ("another's number",  TOLD + b"USER\t3\tb\n",                 {"a": A}),
    ("a number twice",    TOLD + TOLD,                            {"a": A}),
    ("no name",           TOLD + b"USER\t2\n",                    {"a": A}),
    ("no number",         TOLD + b"USER\n",                       {"a": A}),
    ("another answer",    TOLD + b"PASS\t2\tb\n",                 {"a": A}),
    ("an empty line",     TOLD + b"\n",                           {"a": A}),
    ("no text",           TOLD + b"USER\t2\tb\thome=/\xff\n",     {"a": A}),
    ("a line too long",   TOLD + b"USER\t2\tb\t" + b"x" * 9000 + b"\n", {"a": A}),
    ("a line without end", TOLD + b"x" * 100_000,                 {"a": A}),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "known"), [pytest.param(*c, id=name) for name, *c in ANSWERS])
def test_what_is_told_before_an_answer_that_is_none_stays(tmp_path, answer, known):
    with serving(tmp_path / "s", saying(answer)) as database:
        assert database.entries(["a", "b"]) == known


@pytest.mark.parametrize(
    "greeting",
    [
        b"",
        b"\n\n",
        b"VERSION\t2\t0\nSPID\t7\n",
        b"VERSION\t10\t0\nSPID\t7\n",
        b"VERSION\t1\t2\nMECH\tPLAIN\n",
        b"* OK ready\r\n* OK\r\n",
        b"\xff\n\xff\n",
        b"x" * 100_000,
    ],
)
def test_who_does_not_greet_as_dovecot_is_not_asked(tmp_path, greeting):
    heard = []

    def serve(connection: socket.socket) -> None:
        connection.sendall(greeting)
        connection.shutdown(socket.SHUT_WR)
        heard.append(connection.recv(1))

    with serving(tmp_path / "s", serve) as database:
        assert database.entries(["a"]) == {}
    assert heard in ([b""], [])


def test_signs_that_would_break_a_line_are_told(tmp_path):
    told = b"USER\t1\ta\thome=/\0011\001t\001n\001r\0010.\n"
    with serving(tmp_path / "s", saying(told)) as database:
        assert database.entries(["a"]) == {"a": Entry(user="a", fields=(("home", "/\1\t\n\r\0."),))}


def test_a_field_ends_at_the_first_equals_sign_or_has_no_value(tmp_path):
    with serving(tmp_path / "s", saying(b"USER\t1\ta\tx=y=z\tanonymous\n")) as database:
        (entry,) = database.entries(["a"]).values()

    assert entry
    assert entry.fields == (("x", "y=z"), ("anonymous", ""))


@pytest.mark.parametrize("name", ["", "a\tb", "a\nb", "a\1b", "a\0b", "chữ", "n" * 600])
def test_a_name_that_could_break_a_request_is_not_asked_for(tmp_path, name):
    heard = []

    def serve(connection: socket.socket) -> None:
        connection.sendall(GREETING)
        while more := connection.recv(1 << 16):
            heard.append(more)
            if more.endswith(b"\tb\tservice=doveadm\n"):
                connection.sendall(b"NOTFOUND\t2\n")

    with serving(tmp_path / "s", serve) as database:
        assert database.entries([name, "b"]) == {"b": None}
    assert b"".join(heard) == b"VERSION\t1\t0\nUSER\t2\tb\tservice=doveadm\n"


def test_of_many_only_some_are_asked_for_at_a_time(tmp_path):
    names = [f"user{number}" for number in range(1000)]
    most = 0

    def serve(connection: socket.socket) -> None:
        nonlocal most
        connection.sendall(GREETING)
        rest = b""
        while more := connection.recv(1 << 16):
            time.sleep(0.001)  # what comes, comes
            rest += more
            asked = re.findall(rb"USER\t(\d+)\t(\S+)\tservice=doveadm\n", rest)
            rest = rest.rpartition(b"\n")[2]
            most = max(most, len(asked))
            answers = [b"USER\t%b\t%b\thome=/%b\n" % (id_, name, name) for id_, name in asked]
            connection.sendall(b"".join(reversed(answers)))

    with serving(tmp_path / "s", serve) as database:
        found = database.entries(names)

    assert sorted(found) == sorted(names)
    assert found["user7"] == Entry(user="user7", fields=(("home", "/user7"),))
    assert 1 < most <= 8


# However slow a machine is: the client leaves before the server says or ends anything.


@pytest.mark.parametrize(
    "serve",
    [
        pytest.param(silent, id="no greeting"),
        pytest.param(saying(then=silent), id="no answer"),
        pytest.param(saying(TOLD, then=silent), id="one answer"),
        pytest.param(saying(b"USER\t1", then=silent), id="half a line"),
    ],
)
def test_silence_ends_with_what_to_do(tmp_path, serve):
    with (
        serving(tmp_path / "s", serve, timeout=0.2) as database,
        pytest.raises(MailHostError, match=r"did not tell of 2 users within 0\.2 s .*timeout"),
    ):
        database.entries(["a", "b"])


def test_answers_that_drip_end_in_time_as_well(tmp_path):
    def serve(connection: socket.socket) -> None:
        connection.sendall(GREETING)
        while True:  # each within the time that a single wait is given
            time.sleep(0.001)
            connection.sendall(b"x")

    with (
        serving(tmp_path / "s", serve, timeout=0.3) as database,
        pytest.raises(MailHostError, match="timeout"),
    ):
        database.entries(["a"])


def test_a_socket_that_is_not_there_tells_nothing(tmp_path):
    (tmp_path / "file").touch()

    for path in (tmp_path / "none", tmp_path / "file", tmp_path, tmp_path / ("x" * 200)):
        assert UserdbSocket(path=str(path), timeout=1).entries(["a"]) == {}

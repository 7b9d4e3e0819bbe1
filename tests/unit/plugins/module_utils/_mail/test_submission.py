# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the answers of a mail server (RFC 5321) are taken for; how a real one delivers is tested in
integration. The server here speaks as it is told to: no real one ends a connection on demand."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailHostError
from ansible_collections.civic.mailbox.plugins.module_utils._mail.submission import (
    LostError,
    RefusedError,
    Relay,
    Submission,
)

SENDER, CLERK, CHIEF = "it@town.example", "clerk@town.example", "chief@town.example"
MAIL = b"Subject: x\r\n\r\nHello.\r\n.begins with a dot\r\n"
HANG_UP = ""
# What it answers unless told otherwise; TEXT stands for the end of a mail's text.
ANSWERS = {
    "BANNER": "220 mail.example", "EHLO": "250-mail.example\r\n250 8BITMIME", "MAIL": "250 Ok",
    "RCPT": "250 Ok", "DATA": "354 Go on", "TEXT": "250 2.0.0 Queued", "RSET": "250 Ok",
    "QUIT": "221 Bye",
}  # fmt: skip


class Server:
    """An SMTP server on loopback. `changes` has the answers to the first commands of a kind, one
    after the other; HANG_UP ends the connection instead."""

    def __init__(self, port: int, changes: Mapping[str, list[str]]) -> None:
        self.port = port
        self.heard: list[str] = []  # the commands, over all connections
        self.taken: list[bytes] = []  # the texts
        self._changes = {kind: list(answers) for kind, answers in changes.items()}

    def serve(self, listener: socket.socket) -> None:
        """Client after client, until the listener is shut."""
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                with client, client.makefile("rb") as lines, suppress(OSError):
                    self._talk(client, lines)
                    client.shutdown(socket.SHUT_RDWR)

    def _talk(self, client: socket.socket, lines) -> None:
        self.heard.append("BANNER")
        going = self._say(client, "BANNER")
        while going and (line := lines.readline()):
            verb = line[:4].decode(errors="replace").upper()
            self.heard.append(verb if verb in ANSWERS else line.decode(errors="replace").strip())
            going = self._say(client, verb)
            if going and verb == "DATA" and going.startswith("354"):
                text = b"".join(iter(lines.readline, b".\r\n"))
                going = self._say(client, "TEXT")
                if going.startswith("250"):
                    self.taken.append(text)

    def _say(self, client: socket.socket, kind: str) -> str:
        changes = self._changes.get(kind)
        answer = changes.pop(0) if changes else ANSWERS.get(kind, "502 What?")
        if answer:
            client.sendall(f"{answer}\r\n".encode())
        return answer if not answer.startswith("421") else HANG_UP


@contextmanager
def serving(**changes: list[str]) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener.getsockname()[1], changes)
        thread = threading.Thread(target=server.serve, args=(listener,))
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@contextmanager
def submitting(server: Server, **more: str) -> Iterator[Submission]:
    relay = Relay(host="127.0.0.1", port=server.port, secure="never", ehlohost="us", **more)
    submission = Submission(relay)
    try:
        yield submission
    finally:
        submission.close()


def outcome(submission: Submission, recipient: str = CLERK) -> tuple[str, bool, str]:
    """Which way a mail went, whether it was about to be sent, and what is said of it."""
    about = []
    try:
        said = submission.send(SENDER, recipient, MAIL, lambda: about.append(1))
        way = "sent"
    except (RefusedError, LostError, MailHostError) as error:
        way, said = type(error).__name__, str(error)
    assert len(about) <= 1, "a mail is about to be sent once"
    return way, bool(about), said


WAYS = [
    # what the server says                  its answers                                 what comes of it  about to be sent  what is told
    ("it is queued",                        {},                                         ("sent", True, "250 2.0.0 Queued")),
    ("it will be sent on",                  {"RCPT": ["251 Will forward"]},             ("sent", True, "250 2.0.0 Queued")),
    ("in several lines",                    {"TEXT": ["250-Queued\r\n250 as 4711"]},    ("sent", True, "250 Queued as 4711")),
    ("no such person",                      {"RCPT": ["550 5.1.1 No such user"]},       ("RefusedError", False, "550 5.1.1 No such user")),
    ("not this person now",                 {"RCPT": ["451 4.7.1 Later"]},              ("RefusedError", False, "451 4.7.1 Later")),
    ("no text now",                         {"DATA": ["451 Full"]},                     ("RefusedError", True, "451 Full")),
    ("not this text",                       {"TEXT": ["554 5.7.1 Spam"]},               ("RefusedError", True, "554 5.7.1 Spam")),
    ("nothing from this sender",            {"MAIL": ["553 5.7.1 Not yours"]},          ("MailHostError", False, f"takes no mail from {SENDER}: 553 5.7.1 Not yours")),
    ("goodbye before the sender, once",     {"MAIL": ["421 Enough"]},                   ("sent", True, "250 2.0.0 Queued")),
    ("goodbye before the person, once",     {"RCPT": ["421 Enough"]},                   ("sent", True, "250 2.0.0 Queued")),
    ("nothing before the sender, once",     {"MAIL": [HANG_UP]},                        ("sent", True, "250 2.0.0 Queued")),
    ("nothing before the person, once",     {"RCPT": [HANG_UP]},                        ("sent", True, "250 2.0.0 Queued")),
    ("goodbye each time",                   {"MAIL": ["421 Enough"] * 2},               ("MailHostError", False, "ends the connection: 421 Enough")),
    ("nothing each time",                   {"RCPT": [HANG_UP] * 2},                    ("MailHostError", False, "ends the connection: Connection unexpectedly closed")),
    ("nothing when it is asked anew",       {"MAIL": [HANG_UP], "BANNER": ["220 a", HANG_UP]}, ("MailHostError", False, "cannot send by 127.0.0.1 port")),
    ("goodbye before the text",             {"DATA": ["421 Enough"]},                   ("RefusedError", True, "421 Enough")),
    ("nothing before the text",             {"DATA": [HANG_UP]},                        ("LostError", True, "Connection unexpectedly closed")),
    ("nothing after the text",              {"TEXT": [HANG_UP]},                        ("LostError", True, "Connection unexpectedly closed")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "expected"), [pytest.param(*case, id=name) for name, *case in WAYS]
)
def test_what_comes_of_a_mail(answers, expected):
    with serving(**answers) as server, submitting(server) as submission:
        way, about, said = outcome(submission)

        assert (way, about) == expected[:2]
        assert expected[2] in said
    assert len(server.taken) == (way == "sent")


# Whatever came of one mail, but where there is no use in going on, the next one is sent.
@pytest.mark.parametrize(
    "answers",
    [pytest.param(answers, id=name) for name, answers, way in WAYS if way[0] != "MailHostError"],
)
def test_the_next_mail_is_sent(answers):
    with serving(**answers) as server, submitting(server) as submission:
        first = outcome(submission)
        assert outcome(submission, CHIEF)[0] == "sent"

    assert len(server.taken) == (first[0] == "sent") + 1
    assert server.taken[-1] == MAIL.replace(b"\r\n.", b"\r\n..")  # RFC 5321, 4.5.2


def test_all_go_over_one_connection_and_it_is_ended_in_order():
    with serving() as server, submitting(server) as submission:
        for _ in range(3):
            assert outcome(submission)[0] == "sent"

    assert server.heard == ["BANNER", "EHLO", *["MAIL", "RCPT", "DATA"] * 3, "QUIT"]


REFUSALS = [("RCPT", "550 No"), ("DATA", "451 Full"), ("TEXT", "554 Spam")]


@pytest.mark.parametrize(("step", "answer"), REFUSALS, ids=[step for step, _ in REFUSALS])
def test_what_is_refused_is_taken_back_before_the_next(step, answer):
    with serving(**{step: [answer]}) as server, submitting(server) as submission:
        assert outcome(submission)[0] == "RefusedError"
        assert outcome(submission)[0] == "sent"

    first, _, second = (" ".join(server.heard[2:])).partition(" RSET ")
    assert first in ("MAIL RCPT", "MAIL RCPT DATA")
    assert second == "MAIL RCPT DATA QUIT"


def test_when_it_cannot_be_put_on_record_the_text_is_not_sent():
    def fail() -> None:
        raise ZeroDivisionError

    with serving() as server, submitting(server) as one, pytest.raises(ZeroDivisionError):
        one.send(SENDER, CLERK, MAIL, fail)

    assert "DATA" not in server.heard


@pytest.mark.parametrize(
    ("greeting", "takes"), [("250 SMTPUTF8", True), ("250 8BITMIME", False)], ids=["new", "old"]
)
def test_whether_it_takes_letters_of_vietnam_is_what_it_says(greeting, takes):
    with serving(EHLO=[f"250-a\r\n{greeting}"]) as server, submitting(server) as submission:
        assert submission.takes_unicode is takes


STARTS = [
    # what is wrong                 its answers                how it is talked to                          what is said
    ("it hangs up",                 {"BANNER": [HANG_UP]},     {},                                          r"cannot send by {relay}: .*Check host, port and secure"),
    ("it is no server for mail",    {"BANNER": ["500 No"]},    {},                                          r"cannot send by {relay}: .*Check host, port and secure"),
    ("it has no TLS",               {},                        {"secure": "starttls"},                      r"{relay} cannot do it: STARTTLS .*Check port, secure, username"),
    ("it asks nobody who is there", {},                        {"username": "it", "password": "hunter2"},   r"{relay} cannot do it: SMTP AUTH .*Check port, secure, username"),
    ("it speaks no TLS at all",     {},                        {"secure": "always"},                        r"cannot send by {relay}: "),
    ("it knows another password",
     {"EHLO": ["250-a\r\n250 AUTH PLAIN"], "AUTH": ["535 5.7.8 No"]},
     {"username": "it", "password": "hunter2"},             r"{relay} refuses username it with this password: 535 5.7.8 No"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "how", "said"), [pytest.param(*case, id=name) for name, *case in STARTS]
)
def test_a_server_by_which_nothing_can_be_sent_is_named_with_what_to_check(answers, how, said):
    with serving(**answers) as server:
        relay = Relay(
            host="127.0.0.1", port=server.port, ehlohost="us", **{"secure": "never", **how}
        )
        with pytest.raises(MailHostError) as refused:
            Submission(relay)

    assert re.search(said.format(relay=f"127.0.0.1 port {server.port}"), str(refused.value))
    assert "hunter2" not in f"{refused.value}{relay!r}"


def test_where_no_server_is_the_way_out_is_told():
    with serving() as server:
        pass
    with pytest.raises(
        MailHostError, match=r"Connection refused\. Check host, port and secure, and"
    ):
        Submission(Relay(host="127.0.0.1", port=server.port, secure="never"))

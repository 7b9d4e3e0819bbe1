# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A lab whose users redirect, its mailboxes and its sink, and the module forwarding_block."""

from __future__ import annotations

import os
import smtplib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any, NamedTuple

from ansible_collections.civic.mailbox.lab import dovecot, lifecycle, process, sink
from ansible_collections.civic.mailbox.lab.clients import (
    Info,
    await_dovecot,
    rewrite,
    trust,
    wait_for,
)
from ansible_collections.civic.mailbox.lab.population import DOMAIN, MAIL_HOST
from ansible_collections.civic.mailbox.plugins.modules import forwarding_block

from .module_run import Ran, run_module
from .ports import free_port_base

ROOT = Path(__file__).parents[2]
OUT = "freemail.example"
PARTNER = "province.example"
MARK = f"bounces@{DOMAIN}"  # the sender given to the module
INSIDE = f"user000000@{DOMAIN}"  # has no script
INSIDE_PASSWORD = "Pw-user000000-7!"
SENDERS = {"outside": "somebody@else.example", "inside": INSIDE, "null": ""}
FILES = ("postfix/main.cf", "postfix/master.cf", "dovecot/dovecot.conf")

Options = dict[str, Any]


class Seen(NamedTuple):
    """What one round of messages led to."""

    left: list[dict[str, Any]]  # messages in the sink
    kept: Counter[str]  # case -> messages of the round in its mailbox, whatever the folder


class MailLab:
    """The lab, its mailboxes, and the module."""

    def __init__(self, info: Info, port: int, names: Iterable[str]) -> None:
        self.info, self.port = info, port
        self.users = {
            name: f"user{number:06d}@{DOMAIN}" for number, name in enumerate(names, start=1)
        }
        self.folder = Path(info["directory"])
        self.is_blocked = False

    def run(self, *, check: bool = False, **options: Any) -> Ran:
        given = {
            "domains": [DOMAIN, MAIL_HOST, PARTNER],
            "sender": MARK,
            "port": self.port,
            "dovecot_config": self.info["dovecot"]["config"],
            "postfix_config": self.info["postfix"]["config"],
            "_ansible_check_mode": check,
            "_ansible_diff": True,
            **options,
        }
        given = {name: value for name, value in given.items() if value is not None}
        ran = run_module(forwarding_block.main, given)
        assert "Traceback" not in ran.output
        return ran

    def block(self, **options: Any) -> Options:
        ran = self.run(**options)
        assert ran.status == 0, ran.output
        await_dovecot(self.info)
        self.is_blocked = options.get("state") != "absent"
        return ran.result

    def unblock(self) -> Options:
        return self.block(state="absent")

    def be_free(self) -> None:
        """Without the block, which is seldom there any more: looking is quicker than undoing."""
        if any(
            "civic.mailbox.forwarding_block" in (self.folder / name).read_text() for name in FILES
        ):
            self.unblock()

    def home(self, name: str) -> Path:
        local_part, _, domain = self.users[name].partition("@")
        return Path(self.info["dovecot"]["homes"], domain, local_part)

    def write_script(self, name: str, text: str) -> None:
        home = self.home(name)
        (home / "sieve").mkdir(parents=True, exist_ok=True)
        (home / "sieve/main.sieve").write_text(text)
        if not (home / ".dovecot.sieve").is_symlink():
            (home / ".dovecot.sieve").symlink_to("sieve/main.sieve")
        for path in (home.parent, home, *home.rglob("*")):
            os.chown(path, dovecot.UID, dovecot.UID, follow_symlinks=False)

    def send(self, subject: str, sender: str, recipients: dict[str, str]) -> None:
        """One message to each, over SMTP from outside: its own Message-ID, since Sieve redirects no
        message twice, and its recipient in To, for else there is no vacation reply."""
        with smtplib.SMTP(self.info["host"], self.info["ports"]["smtp"], timeout=20) as client:
            for name, address in recipients.items():
                message = EmailMessage()
                message["From"] = sender or f"MAILER-DAEMON@{OUT}"
                message["To"] = address
                message["Subject"] = subject
                message["Message-ID"] = make_msgid(domain="else.example")
                message["X-To"] = f"{name}@{OUT}"
                message.set_content("Hello.\n")
                client.send_message(message, sender, [address])

    def submit(self, *recipients: str) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = INSIDE, "x@y.example", "submitted"
        with smtplib.SMTP("localhost", self.info["ports"]["submission"], timeout=20) as client:
            client.starttls(context=trust(self.info))
            client.login(INSIDE, INSIDE_PASSWORD)
            client.send_message(message, INSIDE, recipients)

    def caught(self) -> list[dict[str, Any]]:
        return sink.messages(Path(self.info["sink"]["folder"]))

    def settle(self) -> None:
        """Until every message that came in has gone where it goes."""
        config = self.info["postfix"]["config"]
        assert wait_for(lambda: "is empty" in process.run("postqueue", "-c", config, "-p"), 60)

    def subjects(self, home: Path) -> list[str]:
        files = [*home.glob("Maildir/**/cur/*"), *home.glob("Maildir/**/new/*")]
        messages = (message_from_bytes(path.read_bytes()) for path in files)
        return [str(message["Subject"]) for message in messages]

    def round(self, subject: str, sender: str, names: list[str]) -> Seen:
        before = len(self.caught())
        self.send(subject, sender, {name: self.users[name] for name in names})
        self.settle()
        kept = Counter({name: self.subjects(self.home(name)).count(subject) for name in names})
        return Seen(left=self.caught()[before:], kept=kept)

    def texts(self) -> dict[str, bytes]:
        """Every file of the servers' configuration."""
        folders = (self.folder / "postfix", self.folder / "dovecot")
        return {
            str(path): path.read_bytes()
            for folder in folders
            for path in sorted(folder.iterdir())
            if path.is_file()
        }


@contextmanager
def changed(path: Path, change: Callable[[str], str]) -> Iterator[None]:
    """A file that somebody changes by hand, and in the end back."""
    before = path.read_text()
    rewrite(path, change(before))
    try:
        yield
    finally:
        rewrite(path, before)


def appended(path: Path, text: str) -> AbstractContextManager[None]:
    return changed(path, lambda before: before + text)


def recipients(messages: list[dict[str, Any]]) -> set[str]:
    return {recipient for message in messages for recipient in message["recipients"]}


@contextmanager
def redirecting_lab(directory: Path, names: Iterable[str]) -> Iterator[MailLab]:
    """A lab of a test file's own, with a mailbox for each name."""
    lifecycle.up(directory, port_base=free_port_base(), people=60)
    try:
        _add_alias(directory, "v-nobody", f"reject@{OUT}")
        yield MailLab(lifecycle.describe(directory), free_port_base(), names)
    finally:
        lifecycle.down(directory)


def _add_alias(directory: Path, name: str, target: str) -> None:
    info = lifecycle.describe(directory)
    table = Path(info["postfix"]["config"], "virtual")
    with table.open("a") as file:
        file.write(f"{name}@{DOMAIN} {target}\n")
    kind = process.run("postconf", "-d", "-h", "default_database_type").strip()
    process.run("postmap", "-c", info["postfix"]["config"], f"{kind}:{table}")

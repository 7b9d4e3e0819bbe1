# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What people and the outside world do with the lab: sign in, send, receive. For tests."""

from __future__ import annotations

import imaplib
import os
import shutil
import smtplib
import sqlite3
import ssl
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any, TypeVar

from . import process, sink

Info = dict[str, Any]  # lab.json
T = TypeVar("T")


def trust(info: Info) -> ssl.SSLContext:
    """A TLS context that trusts the lab's authority, as strictly as this Python can."""
    context = ssl.create_default_context(cafile=info["tls"]["ca"])
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


def sign_in(info: Info, address: str, password: str) -> None:
    """Sign in over IMAP and leave. Raises imaplib.IMAP4.error when that is refused."""
    with imaplib.IMAP4(info["host"], info["ports"]["imap"], timeout=20) as client:
        client.starttls(trust(info))
        client.login(address, password)


def submit(info: Info, sender: str, password: str, recipients: Iterable[str]) -> None:
    """Send a message as a person does, by authenticated submission."""
    with smtplib.SMTP("localhost", info["ports"]["submission"], timeout=20) as client:
        client.starttls(context=trust(info))
        client.login(sender, password)
        client.send_message(_message(sender), sender, list(recipients))


def receive(info: Info, recipients: Iterable[str], sender: str = "somebody@else.example") -> None:
    """Have a message from outside come in."""
    with smtplib.SMTP(info["host"], info["ports"]["smtp"], timeout=20) as client:
        client.send_message(_message(sender), sender, list(recipients))


def sunk(info: Info) -> list[str]:
    """The outside recipients of all messages that have left so far."""
    folder = Path(info["sink"]["folder"])
    return [recipient for message in sink.messages(folder) for recipient in message["recipients"]]


def last_logins(info: Info) -> dict[str, int]:
    """What Dovecot's last_login has: address -> seconds since 1970."""
    with closing(sqlite3.connect(f"file:{info['dovecot']['last_login']}?mode=ro", uri=True)) as db:
        return dict(db.execute("select username, max(at) from last_login group by username"))


def rewrite(path: Path, text: str) -> None:
    """A file of a server's configuration, whole at any moment.

    A server follows a reload when it comes to it, so it may be reading the file just now. The
    master process of Dovecot 2.3 does not outlive the first half of one (SIGSEGV).
    """
    part, known = path.with_name(f".{path.name}.part"), path.stat()
    part.write_text(text)
    shutil.copymode(path, part)
    os.chown(part, known.st_uid, known.st_gid)
    part.replace(path)


def reload_dovecot(info: Info) -> None:
    """Until Dovecot has begun anew: before that, whoever connects is served as it was."""
    process.run("doveadm", "-c", info["dovecot"]["config"], "reload")
    await_dovecot(info)


def await_dovecot(info: Info) -> None:
    """Until Dovecot has followed the reload that it was told of: it does one thing at a time."""
    process.run("doveadm", "-c", info["dovecot"]["config"], "service", "status")


def reload_postfix(info: Info) -> None:
    """Until Postfix has begun anew: before that, whoever connects may be served as it was."""
    before = postfix_reloads(info)
    process.run("postfix", "-c", info["postfix"]["config"], "reload")
    await_postfix(info, before)


def postfix_reloads(info: Info) -> int:
    """How often Postfix has begun anew so far."""
    return Path(info["postfix"]["log"]).read_text().count("reload -- version")


def await_postfix(info: Info, before: int) -> None:
    """Until Postfix has followed the reload that it was told of since."""
    if not wait_for(lambda: postfix_reloads(info) > before):
        raise TimeoutError(f"Postfix does not follow a reload: {info['postfix']['log']}")


def wait_for(look: Callable[[], T], seconds: float = 20) -> T:
    """What `look` gives as soon as that is true, or at the end of the time."""
    deadline = time.monotonic() + seconds
    while not (seen := look()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return seen


def _message(sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "undisclosed-recipients:;"
    message["Subject"] = "Greetings"
    message["Message-ID"] = make_msgid(domain="else.example")
    message.set_content("Hello.\n")
    return message

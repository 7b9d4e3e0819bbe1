# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Mails to users: each on record before and after it is sent, so that nobody gets one twice."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path
from typing import Any, Generic

from .._core.errors import MailboxError
from .._core.mail_register import INTENDED, REFUSED, SENT, MailRecord, MailRegister, Record
from .._core.mail_wording import Wording, reworded
from .._mail.submission import PORTS, LostError, RefusedError, Relay, Submission
from . import tls_options
from .directory_options import stays_here
from .mail_register import Reader, RegisterFile, open_register, read_register
from .operator import operator
from .progress import progress_in
from .runner import MailboxModule

SHOWN = 100  # mails in a result and a diff
UNCERTAIN = (
    "a run was broken off while this mail was on its way: it may have arrived, and is not sent a"
    " second time. Ask, or take its line out of the register to have it sent"
)
NO_ADDRESS = "the account has no mail address"
UNPRINTABLE = (
    "its address has a letter that no mail can be sent to, as an end of a line: put it right"
)

ARGUMENTS: dict[str, Any] = {
    "host": {"type": "str", "default": "localhost"},
    "port": {"type": "int"},
    "secure": {"type": "str", "choices": [*PORTS], "default": "starttls"},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    **tls_options.ARGUMENTS,
    "timeout": {"type": "int", "default": 20},
    "ehlohost": {"type": "str"},
    "sender": {"type": "str", "required": True},
    "contact": {"type": "str", "required": True},
    "language": {"type": "str", "choices": ["vi", "en", "both"], "default": "both"},
    "template_vi": {"type": "path"},
    "template_en": {"type": "path"},
    "per_minute": {"type": "int", "default": 60},
    "max_mails": {"type": "int", "default": 500},
}
RESTRICTIONS: dict[str, Any] = {"required_together": [("username", "password")]}


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that goes with a mail; it is read when the mail is sent."""

    path: Path
    name: str  # by which the recipient sees it


@dataclass(frozen=True, kw_only=True)
class Mail(Generic[Record]):
    """A mail that is to be sent."""

    record: Record  # as intended; its subject gets the mail
    subject: str
    text: str
    shown: Mapping[str, Any]  # of it in the module's result
    attachments: tuple[Attachment, ...] = ()


@dataclass(kw_only=True)
class Tally:
    """What came of the mails."""

    counts: Counter[str] = field(default_factory=Counter)
    left: list[dict[str, str]] = field(default_factory=list)

    def leave(self, kind: str, subject: str, reason: str) -> None:
        """Count a mail that was not sent, or not for certain."""
        self.counts[kind] += 1
        if len(self.left) < SHOWN:
            self.left.append({"subject": subject, "result": kind, "reason": reason})


# The mails that are to be sent by what the register tells; all others are counted.
Compose = Callable[[MailRegister[Record], Tally], list[Mail[Record]]]


def send_each(
    module: MailboxModule,
    *,
    register: Path,
    reader: Reader[Record],
    compose: Compose[Record],
    progress: Path,
) -> dict[str, Any]:
    """Send what is composed, or in check mode show it; the module's result.

    Raises MailboxError; what was sent stays in the register.
    """
    params, tally = module.params, Tally()
    refuse_senseless(params)
    for warning in warnings(params):
        module.warn_clean(warning)
    if module.check_mode:
        mails = compose(read_register(register, reader), tally)
        _refuse_too_many(len(mails), params["max_mails"])
        tally.counts["sent"] = len(mails)
    else:
        with open_register(register, reader) as file:
            mails = compose(file.register, tally)
            _refuse_too_many(len(mails), params["max_mails"])
            _send_all(params, mails, file, tally, progress)
    return _result(mails, tally, register, show_diff=module._diff)


def refuse_senseless(params: dict[str, Any]) -> None:
    """Raises MailboxError for options that no mail can be sent by."""
    if min(params["per_minute"], params["max_mails"], params["timeout"]) < 1:
        raise MailboxError("per_minute, max_mails and timeout have to be 1 or more")
    for name in ("sender", "contact"):
        if not params[name].strip() or any(letter in params[name] for letter in "\r\n"):
            raise MailboxError(f"{name} has to be one line of text")
    address = _address(params["sender"])
    if not address.rpartition("@")[0] or not address.isascii():
        raise MailboxError(
            f"sender: {params['sender']} is no mail address that every server takes. Write it as"
            " office@town.example or Office <office@town.example>"
        )


def warnings(params: dict[str, Any]) -> list[str]:
    """What an operator should know before the password is on its way."""
    if not params["password"] or stays_here(params["host"]):
        return []
    if params["secure"] == "never":
        return [f"{params['host']}: password goes over the network in clear: use secure: starttls"]
    if not params["validate_certs"]:
        return [f"{params['host']}: validate_certs is off: anybody on the way can read password"]
    return []


def no_address(subject: str) -> str:
    """Why no mail can be sent there; "": one can."""
    if "@" not in subject:
        return NO_ADDRESS
    return "" if subject.isprintable() else UNPRINTABLE


def _refuse_too_many(count: int, most: int) -> None:
    if count > most:
        raise MailboxError(
            f"{count} mails would be sent, and max_mails is {most}. None was sent. If it is right,"
            f" raise it for this run: -e mailbox_max_mails={count}"
        )


def _address(sender: str) -> str:
    """The address of a sender who may have a name before it (RFC 5322, 3.4)."""
    return parseaddr(sender)[1]


def wordings_of(params: dict[str, Any], wordings: Iterable[Wording]) -> list[Wording]:
    """The wordings of the chosen languages, from files where they are named."""
    chosen = []
    for wording in wordings:
        if params["language"] in (wording.language, "both"):
            path = params[f"template_{wording.language}"]
            chosen.append(_from_file(wording, Path(path)) if path else wording)
    return chosen


def _from_file(wording: Wording, path: Path) -> Wording:
    try:
        return reworded(wording, path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise MailboxError(f"cannot read the template {path}: {reason}") from error


def intended(params: dict[str, Any], subject: str, run_id: str) -> dict[str, Any]:
    """The fields of the MailRecord of a mail that is about to be composed."""
    return {
        "subject": subject,
        "sent_at": _now(),
        "run_id": run_id,
        "operator": operator(),
        "message_id": make_msgid(domain=_address(params["sender"]).rpartition("@")[2]),
        "result": INTENDED,
    }


def _now() -> datetime:
    return datetime.now(timezone.utc).replace(microsecond=0)


def _relay(params: dict[str, Any]) -> Relay:
    return Relay(
        host=params["host"],
        port=params["port"] or PORTS[params["secure"]],
        secure=params["secure"],
        username=params["username"] or "",
        password=params["password"] or "",
        context=tls_options.tls_context(params),
        timeout=params["timeout"],
        ehlohost=params["ehlohost"],
    )


def _send_all(
    params: dict[str, Any],
    mails: list[Mail[Record]],
    register: RegisterFile[Record],
    tally: Tally,
    progress: Path,
) -> None:
    """Send them one by one, no faster than per_minute, each on record before and after."""
    if not mails:
        return
    submission = Submission(_relay(params))
    try:
        with progress_in(progress) as show:
            for number, mail in enumerate(mails):
                if number:
                    time.sleep(60 / params["per_minute"])
                _send(submission, params["sender"], mail, register, tally)
                show(f"{number + 1:,} of {len(mails):,} mails sent")
    finally:
        submission.close()


def _send(
    submission: Submission,
    sender: str,
    mail: Mail[Record],
    register: RegisterFile[Record],
    tally: Tally,
) -> None:
    intent = replace(mail.record, sent_at=_now())
    recipient = intent.subject
    if not recipient.isascii() and not submission.takes_unicode:
        reason = "the mail server takes no address with such letters (RFC 6531)"
        register.add(replace(intent, result=REFUSED, reply=reason))
        tally.leave("refused", recipient, reason)
        return
    try:
        reply = submission.send(
            sender, recipient, as_bytes(sender, mail, intent), lambda: register.add(intent)
        )
    except RefusedError as error:
        register.add(replace(intent, result=REFUSED, reply=str(error)))
        tally.leave("refused", recipient, str(error))
    except LostError as error:
        raise MailboxError(
            f"the connection broke while the mail to {recipient} was on its way: {error}."
            f" {tally.counts['sent']} were sent before. Run it again: it sends the rest, and"
            f" names {recipient} as uncertain"
        ) from error
    else:
        register.add(replace(intent, result=SENT, reply=reply))
        tally.counts["sent"] += 1


def as_bytes(sender: str, mail: Mail[Record], record: MailRecord) -> bytes:
    """The mail as it goes over the wire (RFC 5322)."""
    message = EmailMessage(policy=SMTP.clone(utf8=not record.subject.isascii()))
    message["From"] = sender
    message["To"] = record.subject
    message["Date"] = format_datetime(record.sent_at)
    message["Message-ID"] = record.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nothing answers it by itself
    message.set_content(mail.text)
    for attachment in mail.attachments:
        kind = _TYPES.get(attachment.path.suffix.lower(), "application/octet-stream")
        maintype, _, subtype = kind.partition("/")
        message.add_attachment(
            _read(attachment.path), maintype=maintype, subtype=subtype, filename=attachment.name
        )
    # By Header: EmailMessage loses spaces where it folds a subject that is not ASCII.
    subject = Header(mail.subject, "utf-8", header_name="Subject").encode(linesep="\r\n")
    return f"Subject: {subject}\r\n".encode() + message.as_bytes()


_TYPES = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".xml": "application/xml",
}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise MailboxError(
            f"cannot read {path}: {error.strerror}. What was sent before stands in the register;"
            " run it again when the file is there"
        ) from error


def _result(
    mails: list[Mail[Record]], tally: Tally, path: Path, *, show_diff: bool
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "changed": tally.counts["sent"] > 0,
        "total": len(mails),
        "counts": dict(tally.counts),
        "mails": [{"subject": mail.record.subject, **mail.shown} for mail in mails[:SHOWN]],
        "left": tally.left,
        "truncated": len(mails) > SHOWN,
        "register": str(path),
    }
    if show_diff:
        result["diff"] = [
            {
                "before": "",
                "after": f"{mail.subject}\n\n{mail.text}",
                "before_header": f"mail to {mail.record.subject}",
                "after_header": f"mail to {mail.record.subject}",
            }
            for mail in mails[:SHOWN]
        ]
    return result

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""warn: tells the owners of idle mailboxes by mail that they will be locked, once per idle time."""

from __future__ import annotations

import getpass
import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timezone
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path
from typing import Any

from .._core.dates import local_day
from .._core.errors import MailboxError, SnapshotError
from .._core.notices import WORDINGS, Notice, Wording, mail_text, notice_of, reworded
from .._core.policy import Policy
from .._core.warnings import (
    INTENDED,
    REFUSED,
    SENT,
    Register,
    WarningRecord,
    may_be_warned,
    warned_at,
)
from .._mail.submission import PORTS, LostError, RefusedError, Relay, Submission
from . import tls_options
from .policy_file import load_policy
from .progress import progress_in
from .runner import MailboxModule
from .warning_register import NAME, RegisterFile, open_register, read_register

SHOWN = 100  # mails in a result and a diff
UNCERTAIN = (
    "a run was broken off while this mail was on its way: it may have arrived, and is not sent a"
    " second time. Ask, or take its line out of the register to have it sent"
)

ARGUMENTS: dict[str, Any] = {
    "run_dir": {"type": "path", "required": True},
    "policy_file": {"type": "path", "required": True},
    "register": {"type": "path"},
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
    "include_overdue": {"type": "bool", "default": False},
    "per_minute": {"type": "int", "default": 60},
    "max_mails": {"type": "int", "default": 500},
}
RESTRICTIONS: dict[str, Any] = {"required_together": [("username", "password")]}


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One warning that is to be sent."""

    notice: Notice
    due: date
    subject: str
    text: str


@dataclass(kw_only=True)
class Sending:
    """What came of the mails."""

    counts: Counter[str] = field(default_factory=Counter)
    left: list[dict[str, str]] = field(default_factory=list)

    def leave(self, kind: str, subject: str, reason: str) -> None:
        """Count a mail that was not sent, or not for certain."""
        self.counts[kind] += 1
        if len(self.left) < SHOWN:
            self.left.append({"subject": subject, "result": kind, "reason": reason})


def warn_owners(module: MailboxModule) -> dict[str, Any]:
    """Send the warnings that are due. Raises MailboxError; what was sent stays in the register."""
    params = module.params
    _refuse_senseless(params)
    run_dir = Path(params["run_dir"]).resolve()
    policy = load_policy(Path(params["policy_file"]))
    path = Path(params["register"]) if params["register"] else run_dir.parent / NAME
    notices = list(_notices(run_dir / "findings.jsonl", params["include_overdue"]))
    sending = Sending()
    if module.check_mode:
        mails = _mails(params, policy, notices, read_register(path), sending)
        sending.counts["sent"] = len(mails)
    else:
        with open_register(path) as register:
            mails = _mails(params, policy, notices, register.register, sending)
            _send_all(params, run_dir, mails, register, sending)
    return _result(mails, sending, path, show_diff=module._diff)


def _refuse_senseless(params: dict[str, Any]) -> None:
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


def _address(sender: str) -> str:
    """The address of a sender who may have a name before it (RFC 5322, 3.4)."""
    return parseaddr(sender)[1]


def _notices(path: Path, include_overdue: bool) -> Iterator[Notice]:
    """Who is to be warned, of the findings of a run. Raises SnapshotError."""
    try:
        with path.open(encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    notice = notice_of(json.loads(line), include_overdue=include_overdue)
                except (AttributeError, KeyError, TypeError, ValueError) as error:
                    raise SnapshotError(
                        f"{path}, line {number} is no finding ({error}): audit again"
                    ) from None
                if notice:
                    yield notice
    except OSError as error:
        raise SnapshotError(
            f"cannot read {path}: {error.strerror}. Run the audit first (civic.mailbox.audit)"
        ) from error


def _mails(
    params: dict[str, Any],
    policy: Policy,
    notices: list[Notice],
    register: Register,
    sending: Sending,
) -> list[Mail]:
    """The mails to send. Raises MailboxError when they are too many, before one is sent."""
    wordings = _wordings(params)
    today = local_day(datetime.now(timezone.utc), policy.time_zone)
    mails = []
    for notice in notices:
        if warned_at(register, notice.subject, notice.last_sign_in):
            sending.counts["already"] += 1
        elif may_be_warned(register, notice.subject, notice.last_sign_in):
            sending.leave("uncertain", notice.subject, UNCERTAIN)
        elif "@" not in notice.subject:
            sending.leave("refused", notice.subject, "the account has no mail address")
        else:
            due = notice.locked_from(today, policy.enforcement.warn_first_days)
            subject, text = mail_text(
                notice, wordings, due=due, office=policy.office, contact=params["contact"]
            )
            mails.append(Mail(notice=notice, due=due, subject=subject, text=text))
    if len(mails) > params["max_mails"]:
        raise MailboxError(
            f"{len(mails)} mails would be sent, and max_mails is {params['max_mails']}. None was"
            f" sent. If it is right, raise it for this run: -e warn_max_mails={len(mails)}"
        )
    return mails


def _wordings(params: dict[str, Any]) -> list[Wording]:
    """The wordings of the chosen languages, from files where they are named."""
    chosen = []
    for wording in WORDINGS:
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
    run_dir: Path,
    mails: list[Mail],
    register: RegisterFile,
    sending: Sending,
) -> None:
    """Send them one by one, no faster than per_minute, each on record before and after."""
    if not mails:
        return
    submission = Submission(_relay(params))
    try:
        with progress_in(run_dir / "progress" / "warnings") as show:
            for number, mail in enumerate(mails):
                if number:
                    time.sleep(60 / params["per_minute"])
                _send(submission, params["sender"], run_dir.name, mail, register, sending)
                show(f"{number + 1:,} of {len(mails):,} warnings sent")
    finally:
        submission.close()


def _send(
    submission: Submission,
    sender: str,
    run_id: str,
    mail: Mail,
    register: RegisterFile,
    sending: Sending,
) -> None:
    recipient = mail.notice.subject
    intent = _intent(sender, run_id, mail, datetime.now(timezone.utc))
    if not recipient.isascii() and not submission.takes_unicode:
        reason = "the mail server takes no address with such letters (RFC 6531)"
        register.add(replace(intent, result=REFUSED, reply=reason))
        sending.leave("refused", recipient, reason)
        return
    try:
        reply = submission.send(
            sender, recipient, _as_bytes(sender, mail, intent), lambda: register.add(intent)
        )
    except RefusedError as error:
        register.add(replace(intent, result=REFUSED, reply=str(error)))
        sending.leave("refused", recipient, str(error))
    except LostError as error:
        raise MailboxError(
            f"the connection broke while the mail to {recipient} was on its way: {error}."
            f" {sending.counts['sent']} were sent before. Run it again: it sends the rest, and"
            f" names {recipient} as uncertain"
        ) from error
    else:
        register.add(replace(intent, result=SENT, reply=reply))
        sending.counts["sent"] += 1


def _intent(sender: str, run_id: str, mail: Mail, now: datetime) -> WarningRecord:
    return WarningRecord(
        subject=mail.notice.subject,
        last_sign_in=mail.notice.last_sign_in,
        due=mail.due,
        sent_at=now.replace(microsecond=0),
        run_id=run_id,
        operator=os.environ.get("SUDO_USER") or getpass.getuser(),
        message_id=make_msgid(domain=_address(sender).rpartition("@")[2]),
        result=INTENDED,
    )


def _as_bytes(sender: str, mail: Mail, record: WarningRecord) -> bytes:
    """The mail as it goes over the wire (RFC 5322)."""
    message = EmailMessage(policy=SMTP.clone(utf8=not mail.notice.subject.isascii()))
    message["From"] = sender
    message["To"] = mail.notice.subject
    message["Date"] = format_datetime(record.sent_at)
    message["Message-ID"] = record.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nothing answers it by itself
    message.set_content(mail.text)
    # By Header: EmailMessage loses spaces where it folds a subject that is not ASCII.
    subject = Header(mail.subject, "utf-8", header_name="Subject").encode(linesep="\r\n")
    return f"Subject: {subject}\r\n".encode() + message.as_bytes()


def _result(mails: list[Mail], sending: Sending, path: Path, *, show_diff: bool) -> dict[str, Any]:
    result: dict[str, Any] = {
        "changed": sending.counts["sent"] > 0,
        "total": len(mails),
        "counts": dict(sending.counts),
        "mails": [
            {"subject": mail.notice.subject, "unit": mail.notice.unit, "due": mail.due.isoformat()}
            for mail in mails[:SHOWN]
        ],
        "left": sending.left,
        "truncated": len(mails) > SHOWN,
        "register": str(path),
    }
    if show_diff:
        result["diff"] = [
            {
                "before": "",
                "after": f"{mail.subject}\n\n{mail.text}",
                "before_header": f"mail to {mail.notice.subject}",
                "after_header": f"mail to {mail.notice.subject}",
            }
            for mail in mails[:SHOWN]
        ]
    return result

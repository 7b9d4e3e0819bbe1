# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The register of warnings: who was told that an idle mailbox will be locked, and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from .dates import parse_time
from .mail_register import INTENDED, SENT, MailRecord, MailRegister, fields_of, read_mails

CONTROL = "idle-mailbox"
REGISTER_NAME = "warnings.jsonl"  # beside the run folders: it outlives each of them


@dataclass(frozen=True, kw_only=True, slots=True)
class WarningRecord(MailRecord):
    """What became of one warning mail by `sent_at`."""

    last_sign_in: str  # newest one known when it was sent, "" for none: names the idle period
    due: date  # the day since when the mail says that the mailbox is locked
    control: str = CONTROL

    def __post_init__(self) -> None:
        MailRecord.__post_init__(self)  # super() finds no class that has slots
        if self.control != CONTROL:
            raise ValueError(f"no warnings are sent for {self.control!r}")
        if self.last_sign_in:
            parse_time(self.last_sign_in)


Register = MailRegister[WarningRecord]


def of_period(register: Register, subject: str, last_sign_in: str) -> Iterator[WarningRecord]:
    """The mails to this account since its last sign-in ("": none is known).

    One that rests on a later sign-in than is known now is of the period too: what was seen
    once stays seen, though a witness may be silent today.
    """
    return (one for one in register.mails_to(subject) if one.last_sign_in >= last_sign_in)


def warned_at(register: Register, subject: str, last_sign_in: str) -> datetime | None:
    """When the account was first warned in this idle period; None if it was not for certain.

    `last_sign_in` is the newest sign-in known, as in a Change's seen["sign_ins"].
    """
    period = of_period(register, subject, last_sign_in)
    return min((one.sent_at for one in period if one.result == SENT), default=None)


def may_be_warned(register: Register, subject: str, last_sign_in: str) -> bool:
    """Whether a mail was on its way in this idle period when a run was broken off."""
    return any(one.result == INTENDED for one in of_period(register, subject, last_sign_in))


def read_warnings(file: str, lines: Iterable[str]) -> Register:
    """What the lines tell; `file` is for messages. Raises JournalError for one that is none."""
    return read_mails(file, lines, _record)


def _record(content: Mapping[str, Any]) -> WarningRecord:
    return WarningRecord(**fields_of(content, due=date.fromisoformat))

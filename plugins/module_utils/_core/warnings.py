# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The register of warnings: who was told that an idle mailbox will be locked, and when.

JSON lines, only ever added to; a WarningRecord each. "intended" is on disk before the server gets
the text of the mail, "sent" or "refused" after it answered. An "intended" that nothing follows may
have arrived or not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from .dates import format_time, parse_time
from .errors import JournalError, fault_of_line

CONTROL = "idle-mailbox"
INTENDED, SENT, REFUSED = RESULTS = ("intended", "sent", "refused")

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, kw_only=True, slots=True)
class WarningRecord:
    """What became of one warning mail by `sent_at`."""

    subject: str  # what findings call the account: its mail address
    last_sign_in: str  # newest one known when it was sent, "" for none: names the idle period
    due: date  # the day since when the mail says that the mailbox is locked
    sent_at: datetime  # aware, whole seconds
    run_id: str  # of the audit that it rests on
    operator: str
    message_id: str
    result: str  # one of RESULTS
    reply: str = ""  # the mail server's answer
    control: str = CONTROL

    def __post_init__(self) -> None:
        if self.result not in RESULTS:
            raise ValueError(f"unknown result {self.result!r}")
        if self.control != CONTROL:
            raise ValueError(f"no warnings are sent for {self.control!r}")
        if self.last_sign_in:
            parse_time(self.last_sign_in)


class Register:
    """What the register tells, in its order."""

    def __init__(self) -> None:
        self._mails: dict[str, dict[str, WarningRecord]] = {}  # subject -> message id -> the last

    def take(self, record: WarningRecord) -> None:
        """Add the next record; the result of a mail takes the place of its intent."""
        self._mails.setdefault(record.subject, {})[record.message_id] = record

    def of_period(self, subject: str, last_sign_in: str) -> Iterator[WarningRecord]:
        """The mails to this account since its last sign-in ("": none is known).

        One that rests on a later sign-in than is known now is of the period too: what was seen
        once stays seen, though a witness may be silent today.
        """
        for record in self._mails.get(subject, {}).values():
            if record.last_sign_in >= last_sign_in:
                yield record


def warned_at(register: Register, subject: str, last_sign_in: str) -> datetime | None:
    """When the account was first warned in this idle period; None if it was not for certain.

    `last_sign_in` is the newest sign-in known, as in a Change's seen["sign_ins"].
    """
    period = register.of_period(subject, last_sign_in)
    return min((one.sent_at for one in period if one.result == SENT), default=None)


def may_be_warned(register: Register, subject: str, last_sign_in: str) -> bool:
    """Whether a mail was on its way in this idle period when a run was broken off."""
    return any(one.result == INTENDED for one in register.of_period(subject, last_sign_in))


def to_line(record: WarningRecord) -> str:
    """The JSON line of a record."""
    times = {"due": record.due.isoformat(), "sent_at": format_time(record.sent_at)}
    return _encode({**asdict(record), **times})


def read_warnings(file: str, lines: Iterable[str]) -> Register:
    """What the lines tell; `file` is for messages. Raises JournalError for one that is none."""
    register = Register()
    for number, line in enumerate(lines, 1):
        try:
            register.take(_record(json.loads(line)))
        except (TypeError, ValueError, KeyError) as error:
            raise JournalError(
                f"{file}, line {number} cannot be understood: {fault_of_line(error)}."
                " Keep the file: it says who was warned. Put the line right, or take it out by hand"
            ) from None
    return register


def _record(content: Mapping[str, Any]) -> WarningRecord:
    due, sent_at = date.fromisoformat(content["due"]), parse_time(content["sent_at"])
    texts = {name: value for name, value in content.items() if name not in ("due", "sent_at")}
    wrong = [name for name, value in texts.items() if not isinstance(value, str)]
    if wrong:
        raise ValueError(f"{', '.join(wrong)} is no text")
    return WarningRecord(**texts, due=due, sent_at=sent_at)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A register of mails: who was told something, and when, so that nobody is told twice.

JSON lines, only ever added to; a MailRecord each. "intended" is on disk before the server gets
the text of the mail, "sent" or "refused" after it answered. An "intended" that nothing follows may
have arrived or not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from .dates import format_time, parse_time
from .errors import JournalError, fault_of_line

INTENDED, SENT, REFUSED = RESULTS = ("intended", "sent", "refused")

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, kw_only=True, slots=True)
class MailRecord:
    """What became of one mail by `sent_at`."""

    subject: str  # what findings call the account: its mail address
    sent_at: datetime  # aware, whole seconds
    run_id: str  # of the run that it rests on
    operator: str
    message_id: str
    result: str  # one of RESULTS
    reply: str = ""  # the mail server's answer

    def __post_init__(self) -> None:
        if self.result not in RESULTS:
            raise ValueError(f"unknown result {self.result!r}")


Record = TypeVar("Record", bound=MailRecord)


class MailRegister(Generic[Record]):
    """What a register tells, in its order."""

    def __init__(self) -> None:
        # Subject in lower case -> message id -> the last: nobody is another for a capital letter.
        self._mails: dict[str, dict[str, Record]] = {}

    def take(self, record: Record) -> None:
        """Add the next record; the result of a mail takes the place of its intent."""
        self._mails.setdefault(record.subject.lower(), {})[record.message_id] = record

    def mails_to(self, subject: str) -> Iterator[Record]:
        """The last record of each mail to this account."""
        yield from self._mails.get(subject.lower(), {}).values()


def to_line(record: MailRecord) -> str:
    """The JSON line of a record."""
    return _encode({name: _written(value) for name, value in asdict(record).items()})


def _written(value: object) -> object:
    if isinstance(value, datetime):
        return format_time(value)
    return value.isoformat() if isinstance(value, date) else value


def read_mails(
    file: str, lines: Iterable[str], record_of: Callable[[Mapping[str, Any]], Record]
) -> MailRegister[Record]:
    """What the lines tell; `file` is for messages. Raises JournalError for one that is none.

    `record_of` makes a record of a line's content, and may raise TypeError, ValueError, KeyError.
    """
    register: MailRegister[Record] = MailRegister()
    for number, line in enumerate(lines, 1):
        try:
            register.take(record_of(json.loads(line)))
        except (TypeError, ValueError, KeyError) as error:
            raise JournalError(
                f"{file}, line {number} cannot be understood: {fault_of_line(error)}."
                " Keep the file: it says who got a mail. Put the line right, or take it out by hand"
            ) from None
    return register


def fields_of(content: Mapping[str, Any], **readers: Callable[[Any], object]) -> dict[str, Any]:
    """The fields of a record: `readers` read those that are no texts. Raises as they do."""
    read = {"sent_at": parse_time, **readers}
    values = {name: reader(content[name]) for name, reader in read.items()}
    texts = {name: value for name, value in content.items() if name not in values}
    wrong = [name for name, value in texts.items() if not isinstance(value, str)]
    if wrong:
        raise ValueError(f"{', '.join(wrong)} is no text")
    return texts | values

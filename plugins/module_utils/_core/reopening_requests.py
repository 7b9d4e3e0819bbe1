# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What units ask for: the entries of requests.yml, and the answers of their forms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .answer_form import Answer, Wish
from .errors import RequestError
from .section import Located, Section


@dataclass(frozen=True, kw_only=True)
class Request:
    """What somebody wishes for one locked mailbox, and who approved it."""

    address: str  # in lower case
    wish: Wish = Wish.REOPEN
    unit: str = ""  # as the request states it; "": it does not
    reason: str = ""
    requested_by: str = ""
    approved_by: str = ""  # "": nobody yet
    approved_on: date | None = None
    until: date | None = None  # the last day on which the approval may be used; None: no such day
    by_state: bool = False  # the lock may be one that no journal tells of
    file: str
    line: int

    @property
    def where(self) -> str:
        """File and line, for messages."""
        return f"{self.file}, line {self.line}"


def read_requests(document: Located) -> tuple[Request, ...]:
    """The requests of requests.yml.

    Raises RequestError that lists every mistake with file, line and key. A request that lacks an
    approval is no mistake: it waits for one.
    """
    top = Section.top(document)
    entries = top.sections("requests")
    requests = tuple(
        _request(entry, document.file, document.lines.get(("requests", index), 1))
        for index, entry in enumerate(entries)
    )
    if document.data:
        top.finish()
    if top.mistakes:
        raise RequestError("\n".join(top.mistakes))
    return requests


def _request(entry: Section, file: str, line: int) -> Request:
    address = entry.text("address", required=True).strip().lower()
    if address and "@" not in address:
        entry.mistake("address", f"{address!r} is no mail address")
    request = Request(
        address=address,
        unit=entry.text("unit"),
        reason=entry.text("reason", required=True),
        requested_by=entry.text("requested_by", required=True),
        approved_by=entry.text("approved_by").strip(),
        approved_on=entry.day("approved_on"),
        until=entry.day("until"),
        by_state=entry.flag("by_state", default=False),
        file=file,
        line=line,
    )
    entry.finish()
    return request


def requests_of(answers: Iterable[Answer]) -> tuple[Request, ...]:
    """The answers of a form as requests: they come from the unit, which the directory knows."""
    return tuple(
        Request(
            address=answer.address.lower(),
            wish=answer.wish,
            reason=answer.wish_reason,
            approved_by=answer.approver,
            approved_on=answer.approved_on,
            file=answer.file,
            line=answer.line,
        )
        for answer in answers
    )

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""reopening.csv: each mailbox of the consolidated report, for spreadsheets and scripts."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime
from typing import TextIO

from ..._core.reopening import Verdict
from ..._core.reopening_words import sentence
from ..formats.csv import BYTE_ORDER_MARK, safe
from .consolidated import Consolidated, Mailbox, approver_of, day_of

COLUMNS = (
    "unit", "address", "on_the_list", "locked_on", "locked_for", "outcome", "reason",
    "requested_by", "request_reason", "approved_by", "approved_on", "reopened_on", "sign_in_by",
    "source",
)  # fmt: skip


def write_csv(report: Consolidated, code: str, file: TextIO) -> None:
    """Write it; the reasons are in the language `code`, heads and outcomes are keys."""
    file.write(BYTE_ORDER_MARK)
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for unit in report.units:
        for mailbox in unit.mailboxes:
            writer.writerow([safe(cell) for cell in _cells(report, mailbox, code)])


def _cells(report: Consolidated, mailbox: Mailbox, code: str) -> Iterator[str]:
    decided = mailbox.decided
    yield from (mailbox.unit, mailbox.address, "yes" if mailbox.is_listed else "no")
    yield _day(report, mailbox.locked_at)
    yield from (mailbox.locked_for, mailbox.outcome.value, why(mailbox, code))
    if decided:
        yield from (decided.requested_by, decided.reason)
        yield from (approver_of(report, decided), decided.approved_on)
    else:
        yield from ("",) * 4
    yield _day(report, mailbox.opened_at)
    yield str(mailbox.sign_in_by or "")
    yield decided.source if decided else ""


def why(mailbox: Mailbox, code: str) -> str:
    """Why the mailbox is not open, or since when it is; "" where that needs no word."""
    decided = mailbox.decided
    if decided is None or (mailbox.opened_at and decided.verdict == Verdict.REOPEN.value):
        return ""
    if mailbox.left:
        return mailbox.left
    verdict = Verdict(decided.verdict)
    return (
        "" if verdict in (Verdict.KEEP, Verdict.REOPEN) else sentence(code, verdict, decided.params)
    )


def _day(report: Consolidated, moment: datetime | None) -> str:
    day: date | None = day_of(report, moment)
    return day.isoformat() if day else ""

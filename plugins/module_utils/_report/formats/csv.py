# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""findings.csv: every finding, for spreadsheets and scripts (RFC 4180, UTF-8).

No cell is ever taken for a formula. One that begins with a sign that could start one, or with an
apostrophe, gets an apostrophe in front; a script takes one leading apostrophe off again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import TextIO

from ..evidence import evidence_line
from ..format import Format
from ..records import Row
from ..report import Report
from ..visible import visible

COLUMNS = (
    "status", "severity", "control", "subject", "unit", "summary", "change", "due", "remedy",
    "evidence", "clause", "references", "exemption_reason", "exemption_approver",
    "exemption_expires", "message", "fingerprint", "directory",
)  # fmt: skip

_SUBJECT, _UNIT, _MARK = map(COLUMNS.index, ("subject", "unit", "fingerprint"))

BYTE_ORDER_MARK = "\ufeff"  # without it, Excel takes the letters for those of the old code page

# What spreadsheets begin a formula with, also in their full-width forms; and the apostrophe itself.
_MARKED = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")


def _write(report: Report, file: TextIO) -> None:
    file.write(BYTE_ORDER_MARK)
    file.write(f"{_line(COLUMNS)}\r\n")

    def of_one(row: Row) -> str:
        return f"{_line(_cells(report, row))}\r\n"

    def of_kind(row: Row) -> Callable[[str, str, str], str]:
        cells = list(_cells(report, row))
        begin, middle, end = (
            _line(cells[:_SUBJECT]),
            _line(cells[_UNIT + 1 : _MARK]),
            cells[_MARK + 1 :],
        )
        after = f"{_line(end)}\r\n"
        return lambda subject, unit, mark: (
            f"{begin},{_cell(subject)},{_cell(unit)},{middle},{_cell(mark)},{after}"
        )

    file.writelines(report.folder.made(of_one, of_kind))


def _line(cells: Iterable[str]) -> str:
    return ",".join(map(_cell, cells))


@lru_cache(maxsize=4096)  # neighbours have most of their cells in common
def _cell(value: str) -> str:
    quoted = safe(value).replace('"', '""')
    return f'"{quoted}"'


def safe(cell: str) -> str:
    """The cell as text that no spreadsheet calculates; control characters are made visible."""
    text = visible(cell)
    return f"'{text}" if text.startswith(_MARKED) else text


def _cells(report: Report, row: Row) -> Iterator[str]:
    language = report.language
    exemption = row.exemption or {}
    yield from (row.status, row.severity, row.control)
    yield from (row.subject, row.unit, language.sentence(row), row.change)
    yield str(row.due or "")
    yield row.remedy_action
    yield "; ".join(evidence_line(report, item) for item in row.evidence)
    yield (language.control(row.control).clause or row.clause) if row.clause else ""
    yield "; ".join(row.references)
    yield from (str(exemption.get(key, "")) for key in ("reason", "approver", "expires"))
    yield from (row.message, row.fingerprint, row.place)


CSV = Format(name="csv", file="findings.csv", write=_write)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The findings of the page as data in it, from which the script makes rows and details.

As rows of HTML they would have ten times the size. Texts that come again are kept once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from ..digest import SEVERITIES, control_order, fair_share
from ..records import PlannedChange, Row
from ..report import Report, in_order
from ..visible import LONGEST, clipped
from .icons import tone
from .markup import Html
from .words import advice, changes_in_order, exempted, field_of, value

BYTES = 3_000_000  # of rows and texts: with all the rest the page stays below 5 MB
EVIDENCE_SHOWN = 20  # items of one finding; findings.jsonl has all

# The script knows a row's cells by these names. A number in a cell is the place of its text.
COLUMNS = (
    "id", "status", "severity", "control", "unit", "place", "subject", "change", "what", "remedy",
    "action", "exempted", "due", "references", "evidence", "planned",
)  # fmt: skip


class Texts:
    """Each text once; a row has its place."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self.bytes = 0
        self._places: dict[str, int] = {}

    def place(self, text: str, longest: int = LONGEST) -> int:
        """Where a text stands; it is made safe to look at, and cut."""
        shown = clipped(text, longest)
        if shown not in self._places:
            self._places[shown] = len(self.all)
            self.all.append(shown)
            self.bytes += len(_encoded(shown)) + 1
        return self._places[shown]


def listed(report: Report) -> list[Row]:
    """The findings that fit on the page: by the letter's order, the worst of each point first."""
    rows = sorted(report.digest.rows, key=lambda row: control_order(row.control))
    while rows and _size(report, rows) > BYTES:
        groups = [list(group) for _, group in groupby(rows, key=lambda row: row.control)]
        rows = fair_share(groups, len(rows) * 4 // 5)
        rows.sort(key=lambda row: control_order(row.control))
    return rows


def data(report: Report, rows: Sequence[Row]) -> Html:
    """The element that holds the rows. Nothing in it can end it: no "<" is left as such."""
    language, texts = report.language, Texts()
    content = {
        "columns": COLUMNS,
        "rows": [_cells(report, texts, row) for row in rows],
        "texts": texts.all,
        "statuses": {
            clipped(status): [language.word(lambda words: words.statuses, status), tone(status)]
            for status in in_order(row.status for row in rows)
        },
        "severities": {
            clipped(key): language.word(lambda words: words.severities, key)
            for key in _known_first(SEVERITIES, (row.severity for row in rows))
        },
        "changes": {
            clipped(key): language.word(lambda words: words.changes, key)
            for key in changes_in_order(row.change for row in rows)
        },
        "controls": {
            clipped(name): _control(report, name) for name in dict.fromkeys(r.control for r in rows)
        },
        "ui": _ui(report),
    }
    safe = _encoded(content).replace("<", "\\u003c").replace("\u2028", "\\u2028")
    safe = safe.replace("\u2029", "\\u2029")
    return Html(f'<script type="application/json" id="data">{safe}</script>')


def _size(report: Report, rows: Iterable[Row]) -> int:
    texts = Texts()
    return sum(len(_encoded(_cells(report, texts, row))) + 1 for row in rows) + texts.bytes


def _encoded(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _cells(report: Report, texts: Texts, row: Row) -> list[Any]:
    language, place = report.language, texts.place
    return [
        clipped(row.fingerprint),
        place(row.status),
        place(row.severity),
        place(row.control),
        place(row.unit),
        place(row.place),
        place(row.subject),
        place(row.change),
        place(language.sentence(row)),
        place(advice(report, row)),
        place(row.remedy_action),
        place(exempted(report, row), 3 * LONGEST),
        place(language.day(row.due) if row.due else ""),
        place("; ".join(map(language.term, row.references))),
        list(_evidence(report, texts, row)),
        [_planned(report, texts, one) for one in report.plan.by_finding.get(row.fingerprint, ())],
    ]


def _evidence(report: Report, texts: Texts, row: Row) -> Iterator[list[int]]:
    term, place = report.language.term, texts.place
    for seen in row.evidence[:EVIDENCE_SHOWN]:
        at = report.time(seen.at) if seen.at else ""
        yield [place(term(seen.what)), place(term(seen.value)), place(at), place(term(seen.source))]
    left = len(row.evidence) - EVIDENCE_SHOWN
    if left > 0:
        more = report.language.texts.evidence_cut.format(number=report.number(left))
        yield [place(more), place(""), place(""), place("")]


def _planned(report: Report, texts: Texts, change: PlannedChange) -> list[Any]:
    place = texts.place
    where = ", ".join(filter(None, (change.server, change.target)))
    none = (report.language.texts.none,)
    before, after = change.before or none, change.after or none
    return [
        place(field_of(report, change.field)),
        place(where),
        [place(value(report, one)) for one in before if one in after],
        [place(value(report, one)) for one in before if one not in after],
        [place(value(report, one)) for one in after if one not in before],
    ]


def _control(report: Report, name: str) -> list[str]:
    known = report.language.control(name)
    return [clipped(one) for one in (known.short, known.title, known.clause, known.rationale)]


def _ui(report: Report) -> dict[str, str]:
    """The words that the script writes."""
    texts = report.language.texts
    names = (
        "evidence", "remedy", "action", "references", "link", "clause", "why", "place", "before",
        "after", "shown", "rows_of", "position", "no_unit", "due", "planned", "no_change",
        "what", "no_evidence", "not_on_page", "filtered",
    )  # fmt: skip
    return {name: getattr(texts, name) for name in names} | {"thousands": report.language.thousands}


def _known_first(order: Iterable[str], found: Iterable[str]) -> list[str]:
    there = set(found) - {""}
    known = [name for name in order if name in there]
    return known + sorted(there.difference(known))

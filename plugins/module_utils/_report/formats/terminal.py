# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""summary.txt, also shown in the terminal: at most 25 lines of 80 columns, read in ten seconds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TextIO

from ..._core.comparison import WORDS
from ..digest import control_order
from ..format import Format
from ..page.overview import incomplete_sentence, incremental_sentence, sentences
from ..records import Row
from ..report import Report, in_order
from ..visible import columns, fitted, visible
from ..wrapping import cut, wrapped

LINES = 25
_LABEL = 24
_COLUMN = 9
_ALWAYS_TOLD = ("new", "resolved", "unchanged")


def terminal(report: Report, place: str = "") -> str:
    """The summary as text; `place` is where the report lies."""
    head, table, tail = list(_head(report)), list(_table(report)), list(_tail(report, place))
    left = LINES - len(head) - len(table) - len(tail)
    return "\n".join([*head, *table, *_worst(report, left), *tail]) + "\n"


def _head(report: Report) -> Iterator[str]:
    run, texts = report.assessment, report.language.texts
    yield cut(f"{report.office} · {report.time(run.now)} ({run.time_zone})")
    if run.incomplete:
        yield from wrapped(f"! {incomplete_sentence(report)}", most=3)
    yield from wrapped(" ".join(sentences(report)), most=4)
    if only_changes := incremental_sentence(report):
        yield from wrapped(only_changes, most=1)
    changes = run.comparison
    if changes is not None:
        since = texts.since.format(previous=run.previous)
        yield from wrapped(f"{since}: {_counted(report, changes)}.", most=2)
    yield ""


def _counted(report: Report, changes: Mapping[str, int]) -> str:
    """How many findings each word of the comparison was given to; those with none left out."""
    words = report.language.words.changes
    told = [word for word in WORDS if changes.get(word) or word in _ALWAYS_TOLD]
    return ", ".join(
        f"{words[word].lower()} {report.number(changes.get(word, 0))}" for word in told
    )


def _table(report: Report) -> Iterator[str]:
    """A row for each control, a column for each status that occurs."""
    language, counts = report.language, report.assessment.counts
    statuses = in_order(report.assessment.totals)
    names = [language.word(lambda words: words.columns, status) for status in statuses]
    yield fitted("", _LABEL) + "".join(_right(name) for name in names)
    for control in sorted(counts, key=lambda name: (control_order(name), name))[:10]:
        cells = (report.number(counts[control].get(status, 0)) for status in statuses)
        label = fitted(language.control(control).short, _LABEL)
        yield (label + "".join(_right(cell) for cell in cells)).rstrip()


def _worst(report: Report, most: int) -> Iterator[str]:
    rows = [row for row in report.digest.rows if row.status == "fail"][: max(0, min(4, most - 2))]
    if rows:
        yield ""
        yield f"{report.language.texts.worst}:"
    yield from (cut(_line(report, row)) for row in rows)


def _line(report: Report, row: Row) -> str:
    severity = report.language.word(lambda words: words.severities, row.severity)
    subject = f"{row.subject} ({row.place})" if row.place else row.subject
    return f"  {fitted(severity, 13)} {visible(subject)}: {report.language.sentence(row)}"


def _tail(report: Report, place: str) -> Iterator[str]:
    if place:
        yield ""
        yield f"{report.language.texts.report_at}: {place}"  # never cut: it is copied


def _right(text: str) -> str:
    cut = fitted(text, min(columns(text), _COLUMN - 1))
    return " " * (_COLUMN - columns(cut)) + cut


def _write(report: Report, file: TextIO) -> None:
    file.write(terminal(report))


TERMINAL = Format(name="text", file="summary.txt", write=_write)

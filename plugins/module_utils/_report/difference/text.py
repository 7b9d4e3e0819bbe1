# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The difference in a terminal: at most 25 lines of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator

from ..._core.comparison import WORDS
from ..records import Row
from ..visible import columns, fitted, shortened, visible
from ..wrapping import WIDTH, cut, wrapped
from .difference import Changed, Difference

LINES = 25
_ROOM = 24  # columns of a name at least, whatever stands beside it


def text(difference: Difference, place: str = "") -> str:
    """The difference in words; `place` is where all of it lies."""
    texts = difference.language.texts
    head = [
        *([cut(difference.office)] if difference.office else []),
        *wrapped(difference.compared, most=2),
        *(line for remark in difference.remarks for line in wrapped(remark, most=3)),
        "",
        *_table(difference),
        "",
    ]
    tail = ["", f"{texts.report_at}: {place}"] if place else []
    left = LINES - len(head) - len(tail) - 1
    entries = _entries(difference, left)
    lines = [line for entry in entries for line in entry]
    if not difference.total:
        lines = wrapped(texts.diff_none, most=1)
    elif len(entries) < difference.total:
        total = difference.number(difference.total)
        lines += [cut("  " + texts.rows_cut.format(shown=len(entries), total=total))]
    return "\n".join([*head, *lines, *tail]) + "\n"


def _table(difference: Difference) -> Iterator[str]:
    width = max(columns(difference.word(word)) for word in WORDS)
    for word in WORDS:
        number = difference.number(difference.counts.get(word, 0))
        yield cut(f"  {fitted(difference.word(word), width)} {number.rjust(9)}")


def _entries(difference: Difference, most: int) -> list[list[str]]:
    """The first changes, in at most so many lines.

    One has a line; where it would read as another does, the next line says what tells them apart:
    the whole name, or what was found on the one mailbox.
    """
    shown = difference.shown[: max(0, min(6, most))]
    lines = [cut(_line(difference, changed)) for changed in shown]
    names: dict[str, list[str]] = {}
    for line, changed in zip(lines, shown, strict=True):
        names.setdefault(line, []).append(_name(changed.row))
    entries: list[list[str]] = []
    for line, changed in zip(lines, shown, strict=True):
        alike = names[line]
        found = difference.language.sentence(changed.row)
        second = _name(changed.row) if len(set(alike)) > 1 else found
        entry = [line] if len(alike) == 1 else [line, cut(f"    {second}")]
        most -= len(entry)
        if most < 0:
            break
        entries.append(entry)
    return entries


def _line(difference: Difference, changed: Changed) -> str:
    row = changed.row
    was, now = difference.status(changed.before), difference.status(changed.after)
    if was == now:  # then it is the severity that moved
        was += f" ({difference.severity(changed.severity_before)})"
        now += f" ({difference.severity(row.severity)})"
    control = difference.language.control(row.control).short
    start, end = f"  {difference.word(row.change)}: ", f": {was} → {now}, {control}"
    name = shortened(_name(row), max(_ROOM, WIDTH - columns(start) - columns(end)))
    line = f"{start}{name}{end}"
    room = WIDTH - columns(line) - 2
    return f"{line}. {difference.language.sentence(row)}" if room > 20 else line


def _name(row: Row) -> str:
    return f"{visible(row.subject)} ({visible(row.place)})" if row.place else visible(row.subject)

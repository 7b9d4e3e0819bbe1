# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What enforcement and rollback did in this run, by their journals."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from ..._core.journal import Lost
from ..report import Report
from ..run_journal import Entry, Session, in_order
from ..visible import clipped
from .icons import icon
from .markup import Content, Html, element, joined
from .naming import named
from .plan import marked
from .section import note, section, table
from .words import field_of, value

ENTRIES_SHOWN = 300
LOST_SHOWN = 10  # lines of a journal


def journal(report: Report) -> Html:
    """Who did what when, and what came of each change; what needs a look first."""
    texts, told = report.language.texts, report.journal
    damaged = [
        _warning(texts.journal_damaged.format(where=clipped(where))) for where in told.damaged
    ]
    unclear = texts.journal_unclear.format(number=report.number(told.unclear))
    if not told.files:
        return section("journal", texts.journal, note(texts.journal_none))
    shown = list(islice(in_order(told), ENTRIES_SHOWN))
    cut = texts.rows_cut.format(
        shown=report.number(len(shown)), total=report.number(len(told.entries))
    )
    return section(
        "journal",
        texts.journal,
        note(texts.journal_note.format(files=", ".join(map(clipped, told.files)))),
        *damaged,
        _lost(report) if told.lost else None,
        _warning(unclear) if told.unclear else None,
        table(
            (texts.began, texts.mode, texts.server, texts.module, texts.operator, texts.results),
            (_session(report, one) for one in told.sessions),
            class_="cards sessions",
            label=texts.sessions,
        ) if told.sessions else None,
        element("h4", texts.journal_changes) if shown else None,
        table(
            (texts.subject, texts.result, texts.action, texts.at, texts.server),
            (_entry(report, one) for one in shown),
            class_="cards journal",
            label=texts.journal_changes,
        ) if shown else None,
        note(cut) if len(shown) < len(told.entries) else None,
    )  # fmt: skip


def _warning(*content: Content) -> Html:
    return element("div", icon("error"), element("div", *content), class_="warning")


def _lost(report: Report) -> Html:
    """What was made and cannot be undone by the journal, and the way out."""
    texts, lost = report.language.texts, report.journal.lost
    more = texts.journal_lost_more.format(number=report.number(len(lost) - LOST_SHOWN))
    return _warning(
        texts.journal_lost,
        element(
            "ul",
            *(element("li", _lost_line(report, *one)) for one in lost[:LOST_SHOWN]),
            element("li", more) if len(lost) > LOST_SHOWN else None,
        ),
        texts.journal_lost_way_out,
    )


def _lost_line(report: Report, file: str, one: Lost) -> str:
    """Whose it is as far as the plan knows; what was there before nothing tells."""
    texts, entry = report.language.texts, report.journal.entries.get(one.change_id)
    where = texts.journal_line.format(file=clipped(file), line=one.line)
    server = clipped(one.server) or "–"
    if not one.change_id:
        number = report.number(one.number)
        return texts.journal_lost_count.format(where=where, number=number, server=server)
    change_id = clipped(one.change_id)
    if entry is None or not entry.field:
        return texts.journal_lost_unnamed.format(where=where, id=change_id, server=server)
    return texts.journal_lost_change.format(
        where=where,
        field=field_of(report, entry.field),
        subject=clipped(entry.subject),
        server=server,
        id=change_id,
    )


def _session(report: Report, one: Session) -> Sequence[Content]:
    texts, words = report.language.texts, report.language.words
    results = ", ".join(
        f"{words.results.get(key, key)}: {report.number(number)}"
        for key, number in sorted(one.results.items())
    )
    return (
        report.time(one.at),
        words.modes.get(one.mode, one.mode),
        clipped(one.server),
        element("code", clipped(one.module)),
        clipped(one.operator) or "–",
        joined([
            element("span", results or texts.nothing_written),
            None if one.ended else element("small", texts.not_ended),
        ]),
    )  # fmt: skip


def _entry(report: Report, one: Entry) -> Sequence[Content]:
    language = report.language
    texts, words = language.texts, language.words
    key = one.result or "unclear"
    if key == "done" and one.mode == "rollback":
        key = "undone"
    reason = language.reason(clipped(one.reason))
    before, after = one.before or (texts.none,), one.after or (texts.none,)
    removed = [marked("del", "−", texts.before, value(report, v)) for v in before if v not in after]
    added = [marked("ins", "+", texts.after, value(report, v)) for v in after if v not in before]
    return (
        named(one.subject or "–", one.unit),
        joined([
            element("strong", words.results.get(key, key)),
            element("small", element("bdi", reason)) if reason else None,
        ]),
        joined([
            element("span", field_of(report, one.field)),
            element("div", *removed, *added, class_="diff"),
        ]),
        report.time(one.at) if one.at else "–",
        clipped(one.server),
    )  # fmt: skip

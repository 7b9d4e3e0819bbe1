# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What is to come and what was: planned changes, warnings, and what is gone since the last run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from ..digest import Worst, badness
from ..records import PlannedChange, Row
from ..report import Report
from ..visible import clipped
from .findings import named
from .icons import badge
from .markup import Content, Html, element, joined
from .section import note, section, table

CHANGES_SHOWN = 1000
GONE_SHOWN = 500


def soon(report: Report) -> Html | None:
    """Passes that become failures; nothing where there are none."""
    texts, rows = report.language.texts, report.digest.soon
    if not rows:
        return None
    heads = (texts.subject, texts.due, texts.control, texts.what)
    cells = (
        (
            named(row.subject, row.whereabouts),
            element("strong", report.language.day(row.due)) if row.due else None,
            report.language.control(row.control).short,
            element("bdi", clipped(report.language.sentence(row))),
        )
        for row in rows
    )
    return section(
        "soon",
        texts.soon,
        note(texts.soon_note),
        table(heads, cells, class_="cards soon", label=texts.soon),
        _cut(report, len(rows), report.digest.soon_total),
    )


def plan(report: Report) -> Html:
    """The changes that enforcement would make, each as a difference."""
    texts = report.language.texts
    changes = report.folder.changes()
    shown = list(islice(changes, CHANGES_SHOWN))
    total = len(shown) + sum(1 for _ in changes)
    if not shown:
        return section("plan", texts.plan, note(texts.plan_none))
    cut = texts.plan_cut.format(shown=report.number(len(shown)), total=report.number(total))
    heads = (texts.subject, texts.action, texts.reason)
    return section(
        "plan",
        texts.plan,
        note(texts.plan_note),
        note(cut) if len(shown) < total else None,
        table(
            heads,
            (_change(report, change) for change in shown),
            class_="cards plan",
            label=texts.plan,
        ),
    )


def gone(report: Report) -> Html | None:
    """What the previous run found and this one does not; nothing without a previous run."""
    texts, run = report.language.texts, report.assessment
    if run.comparison is None:
        return None
    kinds = {word: Worst[Row](GONE_SHOWN, badness) for word in ("not_assessed", "resolved")}
    for row in report.folder.gone():
        kinds.get(row.change, kinds["not_assessed"]).add(row)
    parts = [
        *_gone(report, texts.not_assessed, texts.not_assessed_note, kinds["not_assessed"]),
        *_gone(report, texts.resolved, texts.resolved_note, kinds["resolved"]),
    ]
    return section(
        "gone",
        texts.gone,
        note(texts.gone_note.format(previous=run.previous or "")),
        *(parts or [note(texts.gone_none)]),
    )


def _gone(report: Report, title: str, remark: str, rows: Worst[Row]) -> Iterator[Content]:
    if not rows.seen:
        return
    texts, shown = report.language.texts, rows.items()
    heads = (texts.subject, texts.previous_status, texts.control, texts.what)
    cells = (
        (
            named(row.subject, row.whereabouts),
            badge(report, row.status),
            report.language.control(row.control).short,
            element("bdi", clipped(report.language.sentence(row))),
        )
        for row in shown
    )
    yield element("h3", f"{title} ({report.number(rows.seen)})")
    yield note(remark)
    yield table(heads, cells, class_="cards gone", label=title)
    yield _cut(report, len(shown), rows.seen)


def _change(report: Report, change: PlannedChange) -> Sequence[Content]:
    language = report.language
    field = language.words.fields.get(change.field) or clipped(change.field)
    place = ", ".join(filter(None, (change.server, change.target)))
    difference = element("div", *_difference(report, change), class_="diff")
    where = element("small", language.texts.place, ": ", element("bdi", clipped(place)))
    return (
        named(change.subject, change.unit),
        joined([element("span", field), difference, where if place else None]),
        element("a", language.control(change.control).short, href=f"#{change.fingerprint}"),
    )


def _difference(report: Report, change: PlannedChange) -> Iterator[Html]:
    texts = report.language.texts
    before, after = change.before or (texts.none,), change.after or (texts.none,)
    for value in before:
        if value in after:
            yield element("span", element("bdi", _value(report, value)), class_="kept")
        else:
            yield _marked("del", "−", texts.before, _value(report, value))
    for value in after:
        if value not in before:
            yield _marked("ins", "+", texts.after, _value(report, value))


def _marked(tag: str, sign: str, word: str, value: str) -> Html:
    return element(
        tag,
        element("span", sign, class_="sign", aria_hidden="true"),
        element("span", f"{word}: ", class_="unseen"),
        element("bdi", value),
    )


def _value(report: Report, value: str) -> str:
    return clipped(report.language.term(value))


def _cut(report: Report, shown: int, total: int) -> Html | None:
    if shown == total:
        return None
    text = report.language.texts.rows_cut
    return note(text.format(shown=report.number(shown), total=report.number(total)))

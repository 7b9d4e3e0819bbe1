# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What is to come and what was: planned changes, warnings, and what is gone since the last run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..digest import Worst, badness
from ..records import PlannedChange, Row
from ..report import Report
from ..visible import clipped
from .icons import badge
from .markup import Content, Html, element, joined
from .naming import named
from .section import note, section, table
from .words import changes_in_order, field_of, value

SOON_SHOWN = 200
GONE_SHOWN = 200  # of each kind


def soon(report: Report) -> Html | None:
    """Passes that become failures; nothing where there are none."""
    texts, rows = report.language.texts, report.digest.soon[:SOON_SHOWN]
    if not rows:
        return None
    heads = (texts.subject, texts.due, texts.control, texts.what)
    cells = (
        (
            element("span", named(row.subject, row.whereabouts), id=row.fingerprint),
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
    """The changes that enforcement would make, the first ones as differences, in their order."""
    texts, planned = report.language.texts, report.plan
    if not planned.total:
        return section("plan", texts.plan, note(texts.plan_none))
    shown = report.number(len(planned.first))
    cut = texts.plan_cut.format(shown=shown, total=report.number(planned.total))
    heads = (texts.subject, texts.action, texts.reason)
    return section(
        "plan",
        texts.plan,
        note(texts.plan_note),
        note(cut) if len(planned.first) < planned.total else None,
        table(
            heads,
            (_change(report, change) for change in planned.first),
            class_="cards plan",
            label=texts.plan,
        ),
    )


def gone(report: Report) -> Html | None:
    """What the previous run found and this one does not; nothing without a previous run."""
    texts, run = report.language.texts, report.assessment
    if run.comparison is None:
        return None
    kinds: dict[str, Worst[Row]] = {}
    for row in report.folder.gone():
        kinds.setdefault(row.change, Worst[Row](GONE_SHOWN, badness)).add(row)
    parts = [
        content
        for word in sorted(changes_in_order(kinds), key="resolved".__eq__)
        for content in _gone(report, word, kinds[word])
    ]
    return section(
        "gone",
        texts.gone,
        note(texts.gone_note.format(previous=run.previous or "")),
        *(parts or [note(texts.gone_none)]),
    )


def _gone(report: Report, word: str, rows: Worst[Row]) -> Iterator[Content]:
    language, shown = report.language, rows.items()
    texts = language.texts
    title = language.word(lambda words: words.changes, word)
    remarks = {
        "not_assessed": texts.not_assessed_note,
        "decided": texts.decided_note,
        "resolved": texts.resolved_note,
    }
    remark = remarks.get(word)
    heads = (texts.subject, texts.previous_status, texts.control, texts.what)
    cells = (
        (
            element("span", named(row.subject, row.whereabouts), id=row.fingerprint),
            badge(report, row.status, muted=True),
            language.control(row.control).short,
            element("bdi", clipped(language.sentence(row))),
        )
        for row in shown
    )
    yield element("h4", f"{title} ({report.number(rows.seen)})")
    yield note(remark) if remark else None
    yield table(heads, cells, class_="cards gone", label=title)
    yield _cut(report, len(shown), rows.seen)


def _change(report: Report, change: PlannedChange) -> Sequence[Content]:
    language = report.language
    return (
        named(change.subject, change.unit),
        difference(report, change),
        element("a", language.control(change.control).short, href=f"#{change.fingerprint}"),
    )


def difference(report: Report, change: PlannedChange) -> Html:
    """One change: what is changed, before and after, and where it is written."""
    texts = report.language.texts
    place = ", ".join(filter(None, (change.server, change.target)))
    where = element("small", texts.place, ": ", element("bdi", clipped(place)))
    return joined([
        element("span", field_of(report, change.field)),
        element("div", *_lines(report, change), class_="diff"),
        where if place else None,
    ])  # fmt: skip


def _lines(report: Report, change: PlannedChange) -> Iterator[Html]:
    texts = report.language.texts
    before, after = change.before or (texts.none,), change.after or (texts.none,)
    for one in before:
        if one in after:
            yield element("span", element("bdi", value(report, one)), class_="kept")
        else:
            yield marked("del", "−", texts.before, value(report, one))
    for one in after:
        if one not in before:
            yield marked("ins", "+", texts.after, value(report, one))


def marked(tag: str, sign: str, word: str, text: str) -> Html:
    """A line of a difference, with a word for those who do not see the sign."""
    return element(
        tag,
        element("span", sign, class_="sign", aria_hidden="true"),
        element("span", f"{word}: ", class_="unseen"),
        element("bdi", text),
    )


def _cut(report: Report, shown: int, total: int) -> Html | None:
    if shown == total:
        return None
    text = report.language.texts.rows_cut
    return note(text.format(shown=report.number(shown), total=report.number(total)))

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The two charts: how long mailboxes have been idle, and how the runs went. Each has its table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from ..mailbox_states import STATES
from ..records import IdleAges
from ..report import Report
from ..trend import Point
from ..visible import clipped
from .markup import Content, Html, element, joined
from .section import note, section, table

_WIDTH, _HEIGHT = 440, 230  # of the drawing; the text in it has 12 of these units
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 8, 26, 46  # what the axes and their words take


def charts(report: Report) -> Html:
    """Both, side by side where there is room."""
    return section(
        "charts",
        report.language.texts.charts,
        element("div", _idle(report), _trend(report), class_="charts"),
    )


def _idle(report: Report) -> Html:
    texts, ages = report.language.texts, report.assessment.idle_ages
    if ages is None:
        return _figure(texts.idle_ages, None, note(texts.not_recorded))
    heads = (texts.since_sign_in, texts.open_mailboxes, texts.locked_mailboxes)
    rows = [
        (name, report.number(opened), report.number(locked))
        for name, opened, locked in _classes(report, ages)
    ]
    past = sum(n for n, edge in zip(ages.open[1:], ages.edges, strict=True) if edge >= ages.limit)
    told = texts.idle_ages_told.format(past=report.number(past), months=report.number(ages.limit))
    drawing = _drawing("idle", texts.idle_ages, told, _bars(report, ages))
    legend = _legend((("c-open", texts.open_mailboxes), ("c-locked", texts.locked_mailboxes)))
    return _figure(
        texts.idle_ages,
        drawing,
        legend,
        note(told),
        note(texts.idle_ages_note),
        _as_table(report, heads, rows, texts.idle_ages),
    )


def _classes(report: Report, ages: IdleAges) -> Iterator[tuple[str, int, int]]:
    """Each class with its name; last those without a usable record."""
    texts, edges = report.language.texts, ages.edges
    names = [texts.months_below.format(to=edges[0])]
    names += [texts.months_between.format(since=since, to=to) for since, to in pairwise(edges)]
    names.append(texts.months_above.format(since=edges[-1]))
    yield from zip(names, ages.open, ages.locked, strict=True)
    yield texts.no_record, ages.open_without, ages.locked_without


def _bars(report: Report, ages: IdleAges) -> Iterator[Html]:
    found = list(_classes(report, ages))
    top = _nice(max(opened + locked for _, opened, locked in found))
    step = (_WIDTH - _LEFT - _RIGHT) / len(found)
    yield from _grid(report, top)
    marks = [f"<{ages.edges[0]}"]
    marks += [f"{a}–{b}" for a, b in pairwise(ages.edges)]
    marks += [f">{ages.edges[-1]}", "?"]
    for index, ((_, opened, locked), mark) in enumerate(zip(found, marks, strict=True)):
        x, width = _LEFT + index * step + step * 0.14, step * 0.72
        low, high = _y(opened, top), _y(opened + locked, top)
        yield _rect("c-open", x, low, width, _y(0, top) - low)
        yield _rect("c-locked", x, high, width, low - high)
        if opened + locked:
            yield _word(x + width / 2, high - 5, report.number(opened + locked), "middle")
        yield _word(x + width / 2, _HEIGHT - _BOTTOM + 16, mark, "middle")
    yield _word(
        (_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 8, report.language.texts.months_axis, "middle"
    )
    if ages.limit in ages.edges:
        x = _LEFT + (ages.edges.index(ages.limit) + 1) * step
        yield _line("c-limit", x, _TOP - 12, x, _HEIGHT - _BOTTOM)
        limit = report.language.texts.limit_at.format(months=ages.limit)
        yield _word(x + 4, _TOP - 14, limit, "start")


def _trend(report: Report) -> Html:
    texts, run = report.language.texts, report.assessment
    trend = report.earlier
    this = Point(
        run_id=run.run_id,
        now=run.now,
        accounts=run.accounts,
        complete=not run.incomplete,
        mailboxes=report.digest.mailboxes.totals,
    )
    points = [*trend.points, this]
    left_out = [
        note(f"{clipped(one.run_id)}: {report.language.words.left_out[one.reason]}")
        for one in trend.left_out[:10]
    ]
    if len(trend.left_out) > 10:
        left_out.append(note(texts.and_more.format(number=report.number(len(trend.left_out) - 10))))
    if len(points) < 2:
        return _figure(texts.trend, None, note(texts.trend_none), *left_out)
    told = texts.trend_told.format(
        runs=report.number(len(points)),
        first=report.number(points[0].mailboxes["fail"]),
        last=report.number(this.mailboxes["fail"]),
        first_unknown=report.number(points[0].mailboxes["unknown"]),
        last_unknown=report.number(this.mailboxes["unknown"]),
    )
    word = report.language.word
    heads = (
        texts.run, texts.tile_mailboxes,
        *(word(lambda words: words.statuses, state) for state in STATES), texts.coverage,
    )  # fmt: skip
    rows = [
        (
            report.time(point.now), report.number(point.accounts),
            *(report.number(point.mailboxes[state]) for state in STATES),
            texts.read_whole if point.complete else texts.read_part,
        )
        for point in reversed(points)
    ]  # fmt: skip
    return _figure(
        texts.trend,
        _drawing("trend", texts.trend, told, _lines(report, points)),
        _legend((("c-fix", texts.tile_fix), ("c-unsure", texts.tile_unknown))),
        note(told),
        None if all(point.complete for point in points) else note(texts.trend_incomplete),
        *left_out,
        note(texts.trend_more.format(number=report.number(trend.earlier)))
        if trend.earlier else None,
        _as_table(report, heads, rows, texts.trend),
    )  # fmt: skip


def _lines(report: Report, points: Sequence[Point]) -> Iterator[Html]:
    series = (("c-fix", "fail"), ("c-unsure", "unknown"))
    top = _nice(max(point.mailboxes[state] for point in points for _, state in series))
    yield from _grid(report, top)
    room = _WIDTH - _LEFT - _RIGHT - 24
    xs = [_LEFT + 12 + room * index / (len(points) - 1) for index in range(len(points))]
    for class_, state in reversed(series):
        ys = [_y(point.mailboxes[state], top) for point in points]
        pairs = list(zip(xs, ys, strict=True))
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in pairs)
        yield Html(f'<path class="line {class_}" d="M{path}"/>')
        for x, y in pairs:
            yield (
                Html(f'<circle class="{class_}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>')
                if state == "fail" else _rect(class_, x - 3, y - 3, 6, 6)
            )  # fmt: skip
    for x, point in zip(xs, points, strict=True):
        if not point.complete:
            yield _word(x, _HEIGHT - _BOTTOM - 4, "!", "middle")
    first, last = (report.time(point.now).partition(" ")[0] for point in (points[0], points[-1]))
    yield _word(_LEFT, _HEIGHT - _BOTTOM + 18, first, "start")
    yield _word(_WIDTH - _RIGHT, _HEIGHT - _BOTTOM + 18, last, "end")


def _grid(report: Report, top: int) -> Iterator[Html]:
    for number in (0, top // 2, top) if top > 1 else (0, top):
        y = _y(number, top)
        yield _line("c-grid", _LEFT, y, _WIDTH - _RIGHT, y)
        yield _word(_LEFT - 6, y + 4, report.number(number), "end")


def _nice(largest: int) -> int:
    """The end of an axis: a number with one digit that is not zero, and with a half."""
    size = 1
    while largest > 10 * size:
        size *= 10
    return next(size * step for step in (2, 4, 6, 8, 10) if largest <= size * step)


def _y(number: int, top: int) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * number / top


def _rect(class_: str, x: float, y: float, width: float, height: float) -> Html:
    size = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{max(0.0, height):.1f}"'
    return Html(f'<rect class="{class_}" {size}/>')


def _line(class_: str, x1: float, y1: float, x2: float, y2: float) -> Html:
    return Html(f'<path class="{class_}" d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"/>')


def _word(x: float, y: float, text: str, anchor: str) -> Html:
    return element("text", text, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor)


def _drawing(name: str, title: str, told: str, shapes: Iterable[Html]) -> Html:
    """An image with a name and what it shows, for those who do not see it."""
    return element(
        "svg",
        element("title", title, id=f"{name}-name"),
        element("desc", told, id=f"{name}-told"),
        joined(shapes),
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        class_="chart",
        role="img",
        aria_labelledby=f"{name}-name",
        aria_describedby=f"{name}-told",
        focusable="false",
    )


def _legend(entries: Iterable[tuple[str, str]]) -> Html:
    return element(
        "ul",
        *(
            element(
                "li",
                Html(
                    '<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true" focusable="false">'
                    f'<rect class="{class_}" width="10" height="10"/></svg>'
                ),
                text,
            )
            for class_, text in entries
        ),
        class_="legend",
    )


def _as_table(
    report: Report, heads: Sequence[Content], rows: Iterable[Sequence[Content]], label: str
) -> Html:
    return element(
        "details",
        element("summary", report.language.texts.as_table),
        table(heads, rows, class_="numbers small", label=label),
    )


def _figure(title: str, drawing: Html | None, *content: Content) -> Html:
    return element("div", element("h4", title), drawing, *content, class_="figure")

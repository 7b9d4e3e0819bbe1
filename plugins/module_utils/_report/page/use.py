# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""How much of each unit's mailboxes is used, now and in the runs before."""

from __future__ import annotations

from collections.abc import Sequence

from ..._core.vietnamese import alphabetical
from ..records import Use
from ..report import Report
from ..use_trend import use_trend
from .markup import Content, Html, element, joined
from .section import note, section, table
from .units import UNITS_SHOWN, cut

_WIDTH, _HEIGHT = 72, 20  # of the line over the runs


def use(report: Report) -> Html | None:
    """The units, the least used first; nothing where there is no unit, or the run does not tell."""
    texts, found = report.language.texts, report.assessment.use
    if not found:
        return None
    shares = use_trend(report).units
    order = sorted(found, key=lambda unit: (not unit, _share(found[unit]), alphabetical(unit)))
    days = report.assessment.settings.get("regular_use", {}).get("within_days", "?")
    heads = (
        texts.unit, texts.open_mailboxes, texts.use_days.format(days=days), texts.use_share,
        texts.use_before, texts.use_signed_in, texts.use_sent,
    )  # fmt: skip
    has_logs = any(one.kind == "log" and one.complete for one in report.assessment.sources)
    rows = [
        _row(report, unit, found[unit], shares[unit], has_logs=has_logs)
        for unit in order[:UNITS_SHOWN]
    ]
    return section(
        "use",
        texts.use,
        note(texts.use_note),
        table(heads, rows, class_="numbers states stacked", label=texts.use),
        cut(report, len(rows), len(order)),
    )


def _share(of_unit: Use) -> int:
    return 101 if of_unit.share is None else of_unit.share


def _row(
    report: Report, unit: str, of_unit: Use, shares: Sequence[int | None], *, has_logs: bool
) -> list[Content]:
    texts, number = report.language.texts, report.number
    unsure = texts.use_undecided.format(number=number(of_unit.undecided))
    days = report.assessment.settings.get("regular_use", {}).get("within_days", "?")
    return [
        report.unit(unit),
        _labelled(number(of_unit.open), texts.open_mailboxes),
        joined([
            _labelled(number(of_unit.used), texts.use_days.format(days=days)),
            element("small", unsure) if of_unit.undecided else None,
        ]),
        _labelled(_percent(of_unit.share), texts.use_share),
        _over_runs(report, shares),
        _labelled(number(of_unit.signed_in) if has_logs else "–", texts.use_signed_in),
        _labelled(number(of_unit.sent) if has_logs else "–", texts.use_sent),
    ]  # fmt: skip


def _labelled(value: str, word: str) -> Html:
    """A value with its column's head, for the narrow screen that has no columns."""
    return element("span", value, element("span", f" {word}", class_="unseen"))


def _over_runs(report: Report, shares: Sequence[int | None]) -> Html:
    """A line from the first known share to this one, and both in words."""
    known = [(at, share) for at, share in enumerate(shares) if share is not None]
    if len(known) < 2:
        return element("span", report.language.texts.use_first, class_="zero")
    room = len(shares) - 1
    points = [
        f"{2 + (_WIDTH - 4) * at / room:.1f} {2 + (_HEIGHT - 4) * (100 - share) / 100:.1f}"
        for at, share in known
    ]
    path = "L".join(points)
    return joined([
        Html(
            f'<svg class="spark" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}"'
            f' height="{_HEIGHT}" aria-hidden="true" focusable="false">'
            f'<path class="line" d="M{path}"/></svg>'
        ),
        element("small", f"{_percent(known[-2][1])} → {_percent(known[-1][1])}"),
    ])  # fmt: skip


def _percent(share: int | None) -> str:
    return "–" if share is None else f"{share}%"

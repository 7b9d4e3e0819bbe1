# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Units: the state of their mailboxes for the leadership; their findings by the letter's points."""

from __future__ import annotations

from collections.abc import Mapping

from ..._core.vietnamese import alphabetical
from ..digest import control_order
from ..mailbox_states import STATES
from ..report import Report, in_order
from ..visible import clipped
from .bar import bar
from .icons import badge, count
from .markup import Content, Html, element, joined
from .section import note, section, table

UNITS_SHOWN = 200

_LISTED = {"fail": "fail", "manual": "manual", "unknown": "unknown error", "exempt": "exempt"}

Statuses = Mapping[str, Mapping[str, int]]  # control -> status -> number


def mailboxes(report: Report) -> Html | None:
    """Units by states of their mailboxes, and what changed; nothing where there are no units."""
    texts, states = report.language.texts, report.digest.mailboxes
    found = states.units | {unit for unit in report.assessment.units if unit}
    if not found:
        return None
    order = sorted(
        found, key=lambda unit: (not unit, -states.of_unit(unit)["fail"], alphabetical(unit))
    )
    compared = report.assessment.comparison is not None
    heads: list[Content] = [texts.unit, texts.tile_mailboxes]
    heads += [badge(report, state) for state in ("pass", *STATES[:-1])]
    heads += [_change_head(report, word) for word in ("new", "resolved")] if compared else []
    rows = [_of_unit(report, unit, compared=compared) for unit in order[:UNITS_SHOWN]]
    return section(
        "units",
        texts.units,
        note(texts.units_note),
        table(heads, rows, class_="numbers states stacked", label=texts.units),
        cut(report, len(rows), len(order)),
    )


def matrix(report: Report) -> Html | None:
    """Units by controls: where the work is; nothing where there are no units."""
    texts, found = report.language.texts, report.assessment.units
    if not found:
        return None
    controls = sorted(report.assessment.counts, key=lambda name: (control_order(name), name))
    order = sorted(
        found, key=lambda unit: (not unit, -_sum(found[unit], "fail"), alphabetical(unit))
    )
    heads: list[Content] = [texts.unit]
    heads += [report.language.control(name).short for name in controls]
    rows = [
        (_name(report, unit), *(_cell(report, unit, name) for name in controls))
        for unit in order[:UNITS_SHOWN]
    ]
    return section(
        "matrix",
        texts.matrix,
        note(texts.matrix_note),
        table(heads, rows, class_="numbers units", label=texts.matrix),
        cut(report, len(rows), len(order)),
    )


def _of_unit(report: Report, unit: str, *, compared: bool) -> list[Content]:
    numbers = report.digest.mailboxes.of_unit(unit)
    total = sum(numbers.values())
    shown = bar((state, numbers[state]) for state in reversed(STATES))
    texts = report.language.texts
    cells: list[Content] = [
        joined([_name(report, unit), shown]),
        _labelled(report, total, texts.tile_mailboxes),
    ]
    for state in ("pass", *STATES[:-1]):
        cells.append(_number(report, unit, state, numbers[state]))
    if compared:
        changes = report.digest.changes.get(unit, {})
        cells += [
            _labelled(report, changes.get(word, 0), _change_head(report, word))
            for word in ("new", "resolved")
        ]
    return cells


def _number(report: Report, unit: str, state: str, number: int) -> Content:
    if not number:
        return element("span", "0", class_="zero")
    if state not in _LISTED:
        return count(report, state, number)
    return element(
        "a",
        count(report, state, number),
        href="#findings",
        data_filter=True,
        data_unit=clipped(unit) or "-",
        data_status=_LISTED[state],
    )


def _labelled(report: Report, number: int, word: str) -> Html:
    """A number with its column's head, for the narrow screen that has no columns."""
    return element(
        "span",
        report.number(number),
        element("span", f" {word}", class_="unseen"),
        class_=None if number else "zero",
    )


def _change_head(report: Report, word: str) -> str:
    return report.language.word(lambda words: words.changes, word)


def _name(report: Report, unit: str) -> Html:
    return element(
        "a", report.unit(unit), href="#findings", data_filter=True, data_unit=clipped(unit) or "-"
    )


def _cell(report: Report, unit: str, control: str) -> Content:
    statuses = report.assessment.units[unit].get(control, {})
    shown = [status for status in in_order(statuses) if status != "pass" and statuses[status]]
    if shown:
        return element(
            "span",
            *(
                element(
                    "a",
                    count(report, status, statuses[status]),
                    href="#findings",
                    data_filter=True,
                    data_unit=clipped(unit) or "-",
                    data_control=clipped(control),
                    data_status=status,
                )
                for status in shown
            ),
            class_="counts",
        )
    if statuses.get("pass"):
        return element("span", count(report, "pass", statuses["pass"]), class_="counts quiet")
    return element("span", "–", class_="zero", title=report.language.texts.not_applicable)


def cut(report: Report, shown: int, total: int) -> Html | None:
    """That there are more units than are shown."""
    if shown == total:
        return None
    text = report.language.texts.units_cut
    return note(text.format(shown=report.number(shown), total=report.number(total)))


def _sum(controls: Statuses, status: str) -> int:
    return sum(statuses.get(status, 0) for statuses in controls.values())

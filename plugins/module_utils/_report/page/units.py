# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Units by controls: where the work is."""

from __future__ import annotations

from collections.abc import Mapping

from ..digest import control_order
from ..report import Report, in_order
from .icons import count
from .markup import Content, Html, element
from .section import note, section, table

UNITS_SHOWN = 200

Statuses = Mapping[str, Mapping[str, int]]  # control -> status -> number


def units(report: Report) -> Html | None:
    """The table; nothing where there are no units."""
    texts, found = report.language.texts, report.assessment.units
    if not found:
        return None
    controls = sorted(report.assessment.counts, key=lambda name: (control_order(name), name))
    order = sorted(found, key=lambda unit: (not unit, -_sum(found[unit], "fail"), unit))
    heads: list[Content] = [texts.unit]
    heads += [report.language.control(name).short for name in controls]
    rows = [
        (_name(report, unit), *(_cell(report, unit, name) for name in controls))
        for unit in order[:UNITS_SHOWN]
    ]
    shown, total = report.number(len(rows)), report.number(len(order))
    return section(
        "units",
        texts.units,
        note(texts.units_note),
        table(heads, rows, class_="numbers units", label=texts.units),
        note(texts.units_cut.format(shown=shown, total=total)) if len(rows) < len(order) else None,
    )


def _name(report: Report, unit: str) -> Html:
    return element(
        "a", report.unit(unit), href="#findings", data_filter=True, data_unit=unit or "-"
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
                    data_unit=unit or "-",
                    data_control=control,
                    data_status=status,
                )
                for status in shown
            ),
            class_="counts",
        )
    if statuses.get("pass"):
        return element("span", count(report, "pass", statuses["pass"]), class_="counts quiet")
    return element("span", "–", class_="zero", title=report.language.texts.not_applicable)


def _sum(controls: Statuses, status: str) -> int:
    return sum(statuses.get(status, 0) for statuses in controls.values())

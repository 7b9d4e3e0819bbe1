# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The points of the letter: what each asks, what was found, what to do, what would be changed."""

from __future__ import annotations

from collections.abc import Iterator

from ..._core.controls.catalogue import CONTROLS
from ..digest import control_order
from ..report import Report, in_order
from ..visible import clipped
from .bar import bar
from .coverage import log_lines
from .icons import badge, count
from .markup import Content, Html, element, joined
from .section import lines, note, section, table

_READS_LOGS = frozenset(control.name for control in CONTROLS if control.reads_logs)


def clauses(report: Report) -> Html:
    """One row a control, in the order of the letter; each number leads to its findings."""
    texts, counts = report.language.texts, report.assessment.counts
    statuses = in_order(report.assessment.totals)
    heads: list[Content] = [
        texts.control, *(badge(report, status) for status in statuses), texts.planned_changes,
    ]  # fmt: skip
    rows = [
        (_name(report, name), *_numbers(report, name, statuses), _planned(report, name))
        for name in sorted(counts, key=lambda name: (control_order(name), name))
    ]
    unchecked = [
        f"{control.text.clause}: {control.text.title}"
        for name, control in report.language.controls.items()
        if name not in counts
    ]
    return section(
        "controls",
        texts.controls,
        note(texts.controls_note),
        table(heads, rows, class_="numbers controls stacked", label=texts.controls),
        element("h4", texts.unchecked) if unchecked else None,
        element("div", lines(unchecked), class_="note") if unchecked else None,
    )


def _name(report: Report, name: str) -> Html:
    texts, control = report.language.texts, report.language.control(name)
    statuses = report.assessment.counts[name]
    clause = f"{texts.clause}: {control.clause}" if control.clause else None
    return joined([
        element("strong", control.title),
        element("small", clause) if clause else None,
        element("small", control.limit) if control.limit else None,
        *(element("small", limit, class_="limit") for limit in report.limits[name]),
        element("small", lines(_logs(report))) if name in _READS_LOGS else None,
        bar((status, statuses[status]) for status in reversed(in_order(statuses))),
        element(
            "details",
            element("summary", texts.why),
            element("p", control.rationale),
            element("code", name),
        ) if control.rationale else element("code", name),
    ])  # fmt: skip


def _logs(report: Report) -> Iterator[str]:
    """What part of the past the mail logs tell of."""
    for source in report.assessment.sources:
        yield from log_lines(report, source)


def _numbers(report: Report, name: str, statuses: list[str]) -> Iterator[Content]:
    for status in statuses:
        number = report.assessment.counts[name].get(status, 0)
        if not number:
            yield element("span", "0", class_="zero")
        elif status == "pass":
            yield count(report, status, number)
        else:
            yield element(
                "a", count(report, status, number),
                href="#findings", data_filter=True, data_control=clipped(name), data_status=status,
            )  # fmt: skip


def _planned(report: Report, name: str) -> Html:
    number = report.plan.by_control.get(name, 0)
    words = report.language.texts.planned_changes
    return element(
        "span",
        report.number(number),
        element("span", f" {words}", class_="unseen"),
        class_="zero" if not number else None,
    )

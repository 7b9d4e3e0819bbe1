# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""junit.xml: one test case for each control and subject, as Jenkins and GitLab read it.

A suite is a control. What fails is a failure, what could not be assessed an error; what is for a
person to judge, unknown or exempt is skipped, with the reason. Several findings of one control on
one subject are one case of the worst status, so that a case keeps its name from run to run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timezone
from html import escape
from itertools import groupby
from typing import TextIO

from ..digest import STATUSES, control_order
from ..evidence import evidence_line
from ..format import Format
from ..records import Row
from ..report import Report
from ..visible import visible

_FAILED, _ERROR, _SKIPPED = "failure", "error", "skipped"
_ELEMENTS = {
    "fail": _FAILED,
    "error": _ERROR,
    "manual": _SKIPPED,
    "unknown": _SKIPPED,
    "exempt": _SKIPPED,
}


def _write(report: Report, file: TextIO) -> None:
    cases = _numbers(report)
    total = sum(cases.values(), Counter())
    name = escape(visible(report.office))
    file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    file.write(
        f'<testsuites name="{name}" tests="{total["tests"]}" failures="{total[_FAILED]}"'
        f' errors="{total[_ERROR]}">\n'
    )
    for control in sorted(cases, key=lambda name: (control_order(name), name)):
        _write_suite(report, file, control, cases[control])
    file.write("</testsuites>\n")


def _numbers(report: Report) -> dict[str, Counter[str]]:
    """Control -> how many cases there are, and how many of each element."""
    numbers: dict[str, Counter[str]] = {}
    last: dict[str, tuple[str, str]] = {}
    worst: dict[str, str] = {}
    for row in report.folder.findings():
        control, key = row.control, (row.subject, row.place)
        if last.get(control) != key:
            counts = numbers.setdefault(control, Counter())
            counts["tests"] += 1
            counts[_element(worst.get(control, "pass"))] += 1
            last[control], worst[control] = key, row.status
        elif _badness(row.status) < _badness(worst[control]):
            worst[control] = row.status
    for control, status in worst.items():
        numbers[control][_element(status)] += 1
    return numbers


def _write_suite(report: Report, file: TextIO, control: str, numbers: Counter[str]) -> None:
    run = report.assessment
    time = run.now.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    file.write(
        f' <testsuite name="{escape(visible(control))}" tests="{numbers["tests"]}"'
        f' failures="{numbers[_FAILED]}" errors="{numbers[_ERROR]}"'
        f' skipped="{numbers[_SKIPPED]}" timestamp="{time}" time="0">\n'
    )
    properties = {"run": run.run_id, "policy": run.policy_file, "previous": run.previous or ""}
    file.write("  <properties>\n")
    for name, value in properties.items():
        file.write(f'   <property name="{name}" value="{escape(visible(value))}"/>\n')
    file.write("  </properties>\n")
    rows = report.folder.findings(control)
    for (subject, place), same in groupby(rows, key=lambda row: (row.subject, row.place)):
        file.writelines(_case(report, control, f"{subject} ({place})" if place else subject, same))
    file.write(" </testsuite>\n")


def _case(report: Report, control: str, name: str, rows: Iterable[Row]) -> Iterator[str]:
    found = sorted(rows, key=lambda row: (_badness(row.status), row.fingerprint))
    worst = found[0].status
    start = (
        f'  <testcase classname="civic.mailbox.{escape(visible(control))}"'
        f' name="{escape(visible(name))}" time="0"'
    )
    if worst == "pass":
        yield f"{start}/>\n"
        return
    told = [row for row in found if row.status != "pass"]
    yield f"{start}>\n"
    yield from _outcome(report, worst, told)
    yield "  </testcase>\n"


def _outcome(report: Report, worst: str, rows: list[Row]) -> Iterator[str]:
    language, element = report.language, _element(worst)
    status = language.word(lambda words: words.statuses, worst)
    message = "; ".join(language.sentence(row) for row in rows if row.status == worst)
    kind = f' type="{escape(visible(rows[0].severity or worst))}"' if element != _SKIPPED else ""
    yield f'   <{element}{kind} message="{escape(visible(f"{status}: {message}"))}">'
    yield "\n".join(escape(line) for row in rows for line in _details(report, row))
    yield f"</{element}>\n"


def _details(report: Report, row: Row) -> Iterator[str]:
    language = report.language
    status = language.word(lambda words: words.statuses, row.status)
    yield visible(f"{status}: {language.sentence(row)}")
    if row.unit:
        yield visible(f"  {language.texts.unit}: {row.unit}")
    for item in row.evidence:
        yield visible(f"  {evidence_line(report, item)}")
    if row.remedy_action:
        yield visible(f"  {language.texts.remedy}: {row.remedy_action}")
    if row.exemption:
        yield "  " + language.exempted(row.exemption)
    yield visible(f"  {row.fingerprint}")


def _element(status: str) -> str:
    """The element of a status; a pass has none, and what is not known is taken for an error."""
    return "" if status == "pass" else _ELEMENTS.get(status, _ERROR)


def _badness(status: str) -> int:
    return STATUSES.index(status) if status in STATUSES else 0


JUNIT = Format(name="junit", file="junit.xml", write=_write)

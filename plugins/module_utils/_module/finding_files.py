# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Where findings go as they come: a line each, their changes to the plan, and what is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from shutil import copyfileobj
from typing import Any, TextIO

from .._core.comparison import Comparison
from .._core.control import Status
from .._core.findings import Finding, findings_digest, mark_of, to_line
from .._core.plan import ORDER, Change, changes_for
from .plan_spool import PlanSpool

SHOWN = 100  # findings, changes and diff blocks in a result; the files have all

_WORST_FIRST = (Status.FAIL, Status.ERROR, Status.MANUAL, Status.UNKNOWN, Status.EXEMPT)
_PIECE = 1 << 20  # bytes
_AT_ONCE = 500  # findings
_PASS = Status.PASS  # in Python 3.11 an attribute of Status takes as long as a call


@dataclass
class Tally:
    """What is counted while findings stream by, and the first of them."""

    passes: Counter[tuple[str, str]] = field(default_factory=Counter)  # unit, control
    others: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # and status
    marks: int = 0  # of the lines that are no plain pass
    changes: int = 0
    shown: dict[Status, list[dict[str, str]]] = field(
        default_factory=lambda: {status: [] for status in _WORST_FIRST}
    )
    first: dict[str, list[Change]] = field(
        default_factory=lambda: {control: [] for control in ORDER}
    )

    def take_in(self, later: Tally) -> None:
        """Add what was counted of the findings that come after these."""
        self.passes.update(later.passes)
        self.others.update(later.others)
        self.marks += later.marks
        self.changes += later.changes
        for status, briefs in later.shown.items():
            self.shown[status] = [*self.shown[status], *briefs][:SHOWN]
        for control, changes in later.first.items():
            self.first[control] = [*self.first[control], *changes][:SHOWN]

    @property
    def total(self) -> int:
        """How many findings there were."""
        return self.passes.total() + self.others.total()

    def summary(self) -> dict[str, Any]:
        """The counts, as assessment.json holds them."""
        statuses: dict[str, int] = {}
        controls: dict[str, dict[str, int]] = {}
        units: dict[str, dict[str, dict[str, int]]] = {}
        passes = {(*where, Status.PASS.value): number for where, number in self.passes.items()}
        for (unit, control, status), number in (passes | self.others).items():
            of_unit = units.setdefault(unit, {}).setdefault(control, {})
            for counts in (statuses, controls.setdefault(control, {}), of_unit):
                counts[status] = counts.get(status, 0) + number
        return {
            "statuses": statuses,
            "counts": controls,
            "units": units,
            "findings_digest": findings_digest(self.marks),
            "changes": self.changes,
        }

    def worst(self) -> list[dict[str, str]]:
        """The findings to show, worst first."""
        return [brief for status in _WORST_FIRST for brief in self.shown[status]][:SHOWN]

    def first_changes(self) -> list[Change]:
        """The changes to show, in the order in which they have to be made."""
        every = (change for control in ORDER for change in self.first[control])
        return list(islice(every, SHOWN))


@dataclass(frozen=True, kw_only=True)
class FindingFiles:
    """What findings are written to."""

    lines: TextIO
    plan: PlanSpool
    comparison: Comparison
    tally: Tally = field(default_factory=Tally)

    def write(self, findings: Iterable[Finding]) -> None:
        """Take them all in."""
        remaining = iter(findings)
        while some := list(islice(remaining, _AT_ONCE)):
            self.lines.write("".join(map(self._line, some)))

    def flush(self) -> None:
        """Let other processes that have these files read all that was written."""
        self.lines.flush()
        self.plan.flush()

    def take_in(self, later: FindingFiles) -> None:
        """Add the lines and changes of findings that come after these; `later` was flushed."""
        self.lines.flush()
        later.lines.seek(0)
        copyfileobj(later.lines.buffer, self.lines.buffer, _PIECE)
        self.plan.take_in(later.plan)

    def _line(self, finding: Finding) -> str:
        line = f"{to_line(finding, self.comparison.change(finding))}\n"
        if finding.status is _PASS:
            self.tally.passes[finding.about.unit, finding.control.name] += 1
            if not finding.verdict.due:
                return line
        else:
            self._count(finding)
        self.tally.marks += mark_of(line.encode())
        return line

    def _count(self, finding: Finding) -> None:
        tally, status = self.tally, finding.status
        tally.others[finding.unit, finding.control.name, status.value] += 1
        if len(tally.shown[status]) < SHOWN:
            tally.shown[status].append(_brief(finding))
        for change in changes_for(finding):
            tally.changes += 1
            self.plan.add(change)
            first = tally.first[change.control]
            if len(first) < SHOWN:
                first.append(change)


def _brief(finding: Finding) -> dict[str, str]:
    return {
        "control": finding.control.name,
        "subject": finding.subject,
        "unit": finding.unit,
        "status": finding.status.value,
        "summary": finding.summary,
    }

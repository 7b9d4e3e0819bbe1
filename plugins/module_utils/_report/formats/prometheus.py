# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""mailbox.prom: the numbers of the run for node_exporter's textfile collector.

Text format 0.0.4 of Prometheus. A label is never an address: controls, statuses, words, servers of
the inventory, and units. Units are the only labels that grow with the office, so only the
MOST_UNITS with the most to fix have their own series; the others, and a unit that is named like an
address, are summed up as "(others)".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TextIO

from ..._core.comparison import WORDS
from ..digest import STATUSES
from ..format import Format
from ..report import Report
from ..visible import clipped

MOST_UNITS = 300
OTHERS, NO_UNIT = "(others)", "(none)"
_LONGEST_LABEL = 120
_OPEN = tuple(status for status in STATUSES if status != "pass")

Sample = tuple[Mapping[str, str], int]


def _write(report: Report, file: TextIO) -> None:
    for name, meaning, samples in _metrics(report):
        file.write(f"# HELP {name} {meaning}\n# TYPE {name} gauge\n")
        file.writelines(f"{name}{_labels(labels)} {value}\n" for labels, value in samples)


def _metrics(report: Report) -> Iterator[tuple[str, str, Iterable[Sample]]]:
    run, digest = report.assessment, report.digest
    yield (
        "civic_mailbox_run_timestamp_seconds",
        "The moment that the last run was assessed for.",
        [({}, int(run.now.timestamp()))],
    )
    yield (
        "civic_mailbox_run_complete",
        "Whether every server was read in full (1) or not (0).",
        [({}, int(not run.incomplete))],
    )
    yield (
        "civic_mailbox_source_complete",
        "Whether this server was read in full (1) or not (0).",
        _sources(report),
    )
    yield "civic_mailbox_accounts", "Accounts that were assessed.", [({}, run.accounts)]
    yield (
        "civic_mailbox_mailboxes_to_fix",
        "Mailboxes with a finding that fails.",
        [({}, digest.mailboxes_to_fix)],
    )
    yield (
        "civic_mailbox_changes_planned",
        "Changes that enforcement would make.",
        [({}, sum(1 for _ in report.folder.changes()))],
    )
    yield (
        "civic_mailbox_due_soon",
        "Mailboxes in order that will fail without action.",
        [({}, digest.soon_total)],
    )
    yield "civic_mailbox_findings", "Findings by control and status.", _findings(report)
    yield (
        "civic_mailbox_unit_findings",
        "Findings that are not in order, by unit and status.",
        _units(report),
    )
    yield "civic_mailbox_exemptions", "Exemptions of the policy.", _exemptions(report)
    if run.comparison is not None:
        yield (
            "civic_mailbox_difference",
            "Findings by what became of them since the earlier run.",
            [({"change": word}, run.comparison.get(word, 0)) for word in WORDS],
        )


def _sources(report: Report) -> Iterator[Sample]:
    for one in sorted(report.assessment.sources, key=lambda one: (one.kind, one.name)):
        yield {"kind": one.kind, "source": one.name}, int(one.complete)


def _findings(report: Report) -> Iterator[Sample]:
    for control, statuses in sorted(report.assessment.counts.items()):
        for status in STATUSES:
            yield {"control": control, "status": status}, statuses.get(status, 0)


def _units(report: Report) -> Iterator[Sample]:
    """Only statuses that occur: a unit with nothing open would be a series without news."""
    sums: dict[str, dict[str, int]] = {}
    for unit, controls in report.assessment.units.items():
        name = OTHERS if "@" in unit else clipped(unit, _LONGEST_LABEL) or NO_UNIT
        of_unit = sums.setdefault(name, dict.fromkeys(_OPEN, 0))
        for statuses in controls.values():
            for status in _OPEN:
                of_unit[status] += statuses.get(status, 0)
    worst = sorted(sums, key=lambda name: ([-sums[name][status] for status in _OPEN], name))
    for name in [name for name in worst if name != OTHERS][MOST_UNITS:]:
        others = sums.setdefault(OTHERS, dict.fromkeys(_OPEN, 0))
        for status, number in sums.pop(name).items():
            others[status] += number
    for name in sorted(sums):
        for status, number in sums[name].items():
            yield {"unit": name, "status": status}, number


def _exemptions(report: Report) -> Iterator[Sample]:
    expired = sum(one.expired for one in report.assessment.exemptions)
    yield {"state": "in_force"}, len(report.assessment.exemptions) - expired
    yield {"state": "expired"}, expired


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    text = clipped(value, _LONGEST_LABEL)  # no line break is left in it
    return text.replace("\\", "\\\\").replace('"', '\\"')


PROMETHEUS = Format(name="prometheus", file="mailbox.prom", write=_write)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""summary.json: the numbers of the run, for scripts. Its keys stay."""

from __future__ import annotations

import json
from typing import Any, TextIO

from ..digest import STATUSES
from ..format import Format
from ..report import Report
from ..trend import SCHEMA
from ..use_trend import use_trend


def outcome(report: Report) -> str:
    """The run in one word, worst first.

    "incomplete": a server was not read in full; "action": something fails; "review": something is
    for a person to judge, or unknown; "clean": none of these.
    """
    totals = report.assessment.totals
    if report.assessment.incomplete:
        return "incomplete"
    if totals.get("fail"):
        return "action"
    return "review" if totals.get("manual") or report.undecided else "clean"


def summary(report: Report) -> dict[str, Any]:
    """What the file holds: assessment.json, and what the report adds to it."""
    totals, shares = report.assessment.totals, use_trend(report)
    return {
        **report.assessment.raw,
        "schema": SCHEMA,
        "outcome": outcome(report),
        "complete": not report.assessment.incomplete,
        "totals": {status: totals.get(status, 0) for status in STATUSES},
        "mailboxes": report.digest.mailboxes.totals,
        "mailboxes_to_fix": report.digest.mailboxes_to_fix,
        "others_to_fix": report.digest.others_to_fix,
        "due_soon": report.digest.soon_total,
        "changes_planned": report.plan.total,
        "use_share_by_run": {"runs": shares.runs, "units": shares.units},
    }


def _write(report: Report, file: TextIO) -> None:
    json.dump(summary(report), file, ensure_ascii=False, indent=1)
    file.write("\n")


SUMMARY = Format(name="json", file="summary.json", write=_write)

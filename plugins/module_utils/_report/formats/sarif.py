# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""findings.sarif: what is not in order, for code scanning (SARIF 2.1.0, errata 01).

fail is kind "fail" with a level by its severity; manual is "review" and unknown "open", both
without a level, as the standard wants it; exempt is "fail" with an accepted suppression. Passes are
left out. A server that could not be read is a notification of the run, which then counts as failed.
"""

from __future__ import annotations

import json
from typing import Any, TextIO
from urllib.parse import quote

from ..._core.controls.catalogue import CONTROLS
from ..._core.dates import format_time
from ..digest import control_order
from ..format import Format
from ..records import Row
from ..report import Report
from ..visible import clipped, visible

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
_KINDS = {"fail": "fail", "exempt": "fail", "manual": "review", "unknown": "open"}
# Between 0 and 10, by which GitHub sorts.
_SCORES = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0", "info": "0.0"}
_BASELINE_STATES = {"new": "new", "unchanged": "unchanged"}  # every other word: "updated"

_SEVERITIES = {control.name: control.severity.value for control in CONTROLS}

Json = dict[str, Any]

_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _write(report: Report, file: TextIO) -> None:
    controls = sorted(report.assessment.counts, key=lambda name: (control_order(name), name))
    places = {name: index for index, name in enumerate(controls)}
    head = _encoded(
        {
            "tool": {"driver": _driver(report, controls)},
            "language": report.language.code,
            "columnKind": "unicodeCodePoints",
            "automationDetails": {"id": f"civic.mailbox/{visible(report.assessment.run_id)}"},
            "invocations": [_invocation(report)],
            "properties": {"run": visible(report.assessment.run_id), **_previous(report)},
        }
    )
    file.write(f'{{"$schema":"{SCHEMA}","version":"2.1.0","runs":[{head[:-1]},"results":[')
    between = "\n"
    for row in report.folder.notable(report.assessment):
        if row.status in _KINDS:
            file.write(between + _encoded(_result(report, row, places[row.control])))
            between = ",\n"
    file.write("\n]}]}\n")


def _driver(report: Report, controls: list[str]) -> Json:
    return {"name": "civic.mailbox", "rules": [_rule(report, name) for name in controls]}


def _rule(report: Report, name: str) -> Json:
    text, severity = report.language.control(name), _SEVERITIES.get(name, "medium")
    rule: Json = {
        "id": visible(name),
        "shortDescription": {"text": text.title or visible(name)},
        "defaultConfiguration": {"level": LEVELS[severity]},
        "properties": {
            "security-severity": _SCORES[severity],
            "tags": ["security", "mail"],
        },
    }
    if text.rationale:
        rule["fullDescription"] = {"text": text.rationale}
    return rule


def _invocation(report: Report) -> Json:
    notifications = [
        {
            "level": "error",
            "message": {"text": clipped(f"{one.name}: {one.message}")},
            "descriptor": {"id": "not-read"},
        }
        for one in report.assessment.incomplete
    ]
    return {
        "executionSuccessful": not notifications,
        "endTimeUtc": format_time(report.assessment.now),
        "toolExecutionNotifications": notifications,
    }


def _previous(report: Report) -> Json:
    previous = report.assessment.previous
    return {"previous": visible(previous)} if previous else {}


def _result(report: Report, row: Row, rule: int) -> Json:
    kind = _KINDS[row.status]
    result: Json = {
        "ruleId": visible(row.control),
        "ruleIndex": rule,
        "kind": kind,
        "level": LEVELS.get(row.severity, "warning") if kind == "fail" else "none",
        "message": {"text": visible(f"{row.subject}: {report.language.sentence(row)}")},
        "locations": [_location(report, row)],
        # The second is the one that GitHub goes by: all results are on the same line.
        "partialFingerprints": {
            "civicMailbox/v1": visible(row.fingerprint),
            "primaryLocationLineHash": f"{visible(row.fingerprint)}:1",
        },
        "properties": {
            "status": visible(row.status),
            "severity": visible(row.severity),
            "unit": visible(row.unit),
            **({"directory": visible(row.place)} if row.place else {}),
            **({"change": visible(row.change)} if row.change else {}),
            **({"remedy": visible(row.remedy_action)} if row.remedy_action else {}),
        },
    }
    if report.assessment.comparison is not None:
        result["baselineState"] = _BASELINE_STATES.get(row.change, "updated")
    if row.status == "exempt":
        result["suppressions"] = [_suppression(report, row)]
    return result


def _location(report: Report, row: Row) -> Json:
    """The policy file, by which code scanning places a result, and the mailbox itself."""
    parts = filter(None, (row.place, row.unit, row.subject))
    policy = quote(report.assessment.policy_file.encode(errors="replace"))
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": policy},
            "region": {"startLine": 1},
        },
        "logicalLocations": [
            {
                "name": visible(row.subject),
                "fullyQualifiedName": visible("/".join(parts)),
                "kind": "resource",
            }
        ],
    }


def _suppression(report: Report, row: Row) -> Json:
    suppression: Json = {"kind": "external", "status": "accepted"}
    if row.exemption:
        suppression["justification"] = report.language.exempted(row.exemption)
    return suppression


SARIF = Format(name="sarif", file="findings.sarif", write=_write)

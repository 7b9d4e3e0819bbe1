# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""oscal.json: the run as assessment results of NIST's OSCAL 1.1.2, for tools of compliance.

Every finding that is no pass is an observation on its mailbox, an inventory item. Every control has
one finding, satisfied only if all its findings pass: neither what is unknown nor what was approved
counts as in order. What was approved is a risk with status "deviation-approved". Identifiers are
UUIDs of version 5: the same run always has the same ones, and a mailbox the same in every run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, TextIO
from urllib.parse import quote
from uuid import UUID, uuid5

from ..._core.dates import format_time
from ..digest import STATUSES, control_order
from ..evidence import evidence_line
from ..format import Format
from ..records import Row
from ..report import Report
from ..visible import visible

VERSION = "1.1.2"
NAMESPACE = "urn:civic.mailbox"  # of our own properties
_UUIDS = UUID("5b5c9cc5-52a1-5f1c-9d2c-6f4f0c6b1f8e")  # drawn once; a fixed start for the names

Json = dict[str, Any]

_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _write(report: Report, file: TextIO) -> None:
    run = report.assessment
    head = {
        "uuid": _uuid("document", run.run_id),
        "metadata": _metadata(report),
        "import-ap": {"href": f"#{_uuid('policy', run.policy_file)}"},
    }
    file.write(f'{{"assessment-results":{_encoded(head)[:-1]},"results":[')
    file.write(f"{_encoded(_result(report))[:-1]}")
    _write_list(file, '"local-definitions":{"inventory-items":[', _items(report), "]}")
    file.write(f',"reviewed-controls":{_encoded(_reviewed(report))}')
    _write_list(file, '"observations":[', _observations(report), "]")
    _write_list(file, '"risks":[', _risks(report), "]")
    _write_findings(report, file)
    file.write(f'}}],"back-matter":{_encoded(_back_matter(report))}}}}}\n')


def _write_list(file: TextIO, start: str, items: Iterable[Json], end: str) -> None:
    """A list as a further key of the object that is being written; nothing where it is empty."""
    between = f",{start}\n"
    for item in items:
        file.write(between + _encoded(item))
        between = ",\n"
    if between == ",\n":
        file.write(end)


def _metadata(report: Report) -> Json:
    return {
        "title": _line(report.title),
        "last-modified": _time(report.assessment.now),
        "version": _line(report.assessment.run_id),
        "oscal-version": VERSION,
        "parties": [
            {"uuid": _uuid("office", report.office), "type": "organization",
             "name": _line(report.office)}
        ],
    }  # fmt: skip


def _result(report: Report) -> Json:
    run = report.assessment
    read = [one.read_at for one in run.sources if one.read_at]
    unread = ", ".join(sorted({one.name for one in run.incomplete}))
    return {
        "uuid": _uuid("result", run.run_id),
        "title": _line(f"{report.language.texts.run} {run.run_id}"),
        "description": _line(report.title),
        "start": _time(min([*read, run.now])),
        "end": _time(run.now),
        **_properties(
            run=run.run_id,
            profile=run.profile,
            previous=run.previous or "",
            complete="no" if unread else "yes",
            unread=unread,
        ),
    }


def _reviewed(report: Report) -> Json:
    controls = [{"control-id": _token(name)} for name in _controls(report)]
    return {"control-selections": [{"include-controls": controls}]}


def _back_matter(report: Report) -> Json:
    policy = report.assessment.policy_file
    link = {"href": quote(policy.encode(errors="replace"))}
    resource = {"uuid": _uuid("policy", policy), "title": _line(policy), "rlinks": [link]}
    return {"resources": [resource]}


def _items(report: Report) -> Iterator[Json]:
    """Each subject of an observation, once."""
    seen: set[int] = set()
    for row in _open(report):
        key = hash((row.subject, row.place))
        if key not in seen:
            seen.add(key)
            yield {
                "uuid": _subject_uuid(row),
                "description": _line(row.subject),
                **_properties(subject=row.subject, unit=row.unit, directory=row.place),
            }


def _observations(report: Report) -> Iterator[Json]:
    for row in _open(report):
        sentence = report.language.sentence(row)
        yield {
            "uuid": _observation_uuid(report, row),
            "title": _line(f"{row.control}: {row.subject}"),
            "description": _line(sentence),
            **_properties(
                status=row.status,
                severity=row.severity,
                control=row.control,
                change=row.change,
                fingerprint=row.fingerprint,
                remedy=row.remedy_action,
            ),
            "methods": ["TEST"],
            "types": ["finding"],
            "subjects": [
                {"subject-uuid": _subject_uuid(row), "type": "inventory-item",
                 "title": _line(row.subject)}
            ],
            **_relevant(report, row),
            "collected": _time(report.assessment.now),
        }  # fmt: skip


def _relevant(report: Report, row: Row) -> Json:
    found = [{"description": _line(evidence_line(report, item))} for item in row.evidence]
    return {"relevant-evidence": found} if found else {}


def _risks(report: Report) -> Iterator[Json]:
    if not report.assessment.totals.get("exempt"):
        return
    for row in _open(report):
        if row.status != "exempt":
            continue
        told = report.language.exempted(row.exemption or {})
        yield {
            "uuid": _risk_uuid(report, row),
            "title": _line(f"{row.control}: {row.subject}"),
            "description": _line(report.language.sentence(row)),
            "statement": _line(told),
            "status": "deviation-approved",
            "related-observations": [_observation(report, row)],
        }


def _write_findings(report: Report, file: TextIO) -> None:
    """One for each control, with a line for each of its observations."""
    start = ',"findings":[\n'
    for name in _controls(report):
        finding = _encoded(_finding(report, name))
        file.write(f"{start}{finding[:-1]}")
        rows = report.folder.findings(name)
        related = (_observation(report, row) for row in rows if row.status != "pass")
        _write_list(file, '"related-observations":[', related, "]")
        if report.assessment.counts[name].get("exempt"):
            exempt = (row for row in report.folder.findings(name) if row.status == "exempt")
            risks = ({"risk-uuid": _risk_uuid(report, row)} for row in exempt)
            _write_list(file, '"related-risks":[', risks, "]")
        file.write("}")
        start = ",\n"
    if start == ",\n":
        file.write("]")


def _finding(report: Report, name: str) -> Json:
    counts, text = report.assessment.counts[name], report.language.control(name)
    told = ", ".join(f"{status} {counts[status]}" for status in STATUSES if counts.get(status))
    open_ones = {status for status, number in counts.items() if number and status != "pass"}
    status: Json = {"state": "satisfied", "reason": "pass"}
    if open_ones:
        reason = "fail" if "fail" in open_ones else "other"
        status = {"state": "not-satisfied", "reason": reason}
    return {
        "uuid": _uuid("finding", report.assessment.run_id, name),
        "title": _line(text.title),
        "description": _line(text.rationale or text.title),
        "target": {
            "type": "objective-id",
            "target-id": _token(name),
            "status": {**status, "remarks": told},
        },
    }


def _open(report: Report) -> Iterator[Row]:
    return (row for row in report.folder.notable(report.assessment) if row.status != "pass")


def _controls(report: Report) -> list[str]:
    return sorted(report.assessment.counts, key=lambda name: (control_order(name), name))


def _properties(**values: str) -> Json:
    """Those that have a value, if any; OSCAL has neither empty ones nor an empty list."""
    found = [
        {"name": name, "ns": NAMESPACE, "value": _line(value)}
        for name, value in values.items()
        if value.strip()
    ]
    return {"props": found} if found else {}


def _subject_uuid(row: Row) -> str:
    return _uuid("subject", row.place, row.subject)


def _observation(report: Report, row: Row) -> Json:
    return {"observation-uuid": _observation_uuid(report, row)}


def _risk_uuid(report: Report, row: Row) -> str:
    return _uuid("risk", report.assessment.run_id, row.fingerprint)


def _observation_uuid(report: Report, row: Row) -> str:
    return _uuid("observation", report.assessment.run_id, row.fingerprint)


def _uuid(*names: str) -> str:
    # A name that is no UTF-8 (a lone surrogate) is told by its escape.
    text = "\0".join(names).encode("utf-8", "backslashreplace").decode()
    return str(uuid5(_UUIDS, text))


def _line(text: str) -> str:
    """Text as OSCAL wants it: on one line, and not blank."""
    return visible(text).strip() or "–"


def _token(name: str) -> str:
    """A name as OSCAL's identifiers are: no space, and beginning with a letter."""
    word = "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in name)
    return word if word[:1].isalpha() else f"_{word}"


def _time(time: datetime) -> str:
    return format_time(time)


OSCAL = Format(name="oscal", file="oscal.json", write=_write)

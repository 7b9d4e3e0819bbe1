# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""compare: two run folders that exist already, without any server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .._core.comparison import FAIL_ON, WORDS, Comparison, failing
from .._core.earlier_findings import read_finding
from .._core.errors import ComparisonError, MailboxError
from .._core.names import Names
from .._report.difference.difference import Acceptance, Changed, Difference, order
from .._report.difference.page import page
from .._report.difference.text import text
from .._report.digest import Worst
from .._report.messages.catalogue import LANGUAGES, language
from .._report.records import row
from .past_run import PastRun, open_run
from .runner import MailboxModule
from .spool import whole_file

ARGUMENTS: dict[str, Any] = {
    "run_dir": {"type": "path", "required": True},
    "previous": {"type": "path"},
    "fail_on": {"type": "str", "choices": list(FAIL_ON), "default": "none"},
    "formats": {
        "type": "list",
        "elements": "str",
        "choices": ["html", "jsonl", "text"],
        "default": ["html", "jsonl"],
    },
    "language": {
        "type": "str",
        "choices": [one.code for one in LANGUAGES],
        "default": LANGUAGES[0].code,
    },
}

FILES = {"html": "difference.html", "jsonl": "difference.jsonl", "text": "difference.txt"}
SHOWN = 100  # differences in a result and in a diff
ROWS_SHOWN = 1000  # on the page; the file of JSON lines has all

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_NO_FINDING = (KeyError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """A finding that differs, as the file of JSON lines has it."""

    finding: dict[str, Any]
    before: dict[str, str] | None  # status and severity in the earlier run


def compare_runs(module: MailboxModule) -> dict[str, Any]:
    """Compare the run with an earlier one; writes the difference into the folder of the run."""
    run_dir = Path(module.params["run_dir"]).resolve()
    run = open_run(run_dir)
    if run.accepted:
        raise MailboxError(
            f"{run_dir} is a baseline, which has no passes: compare a run with it, as previous"
        )
    previous = open_run(_previous_folder(module.params["previous"], run))
    comparison = Comparison(previous.earlier())
    names = module.params["formats"]
    worst: Worst[Changed] = Worst(ROWS_SHOWN, order)
    with ExitStack() as all_or_none:
        paths = {name: run_dir / FILES[name] for name in FILES if name in names}
        files = {name: all_or_none.enter_context(whole_file(path)) for name, path in paths.items()}
        for line in _differences(run, previous, comparison):
            worst.add(_changed(line, run))
            if "jsonl" in files:
                files["jsonl"].write(_encode({**line.finding, "before": line.before}) + "\n")
        difference = _difference(run, previous, comparison, worst, module.params["language"])
        if "html" in files:
            files["html"].writelines(page(difference))
        if "text" in files:
            files["text"].write(text(difference))
    result = {
        "changed": False,
        "run_dir": str(run_dir),
        "run": run.run_id,
        "previous": previous.name,
        **_result(difference, paths, show_diff=module._diff),
    }
    stopped = failing(difference.counts, module.params["fail_on"])
    if stopped:
        told = ", ".join(f"{word} {number}" for word, number in stopped.items())
        fail_on = module.params["fail_on"]
        raise ComparisonError(
            f"Run {run.run_id} differs from {previous.name} in what fail_on={fail_on} names: "
            f"{told}. See {paths.get('html') or paths.get('jsonl') or 'the summary'}",
            result,
        )
    return result


def _previous_folder(given: str | None, run: PastRun) -> Path:
    if given is not None:
        folder = Path(given).resolve()
    elif run.previous:
        folder = (run.path.parent / run.previous).resolve()
    else:
        raise MailboxError(
            f"{run.path} is a first run, which was compared with none: name one as previous"
        )
    if folder == run.path:
        raise MailboxError(f"{folder} is to be compared with itself: name another run as previous")
    return folder


def _differences(run: PastRun, previous: PastRun, comparison: Comparison) -> Iterator[_Line]:
    """Every finding that differs. Raises MailboxError where a file is damaged."""
    subjects = Names()
    for number, line in enumerate(run.checked_lines(), 1):
        finding = _finding(run, number, line)
        status, place = finding["status"], finding.get("place") or ""
        subjects.add(finding["subject"])
        silent_on = tuple(map(str, finding.get("silent_on", ())))
        comparison.saw(
            finding["control"],
            finding["subject"],
            place,
            status,
            complete=not finding.get("partial"),
            silent_on=silent_on,
        )
        if status == "pass":
            continue
        severity = finding.get("severity") or ""
        word, earlier = comparison.word(finding["fingerprint"], status, severity, silent_on)
        if word != "unchanged":
            before = {"status": earlier.status, "severity": earlier.severity} if earlier else None
            yield _Line(finding={**finding, "change": word}, before=before)
    for gone in previous.gone(comparison, run.subjects(subjects)):
        finding = json.loads(gone)
        before = {"status": finding["status"], "severity": finding.get("severity") or ""}
        yield _Line(finding=finding, before=before)


def _finding(run: PastRun, number: int, line: str) -> dict[str, Any]:
    try:
        return read_finding(line)
    except ValueError as error:
        where = f"{run.path / 'findings.jsonl'}, line {number}"
        raise MailboxError(f"{where}, is damaged, or was not written by civic.mailbox") from error


def _changed(line: _Line, run: PastRun) -> Changed:
    before = line.before or {"status": "", "severity": ""}
    gone = line.finding["change"] in ("decided", "resolved", "disappeared") or (
        line.finding["change"] == "not_assessed"
        and line.finding["status"] == before["status"]
        and (line.finding.get("severity") or "") == before["severity"]
    )
    try:
        return Changed(
            row=row(line.finding),
            before=before["status"],
            severity_before=before["severity"],
            after="" if gone else line.finding["status"],
        )
    except _NO_FINDING as error:
        found = line.finding["fingerprint"]
        raise MailboxError(
            f"finding {found} of {run.path}, or of the run before it, is damaged"
        ) from error


def _difference(
    run: PastRun, previous: PastRun, comparison: Comparison, worst: Worst[Changed], code: str
) -> Difference:
    document, accepted = run.document, previous.accepted
    return Difference(
        run_id=run.run_id,
        previous=previous.run_id,
        office=str(document.get("office") or ""),
        acceptance=Acceptance(by=accepted.by, at=accepted.time, reason=accepted.reason)
        if accepted
        else None,
        unread=tuple(sorted({one.name for one in run.servers() if not one.complete})),
        counts=comparison.summary() or {},
        shown=worst.items(),
        total=worst.seen,
        language=language(code),
        zone=_zone(str(document.get("time_zone") or "UTC")),
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):  # only a remark's time depends on it
        return ZoneInfo("UTC")


def _result(difference: Difference, paths: dict[str, Path], *, show_diff: bool) -> dict[str, Any]:
    shown = [_brief(changed) for changed in difference.shown[:SHOWN]]
    result: dict[str, Any] = {
        "comparison": {word: difference.counts.get(word, 0) for word in WORDS},
        "files": {name: str(path) for name, path in paths.items()},
        "differences": shown,
        "differences_total": difference.total,
        "truncated": difference.total > len(shown),
        "summary": text(difference, str(paths.get("html") or paths.get("jsonl") or "")),
    }
    if show_diff:
        result["diff"] = [_block(one) for one in shown]
    return result


def _brief(changed: Changed) -> dict[str, str]:
    return {
        "change": changed.row.change,
        "control": changed.row.control,
        "subject": changed.row.subject,
        "unit": changed.row.unit,
        "before": _stated(changed.before, changed.severity_before),
        "after": _stated(changed.after, changed.row.severity if changed.after else ""),
        "summary": changed.row.summary,
    }


def _stated(status: str, severity: str) -> str:
    return f"{status} ({severity})" if status and severity else status


def _block(one: dict[str, str]) -> dict[str, str]:
    name = f"{one['subject']}: {one['control']}"
    return {
        "before_header": name,
        "after_header": f"{name} ({one['change']})",
        "before": f"{one['before']}\n" if one["before"] else "",
        "after": f"{one['after']}\n{one['summary']}\n" if one["after"] else "",
    }

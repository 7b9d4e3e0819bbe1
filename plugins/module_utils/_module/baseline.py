# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""baseline: a run that the office accepted, kept as a small folder to compare later runs with."""

from __future__ import annotations

import json
from contextlib import ExitStack
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

from .._core.dates import format_time
from .._core.earlier_findings import no_passes
from .._core.errors import MailboxError
from .._report.records import ACCEPTED
from .past_run import PastRun, open_run
from .runner import MailboxModule
from .spool import whole_file

ARGUMENTS: dict[str, Any] = {
    "run_dir": {"type": "path", "required": True},
    "baseline_dir": {"type": "path"},
    "accepted_by": {"type": "str", "required": True},
    "reason": {"type": "str", "required": True},
}


def accept_baseline(module: MailboxModule) -> dict[str, Any]:
    """Keep the run's findings that are no pass, with who accepted them, when and why."""
    run_dir = Path(module.params["run_dir"]).resolve()
    by, reason = (_stated(module, name) for name in ("accepted_by", "reason"))
    run = open_run(run_dir)
    folder = Path(module.params["baseline_dir"] or run_dir.parent / "baseline")
    if run.accepted or folder.resolve() == run_dir:
        raise MailboxError(f"{run_dir} is a baseline: name the run that is to become it")
    run.earlier()  # tells a damaged one
    digest = _digest(run)
    before = _before(folder)
    after = {
        "run_id": run.run_id,
        "accepted_by": by,
        "accepted_at": format_time(datetime.now(timezone.utc)),
        "reason": reason,
        "findings_sha256": digest,
        "findings": {name: n for name, n in sorted(run.findings.items()) if name != "pass"},
    }
    changed = {**before, "accepted_at": ""} != {**after, "accepted_at": ""}
    if not changed:
        after = before
    elif not module.check_mode:
        _write(run, folder, after)
    for server in run.servers():
        if not server.complete:
            module.warn_clean(
                f"Run {run.run_id} could not read all of {server.name}: what was not assessed is "
                "in no baseline, and will be new when it is"
            )
    result = {"changed": changed, "baseline_dir": str(folder), **after}
    if module._diff:
        result["diff"] = {"before": _shown(before), "after": _shown(after)}
    return result


def _stated(module: MailboxModule, name: str) -> str:
    """Who and why must not be left blank: it is what makes it an acceptance."""
    given = " ".join(str(module.params[name]).split())
    if not given:
        raise MailboxError(f"{name} is empty: say it, for it is what a later reader asks")
    return given


def _digest(run: PastRun) -> str:
    digest = sha256()
    for line, _ in no_passes(run.lines()):
        digest.update(line.encode())
    return digest.hexdigest()


def _before(folder: Path) -> dict[str, Any]:
    """What stands accepted there; nothing where that cannot be compared with any more."""
    if not folder.exists():
        return {}
    if not (folder / ACCEPTED).exists():
        raise MailboxError(f"{folder} is there and is no baseline: move it away, or name another")
    try:
        open_run(folder).earlier()
        found = json.loads((folder / ACCEPTED).read_bytes())
        return found if isinstance(found, dict) else {}
    except (MailboxError, OSError, ValueError):  # it is written anew
        return {}


def _write(run: PastRun, folder: Path, accepted: dict[str, Any]) -> None:
    document = {**run.document, "previous": None, "comparison": None}
    with ExitStack() as all_or_none:
        findings, assessment, acceptance = (
            all_or_none.enter_context(whole_file(folder / name))
            for name in ("findings.jsonl", "assessment.json", ACCEPTED)
        )
        findings.writelines(line for line, _ in no_passes(run.lines()))
        assessment.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
        acceptance.write(_shown(accepted))


def _shown(accepted: dict[str, Any]) -> str:
    return json.dumps(accepted, ensure_ascii=False, indent=1) + "\n" if accepted else ""

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""assess: the snapshots of a run folder to findings, plan and the comparison with the last run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any, TextIO

from .._core.assessment import Assessment
from .._core.comparison import Comparison
from .._core.control import Control, Status, Workstation
from .._core.controls.catalogue import CONTROLS
from .._core.dates import format_time, local_day, parse_time
from .._core.earlier_findings import EarlierFindings
from .._core.errors import MailboxError
from .._core.findings import SCHEMA
from .._core.mail_facts import MailFacts
from .._core.onward import Onward
from .._core.plan import Change
from .._core.policy import Policy
from .._core.snapshot import KINDS, Source, read_browser
from .account_shares import assess_accounts
from .assessment_file import of_policy, of_source
from .change_diff import block_of
from .finding_files import FindingFiles, Tally
from .past_run import PastRun, open_run
from .plan_spool import PlanSpool
from .policy_file import policy_of, policy_text
from .run_locks import reopened_at
from .runner import MailboxModule
from .sharing_files import sharing_in
from .snapshot_file import records_of, snapshots_in
from .spool import whole_file
from .survey import Survey
from .traffic_files import TrafficFiles, traffic_in

ARGUMENTS: dict[str, Any] = {
    "run_dir": {"type": "path", "required": True},
    "policy_file": {"type": "path", "required": True},
    "sources": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "name": {"type": "str", "required": True},
            "kind": {"type": "str", "choices": [*KINDS], "required": True},
            "no_answer": {"type": "str"},
        },
    },
    "previous": {"type": "path"},
    "now": {"type": "str"},
}

FILES = ("findings.jsonl", "gone.jsonl", "plan.jsonl", "policy.yml", "assessment.json")


def assess_run(module: MailboxModule) -> dict[str, Any]:
    """Assess the snapshots in run_dir; writes findings, gone, plan and assessment beside them."""
    run_dir = Path(module.params["run_dir"])
    policy_file = Path(module.params["policy_file"])
    stated = policy_text(policy_file)
    policy = policy_of(stated, policy_file)
    now = _now(module.params["now"])
    files = snapshots_in(run_dir / "snapshot")
    sources = [*files, *_missing(module.params["sources"], list(files))]
    if not sources:
        raise MailboxError(f"there is no snapshot in {run_dir / 'snapshot'}: gather one first")
    previous, not_compared = _previous(module.params["previous"], run_dir)
    comparison = Comparison(previous.earlier if previous else None)
    if not_compared:
        module.warn_clean(f"Not compared with an earlier run: {not_compared}")
    with ExitStack() as all_or_none:
        traffic = all_or_none.enter_context(traffic_in(files))
        mail, survey = _mail_facts(files, traffic), Survey(files)
        onward = Onward.of(
            mail.holders(survey.forwarding()),
            mailboxes=mail.mailboxes,
            policy=policy.forwarding,
            today=local_day(now, policy.time_zone),
        )
        sharing = all_or_none.enter_context(sharing_in(files, survey))
        assessment = Assessment(
            policy=policy,
            controls=_controls(policy),
            sources=sources,
            mail=mail,
            now=now,
            onward=onward,
            sharing=sharing.of if sharing else None,
            reopened=reopened_at(run_dir.parent, module.warn_clean),
            workstations=_workstations(files),
        )
        findings, gone, plan_file, policy_copy, summary_file = (
            all_or_none.enter_context(whole_file(run_dir / name)) for name in FILES
        )
        plan = all_or_none.enter_context(PlanSpool(run_dir))
        written = FindingFiles(lines=findings, plan=plan, comparison=comparison)
        assess_accounts(assessment, files, written, run_dir)
        written.write(assessment.of_the_rest())
        if assessment.accounts == 0:
            raise MailboxError(_nothing_assessed(sources))
        if previous:
            _write_lines(gone, previous.run.gone(comparison, assessment.subjects()))
        digest = plan.write_to(plan_file)
        policy_copy.write(stated)
        summary = {
            "schema": SCHEMA,
            "run_id": run_dir.name,
            "policy_file": policy_file.name,
            "policy_sha256": sha256(stated.encode()).hexdigest(),
            "previous": previous.folder if previous else None,
            "not_compared": not_compared,
            "now": format_time(now),
            "accounts": assessment.accounts,
            "accounts_by_unit": assessment.counted.by_unit,
            "notes": assessment.notes,
            "sources": [of_source(source) for source in sources],
            "controls": [control.name for control in _controls(policy)],
            "forwards_known": assessment.forwards_known,
            "quotas_known": assessment.quotas_known,
            "comparison": comparison.summary(),
            "plan_sha256": digest,
            "idle_ages": assessment.idle_ages,
            "use_by_unit": assessment.use_by_unit,
            **of_policy(
                policy,
                assessment.counted.exempted,
                assessment.counted.partners,
                local_day(now, policy.time_zone),
            ),
            **written.tally.summary(),
        }
        _write_lines(summary_file, [json.dumps(summary, ensure_ascii=False, indent=1)])
    return _result(run_dir, summary, written.tally, show_diff=module._diff)


def _controls(policy: Policy) -> list[Control]:
    return [c for c in CONTROLS if policy.controls is None or c.name in policy.controls]


def _now(given: str | None) -> datetime:
    if given is None:
        return datetime.now(timezone.utc)
    try:
        now = parse_time(given)
    except ValueError as error:
        raise MailboxError(f"now: {error}; write it as 2019-01-08T08:00:00+07:00") from error
    if not 1970 <= now.year < 3000:  # past either end of the calendar no day can be reckoned
        raise MailboxError(f"now: {given} is in no year from 1970 to 2999")
    return now


def _missing(expected: list[dict[str, Any]], read: list[Source]) -> list[Source]:
    there = {(source.kind, source.name) for source in read}
    return [_unread(one) for one in expected if (one["kind"], one["name"]) not in there]


def _unread(expected: dict[str, Any]) -> Source:
    name, kind, reason = expected["name"], expected["kind"], expected.get("no_answer")
    if reason and kind == "browsers":  # any other is a server, which is not switched off
        return Source(name=name, kind=kind, answered=False, message=" ".join(reason.split()))
    return Source(name=name, kind=kind, message="nothing was gathered from it")


def _mail_facts(files: dict[Source, Path], traffic: TrafficFiles) -> MailFacts:
    facts = MailFacts(traffic=traffic.of if any(one.kind == "log" for one in files) else None)
    for source, path in files.items():
        if source.kind == "mail":
            facts.add(records_of(path), source.name)
    return facts


def _workstations(files: dict[Source, Path]) -> Iterator[Workstation]:
    """Those that were read in full; of the others, that they were not is all there is to tell."""
    for source, path in files.items():
        if source.kind == "browsers" and source.complete:
            browsers = tuple(map(read_browser, records_of(path)))
            yield Workstation(name=source.name, browsers=browsers)


@dataclass(frozen=True, kw_only=True)
class _Previous:
    """The run to compare with, and its findings."""

    run: PastRun
    folder: str  # name of its folder
    earlier: EarlierFindings


def _previous(given: str | None, run_dir: Path) -> tuple[_Previous | None, str | None]:
    """The run to compare with, and why one that is there cannot be compared with."""
    folder = _previous_folder(given, run_dir)
    if folder is None:
        return None, None
    try:
        run = open_run(folder)
        return _Previous(run=run, folder=folder.name, earlier=run.earlier()), None
    except MailboxError as error:
        return None, str(error)


def _previous_folder(given: str | None, run_dir: Path) -> Path | None:
    """The folder of the run named, else of the last one before this one."""
    if given is not None:
        return Path(given)
    latest = run_dir.parent / "latest"
    if not latest.exists():
        return None
    if latest.resolve() != run_dir.resolve():
        return latest.resolve()
    try:  # this run is assessed again: keep to what it was compared with
        earlier = json.loads((run_dir / "assessment.json").read_text(encoding="utf-8"))
        return run_dir.parent / earlier["previous"] if earlier["previous"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write_lines(file: TextIO, lines: Iterable[str]) -> None:
    file.writelines(line + "\n" for line in lines)


def _nothing_assessed(sources: list[Source]) -> str:
    reasons = [f"{s.name}: {s.message}" for s in sources if not s.complete]
    if not reasons:
        reasons = ["no account was found: check search_base, filter and the rights of bind_dn"]
    return "Nothing could be assessed. " + "; ".join(reasons)


def _result(
    run_dir: Path, summary: dict[str, Any], tally: Tally, *, show_diff: bool
) -> dict[str, Any]:
    findings, changes = tally.worst(), tally.first_changes()
    result = {
        "changed": False,
        "run_dir": str(run_dir),
        "accounts": summary["accounts"],
        "total": tally.total,
        "statuses": summary["statuses"],
        "counts": summary["counts"],
        "comparison": summary["comparison"],
        "previous": summary["previous"],
        "not_compared": summary["not_compared"],
        "findings": findings,
        "changes": [asdict(change) for change in changes],
        "changes_total": tally.changes,
        "truncated": tally.changes > len(changes)
        or len(findings) < tally.total - summary["statuses"].get(Status.PASS.value, 0),
    }
    if show_diff:
        result["diff"] = _diff(changes, tally.changes)
    return result


def _diff(changes: list[Change], total: int) -> list[dict[str, str]]:
    blocks = [block_of(change) for change in changes]
    if left := total - len(changes):
        blocks.append({"prepared": f"... and {left} more changes: see plan.jsonl\n"})
    return blocks

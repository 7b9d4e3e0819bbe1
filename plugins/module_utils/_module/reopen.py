# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""reopen: opens locked mailboxes again, by the requests that somebody entitled has approved."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .._core.breaker import Limits, exceeded
from .._core.dates import local_day
from .._core.errors import JournalError, PlanError, PolicyError, RequestError
from .._core.lock_journals import SUFFIX
from .._core.plan import Change
from .._core.policy import Policy
from .._core.reopening import Decision, Known, State, Verdict, decide, forcing, unlocking
from .._core.reopening_decisions import to_line
from .._core.reopening_requests import Request, read_requests
from .._core.reopening_words import sentence
from .._core.step import Skip, Step, Why
from .._directory.writing import Writer
from .answer_files import read_forms
from .enforcement import SHOWN, Enforcement
from .enforcement_options import LIMITS, WRITING_ARGUMENTS
from .enforcement_run import finished, now
from .journal_file import read_history
from .lock_lists import present_states, write_lists
from .plan_application import checked_access, enforcing, server_name
from .policy_file import load_located, load_policy
from .run_locks import AUDIT_FIRST, read_lock_journals, reopening_folder, seen_locked
from .runner import MailboxModule
from .safeguards import limits_of
from .spool import whole_file

ARGUMENTS: dict[str, Any] = {
    **WRITING_ARGUMENTS,
    "search_base": {"type": "str", "required": True},
    "default_password_policy": {"type": "str", "no_log": False},  # a DN
    "policy_file": {"type": "path", "required": True},
    "reports_dir": {"type": "path", "required": True},
    "run": {"type": "str", "default": "latest"},
    "requests": {"type": "path"},
    "answers_dir": {"type": "path"},
    **{name: {"type": "int"} for name in LIMITS},
}
RESTRICTIONS: dict[str, Any] = {"required_one_of": [("requests", "answers_dir")]}

STILL_LET_IN = (
    "{number} mailboxes were locked for a default password ({first}): a mail server that only"
    " checks passwords lets it in until there is a new one. Have an administrator set one"
)
STRANGE_UNIT = (
    "the policy names a unit for an approver (reopening.approvers) that no unit of the audit is"
    " called: {unit}"
)
NOT_FORCED = "left locked, for a new password could not be asked for before: {reason}"


def reopen(module: MailboxModule) -> dict[str, Any]:
    """Open what is approved, and tell of each other request why it is not."""
    params = module.params
    policy = load_policy(Path(params["policy_file"]))
    requests = _requests(params)
    audit_dir = run_folder(Path(params["reports_dir"]), params["run"])
    run_dir = reopening_folder(audit_dir)
    access = checked_access(module)
    server = server_name(params, access)
    accounts = _accounts_by_unit(audit_dir)
    for unit in policy.reopening.strange_units(accounts):
        module.warn_clean(STRANGE_UNIT.format(unit=unit))
    with enforcing(module, access, run_dir, server) as (enforcement, writer):
        known = _known(policy, requests, audit_dir, run_dir, enforcement, writer, module)
        decisions = decide(requests, known)
        approved = [one for one in decisions if one.verdict is Verdict.REOPEN]
        _refuse_too_many([unlocking(one, server) for one in approved], accounts, policy, params)
        if not module.check_mode:
            _write_decisions(run_dir, server, decisions)
        opened = _carry_out(enforcement, writer, approved, policy, server)
        if not module.check_mode:
            _freshen_lists(audit_dir.parent, approved, server, writer)
    forced = [one.request.address for one in approved if one.forces_password]
    if forced:
        module.warn_clean(STILL_LET_IN.format(number=len(forced), first=", ".join(forced[:10])))
    return {
        **finished(module, enforcement.tally, run_dir),
        "run": run_dir.name,
        "opened": opened,
        "verdicts": dict(Counter(one.verdict.value for one in decisions)),
        "decisions": [_brief(one) for one in decisions[:SHOWN]],
    }


def run_folder(reports: Path, run: str) -> Path:
    """The folder of an audit. Raises JournalError where there is none."""
    folder = reports / run
    if "/" in run or run.startswith(".") or not folder.is_dir():
        raise JournalError(f"there is no run {run} in {reports}. {AUDIT_FIRST}")
    folder = folder.resolve()
    if folder.name.endswith(SUFFIX):
        raise JournalError(
            f"{run} is itself a run of reopenings: name the audit that it was made for"
        )
    return folder


def _requests(params: dict[str, Any]) -> tuple[Request, ...]:
    """All that is asked for, those of the file first. Raises RequestError, AnswerFormError."""
    found: tuple[Request, ...] = ()
    if params["requests"]:
        path = Path(params["requests"])
        try:
            found += read_requests(load_located(path, "file of requests"))
        except PolicyError as error:
            raise RequestError(str(error)) from error
    if params["answers_dir"]:
        found += read_forms(Path(params["answers_dir"]))
    return found


def _known(
    policy: Policy,
    requests: Sequence[Request],
    audit_dir: Path,
    run_dir: Path,
    enforcement: Enforcement,
    writer: Writer,
    module: MailboxModule,
) -> Known:
    """What the requests are judged by: journals, the last audit, the server."""
    # What a broken-off run left unclear was looked up, so this history knows more than its file.
    own = {run_dir.name: enforcement.history}
    return Known(
        policy=policy,
        run_id=run_dir.name,
        today=local_day(now(), policy.time_zone),
        journals=read_lock_journals(audit_dir.parent, module.warn_clean, known=own),
        states=_states(writer, module.params["search_base"], [one.address for one in requests]),
        seen={address: one for one in seen_locked(audit_dir) for address in one.addresses},
    )


def _states(writer: Writer, base: str, addresses: Sequence[str]) -> dict[str, State]:
    found = writer.find(base, list(dict.fromkeys(addresses)))
    accounts = {name: there[0] for name, there in found.items() if len(there) == 1}
    locked = writer.locked([one.dn for one in accounts.values()])
    states = {name: State(found=len(there)) for name, there in found.items()}
    for (name, account), is_locked in zip(accounts.items(), locked, strict=True):
        states[name] = State(found=1, dn=account.dn, account_id=account.id, locked=is_locked)
    return states


def _accounts_by_unit(audit_dir: Path) -> Mapping[str, int]:
    """Of the directories that the audit read. Raises PlanError."""
    path = audit_dir / "assessment.json"
    try:
        return dict(json.loads(path.read_bytes())["accounts_by_unit"])
    except (OSError, ValueError, KeyError, TypeError):
        raise PlanError(f"{path} cannot be read. {AUDIT_FIRST}") from None


def _refuse_too_many(
    changes: Sequence[Change],
    accounts: Mapping[str, int],
    policy: Policy,
    params: dict[str, Any],
) -> None:
    limits = Limits(**limits_of(params, policy.enforcement, "reopen"))
    past = exceeded(changes, accounts, limits)
    if past:
        told = "; ".join(excess.told("reopening", "reopen") for excess in past[:10])
        raise PlanError(f"Nothing was written, for it goes past the limits: {told}")


def _write_decisions(run_dir: Path, server: str, decisions: Sequence[Decision]) -> None:
    with whole_file(run_dir / f"decisions-{server}.jsonl") as file:
        file.writelines(f"{to_line(one)}\n" for one in decisions)


def _carry_out(
    enforcement: Enforcement,
    writer: Writer,
    approved: Sequence[Decision],
    policy: Policy,
    server: str,
) -> int:
    """Ask for new passwords where they were default ones, then open: never the other way round.

    Gives how many are opened.
    """
    by_id = {one.change_id: one for one in approved}
    forced = {key: forcing(one, server) for key, one in by_id.items() if one.forces_password}
    enforcement.carry_out(list(forced.values()), writer.prepare)

    def prepared(changes: list[Any]) -> Iterator[Step | Skip]:
        waiting = {
            change.id: reason
            for change, reason in _waiting(writer, [c for c in changes if c.id in forced], forced)
        }
        steps, by_state = [], []
        for change in changes:
            if change.id in waiting:
                reason = NOT_FORCED.format(reason=waiting[change.id])
                yield Skip(change=change, why=Why.REFUSED, reason=reason)
            elif step := _undo(change, by_id[change.id], policy):
                steps.append(step)
            else:
                by_state.append(change)
        yield from writer.prepare_steps(steps)
        yield from writer.prepare(by_state)

    asked = enforcement.tally.counts["changed"]
    enforcement.carry_out([unlocking(one, server) for one in approved], prepared)
    return enforcement.tally.counts["changed"] - asked


def _waiting(
    writer: Writer, changes: Sequence[Change], forced: dict[str, Change]
) -> Iterator[tuple[Change, str]]:
    """Those that do not have to set a new password by now, and why not."""
    for change, one in zip(changes, writer.prepare([forced[c.id] for c in changes]), strict=True):
        if not (isinstance(one, Skip) and one.why is Why.ALREADY):
            yield change, one.reason if isinstance(one, Skip) else "it was not written"


def _undo(change: Change, decision: Decision, policy: Policy) -> Step | None:
    """The step that puts back what stood before the lock; None: what counts is the state now."""
    lock = decision.lock
    if not lock or decision.request.by_state or policy.reopening.by_state:
        return None
    if lock.intent.change.before != change.after:  # as a lock in place of one by the server
        return None
    return Step(change=change, before=lock.intent.after, after=lock.intent.before)


def _freshen_lists(
    reports: Path, approved: Sequence[Decision], server: str, writer: Writer
) -> None:
    """The lists that mail hosts follow, of the runs whose locks are taken back."""
    for run_id in sorted({one.lock.run_id for one in approved if one.lock}):
        run_dir = reports / run_id
        write_lists(run_dir, present_states(read_history(run_dir), server, writer.locked))


def _brief(decision: Decision) -> dict[str, str]:
    request = decision.request
    return {
        "address": request.address,
        "unit": decision.unit,
        "verdict": decision.verdict.value,
        "reason": sentence("en", decision.verdict, decision.params),
        "source": request.where,
    }

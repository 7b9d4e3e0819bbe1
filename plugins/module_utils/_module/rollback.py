# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""rollback: undoes what a run changed on one server, by its journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from .._core.errors import JournalError
from .._core.journal import History, Intent
from .._core.plan import Change
from .._core.step import Skip, Step, Why
from .._directory.writing import Writer
from . import lost_changes
from .enforcement import Prepare
from .enforcement_options import WRITING_ARGUMENTS
from .enforcement_run import undone
from .journal_file import NAME, NAMES, read_journal_at
from .plan_application import checked_access, enforcing, server_name
from .runner import MailboxModule

SHOWN = 10  # accounts in a message

ARGUMENTS: dict[str, Any] = {
    **WRITING_ARGUMENTS,
    "reports_dir": {"type": "path", "required": True},
    "run": {"type": "str", "default": "latest"},
    "accounts": {"type": "list", "elements": "str"},
    "controls": {"type": "list", "elements": "str"},
}


def roll_back(module: MailboxModule) -> dict[str, Any]:
    """Undo the run's changes on this server, the last one first."""
    params, access = module.params, checked_access(module)
    server = server_name(params, access)
    run_dir = _run_dir(Path(params["reports_dir"]), params["run"])
    with enforcing(module, access, run_dir, server, mode="rollback") as (enforcement, writer):
        history = enforcement.history  # a change that a broken-off run left unclear is known by now
        hosts = [read_journal_at(path) for path in run_dir.glob(NAMES) if path.name != NAME]
        planned = lost_changes.in_plan(history.lost(), run_dir)
        if told := strangers(params["accounts"], history, *hosts, others=planned.values()):
            module.warn_clean(f"accounts: run {run_dir.name} changed nothing of {told}")
        chosen = [
            backwards(intent, run_dir.name)
            for intent in reversed(history.done())
            if intent.change.server == server and is_chosen(intent.change, params)
        ]
        settings = writer.dialect.policy_writing.settings
        # Policies last, whatever came first: a lock that is to stay needs the policy it stands by.
        enforcement.carry_out(
            [step for step in chosen if step.change.field not in settings], writer.prepare_steps
        )
        enforcement.carry_out(
            [step for step in chosen if step.change.field in settings],
            _sparing(
                writer, [_written(one) for one in history.done() if one.change.server == server]
            ),
        )
    return {"run": run_dir.name, **undone(module, enforcement, run_dir, choice(params))}


def _sparing(writer: Writer, marks: list[Step]) -> Prepare:
    """Prepare steps on password policies, but for those that would leave marks of the run on
    accounts without effect."""

    def prepared(steps: list[Step]) -> Iterator[Step | Skip]:
        for one in writer.prepare_steps(steps):
            hollowed = writer.hollowed(one, marks) if isinstance(one, Step) else []
            if hollowed:
                yield Skip(change=one.change, why=Why.REFUSED, reason=_hollowing(hollowed))
            else:
                yield one

    return prepared


def _hollowing(changes: list[Change]) -> str:
    fields = ", ".join(sorted({change.field for change in changes}))
    # Sorted: the journal has them in the order in which the server's connections answered.
    subjects = sorted(change.subject for change in changes)
    shown = ", ".join(subjects[:SHOWN])
    more = f" and {len(subjects) - SHOWN} more" if len(subjects) > SHOWN else ""
    return (
        f"without it what this run did to accounts ({fields}) would have no effect: {shown}{more}."
        " Undo that with it, by the controls that did it and without accounts"
    )


def choice(params: dict[str, Any]) -> Callable[[Change], bool] | None:
    """As is_chosen(); None where neither option is given, so that every change is."""
    if params["accounts"] or params["controls"]:
        return partial(is_chosen, params=params)
    return None


def is_chosen(change: Change, params: dict[str, Any]) -> bool:
    """Whether the options accounts and controls, where given, name a change."""
    accounts = {name.lower() for name in params["accounts"] or ()}
    controls = params["controls"]
    return (not accounts or not accounts.isdisjoint(_names(change))) and (
        not controls or change.control in controls
    )


def _names(change: Change) -> set[str]:
    """What the subject is called, in lower case: an account has all its addresses."""
    known = [change.subject, *change.facts.get("addresses", ())]
    return {name.lower() for name in known}


def strangers(
    accounts: list[str] | None, *histories: History, others: Iterable[Change] = ()
) -> str:
    """Those of the accounts to which a run with these journals, which made the others too, did
    nothing, for a message."""
    changes = [
        intent.change
        for history in histories
        for intent in (*history.done(), *history.rolled_back(), *history.pending())
    ]
    known = {name for change in (*changes, *others) for name in _names(change)}
    unknown = [name for name in accounts or () if name and name.lower() not in known]
    more = f" and {len(unknown) - SHOWN} more" if len(unknown) > SHOWN else ""
    return ", ".join(unknown[:SHOWN]) + more


def _written(intent: Intent) -> Step:
    return Step(change=intent.change, before=intent.before, after=intent.after)


def backwards(intent: Intent, run_id: str) -> Step:
    """The step that undoes what was written."""
    change = replace(
        intent.change,
        before=intent.change.after,
        after=intent.change.before,
        reason=f"undoes run {run_id}",
        undo="",
    )
    return Step(change=change, before=intent.after, after=intent.before)


def _run_dir(reports: Path, run: str) -> Path:
    """The folder of the run. Raises JournalError when it has no journal."""
    # Of directories, and copies of those that mail hosts keep.
    journals = sorted(one for one in reports.glob(f"*/{NAMES}") if not one.parent.is_symlink())
    if run == "latest":
        return _latest(reports, journals)
    folder = reports / run
    if "/" in run or folder not in [one.parent for one in journals]:
        known = ", ".join(dict.fromkeys(one.parent.name for one in journals)) or "none"
        raise JournalError(f"no run {run} in {reports} changed anything; those that did: {known}")
    return folder


def _latest(reports: Path, journals: list[Path]) -> Path:
    """The folder of the run that made changes last of which something stands, or may stand.

    By the times in the journals: to undo part of a run writes to its journal too, and a copy of the
    reports has new times. Raises JournalError when there is none.
    """
    standing = [
        (history.applied_at, journal.stat().st_mtime_ns, journal.parent)
        for journal in journals
        if (history := read_journal_at(journal)).done() or history.pending() or history.lost()
    ]
    if not standing:
        raise JournalError(f"no run in {reports} has changed anything that stands: nothing to undo")
    return max(standing)[-1]

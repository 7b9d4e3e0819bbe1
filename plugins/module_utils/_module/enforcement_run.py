# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A module's share of a run: its journal held, a broken-off run settled, and its result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from .._core.errors import (
    DirectoryError,
    EnforcementError,
    JournalError,
    MailboxError,
    MailHostError,
)
from .._core.journal import History
from .._core.plan import Change
from . import lost_changes
from .enforcement import Enforcement, Tally, Writer, result_of
from .journal_file import NAME, JournalFile, open_journal, read_history
from .lock_lists import write_lists
from .operator import operator
from .progress import progress_in
from .runner import MailboxModule
from .spool import make_folder


@contextmanager
def held_journal(module: MailboxModule, run_dir: Path | None) -> Iterator[JournalFile | None]:
    """The run's journal, or None in check mode and where no run_dir is given.

    An error of a server tells that what earlier tasks of the run changed is not lost.
    """
    if module.check_mode or run_dir is None:
        yield None
        return
    try:
        make_folder(run_dir)
    except OSError as error:
        raise JournalError(f"cannot make {error.filename}: {error.strerror}") from error
    with open_journal(run_dir) as journal_file:
        try:
            yield journal_file
        except (DirectoryError, MailHostError) as error:
            known = journal_file.history
            if not (known.done() or known.rolled_back() or known.pending()):
                raise
            raise MailboxError(
                f"{_sentence(error)} What was changed before stands, and is in {run_dir / NAME}."
                " Run it again: it goes on with the rest"
            ) from error


@contextmanager
def at_work(
    module: MailboxModule,
    writer: Writer,
    journal_file: JournalFile | None,
    run_dir: Path | None,
    server: str,
    mode: str,
) -> Iterator[Enforcement]:
    """An Enforcement of one server, begun and ended; what a broken-off run left is settled.

    One that an error breaks off tells how much was made before, and mail hosts can follow that.
    """
    # A preview of a run that has no folder yet makes none.
    is_there = run_dir is not None and run_dir.is_dir()
    progress = run_dir / "progress" / f"enforcement-{server}" if run_dir and is_there else None
    with progress_in(progress) as show:
        enforcement = Enforcement(
            writer,
            journal_file,
            check_mode=module.check_mode,
            mode=mode,
            begin={
                "run_id": run_dir.name if run_dir else "",
                "module": module._name,
                "server": server,
                "operator": operator(),
            },
            progress=show,
        )
        try:
            history = _history(journal_file, run_dir)
            if mode == "apply" and (warning := lost_changes.warning(history)):
                module.warn_clean(warning)  # a rollback tells it at its end, as a failure
            enforcement.settle(server, history)
            yield enforcement
            enforcement.end()
        except MailboxError as error:
            made = enforcement.tally.counts["changed"]
            if not made or module.check_mode:
                raise
            if run_dir is not None:
                with suppress(MailboxError):  # a full disk: what is raised says so
                    write_lists(run_dir)
            raise EnforcementError(
                f"{_sentence(error)} Changes made before: {made}. Run it again: it goes on with the"
                " rest",
                _result(module, enforcement.tally, run_dir),
            ) from error


def _sentence(error: MailboxError) -> str:
    """What an error says, so that more can be said after it."""
    return f"{str(error).rstrip('.')}."


def _history(journal_file: JournalFile | None, run_dir: Path | None) -> History:
    """What the run's journal tells, in check mode too."""
    if journal_file:
        return journal_file.history
    return read_history(run_dir) if run_dir else History()


def finished(module: MailboxModule, tally: Tally, run_dir: Path | None) -> dict[str, Any]:
    """The module's result. Raises EnforcementError with it when some changes failed."""
    for warning in tally.warnings:
        module.warn_clean(warning)
    result = _result(module, tally, run_dir)
    if tally.counts["failed"]:
        raise EnforcementError(_failed(tally), result)
    return result


def undone(
    module: MailboxModule,
    enforcement: Enforcement,
    run_dir: Path,
    is_chosen: Callable[[Change], bool] | None,
) -> dict[str, Any]:
    """The result of a module that undid what it could, in `not_undone` why that is not all.

    Raises EnforcementError with it when some changes failed, or when nothing tells how to undo some
    of this server's that were chosen (`is_chosen`; None: all are). In check mode, and where nothing
    tells whether they were chosen, that is a warning.
    """
    tally, history = enforcement.tally, enforcement.history
    lost = [one for one in history.lost() if one.server in ("", enforcement.server)]
    known = lost_changes.in_plan(lost, run_dir)
    if is_chosen:
        lost = [
            one for one in lost if one.change_id not in known or is_chosen(known[one.change_id])
        ]
    why = f"{lost_changes.told(history.file, lost, known)}. {lost_changes.WAY_OUT}" if lost else ""
    is_sure = is_chosen is None or any(one.change_id in known for one in lost)
    fails = bool(why) and is_sure and not module.check_mode
    if why and (not fails or tally.counts["failed"]):
        module.warn_clean(f"Not all of this run can be undone: {why}")
    result = finished(module, tally, run_dir)
    result["not_undone"] = why if fails else ""
    if fails:
        raise EnforcementError(
            f"Changes undone: {result['total']}. Not all of this run was undone: {why}", result
        )
    return result


def _result(module: MailboxModule, tally: Tally, run_dir: Path | None) -> dict[str, Any]:
    where = {"journal": str(run_dir / NAME)} if run_dir else {}
    return {**result_of(tally, show_diff=module._diff), **where}


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(timezone.utc)


def _failed(tally: Tally) -> str:
    first = tally.first_failed
    return (
        f"{tally.counts['failed']} of {tally.counts.total()} changes failed, the first of them"
        f" {first['field']} of {first['subject']}: {first['reason']}."
        f" {tally.counts['changed']} were made. Put the cause right and run it again: it goes on"
        " with those that are left"
    )

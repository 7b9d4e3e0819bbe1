# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What a folder of runs tells of locks: the journals of all runs, and what an audit saw locked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from .._core.errors import SnapshotError
from .._core.journal import History
from .._core.lock_journals import CONTROL, SUFFIX, LockJournals
from .._core.seen_locked import SeenLocked, of_finding
from . import lost_changes
from .journal_file import NAME, read_history
from .past_run import open_run

Warn = Callable[[str], object]
AUDIT_FIRST = "Run the audit first (civic.mailbox.audit), or name another run"


def reopening_folder(audit_dir: Path) -> Path:
    """The run folder of the reopenings that go by the audit of a run."""
    folder = audit_dir.resolve()  # what `latest` points at
    return folder.with_name(folder.name + SUFFIX)


def read_lock_journals(
    reports: Path, warn: Warn, *, known: Mapping[str, History] | None = None
) -> LockJournals:
    """The journals of all runs; `known` has those that were read already, by run.

    Warns of one that lacks changes. Raises JournalError for one that cannot be understood.
    """
    runs = {path.parent.name: path.parent for path in _journals(reports, "*")}
    histories = {
        name: read_history(folder) for name, folder in runs.items() if name not in (known or {})
    }
    for history in histories.values():
        if told := lost_changes.warning(history):
            warn(f"What is known of locks may not be whole. {told}")
    return LockJournals(sorted({**histories, **(known or {})}.items()))


def reopened_at(reports: Path, warn: Warn) -> dict[str, datetime]:
    """Account id -> when it was opened by approval, where nothing was done to its lock since.

    Without a reopening no other journal is read.
    """
    if not any(_journals(reports, f"*{SUFFIX}")):
        return {}
    opened = read_lock_journals(reports, warn).reopened()
    return {one.intent.change.account_id: one.at for one in opened}


def _journals(reports: Path, pattern: str) -> Iterator[Path]:
    """The journals of the runs whose names are so, each once: `latest` is a link."""
    return (path for path in reports.glob(f"{pattern}/{NAME}") if not path.parent.is_symlink())


def seen_locked(run_dir: Path) -> Iterator[SeenLocked]:
    """The mailboxes that the run's audit found locked. Raises MailboxError."""
    run = open_run(run_dir)
    for number, line in enumerate(run.checked_lines(), 1):
        if _TOLD not in line or _PASS in line:
            continue
        try:
            yield from of_finding(json.loads(line))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise SnapshotError(
                f"{run_dir / 'findings.jsonl'}, line {number} is no finding ({error}): audit again"
            ) from None


# Told without decoding, since most lines are passes; a quote inside a value is escaped.
_TOLD, _PASS = f'"control":"{CONTROL}"', '"status":"pass"'

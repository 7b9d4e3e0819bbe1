# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What enforcement has done and stands, by the journals: of one run, and of locks in all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from .._core.lock_journals import Entry
from .._report.notice.contents import Deeds
from .journal_file import NAMES, read_journal_at
from .plan_file import read_changes
from .run_locks import Warn, read_lock_journals


def deeds_of(run_dir: Path, audited: datetime, warn: Warn) -> Deeds:
    """What was done, as letters on the audit of that moment tell it.

    Raises JournalError, PlanError.
    """
    journals = read_lock_journals(run_dir.parent, warn)
    locks = journals.locks()
    standing = [one for one in locks if journals.lock(one.intent.change.account_id) is one]
    opened = [one for one in journals.reopened() if one.at >= audited]
    return Deeds(
        done=_carried_out(run_dir),
        causes={one.intent.change.subject: one.control for one in standing},
        reopened=_addresses(opened) - _addresses(standing),
    )


def _addresses(entries: Iterable[Entry]) -> frozenset[str]:
    return frozenset(address for one in entries for address in one.addresses)


def _carried_out(run_dir: Path) -> dict[str, frozenset[str]]:
    """Fingerprint of a finding -> the fields of it of which every change is done."""
    journals = sorted(run_dir.glob(NAMES))
    if not journals:
        return {}
    done: set[str] = set()
    for path in journals:
        history = read_journal_at(path)
        pending = {intent.change.id for intent in history.pending()}
        done |= {intent.change.id for intent in history.done()} - pending
    fields: dict[str, dict[str, bool]] = {}
    for change in read_changes(run_dir / "plan.jsonl"):
        of_finding = fields.setdefault(change.fingerprint, {})
        of_finding[change.field] = of_finding.get(change.field, True) and change.id in done
    return {
        fingerprint: frozenset(name for name, whole in of_finding.items() if whole)
        for fingerprint, of_finding in fields.items()
    }

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What mail hosts know of sign-ins by now, between a plan and its locks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from .._core.dates import format_time
from .._core.later_sign_ins import LaterSignIns
from .._core.mail_facts import MailFacts
from .._core.snapshot import Source
from .._core.step import Skip, Step
from .enforcement import Prepare
from .snapshot_file import records_of, snapshots_in

_FRESH = timedelta(hours=1)


def read_later(
    folder: Path, hosts: Collection[str], now: datetime, warn: Callable[[str], object]
) -> LaterSignIns:
    """What the snapshots in the folder tell; of hosts that they do not tell by now, a warning.

    Raises SnapshotError.
    """
    facts, unread = MailFacts(), ""
    files = {
        one: path
        for one, path in snapshots_in(folder).items()
        if one.kind == "mail" and one.name in hosts
    }
    for source, path in files.items():
        facts.add(records_of(path), source.name)
        unread = unread or _unread(source)
    for host in sorted(hosts):
        if told := _not_by_now(next((one for one in files if one.name == host), None), now):
            warn(f"{host}: {told}; a sign-in there alone does not stop a lock")
    return LaterSignIns(facts=facts, unread=unread)


def unless_signed_in(prepare: Prepare, later: LaterSignIns) -> Prepare:
    """The same, but for what rests on a last sign-in that was not the last one."""

    def prepared(changes: list[Any]) -> Iterator[Step | Skip]:
        for one in prepare(changes):
            skip = later.skip(one.change) if isinstance(one, Step) else None
            yield skip or one

    return prepared


def _unread(source: Source) -> str:
    reasons = [one.reason for one in source.unread if one.field == "sign_ins"]
    if not source.complete:
        reasons.append(source.message)
    return f"{source.name}: {reasons[0]}" if reasons else ""


def _not_by_now(source: Source | None, now: datetime) -> str:
    """What is not known of a host; "": all is."""
    if source is None or source.started_at is None:
        return "was not asked for sign-ins since the audit"
    if now - source.started_at > _FRESH:
        return f"its sign-ins are known up to {format_time(source.started_at)} only"
    return ""

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What enforcement and rollback did in this run, by the journals in its folder."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from .._core.dates import parse_time
from .._core.journal import MODES, RESULTS, History, Lost
from .records import PlannedChange

_NO_RECORD = (KeyError, TypeError, ValueError, AttributeError, RecursionError)
_NEVER = datetime.min.replace(tzinfo=timezone.utc)


@dataclass(kw_only=True)
class Session:
    """One time that a module worked on one server."""

    at: datetime
    mode: str  # of MODES
    module: str
    server: str
    operator: str
    ended: bool = False  # no: broken off, or still at work
    results: Counter[str] = field(default_factory=Counter)  # of RESULTS


@dataclass(kw_only=True)
class Entry:
    """What last became of one change."""

    at: datetime | None  # None: settled by hand, by a line without a time
    mode: str
    subject: str = ""
    unit: str = ""
    server: str = ""
    field: str = ""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    result: str = ""  # of RESULTS; "": it was about to be written, and nothing is known
    reason: str = ""


@dataclass(kw_only=True)
class RunJournal:
    """All journals of a run folder together."""

    files: list[str] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)  # by the change's id
    damaged: list[str] = field(default_factory=list)  # "file, line": read up to there only
    lost: list[tuple[str, Lost]] = field(default_factory=list)  # by the file that lacks them

    @property
    def unclear(self) -> int:
        """Of how many changes nothing tells whether they were made."""
        return sum(not one.result for one in self.entries.values())


def run_journal(run_dir: Path, plan: Iterable[PlannedChange]) -> RunJournal:
    """What the journals tell; a line that cannot be understood ends its journal, and is named.

    `plan` names the changes that were left before they were ever about to be written.
    """
    told = RunJournal()
    for path in sorted(run_dir.glob("journal*.jsonl")):
        told.files.append(path.name)
        history, number = History(path.name), 0
        try:
            with path.open("rb") as lines:
                for line in lines:
                    number += 1
                    record = json.loads(line)
                    history.take(record)
                    _take(told, record)
        except OSError:
            told.damaged.append(path.name)
        except _NO_RECORD:
            told.damaged.append(f"{path.name}, {number}")
        told.lost += [(path.name, one) for one in history.lost()]
    told.sessions.sort(key=lambda session: session.at)
    _name(told, plan)
    return told


def in_order(told: RunJournal) -> Iterator[Entry]:
    """What needs a look first: unclear, failed, left; then what was done, by its time."""
    order = {"": 0, "failed": 1, "skipped": 2, "done": 3}
    yield from sorted(told.entries.values(), key=lambda one: (order[one.result], one.at or _NEVER))


def _take(told: RunJournal, record: Mapping[str, Any]) -> None:
    kind, mode = record["record"], record["mode"]
    if mode not in MODES:
        raise ValueError(mode)
    if kind == "result" and "at" not in record:
        _settle(told, record, None, mode)
        return
    at = parse_time(record["at"])
    if kind == "begin":
        module, server, operator = (
            str(record.get(n, "")) for n in ("module", "server", "operator")
        )
        told.sessions.append(
            Session(at=at, mode=mode, module=module, server=server, operator=operator)
        )
    elif kind == "intent":
        change = record["change"]
        told.entries[change["id"]] = Entry(
            at=at,
            mode=mode,
            **{name: str(change[name]) for name in ("subject", "unit", "server", "field")},
            before=tuple(map(str, change["before"])),  # of a rollback turned round already
            after=tuple(map(str, change["after"])),
        )
    elif kind == "result":
        _settle(told, record, at, mode)
    elif kind == "end":
        if told.sessions:
            told.sessions[-1].ended = True
    else:
        raise ValueError(kind)


def _settle(told: RunJournal, record: Mapping[str, Any], at: datetime | None, mode: str) -> None:
    if record["result"] not in RESULTS:
        raise ValueError(record["result"])
    if told.sessions and at:
        told.sessions[-1].results[record["result"]] += 1
    entry = told.entries.setdefault(record["id"], Entry(at=at, mode=mode))
    entry.at, entry.mode = at, mode
    entry.result, entry.reason = record["result"], str(record.get("reason", ""))


def _name(told: RunJournal, plan: Iterable[PlannedChange]) -> None:
    """Say of each entry without an intent what it is about."""
    nameless = {name: entry for name, entry in told.entries.items() if not entry.field}
    for change in plan if nameless else ():
        entry = nameless.get(change.id)
        if entry is not None:
            entry.subject, entry.unit, entry.server = change.subject, change.unit, change.server
            entry.field, entry.before, entry.after = change.field, change.before, change.after
    for name, entry in nameless.items():
        entry.subject = entry.subject or name

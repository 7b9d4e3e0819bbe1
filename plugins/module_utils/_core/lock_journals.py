# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What the journals of all runs tell of one account's lock: who set it, why, and what undid it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from .dates import parse_time
from .journal import History, Intent

# The control in whose name a mailbox is opened again.
CONTROL = "locked-mailbox"
# A run's reopenings have a run folder of their own, named after it.
SUFFIX = "-reopen"
_LOCKED, _OPEN = ("locked",), ("active",)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A change of a lock that stands by the journal of its run."""

    run_id: str
    intent: Intent

    @property
    def at(self) -> datetime:
        """When it was written."""
        return parse_time(self.intent.at)

    @property
    def control(self) -> str:
        """Why it was made: the control; "" where no plan asked for it."""
        return self.intent.change.control

    @property
    def locks(self) -> bool:
        """Whether it locks, not opens."""
        return self.intent.change.after == _LOCKED

    @property
    def addresses(self) -> list[str]:
        """Those of the account, in lower case."""
        change = self.intent.change
        return [change.subject.lower(), *map(str.lower, change.facts.get("addresses", ()))]


class LockJournals:
    """The journals of directories, read together."""

    def __init__(self, runs: Iterable[tuple[str, History]]) -> None:
        self._newest: dict[str, Entry] = {}  # by account id
        self._made: dict[str, Entry] = {}  # by change id
        self._taken_back: dict[str, str] = {}  # change id -> run
        self._unclear: dict[str, str] = {}  # account id -> run
        self._left: dict[str, str] = {}  # change id -> reason
        for run_id, history in runs:
            self._take(run_id, history)

    def newest(self, account_id: str) -> Entry | None:
        """What was done to its lock last, and stands."""
        return self._newest.get(account_id) if account_id else None

    def lock(self, account_id: str) -> Entry | None:
        """The lock that stands; None where nothing is told of one, or it was opened after it."""
        newest = self.newest(account_id)
        return newest if newest and newest.locks else None

    def locks(self) -> list[Entry]:
        """Every lock that was set and not taken back by a rollback, in the order of their times."""
        return sorted((one for one in self._made.values() if one.locks), key=_key)

    def made(self, change_id: str) -> Entry | None:
        """The change with this id, where it was made and not taken back."""
        return self._made.get(change_id)

    def taken_back(self, change_id: str) -> str:
        """The run whose change with this id a rollback took back; "": none."""
        return self._taken_back.get(change_id, "")

    def left(self, change_id: str) -> str:
        """Why the change with this id was not made when that was tried last; "": it was, or none
        did."""
        return self._left.get(change_id, "")

    def unclear(self, account_id: str) -> str:
        """The run that was broken off while it wrote this account's lock; "": none was."""
        return self._unclear.get(account_id, "")

    def reopened(self) -> Iterator[Entry]:
        """The opening of each account that was opened by approval last."""
        for entry in self._newest.values():
            if not entry.locks and entry.control == CONTROL:
                yield entry

    def _take(self, run_id: str, history: History) -> None:
        self._left |= history.left
        for intent in _of_locks(history.done()):
            entry = Entry(run_id=run_id, intent=intent)
            self._made[intent.change.id] = entry
            account_id = intent.change.account_id
            newest = self._newest.get(account_id)
            # Times are of whole seconds: who is opened was locked before.
            if newest is None or _key(entry) >= _key(newest):
                self._newest[account_id] = entry
        for intent in _of_locks(history.rolled_back()):
            self._taken_back[intent.change.id] = run_id
        for intent in _of_locks(history.pending()):
            self._unclear[intent.change.account_id] = run_id


def _of_locks(intents: Iterable[Intent]) -> list[Intent]:
    return [one for one in intents if one.change.field == "lock" and one.change.account_id]


def _key(entry: Entry) -> tuple[str, bool]:
    return entry.intent.at, not entry.locks

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The accounts that mail hosts are to keep out or let in again, as files of the run folder: all
names by which a person may be signed in there, one a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from .._core.journal import History, Intent
from .._core.plan import Change
from .journal_file import read_history
from .spool import whole_file

LOCKED, UNLOCKED = "locked.txt", "unlocked.txt"
LOCK = ("locked",)  # what a change that locks leads to

# DNs -> whether each account is locked now; None: it is gone, or that cannot be told
Look = Callable[[Sequence[str]], Iterable[bool | None]]


def write_lists(run_dir: Path, states: Mapping[str, bool | None] | None = None) -> None:
    """Write whose lock stands as this run set it, and who is not locked any more.

    `states`: change id -> whether its account is locked, where the directory was asked; of the
    others the journal tells.
    """
    history = read_history(run_dir)
    stands = {one.change.id: one.change.after == LOCK for one in history.done()}
    for one in history.rolled_back():  # by this run, or by somebody before it
        left = one.change.after if one.mode == "rollback" else one.change.before
        stands[one.change.id] = left == LOCK
    changes = [one.change for one in _locks(history)]
    if not changes:  # a mail host's journal has none
        return
    present = {**stands, **(states or {})}
    _write(run_dir / LOCKED, [one for one in changes if stands[one.id] and present[one.id]])
    _write(run_dir / UNLOCKED, [one for one in changes if present[one.id] is False])


def present_states(history: History, server: str, look: Look) -> dict[str, bool | None]:
    """Whether the accounts of this server that the history locked or unlocked are locked now."""
    changes = [one.change for one in _locks(history) if one.change.server == server]
    ids = [change.id for change in changes]
    return dict(zip(ids, look([change.target for change in changes]), strict=True))


def _locks(history: History) -> list[Intent]:
    found = [*history.done(), *history.rolled_back()]
    return [intent for intent in found if intent.change.field == "lock"]


def _write(path: Path, changes: Iterable[Change]) -> None:
    names = {name for change in changes for name in _names(change)}
    with whole_file(path) as file:
        file.writelines(f"{name}\n" for name in sorted(names))


def _names(change: Change) -> list[str]:
    """Addresses and login of the account; none for one that has neither."""
    known = [*change.facts.get("addresses", [change.subject]), change.facts.get("login", "")]
    return [name for name in known if name and not any(map(str.isspace, name))]

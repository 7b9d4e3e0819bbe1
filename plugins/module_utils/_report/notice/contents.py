# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What a letter tells a unit: its mailboxes with something to be done about, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from ..._core.vietnamese import alphabetical, same_name
from ..records import Row


class Kind(str, Enum):
    """The lists of a letter, in its order."""

    LOCKED = "locked"
    SOON = "soon"
    FORWARDS = "forwards"
    PASSWORDS = "passwords"


class State(str, Enum):
    """What is true of one mailbox in a list."""

    LOCKED = "locked"
    LOCKED_BY_FAILURES = "locked_by_failures"
    LOCKED_NOW = "locked_now"  # by the enforcement of this run
    SOON = "soon"
    OVERDUE = "overdue"
    FORWARDS = "forwards"
    MAY_FORWARD = "may_forward"  # a person has to look
    SWITCHED_OFF = "switched_off"  # by the enforcement of this run
    DEFAULT_PASSWORD = "default_password"  # noqa: S105
    NEVER_CHANGED = "never_changed"
    MUST_CHANGE = "must_change"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A mailbox in a list, and the finding that put it there."""

    kind: Kind
    state: State
    row: Row
    cause: str = ""  # of a lock: the control that asked for it; "": no run of ours did


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What there is to tell one unit; of "" are the addresses that are in no unit."""

    unit: str
    entries: Mapping[Kind, tuple[Entry, ...]] = field(default_factory=dict)

    def of(self, kind: Kind) -> tuple[Entry, ...]:
        """One list, in alphabetical order."""
        return self.entries.get(kind, ())

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write a letter about."""
        return not any(self.entries.values())


@dataclass(frozen=True, kw_only=True)
class Deeds:
    """What enforcement has done, by the journals."""

    # Of this run: fingerprint of a finding -> fields of which every change is done.
    done: Mapping[str, frozenset[str]] = field(default_factory=dict)
    # Of all runs: address that is locked -> the control that asked for it.
    causes: Mapping[str, str] = field(default_factory=dict)
    # Addresses (lower case) that were opened by approval since the audit: nothing to answer.
    reopened: frozenset[str] = frozenset()


def by_unit(rows: Iterable[Row], units: Iterable[str], deeds: Deeds) -> list[Contents]:
    """The contents of each unit, in alphabetical order; those in no unit last, if there are any.

    `units` are all there are. A name that is written in two ways is one unit.
    """
    found: dict[str, dict[Kind, list[Entry]]] = {same_name(unit): {} for unit in units}
    for row in rows:
        lists = found.setdefault(same_name(row.unit), {})
        for entry in _entries(row, deeds):
            lists.setdefault(entry.kind, []).append(entry)
    names = sorted((name for name in found if name), key=alphabetical)
    if found.get(""):
        names.append("")
    return [
        Contents(unit=name, entries={kind: _in_order(of) for kind, of in found[name].items()})
        for name in names
    ]


def _in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """By address; what is told of the same address of two directories in the same words, once."""
    told = {
        (entry.row.subject, entry.state, entry.row.message, str(entry.row.params)): entry
        for entry in entries
    }
    return tuple(told[key] for key in sorted(told, key=lambda key: (alphabetical(key[0]), key)))


def _entries(row: Row, deeds: Deeds) -> Iterator[Entry]:
    done = deeds.done.get(row.fingerprint, frozenset())
    if row.subject.lower() in deeds.reopened:
        if row.control in ("locked-mailbox", "idle-mailbox"):
            return
        done -= {"lock"}
    if row.control == "locked-mailbox" and row.status == "manual":
        by_failures = row.message == "locked-mailbox.failures"
        state = State.LOCKED_BY_FAILURES if by_failures else State.LOCKED
        cause = "" if by_failures else deeds.causes.get(row.subject, "")
        yield Entry(kind=Kind.LOCKED, state=state, row=row, cause=cause)
    elif row.control == "idle-mailbox":
        yield from _idle(row, done)
    elif row.control == "external-forwarding" and row.status in ("fail", "manual"):
        state = State.FORWARDS if row.status == "fail" else State.MAY_FORWARD
        state = State.SWITCHED_OFF if "forwards" in done else state
        yield Entry(kind=Kind.FORWARDS, state=state, row=row)
    elif row.control == "default-password" and row.status == "fail":
        yield from _password(row, done)


def _idle(row: Row, done: frozenset[str]) -> Iterator[Entry]:
    if row.status == "fail" and "lock" in done:
        yield Entry(kind=Kind.LOCKED, state=State.LOCKED_NOW, row=row, cause=row.control)
    elif row.status == "fail":
        yield Entry(kind=Kind.SOON, state=State.OVERDUE, row=row)
    elif row.status == "pass" and row.due:
        yield Entry(kind=Kind.SOON, state=State.SOON, row=row)


def _password(row: Row, done: frozenset[str]) -> Iterator[Entry]:
    if "lock" in done:
        yield Entry(kind=Kind.LOCKED, state=State.LOCKED_NOW, row=row, cause=row.control)
    state = State.DEFAULT_PASSWORD
    if row.message == "default-password.pending" or "must_change" in done:
        state = State.MUST_CHANGE
    elif row.message == "default-password.never-changed":
        state = State.NEVER_CHANGED
    yield Entry(kind=Kind.PASSWORDS, state=state, row=row)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The accounts as they are now, from the lines of the last reading and from what changed since."""

from __future__ import annotations

import itertools
import json
import secrets
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ..account_lines import AccountLines
from ..client import Entry
from ..codecs import shown_text
from ..tally import BY_TIME, Kind, Tally
from .evidence import SEEN, Evidence
from .feeds import (
    SWEEP,
    Asked,
    Found,
    MeantimeError,
    Named,
    ReadAllError,
    accounts_among,
    digest,
    follow,
)
from .memory import Accounts, Memory

RECENT = 32  # accounts that changed last, to be looked at again
_AT_RANDOM = 32  # others
_MOST_CHANGED = 0.25  # of all accounts; above that reading all is hardly more
_FEW = 1000  # are never too many
_MOST_GONE = 0.05  # of all accounts; so many seldom leave at once, and a fault may look like it
_FEW_GONE = 10

LOCKED_BY_FAILURES = "locked_by_failures"


@dataclass(frozen=True, kw_only=True)
class Before:
    """The last reading: what is remembered of it, and the file with its lines."""

    memory: Memory
    snapshot: memoryview


class Texts:
    """The texts of accounts as the last snapshot has them."""

    def __init__(self, before: Before) -> None:
        self.memory = before.memory
        self._snapshot, self._ends = before.snapshot, before.memory.accounts.offsets()

    def between(self, first: int, stop: int) -> memoryview:
        """Those of rows `first` to `stop`."""
        start = self.memory.start
        return self._snapshot[start + self._ends[first] : start + self._ends[stop]]

    def of(self, row: int) -> str:
        """That of one row."""
        return str(self.between(row, row + 1), "utf-8")

    def account(self, row: int) -> Mapping[str, Any]:
        """What its line says. Raises ReadAllError where none is there."""
        return _account(self.of(row))

    def of_unit(self, unit: str, changed: Collection[int]) -> bytes:
        """The name of an account of that unit (JSON text) that is in none of those rows."""
        accounts = self.memory.accounts
        kinds = {place for (of, _, _), place in accounts.known.items() if of == unit}
        return next(
            self.dn(row)
            for row, kind in enumerate(accounts.kinds)
            if kind in kinds and row not in changed
        )

    def dn(self, row: int) -> bytes:
        """The name of an account."""
        return str(self.account(row)["dn"]).encode()


def _account(text: str) -> Mapping[str, Any]:
    """What the line of an account says, the last one of its text."""
    try:
        found = json.loads(text.rstrip("\n").rpartition("\n")[2])
        if found["record"] == "account":
            return dict(found)
    except (ValueError, KeyError, TypeError):
        pass
    raise ReadAllError("the snapshot of the last run is not as it was written")


@dataclass(kw_only=True)
class Now:
    """The accounts as they are now."""

    texts: Texts  # as they were
    rows: Collection[int]  # of those, the ones that changed or are gone
    pieces: list[memoryview | str]  # that make up the lines of all accounts, in order
    accounts: Accounts
    tally: Tally
    newest: Mapping[str, str]  # source of sign-ins -> JSON text of a time
    found: Found
    recent: list[bytes]  # keys of those that changed
    changed: int
    gone: int

    def first(self, number: int) -> list[str]:
        """The texts of the first accounts."""
        ends = self.accounts.offsets(number)
        wanted, found = ends[-1], b""
        for piece in self.pieces:
            if len(found) >= wanted:
                break
            found += piece.encode() if isinstance(piece, str) else piece[: wanted - len(found)]
        return [found[a:b].decode() for a, b in itertools.pairwise(ends)]


@dataclass(kw_only=True)
class _Changes:
    """What came, as lines."""

    before: Texts
    texts: dict[bytes, tuple[str, Kind, int | None]] = field(default_factory=dict)
    found: Found = field(default_factory=Found)
    # Where the accounts stood that changed or are gone.
    rows: dict[bytes, int] = field(default_factory=dict)

    @property
    def gone(self) -> int:
        """How many accounts are no more."""
        return len(self.rows.keys() - self.texts.keys())


def catch_up(
    asked: Asked,
    before: Before,
    lines: AccountLines,
    others: AccountLines,
    evidence: Evidence,
) -> Now:
    """All accounts as they are now. `lines` writes those that changed, `others` a sample of others.

    Raises ReadAllError where that is not certain, and DirectoryError.
    """
    told = partial(_told, asked, Texts(before), lines, evidence)
    changes = told()
    if otherwise := _read_otherwise(asked, changes, others):
        # Written since it was asked for, or not told as changed? The server is asked once more.
        changes = told()
        for key, dn in otherwise.items():
            if key not in changes.rows:
                raise ReadAllError(
                    f"{shown_text(dn)} reads otherwise and was not told as changed: rights or"
                    " rules of the server changed, or it was restored"
                )
    return _merged(changes)


def _told(asked: Asked, texts: Texts, lines: AccountLines, evidence: Evidence) -> _Changes:
    """What the server tells as changed, and what changes by itself."""
    try:
        return _asked(asked, texts, lines, evidence)
    except MeantimeError:  # now that is told, too
        return _asked(asked, texts, lines, evidence)


def _asked(asked: Asked, texts: Texts, lines: AccountLines, evidence: Evidence) -> _Changes:
    memory = texts.memory
    changes = _Changes(before=texts)
    most = max(_FEW, int(_MOST_CHANGED * len(memory.accounts)))

    def take(key: bytes, entry: Entry) -> None:
        # What is too much is let pass: the connection has to be read to the end of the answers.
        if len(changes.texts) <= most:
            evidence.note(entry[1])
            changes.texts[key] = _written(asked, memory, lines, entry)

    changes.found = follow(asked, memory, take, most)
    if len(changes.texts) > most:
        raise ReadAllError(f"more than {most} accounts changed")
    if b"" in changes.texts:
        raise ReadAllError(f"{asked.marks.key_attribute} of accounts is not shown")
    changes.rows = _rows(memory.accounts, changes)
    if changes.gone > max(_FEW_GONE, int(_MOST_GONE * len(memory.accounts))):
        raise ReadAllError(f"{changes.gone} accounts seem to be gone")
    _read_again(asked, changes, lines)
    return changes


def _written(
    asked: Asked, memory: Memory, lines: AccountLines, entry: Entry
) -> tuple[str, Kind, int | None]:
    text = lines.text(entry)
    return text, lines.kind, digest(asked, entry) if memory.feed == SWEEP else None


def _rows(accounts: Accounts, changes: _Changes) -> dict[bytes, int]:
    """Where the accounts stand that changed or are gone."""
    came, found = changes.texts, changes.found
    keys = enumerate(accounts.each_key())
    if found.stays is None:
        touched = came.keys() | found.gone
        return {key: row for row, key in keys if key in touched}
    # One after the other: what stays can be nearly all accounts, and is not copied for this.
    stays, gone = found.stays, found.gone
    return {key: row for row, key in keys if key not in stays or key in came or key in gone}


def _read_again(asked: Asked, changes: _Changes, lines: AccountLines) -> None:
    """Add the accounts whose lines change while their entries stay."""
    texts, rows = changes.before, changes.rows
    accounts, signs = texts.memory.accounts, texts.memory.signs
    marks = {BY_TIME}
    if texts.memory.feed != SWEEP and signs != SEEN and asked.marks.probes:
        marks.add(LOCKED_BY_FAILURES)
    kinds = {place for (_, _, own), place in accounts.known.items() if not marks.isdisjoint(own)}
    if not kinds:
        return
    passed = set(rows.values())
    again = [row for row, kind in enumerate(accounts.kinds) if kind in kinds and row not in passed]
    if len(again) > max(_FEW, int(_MOST_CHANGED * len(accounts))):
        raise ReadAllError(f"{len(again)} accounts have locks that end by themselves")
    place = {accounts.key(row): row for row in again}

    def take(key: bytes, entry: Entry) -> None:
        changes.texts[key] = _written(asked, texts.memory, lines, entry)
        rows[key] = place[key]

    for dn in accounts_among(asked, _named(texts, again), take).values():
        raise MeantimeError(f"{shown_text(dn)} changed in the meantime")


def _named(texts: Texts, rows: Collection[int]) -> Named:
    """The names of accounts, by their keys."""
    return {texts.memory.accounts.key(row): texts.dn(row) for row in rows}


def _read_otherwise(asked: Asked, changes: _Changes, lines: AccountLines) -> Named:
    """Read some accounts that did not change: those that read otherwise.

    That is how a change of rights, of rules or of inherited values shows, and a server that was
    restored from a backup.
    """
    texts = changes.before
    looked_at = _sample(texts.memory, changes.rows)
    named = _named(texts, looked_at)
    then = dict(zip(named, map(texts.of, looked_at), strict=True))
    otherwise = Named()

    def compare(key: bytes, entry: Entry) -> None:
        if lines.text(entry) != then[key]:
            otherwise[key] = entry[0]

    return accounts_among(asked, named, compare) | otherwise


def _sample(memory: Memory, rows: Mapping[bytes, int]) -> list[int]:
    """Accounts that changed last, one of each kind for some kinds, and some at random."""
    accounts, passed = memory.accounts, set(rows.values())
    total = len(accounts)
    recent = set(map(bytes.fromhex, memory.recent))
    found = [row for row, key in enumerate(accounts.each_key()) if key in recent] if recent else []
    covered = 0
    for (_, bits, _), place in accounts.known.items():
        if bits & ~covered and place in accounts.kinds:
            found.append(accounts.kinds.index(place))
            covered |= bits
    if total:
        found += (secrets.randbelow(total) for _ in range(_AT_RANDOM))
    return sorted(set(found) - passed)


def _merged(changes: _Changes) -> Now:
    texts, rows = changes.before, changes.rows
    old = texts.memory.accounts
    new = Accounts(known=dict(old.known))
    pieces: list[memoryview | str] = []
    at = 0

    def keep(stop: int) -> None:
        if at < stop:
            pieces.append(texts.between(at, stop))
            new.take(old, at, stop)

    def put(key: bytes) -> None:
        text, kind, marks = changes.texts[key]
        pieces.append(text)
        new.add(key, len(text.encode()), kind, marks)

    for key, row in sorted(rows.items(), key=lambda item: item[1]):
        keep(row)
        at = row + 1
        if key in changes.texts:
            put(key)
    keep(len(old))
    for key in [key for key in changes.texts if key not in rows]:
        put(key)
    tally = new.tally()
    return Now(
        texts=texts,
        rows=set(rows.values()),
        pieces=pieces,
        accounts=new,
        tally=tally,
        newest=_newest(changes, pieces),
        found=changes.found,
        recent=list(changes.texts)[-RECENT:],
        changed=len(changes.texts),
        gone=changes.gone,
    )


def _newest(changes: _Changes, pieces: Collection[memoryview | str]) -> Mapping[str, str]:
    """The newest sign-in of each source, when what changed does not hold it any more."""
    texts = changes.before
    newest = dict(texts.memory.newest)
    then = (sign_in for row in changes.rows.values() for sign_in in _sign_ins(texts.of(row)))
    lost = {source for source, at in then if at >= newest.get(source, "")}
    # From the lines themselves: what came of an account first can have been followed by more.
    for source, at in (one for text, _, _ in changes.texts.values() for one in _sign_ins(text)):
        if at >= newest.get(source, ""):
            newest[source] = at
            lost.discard(source)
    for source in lost:  # somebody's was the newest, and now it is somebody else's
        newest.pop(source)
        for at in _all_times(source, pieces):
            newest[source] = max(at, newest.get(source, ""))
    return newest


def _sign_ins(text: str) -> Iterator[tuple[str, str]]:
    """The sources and times (JSON text) of an account's sign-ins."""
    return ((one["source"], f'"{one["at"]}"') for one in _account(text).get("sign_ins", ()))


def _all_times(source: str, pieces: Collection[memoryview | str]) -> Iterator[str]:
    for piece in pieces:
        text = piece if isinstance(piece, str) else str(piece, "utf-8")
        end = f',"source":"{source}"'
        before, *others = text.split(end)
        for after in others:
            yield before[before.rindex('"at":') + len('"at":') :]
            before = after

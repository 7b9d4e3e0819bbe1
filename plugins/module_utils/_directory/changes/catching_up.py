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

from ..account_lines import AccountLines
from ..client import Entry
from ..tally import BY_TIME, Kind, Tally
from .evidence import SEEN, Evidence
from .feeds import SWEEP, Asked, Found, ReadAllError, digest, follow, read_by_name
from .memory import KEY, Accounts, Memory

RECENT = 32  # accounts that changed last, to be looked at again
_AT_RANDOM = 32  # others
_MOST_CHANGED = 0.25  # of all accounts; above that reading all is hardly more
_FEW = 1000  # are never too many

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

    def account(self, row: int) -> Mapping[str, object]:
        """What its line says. Raises ReadAllError where none is there."""
        try:
            found = json.loads(self.of(row).rstrip("\n").rpartition("\n")[2])
            if found["record"] == "account":
                return dict(found)
        except (ValueError, KeyError, TypeError):
            pass
        raise ReadAllError("the snapshot of the last run is not as it was written")

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
        ends = self.accounts.offsets()
        wanted, found = ends[min(number, len(self.accounts))], b""
        for piece in self.pieces:
            if len(found) >= wanted:
                break
            found += piece.encode() if isinstance(piece, str) else piece[: wanted - len(found)]
        return [found[a:b].decode() for a, b in itertools.pairwise(ends)]


@dataclass(kw_only=True)
class _Changes:
    """What came, as lines."""

    texts: dict[bytes, tuple[str, Kind, int | None]] = field(default_factory=dict)
    found: Found = field(default_factory=Found)


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
    memory = before.memory
    changes = _ask(asked, memory, lines, evidence)
    rows = _rows(memory.accounts, changes)
    texts = Texts(before)
    _read_again(asked, texts, changes, rows, lines)
    _check_others(asked, texts, rows, others)
    return _merged(texts, changes, rows, lines)


def _ask(asked: Asked, memory: Memory, lines: AccountLines, evidence: Evidence) -> _Changes:
    changes, most = _Changes(), max(_FEW, int(_MOST_CHANGED * len(memory.accounts)))

    def take(key: bytes, entry: Entry) -> None:
        # What is too much is let pass: the connection has to be read to the end of the answers.
        if len(changes.texts) <= most:
            evidence.note(entry[1])
            changes.texts[key] = _written(asked, memory, lines, entry)

    changes.found = follow(asked, memory, take)
    if len(changes.texts) > most:
        raise ReadAllError(f"more than {most} accounts changed")
    if b"" in changes.texts:
        raise ReadAllError(f"{asked.marks.key_attribute} of accounts is not shown")
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
    stays = found.stays - came.keys() - found.gone
    return {key: row for row, key in keys if key not in stays}


def _read_again(
    asked: Asked, texts: Texts, changes: _Changes, rows: Mapping[bytes, int], lines: AccountLines
) -> None:
    """Add the accounts whose lines change while their entries stay."""
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
    for (key, entry), row in zip(
        read_by_name(asked, list(map(texts.dn, again))), again, strict=True
    ):
        if key != bytes(accounts.keys[row * KEY : row * KEY + KEY]):
            raise ReadAllError(f"{entry[0].decode()} is another entry now")
        changes.texts[key] = _written(asked, texts.memory, lines, entry)
        rows[key] = row  # type: ignore[index]


def _check_others(
    asked: Asked, texts: Texts, rows: Mapping[bytes, int], lines: AccountLines
) -> None:
    """Read some accounts that did not change: where one reads otherwise, all have to be read.

    That is how a change of rights, of rules or of inherited values shows, and a server that was
    restored from a backup.
    """
    looked_at = _sample(texts.memory, rows)
    entries = read_by_name(asked, list(map(texts.dn, looked_at)))
    for (_, entry), row in zip(entries, looked_at, strict=True):
        if lines.text(entry) != texts.of(row):
            raise ReadAllError(
                f"{entry[0].decode()} reads otherwise and was not told as changed: rights or"
                " rules of the server changed, or it was restored"
            )


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


def _merged(texts: Texts, changes: _Changes, rows: Mapping[bytes, int], lines: AccountLines) -> Now:
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

    gone = 0
    for key, row in sorted(rows.items(), key=lambda item: item[1]):
        keep(row)
        at = row + 1
        if key in changes.texts:
            put(key)
        else:
            gone += 1
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
        newest=_newest(texts, rows.values(), lines, pieces),
        found=changes.found,
        recent=list(changes.texts)[-RECENT:],
        changed=len(changes.texts),
        gone=gone,
    )


def _newest(
    texts: Texts,
    rows: Collection[int],
    lines: AccountLines,
    pieces: Collection[memoryview | str],
) -> Mapping[str, str]:
    """The newest sign-in of each source, when these rows do not hold it any more."""
    newest = dict(texts.memory.newest)
    lost = set()
    for row in rows:
        for sign_in in texts.account(row).get("sign_ins", ()):  # type: ignore[attr-defined]
            source = sign_in["source"]
            if f'"{sign_in["at"]}"' >= newest.get(source, ""):
                lost.add(source)
    for source, at in lines.newest_sign_in.items():
        if at >= newest.get(source, ""):
            newest[source] = at
            lost.discard(source)
    for source in lost:  # somebody's was the newest, and now it is somebody else's
        newest.pop(source)
        for at in _all_times(source, pieces):
            newest[source] = max(at, newest.get(source, ""))
    return newest


def _all_times(source: str, pieces: Collection[memoryview | str]) -> Iterator[str]:
    for piece in pieces:
        text = piece if isinstance(piece, str) else str(piece, "utf-8")
        end = f',"source":"{source}"'
        before, *others = text.split(end)
        for after in others:
            yield before[before.rindex('"at":') + len('"at":') :]
            before = after

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What is remembered of a reading, so that the next one can do with what changed.

The account lines themselves stay in the snapshot. Remembered are where each of them lies there, to
which entry it belongs and of what kind it is: 24 bytes an account, or 32. In a file that is a line
of JSON, then these tables.
"""

from __future__ import annotations

import json
import struct
import sys
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import accumulate, pairwise
from typing import Any

from ..tally import Kind, Tally
from ..visibility import Hidden

SCHEMA = 2  # counts up whenever account lines, or this, are written otherwise for the same entries
KEY = 16  # bytes by which an entry is known whatever its name: its UUID
_MOST_ELSEWHERE = 200  # keys that are looked for through all
_TABLES = (("lengths", "I"), ("kinds", "I"), ("digests", "Q"))


class MemoryLostError(ValueError):
    """What was remembered cannot be used; the text says why."""


@dataclass(kw_only=True)
class Accounts:
    """Tables with a row for each account, in the order of the snapshot."""

    keys: bytearray = field(default_factory=bytearray)  # KEY bytes each
    lengths: array[int] = field(default_factory=lambda: array("I"))  # bytes of its text
    kinds: array[int] = field(default_factory=lambda: array("I"))  # place in `known`
    digests: array[int] = field(default_factory=lambda: array("Q"))  # of its marks; may be empty
    known: dict[Kind, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.lengths)

    def add(self, key: bytes, length: int, kind: Kind, digest: int | None = None) -> None:
        """A further account. Raises MemoryLostError for a key that is none."""
        if len(key) != KEY:
            raise MemoryLostError("accounts do not show what they are known by")
        self.keys += key
        self.lengths.append(length)
        self.kinds.append(self.known.setdefault(kind, len(self.known)))
        if digest is not None:
            self.digests.append(digest)

    def take(self, other: Accounts, first: int, stop: int) -> None:
        """Add rows of tables with the same `known`."""
        self.keys += other.keys[first * KEY : stop * KEY]
        self.lengths += other.lengths[first:stop]
        self.kinds += other.kinds[first:stop]
        self.digests += other.digests[first:stop]

    def key(self, row: int) -> bytes:
        """That of one row."""
        return bytes(self.keys[row * KEY : row * KEY + KEY])

    def row(self, key: bytes) -> int | None:
        """Where that key stands; None: nowhere."""
        if len(key) != KEY:
            return None
        at = self.keys.find(key)
        while at % KEY and at >= 0:  # parts of two neighbours
            at = self.keys.find(key, at + 1)
        return at // KEY if at >= 0 else None

    def each_key(self) -> Iterator[bytes]:
        """The keys in their order."""
        return (key for (key,) in struct.iter_unpack(f"{KEY}s", self.keys))

    def offsets(self, rows: int | None = None) -> array[int]:
        """Where each text begins, and where the last one ends, counted from the first.

        Those of the first rows, or of all.
        """
        return array("Q", accumulate(self.lengths[:rows], initial=0))

    def tally(self) -> Tally:
        """How many accounts there are of each kind."""
        numbers = Counter(self.kinds)
        return Tally(
            {kind: numbers[place] for kind, place in self.known.items() if place in numbers}
        )


@dataclass(kw_only=True)
class Memory:
    """All that is remembered of a reading."""

    # What every account line rests on besides its entry: its name for an operator -> digest.
    rests_on: Mapping[str, str]
    full_at: str  # when all was read last (JSON time)
    runs: int = 0  # since then
    read_at: str = ""  # when this reading began
    clock_ahead: int | None = None  # seconds of the server's clock before ours; None: not known
    cookies: list[str] = field(default_factory=list)  # hexadecimal; of the server's feed of changes
    feed: str = ""  # by which way changes are found
    signs: str = ""  # whether a sign-in is told as a change: "", "seen" or "missed"
    references: list[str] = field(default_factory=list)
    newest: dict[str, str] = field(default_factory=dict)  # source of sign-ins -> JSON time
    hidden: list[Hidden] = field(default_factory=list)
    recent: list[str] = field(default_factory=list)  # keys of accounts that changed last
    snapshot: dict[str, Any] = field(default_factory=dict)  # the file of the lines, as it was left
    start: int = 0  # where the accounts begin in it
    accounts: Accounts = field(default_factory=Accounts)

    def encoded(self) -> list[bytes | memoryview]:
        """As it stands in a file, in pieces: of a million accounts it is large."""
        accounts = self.accounts
        tables = [memoryview(accounts.keys)]
        tables += [memoryview(getattr(accounts, name)).cast("B") for name, _ in _TABLES]
        told = {
            "schema": SCHEMA,
            "byteorder": sys.byteorder,
            "crc": _crc(tables),
            "sizes": [len(table) for table in tables],
            "known": list(accounts.known),
            "hidden": [asdict(one) for one in self.hidden],
            **{name: getattr(self, name) for name in _PLAIN},
        }
        return [json.dumps(told).encode() + b"\n", *tables]


_PLAIN = (
    *("rests_on", "full_at", "runs", "read_at", "clock_ahead", "cookies", "feed", "signs"),
    *("references", "newest", "recent", "snapshot", "start"),
)


def _crc(tables: Iterable[memoryview]) -> int:
    found = 0
    for table in tables:
        found = zlib.crc32(table, found)
    return found


def decoded(data: bytes) -> Memory:
    """What encoded() gave. Raises MemoryLostError."""
    first = data.find(b"\n") + 1
    blob = memoryview(data)[first:]
    try:
        told = json.loads(data[:first])
        if (told["schema"], told["byteorder"]) != (SCHEMA, sys.byteorder):
            raise MemoryLostError("it was written by another version of the collection")
        if told["crc"] != _crc([blob]) or sum(told["sizes"]) != len(blob):
            raise MemoryLostError("it was not written to its end")
        ends = list(accumulate(told["sizes"], initial=0))
        keys, *others = (blob[a:b] for a, b in pairwise(ends))
        tables = {
            name: _table(kind, part) for (name, kind), part in zip(_TABLES, others, strict=True)
        }
        known = {
            (unit, bits, tuple(marks)): n for n, (unit, bits, marks) in enumerate(told["known"])
        }
        return Memory(
            accounts=Accounts(keys=bytearray(keys), known=known, **tables),
            hidden=[Hidden(**one) for one in told["hidden"]],
            **{name: told[name] for name in _PLAIN},
        )
    except MemoryLostError:
        raise
    except (ValueError, KeyError, TypeError) as error:
        raise MemoryLostError(f"it cannot be understood ({type(error).__name__})") from None


def _table(kind: str, part: memoryview) -> array[int]:
    table = array(kind)
    table.frombytes(part)
    return table


class Rows:
    """Which row a key has. Mostly that after the last one that was asked for, for servers give
    accounts in the same order; so no table of all keys is made as long as few are elsewhere."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts, self._next, self._elsewhere = accounts, 0, 0
        self._index: dict[bytes, int] | None = None

    def find(self, key: bytes) -> int | None:
        """The row; None: there is none."""
        at = self._next * KEY
        if self._accounts.keys[at : at + KEY] == key:
            row: int | None = self._next
        else:
            row = self._look_for(key)
        if row is not None:
            self._next = row + 1
        return row

    def _look_for(self, key: bytes) -> int | None:
        if self._elsewhere < _MOST_ELSEWHERE:
            self._elsewhere += 1
            return self._accounts.row(key)
        if self._index is None:
            self._index = {key: row for row, key in enumerate(self._accounts.each_key())}
        return self._index.get(key)

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
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import accumulate, pairwise
from typing import Any

from ..tally import Kind, Tally
from ..visibility import Hidden

SCHEMA = 2  # counts up whenever account lines, or this, are written otherwise for the same entries
KEY = 16  # bytes by which an entry is known whatever its name: its UUID
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

    def each_key(self) -> Iterator[bytes]:
        """The keys in their order."""
        return (key for (key,) in struct.iter_unpack(f"{KEY}s", self.keys))

    def offsets(self) -> list[int]:
        """Where each text begins, and where the last one ends, counted from the first."""
        return list(accumulate(self.lengths, initial=0))

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

    def encoded(self) -> bytes:
        """As it stands in a file."""
        accounts = self.accounts
        tables = [bytes(accounts.keys)]
        tables += [getattr(accounts, name).tobytes() for name, _ in _TABLES]
        blob = b"".join(tables)
        told = {
            "schema": SCHEMA,
            "byteorder": sys.byteorder,
            "crc": zlib.crc32(blob),
            "sizes": [len(table) for table in tables],
            "known": list(accounts.known),
            "hidden": [asdict(one) for one in self.hidden],
            **{name: getattr(self, name) for name in _PLAIN},
        }
        return json.dumps(told).encode() + b"\n" + blob


_PLAIN = (
    *("rests_on", "full_at", "runs", "read_at", "clock_ahead", "cookies", "feed", "signs"),
    *("references", "newest", "recent", "snapshot", "start"),
)


def decoded(data: bytes) -> Memory:
    """What encoded() gave. Raises MemoryLostError."""
    first, _, blob = data.partition(b"\n")
    try:
        told = json.loads(first)
        if (told["schema"], told["byteorder"]) != (SCHEMA, sys.byteorder):
            raise MemoryLostError("it was written by another version of the collection")
        if told["crc"] != zlib.crc32(blob) or sum(told["sizes"]) != len(blob):
            raise MemoryLostError("it was not written to its end")
        ends = list(accumulate(told["sizes"], initial=0))
        keys, *others = (blob[a:b] for a, b in pairwise(ends))
        tables = {
            name: array(kind, part) for (name, kind), part in zip(_TABLES, others, strict=True)
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

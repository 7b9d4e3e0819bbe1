# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Files of parts (parts.py) into one snapshot of their directory (its format: snapshot.py).

A file of parts is a snapshot whose header has "parts", "root", "by_subtree" and "scope" besides,
and whose end has "parts": {name: why it was not read, or ""}. What no file holds makes the
snapshot incomplete.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .dates import parse_time
from .errors import SnapshotError
from .parts import Part, unread_parts

SHOWN = 5  # parts of a message

Reads = Callable[[str, str], bool]  # whether some parts read an account: its DN, its unit

_ACCOUNT = re.compile(rb'\{"record":\s*"account"')
_ID = re.compile(rb'"id":\s*("(?:[^"\\]|\\.)*")')
_DN = re.compile(rb'"dn":\s*("(?:[^"\\]|\\.)*")')
_UNIT = re.compile(rb'"unit":\s*("(?:[^"\\]|\\.)*")')


@dataclass(frozen=True, kw_only=True, eq=False)
class PartFile:
    """What the first and the last line of a file of parts say."""

    file: str
    header: Mapping[str, Any]
    end: Mapping[str, Any]  # empty: the file was cut off
    started_at: datetime
    by_subtree: bool  # else by units
    parts: tuple[Part, ...]

    @property
    def read(self) -> list[Part]:
        """The parts that it holds in full."""
        states = self.end.get("parts", {})
        return [part for part in self.parts if states.get(part.name) == ""]

    @property
    def failures(self) -> dict[str, str]:
        """Key of a part that it does not hold in full -> why."""
        states = self.end.get("parts", {})
        told = {part.key: states.get(part.name, "the file was cut off") for part in self.parts}
        return {key: message for key, message in told.items() if message}


def read_part_file(file: str, first: str, last: str) -> PartFile:
    """Raises SnapshotError when the first line is no header of a file of parts."""
    try:
        header = json.loads(first)
        return PartFile(
            file=file,
            header=header,
            end=_end(last),
            started_at=parse_time(header["started_at"]),
            by_subtree=bool(header["by_subtree"]),
            parts=tuple(
                Part(name=one["name"], key=one["key"], without=tuple(one["without"]))
                for one in header["parts"]
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SnapshotError(f"{file} is no file of parts of this version: remove it") from error


def _end(last: str) -> dict[str, Any]:
    try:
        record = json.loads(last)
    except ValueError:
        return {}
    return record if isinstance(record, dict) and record.get("record") == "end" else {}


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The files that make the snapshot, the newest first, and what they lack."""

    files: tuple[PartFile, ...]
    left: Mapping[str, str]  # file -> why it was not taken
    read: tuple[str, ...]  # names of the parts
    root: str
    by_subtree: bool
    missing: Mapping[str, str]  # key of a part -> why, or ""; the root first

    @property
    def message(self) -> str:
        """Why the snapshot is not complete; "": it is."""
        if not self.missing:
            return ""
        told = [self._told(key, why) for key, why in list(self.missing.items())[:SHOWN]]
        more = len(self.missing) - len(told)
        total = len(self.read) + len(self.missing)
        # Nobody but the rest knows all the others.
        total_told = f"{total}" if self.root not in self.missing else f"{total} or more"
        return (
            f"{len(self.missing)} of {total_told} parts of the directory were not read:"
            f" {'; '.join(told)}{f'; and {more} more' if more else ''}"
        )

    def _told(self, key: str, why: str) -> str:
        shown = "the accounts of no unit" if key == self.root else key
        return f"{shown} ({why.rstrip('.')})" if why else shown


def choose(files: Iterable[PartFile], since: datetime) -> Chosen:
    """The files to take of one directory: the newest of each part, none older than `since`."""
    by_age = sorted(files, key=lambda one: one.started_at, reverse=True)
    taken: list[PartFile] = []
    read: dict[str, Part] = {}
    left: dict[str, str] = {}
    failures: dict[str, str] = {}
    for one in by_age:
        if one.started_at < since:
            left[one.file] = "is too old to be of this run"
        elif one.header["scope"] != by_age[0].header["scope"]:
            left[one.file] = "was read with another search_base, filter or unit rule"
        elif taken and not {part.key for part in one.read} - read.keys():
            failures = one.failures | failures
            left[one.file] = "holds no part in full that newer files do not hold"
        else:
            taken.append(one)
            failures = one.failures | failures
            read = {part.key: part for part in one.read} | read
    root = str(by_age[0].header["root"])
    missing = {key: failures.get(key, "") for key in unread_parts(read.values(), root)}
    names = tuple(sorted(part.name for part in read.values()))
    return Chosen(
        files=tuple(taken),
        left=left,
        read=names,
        root=root,
        by_subtree=by_age[0].by_subtree,
        missing=missing,
    )


class Merging:
    """Writes the snapshot line by line; `counts` are of the records that it has.

    `reads` tells which accounts some parts read: an older file is taken for the parts that no newer
    one holds, and what it has of others may be gone since.
    """

    def __init__(self, name: str, chosen: Chosen, reads: Callable[[Iterable[Part]], Reads]) -> None:
        self.counts: Counter[str] = Counter()
        self._name, self._chosen, self._reads = name, chosen, reads
        self._told: set[bytes] = set()  # policies and problems, which each file tells anew
        self._ids: set[int] = set()
        self._units: set[str] = set()

    def lines(self, lines_of: Callable[[PartFile], Iterable[bytes]]) -> Iterator[bytes]:
        """Header, records and end. Raises SnapshotError for a file that is not one of ours."""
        yield _line("header", self._header())
        newer: list[Part] = []
        for one in self._chosen.files:
            read_since = self._read_since(one, newer)
            newer += one.read
            for line in lines_of(one):
                if _ACCOUNT.match(line):
                    kept = self._is_wanted(one.file, line, read_since)
                    kind = "account"
                else:
                    kind = _kind(one.file, line)
                    kept = kind not in ("header", "end") and line not in self._told
                    self._told.add(line)
                if kept:
                    self.counts[kind] += 1
                    yield line
        yield _line("end", self._end())

    def _read_since(self, one: PartFile, newer: Sequence[Part]) -> Reads | None:
        """Tells which of the file's accounts are of parts that newer files hold; None: none are."""
        since, own = self._reads(newer), self._reads(one.parts)
        if any(since(part.key, part.key) for part in one.parts):
            return since
        return since if any(own(part.key, part.key) for part in newer) else None

    def _is_wanted(self, file: str, account: bytes, read_since: Reads | None) -> bool:
        """Whether no newer file has the account, which may have been moved in between, nor would
        have it if it were there still."""
        found, unit = _ID.search(account), _UNIT.search(account)
        if not found or not unit:
            raise SnapshotError(f"{file}: an account without id or unit: gather it again")
        known = len(self._ids)
        self._ids.add(hash(found[1]))
        named = json.loads(unit[1].decode())
        wanted = len(self._ids) > known and not (read_since and read_since(_dn_of(account), named))
        if wanted:
            self._units.add(named)
        return wanted

    def _header(self) -> dict[str, Any]:
        headers = [one.header for one in self._chosen.files]
        ahead = (header.get("clock_ahead", 0) for header in headers)
        left_out = ("record", "parts", "root", "by_subtree", "scope")
        first = {key: value for key, value in headers[0].items() if key not in left_out}
        return {
            **first,
            "name": self._name,
            "started_at": min(header["started_at"] for header in headers),
            "clock_ahead": max(ahead, key=abs),
        }

    def _end(self) -> dict[str, Any]:
        ends = [one.end for one in self._chosen.files if one.end]
        newest: dict[str, str] = {}
        for end in ends:
            for source, at in end.get("newest_sign_in", {}).items():
                newest[source] = max(at, newest.get(source, at))
        return {
            "complete": not self._chosen.message,
            "ended_at": max((end["ended_at"] for end in ends), default=None),
            "counts": dict(self.counts),
            "unread": list(self._unread(ends)),
            "newest_sign_in": newest,
            "message": self._chosen.message,
        }

    def _unread(self, ends: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        """What was not readable, of all units where it is so for each of them."""
        units: dict[tuple[str, str], set[str | None]] = defaultdict(set)
        for end in ends:
            for one in end.get("unread", ()):
                units[one["field"], one["reason"]].add(one["unit"])
        for (field, reason), found in units.items():
            everywhere = None in found or found >= self._units
            for unit in [None] if everywhere else sorted(found, key=str):
                yield {"field": field, "unit": unit, "reason": reason}


def _dn_of(account: bytes) -> str:
    found = _DN.search(account)
    return str(json.loads(found[1].decode())) if found else ""


def _kind(file: str, line: bytes) -> str:
    try:
        return str(json.loads(line)["record"])
    except (ValueError, TypeError, KeyError):
        raise SnapshotError(f"{file}: a line is not JSON: gather it again") from None


def _line(record: str, content: Mapping[str, Any]) -> bytes:
    return json.dumps({"record": record, **content}, ensure_ascii=False).encode() + b"\n"

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The journal of systemd, as journalctl writes it with -o export and -o json.

Sources: systemd.io/JOURNAL_EXPORT_FORMATS, systemd.journal-fields(7). In the export format a field
is a line NAME=text, or, where its value is no plain text, a line NAME, eight bytes with the size
(little-endian), the value and a line feed; an empty line ends an entry. So a value can imitate
whatever it likes: what is in it is counted off, never looked through.

An entry bears the journal's own time. It is taken for a line of a log where its text is one line
and there is only one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from .lines import BLOCK, LONGEST, TELLING, Block, Readable

EXPORT, JSON = b"__", b"{"  # what a file in these forms begins with

# An entry of plain fields alone, as nearly all are.
_PLAIN = re.compile(rb"(?:[A-Z0-9_]+=[^\n]*\n)+\n")
_NAME = re.compile(rb"[A-Z0-9_]+")
_PROGRAM = re.compile(r"[^\s:\[\]]+")
_CURSOR = re.compile(r"s=([0-9a-f]+);i=([0-9a-f]+)(?:;|$)")
_KEPT = frozenset({
    b"MESSAGE", b"SYSLOG_IDENTIFIER", b"__CURSOR", b"__REALTIME_TIMESTAMP", b"__SEQNUM",
    b"__SEQNUM_ID",
})  # fmt: skip
_LARGEST = 1 << 40  # bytes of a value that can be meant


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One entry of a journal."""

    at: datetime  # UTC
    said: str  # with the program, as a line of a log without its time; "": not one line of text
    cursor: str
    sequence: tuple[str, int] | None  # of which journal, and its number there


def exported_blocks(file: Readable) -> Iterator[Block]:
    """The entries of a journal in the export format from here on, by the block.

    One that is cut off is left for the next time. Raises ValueError where it is no such format.
    """
    yield from _Export(file).blocks()


def entry_of(line: bytes) -> Entry | None:
    """An entry of -o json, or one of Block.telling; None where it cannot be understood."""
    try:
        fields = _json_fields(line) if line.startswith(JSON) else _fields(line)
        at = datetime.fromtimestamp(int(fields["__REALTIME_TIMESTAMP"]) // 10**6, timezone.utc)
        cursor = fields.get("__CURSOR", "")
        return Entry(at=at, said=_said(fields), cursor=cursor, sequence=_sequence(fields, cursor))
    except (ValueError, KeyError, TypeError, OverflowError, OSError, RecursionError):
        return None


def _said(fields: dict[str, str]) -> str:
    program, said = fields.get("SYSLOG_IDENTIFIER", ""), fields.get("MESSAGE", "")
    return f"{program}: {said}" if _PROGRAM.fullmatch(program) and "\n" not in said else ""


def _sequence(fields: dict[str, str], cursor: str) -> tuple[str, int] | None:
    if "__SEQNUM" in fields and "__SEQNUM_ID" in fields:  # from systemd 254 on
        return fields["__SEQNUM_ID"], int(fields["__SEQNUM"])
    found = _CURSOR.match(cursor)
    return (found[1], int(found[2], 16)) if found else None


def _fields(entry: bytes) -> dict[str, str]:
    """The fields that matter; a text that is there twice is none."""
    found: dict[str, str] = {}
    for line in entry.split(b"\n"):
        name, _, value = line.partition(b"=")
        if name in _KEPT:
            key = name.decode()
            found[key] = "\n" if key in found else value.decode("utf-8", "replace")
    return found


def _json_fields(line: bytes) -> dict[str, str]:
    fields = json.loads(line.decode("utf-8", "replace"))
    return {key: _text(fields[key]) for key in map(bytes.decode, _KEPT) if key in fields}


def _text(value: Any) -> str:
    """A value as journalctl writes it: text, bytes as numbers, several values, or too large."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(isinstance(one, int) for one in value):
        return bytes(value).decode("utf-8", "replace")
    return "\n"


class _Export:
    """A stream of entries; each is taken off the buffer as it is read."""

    def __init__(self, file: Readable) -> None:
        self._file = file
        self._buffer, self._at = b"", 0
        self._taken = 0  # bytes before the buffer
        self._block: list[bytes] = []
        self._entries = self._overlong = 0
        self._first = self._last = b""

    def blocks(self) -> Iterator[Block]:
        whole = 0  # up to the end of the last whole entry
        while True:
            entry = self._entry()
            if entry is None:
                break
            whole = self._taken + self._at
            self._note(entry)
            if len(self._buffer) - self._at < LONGEST and self._entries:
                yield self._taken_block(whole)
        if self._entries:
            yield self._taken_block(whole)

    def _note(self, entry: bytes) -> None:
        self._entries += 1
        if len(entry) > LONGEST:
            self._overlong += 1
        elif TELLING.search(entry):
            self._block.append(entry)
        self._first, self._last = self._first or entry, entry

    def _taken_block(self, end: int) -> Block:
        block = Block(
            telling=self._block,
            first=self._first,
            last=self._last,
            lines=self._entries,
            overlong=self._overlong,
            end=end,
        )
        self._block, self._entries, self._overlong, self._first = [], 0, 0, b""
        return block

    def _entry(self) -> bytes | None:
        """The next entry, its fields in lines; None where no whole one follows."""
        if len(self._buffer) - self._at < LONGEST:
            self._fill()
        if found := _PLAIN.match(self._buffer, self._at):
            self._at = found.end()
            return found[0]
        return self._entry_by_field()

    def _entry_by_field(self) -> bytes | None:
        fields: list[bytes] = []
        has_begun = False
        while (line := self._line()) is not None:
            if line:
                has_begun, value = True, None
                if b"=" not in line[:256]:
                    value = self._value(line)
                    if value is None:
                        return None
                name = line if value is not None else line.partition(b"=")[0]
                if name in _KEPT:
                    fields.append(line if value is None else _one_line(name, value))
            elif has_begun:
                return b"\n".join(fields) + b"\n"
        return None

    def _line(self) -> bytes | None:
        """The next line without its end, the beginning of one that is overlong; None at the end."""
        start = b""
        while (end := self._buffer.find(b"\n", self._at)) < 0:
            if len(self._buffer) - self._at > LONGEST:
                start = start or self._buffer[self._at : self._at + LONGEST]
                self._at = len(self._buffer)
            if not self._fill():
                return None
        line = start or self._buffer[self._at : end]
        self._at = end + 1
        return line

    def _value(self, name: bytes) -> bytes | None:
        """The value after its name; None at the end. Raises ValueError where none can follow."""
        size = self._bytes(8) if _NAME.fullmatch(name) else b"\xff" * 8
        length = 0 if size is None else int.from_bytes(size, "little")
        value = self._bytes(length) if size is not None and length <= _LARGEST else None
        end = None if value is None else self._bytes(1)
        if length > _LARGEST or end not in (None, b"\n"):
            raise ValueError(f"it is no journal export at byte {self._taken + self._at}")
        return value if end else None

    def _bytes(self, number: int) -> bytes | None:
        """So many bytes, at most LONGEST of them kept; None where there are not so many."""
        kept = b""
        while number:
            if self._at == len(self._buffer) and not self._fill():
                return None
            part = self._buffer[self._at : self._at + number]
            kept += part[: LONGEST - len(kept)]
            self._at += len(part)
            number -= len(part)
        return kept

    def _fill(self) -> bool:
        data = self._file.read(BLOCK)
        self._taken += self._at
        self._buffer, self._at = self._buffer[self._at :] + data, 0
        return bool(data)


def _one_line(name: bytes, value: bytes) -> bytes:
    """A value that is no plain text, as a field in one line.

    One of several lines comes with a second field of the name: two texts are none.
    """
    field = name + b"=" + value.replace(b"\n", b" ")
    return field if b"\n" not in value else field + b"\n" + name + b"="

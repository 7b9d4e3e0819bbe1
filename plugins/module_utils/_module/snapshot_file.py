# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Snapshot files, read without holding them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from .._core.errors import SnapshotError
from .._core.snapshot import Source, read_records, read_source

_BLOCK = 1 << 20  # bytes


def snapshots_in(folder: Path) -> dict[Source, Path]:
    """What the snapshots of a folder say of their servers. Raises SnapshotError."""
    paths = sorted(folder.glob("*.jsonl"))
    return {read_source(str(path), *first_and_last(path)): path for path in paths}


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of the lines of a snapshot file, one after the other."""

    path: Path
    start: int = 0  # bytes before it
    skipped: int = 0  # lines before it
    lines: int | None = None  # how many; None: all that are left


def records_of(
    path: Path, *, skip: Callable[[bytes], bool] | None = None
) -> Iterator[dict[str, Any]]:
    """The records of a snapshot, as read_records() gives them. Raises SnapshotError."""
    return records_in(Piece(path), skip=skip)


def records_in(
    piece: Piece, *, skip: Callable[[bytes], bool] | None = None
) -> Iterator[dict[str, Any]]:
    """Those of a piece of one. Raises SnapshotError."""
    try:
        with piece.path.open("rb") as file:
            file.seek(piece.start)
            lines = islice(file, piece.lines)
            yield from read_records(str(piece.path), lines, skip=skip, first=piece.skipped + 1)
    except OSError as error:
        raise SnapshotError(f"cannot read {piece.path}: {error.strerror}") from error


def placed_records(
    path: Path, file: BinaryIO, *, skip: Callable[[bytes], bool] | None = None
) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """The records of a snapshot, each after its first byte's place in the file and its length.

    `file`: that of the path, at its beginning. `skip`: as of read_records(). Raises SnapshotError.
    """
    start = length = 0

    def lines() -> Iterator[bytes]:
        nonlocal start, length
        for line in file:
            start, length = start + length, len(line)
            yield line

    try:
        for record in read_records(str(path), lines(), skip=skip):
            yield start, length, record
    except OSError as error:
        raise SnapshotError(f"cannot read {path}: {error.strerror}") from error


def divided(paths: Sequence[Path], number: int) -> list[list[Piece]]:
    """The files, one after the other, in so many shares of about as many bytes each.

    Raises SnapshotError.
    """
    if number == 1:
        return [[Piece(path) for path in paths]]
    shares: list[list[Piece]] = [[] for _ in range(number)]
    total, before = sum(map(size_of, paths)), 0
    for path in paths:
        ends = [total * (share + 1) // number - before for share in range(number)]
        for share, piece in zip(shares, _cut(path, ends), strict=True):
            if piece.lines != 0:
                share.append(piece)
        before += size_of(path)
    return shares


def _cut(path: Path, ends: Iterable[int]) -> Iterator[Piece]:
    """The pieces up to these places in bytes, each to the end of the line that is there."""
    start = skipped = 0
    try:
        with path.open("rb") as file:
            for end in ends:
                lines = 0
                while (left := end - file.tell()) > 0 and (
                    block := file.read(min(left, _BLOCK)) + file.readline()
                ):
                    lines += block.count(b"\n") + (not block.endswith(b"\n"))
                yield Piece(path, start, skipped, lines)
                start, skipped = file.tell(), skipped + lines
    except OSError as error:
        raise SnapshotError(f"cannot read {path}: {error.strerror}") from error


def size_of(path: Path) -> int:
    """The bytes of a file. Raises SnapshotError."""
    try:
        return path.stat().st_size
    except OSError as error:
        raise SnapshotError(f"cannot read {path}: {error.strerror}") from error


def first_and_last(path: Path) -> tuple[str, str]:
    """First and last line of a file, without reading what is between."""
    try:
        with path.open("rb") as file:
            first = file.readline()
            end = file.seek(0, 2)
            reach = 1 << 16
            while True:
                file.seek(max(0, end - reach))
                tail = file.read()
                if tail.rstrip(b"\n").count(b"\n") or reach >= end:
                    break
                reach *= 2
    except OSError as error:
        raise SnapshotError(f"cannot read {path}: {error.strerror}") from error
    last = tail.rstrip(b"\n").rpartition(b"\n")[2]
    return first.decode(errors="replace"), last.decode(errors="replace")

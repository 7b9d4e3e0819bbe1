# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Snapshot files, read without holding them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .._core.errors import SnapshotError
from .._core.snapshot import Source, read_records, read_source


def snapshots_in(folder: Path) -> dict[Source, Path]:
    """What the snapshots of a folder say of their servers. Raises SnapshotError."""
    paths = sorted(folder.glob("*.jsonl"))
    return {read_source(str(path), *first_and_last(path)): path for path in paths}


def records_of(
    path: Path, *, skip: Callable[[bytes], bool] | None = None
) -> Iterator[dict[str, Any]]:
    """The records of a snapshot, as read_records() gives them. Raises SnapshotError."""
    try:
        with path.open("rb") as lines:
            yield from read_records(str(path), lines, skip=skip)
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

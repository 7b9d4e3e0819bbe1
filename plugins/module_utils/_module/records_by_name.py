# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Records of a snapshot that are read where they stand, when their name is asked for.

As objects, what is known of a million mailboxes takes a gigabyte, in each process that assesses.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from .._core.errors import SnapshotError
from .._core.rows_by_name import RowsByName
from .._core.snapshot import read_records
from .snapshot_file import placed_records


class RecordsByName:
    """Those of one snapshot, which stays open, also for processes that are forked."""

    def __init__(
        self,
        path: Path,
        names_of: Callable[[Mapping[str, Any]], Iterable[str]],
        opened: ExitStack,
        *,
        skip: Callable[[bytes], bool] | None = None,
    ) -> None:
        """`names_of` tells the names of a record; `skip`, as of read_records().

        `opened` closes the file. Raises SnapshotError.
        """
        self._path = path
        self._places = RowsByName("q", "I")  # first byte and length of a record
        try:
            file = opened.enter_context(path.open("rb"))
        except OSError as error:
            raise SnapshotError(f"cannot read {path}: {error.strerror}") from error
        self._file = file.fileno()
        for start, length, record in placed_records(path, file, skip=skip):
            for name in names_of(record):
                self._places.add(name, start, length)
        self._places.sort()

    def __len__(self) -> int:
        """How many there are, one with several names as often."""
        return len(self._places)

    def of(self, name: str) -> Iterator[dict[str, Any]]:
        """Those with this name, and perhaps others whose names have the same hash.

        Raises SnapshotError.
        """
        for start, length in self._places.of(name):
            yield from read_records(str(self._path), [self._bytes(start, length)])

    def _bytes(self, start: int, length: int) -> bytes:
        # No seek: forked processes have the place in an open file together.
        try:
            return os.pread(self._file, length, start)
        except OSError as error:
            raise SnapshotError(f"cannot read {self._path}: {error.strerror}") from error

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What snapshots of mail logs tell of mailboxes, read when a mailbox is asked for.

Traffic of a million mailboxes takes a gigabyte, and so it would in each process that assesses.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from .._core.errors import SnapshotError
from .._core.rows_by_name import RowsByName
from .._core.snapshot import Source, read_records, read_traffic, read_whose
from .._core.traffic import Traffic
from .snapshot_file import placed_records


@dataclass(frozen=True, kw_only=True)
class _File:
    path: Path
    host: str  # inventory name
    number: int  # the open file
    places: RowsByName  # first byte and length of a record


class TrafficFiles:
    """A context manager: the files are open until its end, also for processes that are forked."""

    def __init__(self, snapshots: Mapping[Source, Path]) -> None:
        """`snapshots` of all kinds, of which those of logs count."""
        self._logs = [
            (source.name, path) for source, path in snapshots.items() if source.kind == "log"
        ]
        self._open = ExitStack()
        self._files: list[_File] = []

    def __enter__(self) -> TrafficFiles:
        """Find where each mailbox stands. Raises SnapshotError."""
        with ExitStack() as opened:
            self._files = [_opened(path, host, opened) for host, path in self._logs]
            self._open = opened.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()

    def of(self, name: str) -> Iterator[Traffic]:
        """By what the hosts call the mailbox, in lower case. Raises SnapshotError."""
        for file in self._files:
            for start, length in file.places.of(name):
                # No seek: forked processes have the place in an open file together.
                line = os.pread(file.number, length, start)
                for record in read_records(str(file.path), [line]):
                    if read_whose(record) == name:
                        yield replace(read_traffic(record), host=file.host)


def _opened(path: Path, host: str, opened: ExitStack) -> _File:
    places = RowsByName("q", "I")
    try:
        file = opened.enter_context(path.open("rb"))
    except OSError as error:
        raise SnapshotError(f"cannot read {path}: {error.strerror}") from error
    for start, length, record in placed_records(path, file):
        if record["record"] == "traffic":
            places.add(read_whose(record), start, length)
    places.sort()
    return _File(path=path, host=host, number=file.fileno(), places=places)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What snapshots of mail logs tell of mailboxes, read when a mailbox is asked for.

Traffic of a million mailboxes takes a gigabyte, and so it would in each process that assesses.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

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


@dataclass(frozen=True, kw_only=True)
class TrafficFiles:
    """The log snapshots of a run, open, also for processes that are forked."""

    files: Sequence[_File]

    def of(self, name: str) -> Iterator[Traffic]:
        """By what the hosts call the mailbox, in lower case. Raises SnapshotError."""
        for file in self.files:
            for start, length in file.places.of(name):
                for record in read_records(str(file.path), [_bytes(file, start, length)]):
                    if read_whose(record) == name:
                        yield replace(read_traffic(record), host=file.host)


@contextmanager
def traffic_in(snapshots: Mapping[Source, Path]) -> Iterator[TrafficFiles]:
    """What those of logs, among snapshots of all kinds, tell. Raises SnapshotError."""
    logs = [(one.name, path) for one, path in snapshots.items() if one.kind == "log"]
    with ExitStack() as opened:
        yield TrafficFiles(files=[_opened(path, host, opened) for host, path in logs])


def _bytes(file: _File, start: int, length: int) -> bytes:
    # No seek: forked processes have the place in an open file together.
    try:
        return os.pread(file.number, length, start)
    except OSError as error:
        raise SnapshotError(f"cannot read {file.path}: {error.strerror}") from error


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

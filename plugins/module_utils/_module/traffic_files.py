# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What snapshots of mail logs tell of mailboxes, read when a mailbox is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .._core.snapshot import Source, read_traffic, read_whose
from .._core.traffic import Traffic
from .records_by_name import RecordsByName


@dataclass(frozen=True, kw_only=True)
class TrafficFiles:
    """The log snapshots of a run."""

    hosts: Sequence[tuple[str, RecordsByName]]  # inventory name, and its mailboxes' traffic

    def of(self, name: str) -> Iterator[Traffic]:
        """By what the hosts call the mailbox, in lower case. Raises SnapshotError."""
        for host, records in self.hosts:
            for record in records.of(name):
                if read_whose(record) == name:
                    yield replace(read_traffic(record), host=host)


@contextmanager
def traffic_in(snapshots: Mapping[Source, Path]) -> Iterator[TrafficFiles]:
    """What those of logs, among snapshots of all kinds, tell. Raises SnapshotError."""
    logs = [(one.name, path) for one, path in snapshots.items() if one.kind == "log"]
    with ExitStack() as opened:
        yield TrafficFiles(
            hosts=[(host, RecordsByName(path, _whose, opened)) for host, path in logs]
        )


def _whose(record: Mapping[str, Any]) -> list[str]:
    return [read_whose(record)] if record["record"] == "traffic" else []

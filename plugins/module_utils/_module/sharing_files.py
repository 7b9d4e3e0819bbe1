# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The accounts that have an address which another account has, too, read when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._core.account import Account
from .._core.snapshot import Source, read_account
from .records_by_name import RecordsByName
from .survey import Survey


@dataclass(frozen=True, kw_only=True)
class SharingFiles:
    """The snapshots of directories of a run."""

    directories: Sequence[tuple[Source, RecordsByName]]

    def __bool__(self) -> bool:
        """Whether there is any such account."""
        return any(len(records) for _, records in self.directories)

    def of(self, address: str) -> Iterator[tuple[Source, Account]]:
        """By the address in lower case. Raises SnapshotError."""
        for source, records in self.directories:
            for record in records.of(address):
                account = read_account(record)
                if address in map(str.lower, account.mail):
                    yield source, account


@contextmanager
def sharing_in(snapshots: Mapping[Source, Path], survey: Survey) -> Iterator[SharingFiles]:
    """Those of these snapshots, once the survey has seen them. Raises SnapshotError."""
    shares_nothing = survey.shares_nothing()
    directories = [(one, path) for one, path in snapshots.items() if one.kind == "accounts"]
    with ExitStack() as opened:
        yield SharingFiles(
            directories=[
                (source, RecordsByName(path, _addresses, opened, skip=shares_nothing))
                for source, path in directories
                if shares_nothing
            ]
        )


def _addresses(record: Mapping[str, Any]) -> set[str]:
    return set(map(str.lower, record.get("mail", ()))) if record["record"] == "account" else set()

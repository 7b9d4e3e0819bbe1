# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What has to be known of all accounts before the first one is judged: who forwards, who shares.

Nearly all accounts do neither. That shows without parsing their lines: in a value of JSON, quotes
would be escaped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from .._core.account import Account
from .._core.names import Names
from .._core.snapshot import Source, read_account
from .snapshot_file import records_of

_ACCOUNT = re.compile(rb'\{"record":\s*"account"')
_ADDRESSES = re.compile(rb'"mail":\s*(\[(?:[^"\]]|"(?:[^"\\]|\\.)*")*\])')
_ONE_ADDRESS = re.compile(rb'\{"record":\s*"account"[^\[]*"mail":\s*\["([^"\\]*)"\]')


class Survey:
    """One reading of the accounts in these snapshots."""

    def __init__(self, files: Mapping[Source, Path]) -> None:
        self._paths = {source: path for source, path in files.items() if source.kind == "accounts"}
        self._addresses = Names()

    def forwarding(self) -> Iterator[Account]:
        """The accounts that have forwards in the directory, or several addresses."""
        for path in self._paths.values():
            for record in records_of(path, skip=self._forwards_nothing):
                if record["record"] == "account":
                    yield read_account(record)

    def shares_nothing(self) -> Callable[[bytes], bool] | None:
        """Tells of a line that its account has no address which another has; None: no account has.

        To be asked after forwarding(), which sees every address, was read to its end.
        """
        shared = self._addresses.repeated()
        self._addresses = Names()
        return (lambda line: shared.isdisjoint(_addresses(line))) if len(shared) else None

    def _forwards_nothing(self, line: bytes) -> bool:
        addresses = _addresses(line)
        self._addresses.update(addresses)
        return len(addresses) == 1 and b'"forwards"' not in line


def _addresses(line: bytes) -> Collection[str]:
    """An account's addresses in lower case; none of a line that is something else."""
    try:
        if one := _ONE_ADDRESS.match(line):
            return (one[1].decode().lower(),)
        several = _ADDRESSES.search(line) if _ACCOUNT.match(line) else None
        return {str(one).lower() for one in json.loads(several[1].decode())} if several else ()
    except ValueError:  # told where the line is read as a whole
        return ()

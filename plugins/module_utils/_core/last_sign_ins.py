# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The last sign-ins that mail hosts have on record, of as many users as there are.

Of each are kept, besides the name, the moment and which of the few kinds of sign-in it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone

from .account import SignIn
from .kinds import Kinds
from .rows_by_name import RowsByName

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_UNIT = timedelta(microseconds=1)

_Kind = tuple[str, timedelta, str]  # source, precision, detail


class LastSignIns:
    """Sign-ins by what a mail host calls the user, in lower case."""

    def __init__(self) -> None:
        self._rows = RowsByName("q", "I")  # moment in _UNIT since _EPOCH, place in _kinds
        self._kinds = Kinds[_Kind]()

    def add(self, name: str, found: SignIn) -> None:
        """Take in one more."""
        place = self._kinds.place((found.source, found.precision, found.detail))
        self._rows.add(name, (found.at - _EPOCH) // _UNIT, place)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._rows)

    def of(self, names: Iterable[str]) -> list[SignIn]:
        """Those of all these names, in the order of the names and, of each, of their coming."""
        if not self._rows:
            return []
        return [
            _sign_in(moment, self._kinds[place])
            for name in names
            for moment, place in self._rows.of(name)
        ]

    def sort(self) -> None:
        """As of RowsByName."""
        self._rows.sort()


def _sign_in(moment: int, kind: _Kind) -> SignIn:
    source, precision, detail = kind
    return SignIn(at=_EPOCH + moment * _UNIT, source=source, precision=precision, detail=detail)

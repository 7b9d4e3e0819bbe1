# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The last sign-ins that mail hosts have on record, of as many users as there are.

As objects by name, those of a million users would take half a gigabyte. Kept are, in 20 bytes, the
hash of the name, the moment, and which of the few kinds of sign-in it was.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from .account import SignIn

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_UNIT = timedelta(microseconds=1)


class LastSignIns:
    """Sign-ins by what a mail host calls the user, in lower case."""

    def __init__(self) -> None:
        self._names = array("q")  # hashes
        self._moments = array("q")  # in _UNIT since _EPOCH
        self._kinds = array("I")  # places in _known
        self._known: list[SignIn] = []  # one of each kind
        self._places: dict[tuple[str, timedelta, str], int] = {}
        self._is_sorted = True

    def add(self, name: str, found: SignIn) -> None:
        """Take in one more."""
        self._names.append(hash(name))
        self._moments.append((found.at - _EPOCH) // _UNIT)
        self._kinds.append(self._kind(found))
        self._is_sorted = False

    def __len__(self) -> int:
        """How many there are."""
        return len(self._names)

    def of(self, names: Iterable[str]) -> list[SignIn]:
        """Those of all these names, in the order of the names and, of each, of their coming."""
        if not self._names:
            return []
        self._sort()
        return [found for name in names for found in self._of(hash(name))]

    def _of(self, name: int) -> Iterable[SignIn]:
        place = bisect_left(self._names, name)
        while place < len(self._names) and self._names[place] == name:
            at = _EPOCH + self._moments[place] * _UNIT
            yield replace(self._known[self._kinds[place]], at=at)
            place += 1

    def _kind(self, found: SignIn) -> int:
        kind = found.source, found.precision, found.detail
        place = self._places.setdefault(kind, len(self._known))
        if place == len(self._known):
            self._known.append(found)
        return place

    def _sort(self) -> None:
        if self._is_sorted:
            return
        order = sorted(range(len(self._names)), key=self._names.__getitem__)
        for column in ("_names", "_moments", "_kinds"):
            known = getattr(self, column)
            setattr(self, column, array(known.typecode, map(known.__getitem__, order)))
        self._is_sorted = True

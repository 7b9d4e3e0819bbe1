# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Sets of as many names as there are accounts or findings, in eight bytes each.

A name is a text, or several. Kept is the 64-bit hash that Python gives it: a set of a million
addresses takes 150 MB, and one of their hashes 70 MB.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Hashable, Iterable
from itertools import groupby, pairwise


class Names:
    """Names that were added, one by one. To look one up costs a binary search."""

    def __init__(self, names: Iterable[Hashable] = ()) -> None:
        self._hashes = array("q", map(hash, names))
        self._is_sorted = False

    def add(self, name: Hashable) -> None:
        """Take in one more."""
        self._hashes.append(hash(name))
        self._is_sorted = False

    def update(self, names: Iterable[Hashable]) -> None:
        """Take in all of these."""
        self._hashes.extend(map(hash, names))
        self._is_sorted = False

    def take_in(self, others: Names) -> None:
        """Take in all of these, in the same process or one that it was forked from."""
        self._hashes.extend(others._hashes)
        self._is_sorted = False

    def __len__(self) -> int:
        """How many were added, those twice that were added twice."""
        return len(self._hashes)

    def distinct(self) -> int:
        """How many different ones there are."""
        self.sort()
        return sum(1 for _ in groupby(self._hashes))

    def __contains__(self, name: object) -> bool:
        """Whether it was added."""
        if not self._is_sorted:
            self.sort()
        hashes, wanted = self._hashes, hash(name)
        place = bisect_left(hashes, wanted)
        return place < len(hashes) and hashes[place] == wanted

    def isdisjoint(self, names: Iterable[Hashable]) -> bool:
        """Whether none of these was added."""
        return not any(map(self.__contains__, names))

    def repeated(self) -> Names:
        """Those that were added more than once."""
        found = Names()
        self.sort()
        twice = (one for one, other in pairwise(self._hashes) if one == other)
        found._hashes = array("q", (one for one, _ in groupby(twice)))
        found._is_sorted = True
        return found

    def sort(self) -> None:
        """Be ready to be asked: before a fork, so that not each process has to."""
        if not self._is_sorted:
            self._hashes = array("q", sorted(self._hashes))
            self._is_sorted = True

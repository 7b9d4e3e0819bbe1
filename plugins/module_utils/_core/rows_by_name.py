# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A table of numbers with a name for each row, of as many names as there are accounts.

As objects by name, rows of a million names take half a gigabyte, and processes that are forked copy
what they look at. Kept are the 64-bit hash that Python gives the name, and the numbers as a machine
has them.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator


class RowsByName:
    """Rows that were added, one by one. To look a name up costs a binary search."""

    def __init__(self, *typecodes: str) -> None:
        """`typecodes`: of each number of a row, as of array.array."""
        self._names = array("q")  # hashes
        self._columns = [array(code) for code in typecodes]
        self._is_sorted = True

    def add(self, name: str, *row: int) -> None:
        """Take in one more."""
        self._names.append(hash(name))
        for column, number in zip(self._columns, row, strict=True):
            column.append(number)
        self._is_sorted = False

    def __len__(self) -> int:
        """How many there are."""
        return len(self._names)

    def of(self, name: str) -> Iterator[tuple[int, ...]]:
        """Those of a name, in the order of their coming."""
        self.sort()
        wanted = hash(name)
        place = bisect_left(self._names, wanted)
        while place < len(self._names) and self._names[place] == wanted:
            yield tuple(column[place] for column in self._columns)
            place += 1

    def sort(self) -> None:
        """Be ready to be asked: before a fork, so that not each process has to."""
        if self._is_sorted:
            return
        order = sorted(range(len(self._names)), key=self._names.__getitem__)
        self._names = array("q", map(self._names.__getitem__, order))
        self._columns = [
            array(column.typecode, map(column.__getitem__, order)) for column in self._columns
        ]
        self._is_sorted = True

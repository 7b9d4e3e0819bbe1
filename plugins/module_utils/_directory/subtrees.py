# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Which of many subtrees an entry lies in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from .codecs import shown_text
from .dn import parent, same_dn


class Subtrees:
    """The subtrees below these DNs; one may lie in another."""

    def __init__(self, bases: Iterable[str]) -> None:
        self._bases = {same_dn(base): base for base in bases}
        self._above = lru_cache(maxsize=1 << 14)(self._innermost)  # entries have few parents

    def of(self, dn: bytes) -> str | None:
        """The base of the innermost one that the entry lies in, or heads."""
        if not self._bases:
            return None
        return self._bases.get(same_dn(shown_text(dn))) or self._above(parent(dn))

    def around(self, dn: bytes) -> str | None:
        """The same without the subtree that the entry heads itself."""
        return self._above(parent(dn))

    def _innermost(self, dn: bytes) -> str | None:
        above = same_dn(shown_text(dn))
        while above:
            if above in self._bases:
                return self._bases[above]
            above = above.partition(",")[2]  # a comma of a value is written \2c here
        return None

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""How many accounts there are of each kind: all that a snapshot says of them together.

A kind is everything that one account adds to the counts, so what is said of all can be put right
when a few accounts change, without looking at the others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

# Unit (JSON text), bits of the attributes that the entry showed, what the account is.
Kind = tuple[str, int, tuple[str, ...]]

WITHOUT_POLICY = "without_policy"  # names none: the default holds for it
UNKNOWN_POLICY = "names "  # and the DN of a policy that the server did not show
OWN_POLICY = "own_policy"  # has a policy record of its own, before its line
BY_TIME = "by_time"  # its line can change while the entry stays as it is
_NOT_COUNTED = (WITHOUT_POLICY, UNKNOWN_POLICY, OWN_POLICY, BY_TIME)


class Tally(Counter[Kind]):
    """The number of accounts of each kind."""

    def counts(self) -> Counter[str]:
        """How many accounts are what, as the module's result tells it."""
        found: Counter[str] = Counter()
        for (_, _, marks), number in self.items():
            for mark in marks:
                if not mark.startswith(_NOT_COUNTED):
                    found[mark] += number
        return found

    def marked(self, mark: str) -> int:
        """How many accounts bear that mark."""
        return sum(number for (_, _, marks), number in self.items() if mark in marks)

    def unknown_policies(self) -> set[str]:
        """The policies that accounts name and the server did not show."""
        return {
            mark.removeprefix(UNKNOWN_POLICY)
            for _, _, marks in self
            for mark in marks
            if mark.startswith(UNKNOWN_POLICY)
        }

    def shown(self) -> Mapping[str, int]:
        """Unit -> bits of all that its entries showed."""
        found: dict[str, int] = defaultdict(int)
        for unit, bits, _ in self:
            found[unit] |= bits
        return found

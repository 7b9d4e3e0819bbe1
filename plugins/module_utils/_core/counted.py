# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What is counted while accounts are judged, one after the other or shares of them at a time."""

from __future__ import annotations

from collections import Counter

from .control import Context
from .idle_ages import IdleAges
from .names import Names
from .usage import Usage


class Instances:
    """How many subjects something is true of, and the first of them."""

    def __init__(self) -> None:
        self._number, self._first = 0, ""

    def add(self, subject: str) -> None:
        """Take in one more."""
        self._number += 1
        self._first = self._first or subject

    def take_in(self, later: Instances) -> None:
        """Add those that came after these."""
        self._number += later._number
        self._first = self._first or later._first

    def told(self, note: str) -> list[str]:
        """The note with `number` and `example`, if there is any."""
        return [note.format(number=self._number, example=self._first)] if self._number else []


class Counted:
    """Of the accounts that were judged, what is told or judged when all of them were."""

    def __init__(self, context: Context) -> None:
        self.by_unit: Counter[str] = Counter()  # accounts
        self.exempted: Counter[int] = Counter()  # index of the exemption -> findings covered
        self.partners: Counter[str] = Counter()  # partner domain -> findings covered
        self.usage = Usage(context)
        self.idle_ages = IdleAges(context.today, context.policy.time_zone, context.policy.idle)
        self.subjects = Names()
        self.several = Instances()  # with more than one address
        self.shared = Instances()  # in more than one directory
        # Addresses of accounts, of those that mail hosts know forwards of.
        self.forwarding: set[str] = set()
        self.filled: dict[str, None] = {}  # addresses whose quotas were judged with an account

    def take_in(self, later: Counted) -> None:
        """Add what was counted of the accounts that come after these."""
        self.by_unit.update(later.by_unit)
        self.exempted.update(later.exempted)
        self.partners.update(later.partners)
        self.usage.take_in(later.usage)
        self.idle_ages.take_in(later.idle_ages)
        self.subjects.take_in(later.subjects)
        self.several.take_in(later.several)
        self.shared.take_in(later.shared)
        self.forwarding |= later.forwarding
        self.filled |= later.filled

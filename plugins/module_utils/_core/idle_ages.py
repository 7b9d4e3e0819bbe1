# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""How long mailboxes have been idle: counted by calendar months, one mailbox at a time."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .account import Account, Lock
from .dates import CLOCKS_DIFFER, add_months, local_day
from .policy import IdlePolicy

EDGES = (1, 2, 3, 6, 12, 24)  # months; the policy's own limits come to these


class IdleAges:
    """A histogram of the time since the last recorded sign-in.

    A mailbox is in the class below an edge when no more than so many calendar months have gone by:
    the rule of the control idle-mailbox. One without a usable record is in none of them.
    """

    def __init__(self, today: date, zone: ZoneInfo, idle: IdlePolicy) -> None:
        months = sorted({*EDGES, idle.limit_months, *filter(None, [idle.warn_months])})
        self._today, self._zone = today, zone
        self._months = tuple(months)
        self._limit = idle.limit_months
        # The earliest day that is still inside each edge: found once, for every mailbox asks.
        self._inside = [-_earliest_inside(today, number).toordinal() for number in months]
        self._counts: dict[str, Counter[int | None]] = {"open": Counter(), "locked": Counter()}

    def add(self, accounts: Iterable[Account]) -> None:
        """Count one mailbox by all accounts of its owner; the first one says whether it is open."""
        first, *others = accounts
        state = "locked" if first.lock is Lock.ADMINISTRATOR else "open"
        latest = self._today + CLOCKS_DIFFER
        usable = [
            day
            for account in (first, *others)
            for seen in account.sign_ins
            if (day := local_day(seen.at, self._zone)) <= latest
        ]
        self._counts[state][self._class(max(usable)) if usable else None] += 1

    def take_in(self, later: IdleAges) -> None:
        """Add the mailboxes that were counted by another, of the same day and policy."""
        for state, counts in later._counts.items():
            self._counts[state].update(counts)

    def summary(self) -> dict[str, Any]:
        """What assessment.json holds: one number for each class, the last one open to the end."""
        classes = range(len(self._months) + 1)
        return {
            "edges_months": list(self._months),
            "limit_months": self._limit,
            **{state: [found[one] for one in classes] for state, found in self._counts.items()},
            "no_record": {state: found[None] for state, found in self._counts.items()},
        }

    def _class(self, day: date) -> int:
        return bisect_left(self._inside, -day.toordinal())


def _earliest_inside(today: date, months: int) -> date:
    """The earliest day from which no more than `months` calendar months have gone by."""
    day = today - timedelta(days=min(31 * months + 3, today.toordinal() - 1))
    while today > add_months(day, months):
        day += timedelta(days=1)
    return day

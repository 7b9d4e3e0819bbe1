# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The circuit breaker: a plan that would change too much changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from .plan import Change

# In a small office one mailbox is ten percent: percentages speak only from so many entries on. A
# unit is a small office, and one that is emptied has to be seen.
PERCENT_FROM, UNIT_PERCENT_FROM = 20, 5


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one run may change, in entries and in percent of the accounts assessed."""

    max_changes: int
    max_percent: int
    unit_max_changes: int
    unit_max_percent: int


@dataclass(frozen=True, kw_only=True)
class Excess:
    """A limit that a plan goes past."""

    option: str  # the limit's name
    limit: int
    found: int
    unit: str | None = None  # None: of the whole run
    percent_of: int = 0  # accounts; 0: the limit is a number of entries

    @property
    def message(self) -> str:
        """Count, limit, and how to raise it for this run."""
        return self.told("the plan", "enforce")

    def told(self, what: str, role: str) -> str:
        """The same of something else than a plan, carried out by another role."""
        where = what if self.unit is None else f"{what} for the unit {self.unit or '(none)'}"
        share = f", {self.needed} % of {self.percent_of} accounts" if self.percent_of else ""
        return (
            f"{where} changes {self.found} entries{share}; {self.option} is {self.limit}."
            f" To raise it for this run: -e {role}_{self.option}={self.needed}"
        )

    @property
    def needed(self) -> int:
        """The limit that would let the plan pass."""
        if not self.percent_of:
            return self.found
        return -(-100 * self.found // self.percent_of)  # rounded up


def exceeded(
    changes: Iterable[Change], accounts: Mapping[str, int], limits: Limits
) -> list[Excess]:
    """The limits that these changes go past; `accounts` counts those assessed, by unit.

    An entry counts once, however much of it is changed.
    """
    entries = {(change.server, change.target): change.unit for change in changes}
    found = list(
        _past(
            len(entries), sum(accounts.values()), limits.max_changes, limits.max_percent, unit=None
        )
    )
    for unit, number in sorted(Counter(entries.values()).items()):
        found += _past(
            number,
            accounts.get(unit, 0),
            limits.unit_max_changes,
            limits.unit_max_percent,
            unit=unit,
        )
    return found


def _past(
    entries: int, accounts: int, most: int, percent: int, *, unit: str | None
) -> Iterator[Excess]:
    prefix, percent_from = ("", PERCENT_FROM) if unit is None else ("unit_", UNIT_PERCENT_FROM)
    if entries > most:
        yield Excess(option=f"{prefix}max_changes", limit=most, found=entries, unit=unit)
    if accounts and entries >= percent_from and 100 * entries > percent * accounts:
        yield Excess(
            option=f"{prefix}max_percent",
            limit=percent,
            found=entries,
            unit=unit,
            percent_of=accounts,
        )

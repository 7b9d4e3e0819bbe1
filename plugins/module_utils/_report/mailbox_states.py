# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What is known of each mailbox as a whole: the worst of its findings, counted per unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from .._core.controls.catalogue import CONTROLS
from .records import Row

# Of a mailbox, worst first. What was not read and what a newer version calls otherwise is unknown.
STATES = ("fail", "manual", "unknown", "exempt", "pass")

_KNOWN = {"fail": 0, "manual": 1, "unknown": 2, "error": 2, "exempt": 3}
_UNKNOWN = STATES.index("unknown")
_OF_MAILBOXES = frozenset(control.name for control in CONTROLS if control.account)
_NAMES = frozenset(control.name for control in CONTROLS)


@dataclass(frozen=True, kw_only=True)
class MailboxStates:
    """How many mailboxes are in which state; a mailbox without a finding is in order."""

    accounts: int
    worse: Mapping[str, Counter[str]] = field(default_factory=dict)  # unit -> state -> number
    accounts_by_unit: Mapping[str, int] = field(default_factory=dict)

    @property
    def totals(self) -> dict[str, int]:
        """State -> number, of all of the office."""
        return _completed(sum(self.worse.values(), Counter()), self.accounts)

    def of_unit(self, unit: str) -> dict[str, int]:
        """State -> number, of one unit."""
        worse = self.worse.get(unit, Counter())
        return _completed(worse, self.accounts_by_unit.get(unit, worse.total()))

    @property
    def units(self) -> set[str]:
        """The units that have mailboxes; "" is none."""
        return {*self.worse, *self.accounts_by_unit}


class MailboxTally:
    """Takes in findings, in any order; holds the mailboxes that are not wholly in order."""

    def __init__(self) -> None:
        self._worst: dict[tuple[str, str], tuple[int, str]] = {}  # mailbox -> state, unit

    def add(self, row: Row) -> None:
        """Take a finding into account, if it is one on a mailbox and no pass."""
        if row.status == "pass" or not is_mailbox(row):
            return
        state = _KNOWN.get(row.status, _UNKNOWN)
        mailbox = row.subject, row.place
        known = self._worst.get(mailbox)
        if known is None or state < known[0]:
            self._worst[mailbox] = state, row.unit

    def states(self, accounts: int, accounts_by_unit: Mapping[str, int]) -> MailboxStates:
        """What was counted, of so many accounts that were assessed."""
        worse: dict[str, Counter[str]] = {}
        for state, unit in self._worst.values():
            worse.setdefault(unit, Counter())[STATES[state]] += 1
        return MailboxStates(accounts=accounts, worse=worse, accounts_by_unit=accounts_by_unit)


def is_mailbox(row: Row) -> bool:
    """Whether a finding is on an account: not on a policy, a unit, a server or an alias."""
    if row.control in _NAMES:
        return row.control in _OF_MAILBOXES and bool(row.server)
    return "@" in row.subject and bool(row.server)  # a control of a newer version


def _completed(worse: Counter[str], accounts: int) -> dict[str, int]:
    return {state: worse[state] for state in STATES[:-1]} | {
        "pass": max(0, accounts - worse.total())
    }

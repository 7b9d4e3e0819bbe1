# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What is counted over the accounts, for the subjects that are not accounts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

from .account import Account, Lock, PasswordPolicy
from .control import Context, PolicyUse, UnitUse
from .dates import CLOCKS_DIFFER

_Key = TypeVar("_Key")

_A_DAY = timedelta(days=1)
_ADMINISTRATOR = Lock.ADMINISTRATOR  # in Python 3.11 it takes as long as a call to look it up
_USES = ("used", "undecided", "unused", "locked")  # of several accounts the first that is true


class Usage:
    """How many accounts each password policy governs, and how many of each unit are in use."""

    def __init__(self, context: Context) -> None:
        self._tomorrow = context.now + CLOCKS_DIFFER
        self._since = context.now - timedelta(days=context.policy.regular_use.within_days)
        self._found: dict[tuple[str, str], PasswordPolicy] = {}
        self._policies: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self._without: dict[str, Counter[str]] = defaultdict(Counter)
        self._units: dict[str, Counter[str]] = defaultdict(Counter)
        self._sent: dict[str, Counter[str]] = defaultdict(Counter)
        self._received: dict[str, Counter[str]] = defaultdict(Counter)
        self._signed_in: Counter[str] = Counter()
        self._messages: Counter[str] = Counter()

    def add_policy(self, server: str, policy: PasswordPolicy) -> None:
        """Take in a policy that a server showed."""
        self._found[server, _key(policy.name)] = policy

    def add(
        self,
        server: str,
        account: Account,
        gaps: Mapping[str, str],
        elsewhere: Sequence[Account] = (),
        *,
        counted: bool = False,
    ) -> None:
        """Count an account; `gaps` are its fields that could not be read in full.

        `elsewhere` are its owner's accounts in other directories: used there is used. `counted`:
        with one of those, as somebody who uses a mailbox or does not.
        """
        if account.password_policy:
            self._policies[server, _key(account.password_policy)][account.unit] += 1
        elif _lacks("password_policy", gaps):
            self._policies[server, ""][account.unit] += 1
        else:
            self._without[server][account.unit] += 1
        if counted:
            return
        uses = [self._use_of(one, gaps) for one in (account, *elsewhere)]
        for one in account.traffic:
            self._sent[account.unit].update(one.sent_to)
            self._received[account.unit].update(one.received_from)
            self._signed_in[account.unit] += one.sign_ins
            self._messages[account.unit] += one.messages
        self._units[account.unit][min(uses, key=_USES.index)] += 1

    def take_in(self, later: Usage) -> None:
        """Add what was counted of the accounts that come after these."""
        self._found |= later._found
        _add_up(self._policies, later._policies)
        _add_up(self._without, later._without)
        _add_up(self._units, later._units)
        _add_up(self._sent, later._sent)
        _add_up(self._received, later._received)
        self._signed_in.update(later._signed_in)
        self._messages.update(later._messages)

    def of_policies(self) -> Iterator[tuple[str, PolicyUse, bool]]:
        """Name, use, and whether it is known what the policy demands."""
        for (server, name), units in self._policies.items():
            found = self._found.get((server, name))
            use = PolicyUse(policy=found, server=server, units=units)
            yield found.name if found else name or server, use, found is not None
        for server, units in self._without.items():
            yield server, PolicyUse(policy=None, server=server, units=units), True

    def of_units(self) -> Iterator[UnitUse]:
        """The use of each unit's open accounts."""
        for unit, counts in self._units.items():
            yield UnitUse(
                unit=unit,
                used=counts["used"],
                unused=counts["unused"],
                undecided=counts["undecided"],
                signed_in=self._signed_in[unit],
                sent=self._messages[unit],
                sent_to=self._sent.get(unit, {}),
                received_from=self._received.get(unit, {}),
            )

    def _use_of(self, account: Account, gaps: Mapping[str, str]) -> str:
        if account.lock is _ADMINISTRATOR:
            return "locked"
        # To hand mail in is to use the mailbox, whatever a record of sign-ins says.
        if account.traffic and self._sent_lately(account):
            return "used"
        known = [seen.latest for seen in account.sign_ins if seen.at <= self._tomorrow]
        last = max(known, default=None)
        if last is None:
            return "undecided"
        if last >= self._since:
            return "used"
        return "undecided" if _lacks("sign_ins", gaps) else "unused"

    def _sent_lately(self, account: Account) -> bool:
        days = [one.last_sent + _A_DAY for one in account.traffic if one.last_sent]
        return any(self._since <= day <= self._tomorrow + _A_DAY for day in days)


def _add_up(own: dict[_Key, Counter[str]], others: Mapping[_Key, Counter[str]]) -> None:
    for key, counts in others.items():
        own[key].update(counts)


def _lacks(field: str, gaps: Mapping[str, str]) -> bool:
    """Whether the field, or the whole record, could not be read in full."""
    return field in gaps or "" in gaps


def _key(dn: str) -> str:
    return dn.lower()

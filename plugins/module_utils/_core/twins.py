# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Accounts that share an address: one person's in two directories, one entry on two replicas.

Who has the same address in two directories is one subject with two witnesses: each account is
judged where it is, and is idle only if it is idle in all. What two replicas show of one entry is
judged once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from .account import Account
from .snapshot import Source

DISAGREE = (
    "{first} and {second} show the same entry in different states ({fields}): one of them lags"
    " behind or is cut off. Mend the replication, and audit again"
)
# What replicas of an entry must agree on; each records sign-ins by itself.
_REPLICATED = ("lock", "must_change", "password_changed_at")


@dataclass(frozen=True, slots=True)
class Twin:
    """An account that shares an address with the one that is looked at."""

    source: Source
    account: Account


@dataclass(frozen=True)
class Twins:
    """The accounts whose addresses others have, too."""

    _by_address: Mapping[str, list[Twin]] = field(default_factory=dict)
    _order: Sequence[Source] = ()

    @classmethod
    def among(cls, accounts: Iterable[tuple[Source, Account]], order: Sequence[Source]) -> Twins:
        """`order`: the directories as they are assessed; one who is in two is the first's."""
        by_address: dict[str, list[Twin]] = defaultdict(list)
        for source, account in accounts:
            for address in _addresses(account):
                by_address[address].append(Twin(source, account))
        return cls({name: all_ for name, all_ in by_address.items() if len(all_) > 1}, order)

    def elsewhere(self, source: Source, account: Account) -> list[Twin]:
        """Those of other directories, each once."""
        if not self._by_address:
            return []
        found = chain.from_iterable(
            self._by_address.get(address, ()) for address in _addresses(account)
        )
        others = {(id(one.source), one.account.dn): one for one in found}
        return [one for one in others.values() if one.source is not source]

    def is_double(self, source: Source, account: Account) -> bool:
        """Whether another account of the same directory is called by the same address."""
        if not self._by_address:
            return False
        return any(
            one.source is source
            and one.account.dn != account.dn
            and one.account.subject == account.subject
            for one in self._by_address.get(account.subject, ())
        )

    def is_earlier(self, source: Source, twin: Twin) -> bool:
        """Whether the twin's directory comes before this one."""
        return self._order.index(twin.source) < self._order.index(source)


def is_replica(account: Account, other: Account) -> bool:
    """Whether both are the same entry, by an id that the server gave it."""
    return account.id == other.id and account.id != account.dn


def disagreement(source: Source, account: Account, twin: Twin) -> dict[str, str]:
    """Account field -> why it is not to be relied on, for replicas show it differently."""
    differing = [
        name for name in _REPLICATED if getattr(account, name) != getattr(twin.account, name)
    ]
    told = DISAGREE.format(first=source.name, second=twin.source.name, fields=", ".join(differing))
    return dict.fromkeys(differing, told)


def _addresses(account: Account) -> dict[str, None]:
    return dict.fromkeys(map(str.lower, account.mail))

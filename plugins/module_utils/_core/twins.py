# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Accounts that share an address: one person's in two directories, one entry on two replicas.

Who has the same address in two directories is one subject with two witnesses: each account is
judged where it is, and is idle only if it is idle in all. What two replicas show of one entry is
judged once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

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


class Twins:
    """The accounts that share an address with another one."""

    def __init__(
        self,
        sharing: Callable[[str], Iterable[tuple[Source, Account]]] | None,
        order: Sequence[Source],
    ) -> None:
        """`sharing`: the accounts that have an address, in lower case; None: nobody shares any.

        `order`: the directories as they are assessed; one who is in two is the first's.
        """
        self._sharing = sharing
        self._order = order

    def of(self, source: Source, account: Account) -> list[Twin]:
        """Those of an account, in its own directory too, each once."""
        if self._sharing is None:
            return []
        own = (id(source), account.dn)
        found = {
            (id(where), one.dn): Twin(where, one)
            for address in _addresses(account)
            for where, one in self._sharing(address)
        }
        return [twin for key, twin in found.items() if key != own]

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

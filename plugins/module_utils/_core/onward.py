# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Where mail for an address inside goes on to: forwards followed from address to address.

Every address or account that forwards is a holder. Searched is backwards, from the holders that
forward outside to those that forward to them, so that the time is linear in the number of forwards
and a loop costs nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from .account import Forward
from .addresses import Recipient, recipients
from .forwarding_policy import ForwardingPolicy
from .names import Names

# Of the ways outside of one holder the shortest two that end with different holders are known: of
# two, one at least does not end with who asks.
_WAYS = 2
_RENAMES = 10  # domains that one address is looked for at, renamed from one to the other
SHOWN = 5  # addresses of a way that are told


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """Who forwards: the addresses of one account, or one address, or "@domain" for all of it."""

    addresses: tuple[str, ...]
    forwards: tuple[Forward, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Leak:
    """A way on which mail for an address inside comes outside."""

    address: str  # outside, as written
    source: str  # of that forward
    through: tuple[str, ...]  # whose mail goes on, the nearest first; of a long way only the ends


@dataclass(frozen=True)
class Onward:
    """Every way outside. Of nobody's forwards, there is none."""

    _holders: tuple[Holder, ...] = ()
    _ids: Mapping[str, list[int]] = field(default_factory=dict)  # address -> who has it
    _renamed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # domain -> domains
    _mailboxes: Container[str] = ()
    _held: Names = field(default_factory=Names)  # addresses of holders that forward nothing
    _leaks: Mapping[int, Forward] = field(default_factory=dict)  # holder -> its forward outside
    # holder -> who forwards outside in the end -> the next holder on the way there
    _ways: Mapping[int, Mapping[int, int]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        holders: Iterable[Holder],
        *,
        mailboxes: Container[str],
        policy: ForwardingPolicy,
        today: date,
    ) -> Onward:
        """The ways of these holders. `mailboxes` are the lower-case addresses that have one."""
        known: list[Holder] = []
        ids: dict[str, list[int]] = {}
        held = Names()
        for holder in holders:
            keys = dict.fromkeys(map(_key_of, holder.addresses))
            if not holder.forwards:  # so mail stays with it
                held.update(keys)
                continue
            for key in keys:
                ids.setdefault(key, []).append(len(known))
            known.append(holder)
        held.sort()
        unsearched = cls(tuple(known), ids, _renamed(known), mailboxes, held)
        leaks, senders = unsearched._forwards(policy, today)
        return replace(unsearched, _leaks=leaks, _ways=_ways(leaks, senders))

    def leak(self, addresses: Iterable[str], to: Iterable[Recipient]) -> Leak | None:
        """How mail that `addresses` forward to recipients inside comes outside, if it does.

        A way that ends with a forward of `addresses` themselves is left out.
        """
        if not self._leaks:
            return None
        own = {number for address in addresses for number in self._ids.get(_key_of(address), ())}
        for recipient in to:
            for number in self._holders_of(recipient):
                for last in self._ways.get(number, {}) if number not in own else ():
                    if last not in own:
                        return self._leak(number, last)
        return None

    def _leak(self, number: int, last: int) -> Leak:
        way = [number]
        while way[-1] != last and len(way) < SHOWN:
            way.append(self._ways[way[-1]][last])
        if way[-1] != last:
            way[-1] = last
        forward = self._leaks[last]
        return Leak(
            address=forward.address,
            source=forward.source,
            through=tuple(self._holders[one].addresses[0] for one in way),
        )

    def _forwards(
        self, policy: ForwardingPolicy, today: date
    ) -> tuple[dict[int, Forward], dict[int, list[int]]]:
        """Who forwards outside, and of each other holder who forwards to it."""
        leaks: dict[int, Forward] = {}
        senders: dict[int, list[int]] = {}
        for number, holder in enumerate(self._holders):
            for forward in holder.forwards:
                if not _sends_on(forward):
                    continue
                destination = policy.destination(forward.address)
                if destination.leaves(today):
                    leaks.setdefault(number, forward)
                for recipient in destination.recipients:
                    for receiver in self._holders_of(recipient):
                        senders.setdefault(receiver, []).append(number)
        return leaks, senders

    def _holders_of(self, recipient: Recipient) -> Iterator[int]:
        """Who gets its mail: with the address's extension, without, or all of the domain."""
        local = recipient.local.lower()
        names = dict.fromkeys((local, local.partition("+")[0]))
        domains = [recipient.domain] if recipient.domain else []
        for domain in domains:
            keys = [f"{name}@{domain}" for name in names]
            there = [number for key in keys for number in self._ids.get(key, ())]
            yield from there
            if there or any(key in self._mailboxes or key in self._held for key in keys):
                continue
            yield from self._ids.get(f"@{domain}", ())
            domains += self._renamed.get(domain, ())[: _RENAMES - len(domains)]


def _sends_on(forward: Forward) -> bool:
    """Whether mail that its holder gets goes on to its address for sure."""
    told = forward.address and not forward.opaque
    return bool(forward.active and told and forward.channel != "sender_bcc")


def _renamed(holders: Iterable[Holder]) -> dict[str, tuple[str, ...]]:
    """Of each domain whose addresses keep their names at others: which."""
    renamed: dict[str, tuple[str, ...]] = {}
    for holder in holders:
        if holder.addresses[0].startswith("@"):
            new = [recipients(one.address)[0] for one in holder.forwards if one.active]
            names = dict.fromkeys(one.domain for one in new if one.domain and not one.local)
            renamed[recipients(holder.addresses[0])[0].domain] = tuple(names)
    return renamed


def _ways(
    leaks: Mapping[int, Forward], senders: Mapping[int, list[int]]
) -> dict[int, dict[int, int]]:
    """Of each holder that mail leaves from in the end: with whom, and the next one on the way."""
    ways: dict[int, dict[int, int]] = {}
    waiting = deque((number, number, number) for number in leaks)
    while waiting:
        number, last, following = waiting.popleft()
        known = ways.setdefault(number, {})
        if last in known or len(known) == _WAYS:
            continue
        known[last] = following
        waiting.extend((sender, last, number) for sender in senders.get(number, ()))
    return ways


def _key_of(address: str) -> str:
    """An address in the one form that it is looked up by."""
    found = recipients(address)
    if len(found) > 1 or found[0].unclear:
        return address.lower()
    return f"{found[0].local.lower()}@{found[0].domain}"

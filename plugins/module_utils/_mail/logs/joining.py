# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Events counted by mailbox and day; what Postfix tells of a message in several lines is joined.

Postfix names the user who handed a message in once, the number of recipients in another line, and
each delivery in one more: the queue id is in all of them.
"""

from __future__ import annotations

import ipaddress
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from ..._core.listed_domains import listed
from .events import Delivered, Event, Queued, Removed, SignIn, SignInFailed, Submitted, ToMany

MOST_OPEN = 200_000  # messages in the queue that are kept in mind; past it the oldest is let go

Key = tuple[str, date]  # user or address in lower case, day (UTC)


@dataclass(kw_only=True, slots=True)
class Message:
    """A message that is still in the queue."""

    user: str  # who handed it in; "" for one that came from elsewhere
    sender_domain: str = ""  # the listed one that it came from
    queued: bool = False  # whether its recipients were counted
    to_many: str | None = (
        None  # whose newsletter it is: a domain, "" before that is told; None: none
    )


@dataclass(kw_only=True, slots=True)
class DayCounts:
    """What one mailbox did, or was done to, on one day (UTC)."""

    messages: int = 0  # handed in
    recipients: int = 0  # of these messages
    delivered: int = 0  # recipients
    bounced: int = 0  # recipients
    sign_ins: int = 0
    failed: int = 0  # wrong passwords
    guessed: int = 0  # most of them from one network before a sign-in from there (by the ledger)


@dataclass
class Batch:
    """What was counted and is not in the ledger yet."""

    days: dict[Key, DayCounts] = field(default_factory=lambda: defaultdict(DayCounts))
    hours: Counter[tuple[str, datetime]] = field(default_factory=Counter)  # recipients
    # (user, day, network) -> when somebody signed in from there last
    networks: dict[tuple[str, date, str], datetime] = field(default_factory=dict)
    # (user, day, network, minute) -> wrong passwords from there. Whether a sign-in came after them
    # only their times tell: Dovecot's and Postfix's files are read one after the other.
    wrong: Counter[tuple[str, date, str, datetime]] = field(default_factory=Counter)
    # (address, day, "to" or "from" a listed domain, or "many": a newsletter of that domain)
    # -> messages for one recipient
    domains: Counter[tuple[str, date, str, str]] = field(default_factory=Counter)
    strangers: int = 0  # wrong passwords for users that there are not

    @property
    def size(self) -> int:
        """How many entries it has."""
        hourly = len(self.hours) + len(self.networks)
        return len(self.days) + hourly + len(self.wrong) + len(self.domains)


class Joiner:
    """Joins a stream of events; `batch` has what came of them since it was last taken."""

    def __init__(
        self,
        open_messages: Mapping[str, Message],
        *,
        domains: frozenset[str],
        users: frozenset[str] | None = None,
    ) -> None:
        """`open_messages` by queue id, of an earlier reading; mail of `domains` is counted.

        `users` are all that there are, in lower case (None: not known): whoever guesses passwords
        tries names by the thousand that are nobody's.
        """
        self.batch = Batch()
        self.open = dict(open_messages)
        self._domains = domains
        self._users = users

    def take(self) -> Batch:
        """What was counted, once."""
        batch, self.batch = self.batch, Batch()
        return batch

    def add(self, at: datetime, event: Event) -> None:
        """Count an event of the time `at` (UTC)."""
        match event:
            case Submitted():
                self._submitted(at, event)
            case ToMany():
                self._known(event.queue_id).to_many = ""
            case Queued():
                self._queued(at, event)
            case Delivered():
                self._delivered(at, event)
            case Removed():
                self.open.pop(event.queue_id, None)
            case SignIn():
                self._day(event.user, at).sign_ins += 1
                self._used_from(event.user, at, event.address)
            case SignInFailed():
                self._failed(at, event)

    def _day(self, user: str, at: datetime) -> DayCounts:
        return self.batch.days[_name(user), at.date()]

    def _submitted(self, at: datetime, event: Submitted) -> None:
        self._keep(event.queue_id, Message(user=event.user))
        self._day(event.user, at).messages += 1
        self._used_from(event.user, at, event.address)

    def _used_from(self, user: str, at: datetime, address: str) -> None:
        key = (_name(user), at.date(), network(address))
        self.batch.networks[key] = max(at, self.batch.networks.get(key, at))

    def _failed(self, at: datetime, event: SignInFailed) -> None:
        if self._users is not None and _name(event.user) not in self._users:
            self.batch.strangers += event.attempts
            return
        self._day(event.user, at).failed += event.attempts
        minute = at.replace(second=0, microsecond=0)
        key = (_name(event.user), at.date(), network(event.address), minute)
        self.batch.wrong[key] += event.attempts

    def _queued(self, at: datetime, event: Queued) -> None:
        message = self._known(event.queue_id)
        message.sender_domain = self._listed_domain(event.sender)
        if message.to_many is not None:
            message.to_many = domain(event.sender)
        if message.user and not message.queued:  # told again at each try
            self._day(message.user, at).recipients += event.recipients
            hour = at.replace(minute=0, second=0, microsecond=0)
            self.batch.hours[_name(message.user), hour] += event.recipients
        message.queued = True

    def _delivered(self, at: datetime, event: Delivered) -> None:
        message = self.open.get(event.queue_id)
        if message is None:
            return
        if message.user:
            day = self._day(message.user, at)
            day.delivered += event.outcome == "sent"
            day.bounced += event.outcome in ("bounced", "expired")
        if event.outcome != "sent":
            return
        to = self._listed_domain(event.recipient)
        if message.user and to:
            self.batch.domains[_name(message.user), at.date(), "to", to] += 1
        if message.sender_domain:
            key = (event.recipient.lower(), at.date(), "from", message.sender_domain)
            self.batch.domains[key] += 1
        elif message.to_many and not message.user:
            self.batch.domains[event.recipient.lower(), at.date(), "many", message.to_many] += 1

    def _listed_domain(self, address: str) -> str:
        return listed(domain(address), self._domains)

    def _known(self, queue_id: str) -> Message:
        """The message in the queue; what nobody was seen to hand in came from elsewhere."""
        if queue_id not in self.open:
            self._keep(queue_id, Message(user=""))
        return self.open[queue_id]

    def _keep(self, queue_id: str, message: Message) -> None:
        self.open.pop(queue_id, None)  # an id that is used again is a new message, the youngest
        self.open[queue_id] = message
        if len(self.open) > MOST_OPEN:
            del self.open[next(iter(self.open))]


def domain(address: str) -> str:
    """The domain of an address of a log, in lower case; "" where it has none."""
    return address.rpartition("@")[2].lower().rstrip(".") if "@" in address else ""


@lru_cache(maxsize=1 << 16)  # to parse it takes longer than all else that is done to a line
def network(address: str) -> str:
    """The network that counts as one place: /24 of IPv4, /48 of IPv6 (RFC 6177)."""
    try:
        parsed = ipaddress.ip_address(address.removeprefix("IPv6:"))
    except ValueError:
        return address[:64]
    prefix = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network((parsed, prefix), strict=False))


def _name(user: str) -> str:
    return user.lower()

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""How much mail one network address may hand in, by the policy and on the mail hosts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_network

from .section import Section


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """Something that Postfix's smtpd(8) can limit."""

    name: str  # in the policy
    title: str  # in findings
    setting: str  # of Postfix; 0 there is no limit
    is_rate: bool = True  # counted by address within anvil_rate_time_unit; else in each message


LIMITS = (
    Limit(name="messages", title="messages", setting="smtpd_client_message_rate_limit"),
    Limit(name="recipients", title="recipients", setting="smtpd_client_recipient_rate_limit"),
    Limit(name="sign_ins", title="tries to sign in", setting="smtpd_client_auth_rate_limit"),
    Limit(name="connections", title="connections", setting="smtpd_client_connection_rate_limit"),
    Limit(
        name="recipients_per_message",
        title="recipients of one message",
        setting="smtpd_recipient_limit",
        is_rate=False,
    ),
)
_MINUTE = 60  # seconds
FEWEST_RECIPIENTS = 100  # that a server has to take with one message (RFC 5321, 4.5.3.1.8)


@dataclass(frozen=True, kw_only=True)
class OutboundLimits:
    """What one network address may hand in where users sign in; 0: the office does not ask."""

    per_minutes: int = 60
    messages: int = 300
    recipients: int = 1000
    sign_ins: int = 300  # tries, also those with a wrong password
    connections: int = 0
    recipients_per_message: int = 0
    exempt: tuple[str, ...] = ()  # networks without these limits, besides those of the server

    @property
    def seconds(self) -> int:
        """What rates are counted in."""
        return self.per_minutes * _MINUTE

    @property
    def asked(self) -> Mapping[Limit, int]:
        """The limits that the office asks for."""
        numbers = {limit: int(getattr(self, limit.name)) for limit in LIMITS}
        return {limit: number for limit, number in numbers.items() if number}

    def missed(self, seen: Mapping[str, int], seconds: int) -> Iterator[Limit]:
        """The limits that a server which counts rates in so many seconds lacks, or has too high.

        `seen`: Limit.name -> number; 0: none.
        """
        for limit, number in self.asked.items():
            found = seen.get(limit.name, 0)
            own, theirs = (self.seconds, seconds) if limit.is_rate else (1, 1)
            if not found or found * own > number * theirs:
                yield limit


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyService:
    """A program that Postfix asks about each recipient or message (SMTPD_POLICY_README)."""

    address: str  # as "inet:127.0.0.1:10040"
    program: str  # what it is known as; "": not known
    counts_senders: bool | None  # whether it can limit each sender by itself; None: not known


@dataclass(frozen=True, kw_only=True, slots=True)
class SubmissionService:
    """A service of Postfix where users sign in to send, and what holds there."""

    name: str  # in master.cf
    limits: Mapping[str, int]  # Limit.name -> number; 0: none
    seconds: int  # that rates are counted in
    takes_mail_from_outside: bool = False  # the port to which all the world sends
    is_counted: bool = True  # there is an anvil(8) to count
    exempt: tuple[str, ...] = ()  # networks that no rate is counted of
    asks: tuple[PolicyService, ...] = ()

    @property
    def counting_services(self) -> tuple[PolicyService, ...]:
        """Those asked that can limit each sender."""
        return tuple(one for one in self.asks if one.counts_senders)


def read_outbound_limits(section: Section) -> OutboundLimits:
    """What the section states; its mistakes are noted in it."""
    default = OutboundLimits()

    def number(key: str, least: int = 0) -> int:
        return section.number(key, least, 10**7, default=int(getattr(default, key)))

    stated = OutboundLimits(
        per_minutes=section.number("per_minutes", 1, 24 * 60, default=default.per_minutes),
        messages=number("messages"),
        recipients=number("recipients"),
        sign_ins=number("sign_ins"),
        connections=number("connections"),
        recipients_per_message=number("recipients_per_message"),
        exempt=tuple(_networks(section)),
    )
    if 0 < stated.recipients_per_message < FEWEST_RECIPIENTS:
        section.mistake(
            "recipients_per_message",
            f"a mail server has to take {FEWEST_RECIPIENTS} (RFC 5321): so many or more, or 0",
        )
    section.finish()
    return stated


def network(written: str) -> str | None:
    """An address or a network as it is usually written; None for anything else."""
    try:
        return str(ip_network(written.strip().strip("[]")))
    except ValueError:
        return None


def _networks(section: Section) -> Iterator[str]:
    for written in section.texts("exempt"):
        found = network(written)
        if found is None:
            section.mistake(
                "exempt",
                f"{written!r} is no network: write 192.0.2.7, 192.0.2.0/24 or 2001:db8::/48",
            )
        else:
            yield found

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The policy's sections on what the logs of mail hosts tell."""

from __future__ import annotations

from dataclasses import dataclass

from .addresses import ascii_domain
from .listed_domains import FREE_MAIL, SERVICES
from .listed_senders import LEAVE, WAYS
from .section import Section


@dataclass(frozen=True, kw_only=True)
class MailLogsPolicy:
    """What part of the past the logs have to tell of, for silence to mean something."""

    cover_days: int = 14  # up to the present


@dataclass(frozen=True, kw_only=True)
class OutboundSpamPolicy:
    """What a mailbox whose own user uses it does not go past."""

    recipients_per_hour: int = 200
    times_usual_day: int = 10  # recipients on a day against the usual day
    usual_counts_from: int = 100  # recipients on a day, before it is compared with the usual one
    bounced_percent: int = 20  # of the recipients
    bounced_counts_from: int = 50  # recipients that were tried, before that share is judged
    networks_per_day: int = 10  # /24 of IPv4, /48 of IPv6
    wrong_passwords_per_day: int = 100
    wrong_passwords_before_sign_in: int = 20  # from the same network, on the same day
    propose_lock: bool = False  # of those who sent more than that


@dataclass(frozen=True, kw_only=True)
class FreeMailPolicy:
    """What counts as free mail, and from how much on a unit is asked about it."""

    domains: frozenset[str] = FREE_MAIL  # with those below them
    unit_messages: int = 100  # sent there by a unit within the days that a snapshot sums up


@dataclass(frozen=True, kw_only=True)
class ServiceSignupPolicy:
    """Whose mail shows that an address is registered, and from how much on that is asked about."""

    domains: frozenset[str] = frozenset().union(*SERVICES.values())  # with those below them
    messages: int = 3  # from one domain, within the days that a snapshot sums up
    listed_senders: str = LEAVE  # what Postfix is to do with their mail: one of WAYS


def read_free_mail(section: Section) -> FreeMailPolicy:
    """What the section states; its mistakes are noted in it."""
    default = FreeMailPolicy()
    stated = FreeMailPolicy(
        domains=_domains(section, default.domains),
        unit_messages=section.number("unit_messages", 0, 10**7, default=default.unit_messages),
    )
    section.finish()
    return stated


def read_service_signup(section: Section) -> ServiceSignupPolicy:
    """What the section states; its mistakes are noted in it."""
    default = ServiceSignupPolicy()
    stated = ServiceSignupPolicy(
        domains=_domains(section, default.domains),
        messages=section.number("messages", 1, 10**7, default=default.messages),
        listed_senders=section.choice("listed_senders", WAYS, default=default.listed_senders),
    )
    section.finish()
    return stated


def _domains(section: Section, default: frozenset[str]) -> frozenset[str]:
    """The list of the section, which takes the default one's place."""
    if not section.has("domains"):
        return default
    known = {written: ascii_domain(written) for written in section.texts("domains")}
    for written, name in known.items():
        if name is None:
            section.mistake("domains", f"{written!r} is no domain name")
    return frozenset(name for name in known.values() if name)


def read_mail_logs(section: Section) -> MailLogsPolicy:
    """What the section states; its mistakes are noted in it."""
    days = section.number("cover_days", 1, 366, default=MailLogsPolicy.cover_days)
    section.finish()
    return MailLogsPolicy(cover_days=days)


def read_outbound_spam(section: Section) -> OutboundSpamPolicy:
    """What the section states; its mistakes are noted in it."""
    default = OutboundSpamPolicy()

    def number(key: str, least: int, most: int) -> int:
        return section.number(key, least, most, default=int(getattr(default, key)))

    stated = OutboundSpamPolicy(
        recipients_per_hour=number("recipients_per_hour", 1, 10**7),
        times_usual_day=number("times_usual_day", 2, 10**4),
        usual_counts_from=number("usual_counts_from", 1, 10**7),
        bounced_percent=number("bounced_percent", 1, 100),
        bounced_counts_from=number("bounced_counts_from", 1, 10**7),
        networks_per_day=number("networks_per_day", 1, 10**4),
        wrong_passwords_per_day=number("wrong_passwords_per_day", 1, 10**7),
        wrong_passwords_before_sign_in=number("wrong_passwords_before_sign_in", 1, 10**7),
        propose_lock=section.flag("propose_lock", default=default.propose_lock),
    )
    section.finish()
    return stated

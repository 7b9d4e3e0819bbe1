# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The policy: what the office asks for, read from its policy file.

The letter's values are the defaults. The profile "nist-63b-4" follows NIST SP 800-63B-4 (3.1.1.2)
instead: length and a blocklist, and no composition rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .account import WITNESSES
from .browser_passwords import BrowserPasswords, read_browser_passwords
from .errors import PolicyError
from .exemptions import Exemption, read_exemption
from .forwarding_policy import ForwardingPolicy, read_forwarding
from .log_policies import (
    FreeMailPolicy,
    MailLogsPolicy,
    OutboundSpamPolicy,
    ServiceSignupPolicy,
    read_free_mail,
    read_mail_logs,
    read_outbound_spam,
    read_service_signup,
)
from .outbound_limits import OutboundLimits, read_outbound_limits
from .reopening_policy import ReopeningPolicy, read_reopening
from .section import Located, Section
from .spam_handling import SpamHandlingPolicy, read_spam_handling

CLASSES = ("letters", "digits", "specials")


@dataclass(frozen=True, kw_only=True)
class PasswordRequirements:
    """What a server-side password policy has to demand; None: the office does not ask."""

    min_length: int
    classes: frozenset[str]  # of CLASSES
    specials: str = "@!#%"
    allow_composition_rules: bool = True  # False: a server that demands classes deviates
    allow_expiry: bool = True  # False: a server that lets passwords expire deviates
    blocklist: bool = False
    history: int | None = None  # at least
    lockout_threshold: int | None = None  # at most, and not 0
    must_change_after_reset: bool | None = None


PROFILES: Mapping[str, PasswordRequirements] = {
    # "longer than 8 characters": the shortest one has 9.
    "letter": PasswordRequirements(min_length=9, classes=frozenset(CLASSES)),
    "nist-63b-4": PasswordRequirements(
        min_length=15,
        classes=frozenset(),
        allow_composition_rules=False,
        allow_expiry=False,
        blocklist=True,
    ),
}


@dataclass(frozen=True, kw_only=True)
class IdlePolicy:
    """When a mailbox counts as idle, in calendar months of the office's time zone."""

    limit_months: int = 3
    warn_months: int = 2
    # witness (SignIn.source) -> the day since when it has recorded every sign-in
    sign_ins_recorded_since: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class DefaultPasswordPolicy:
    """What is done about default passwords besides forcing a new one."""

    # From this day on such an account is locked as well, until an administrator has set a new
    # password: a mail server that only checks passwords lets the old one in. None: never.
    lock_from: date | None = None


@dataclass(frozen=True, kw_only=True)
class EnforcementPolicy:
    """How much may be changed at once, and what is asked for before."""

    max_changes: int = 100  # entries in one run
    max_percent: int = 10  # of the accounts that were assessed
    unit_max_changes: int = 100
    unit_max_percent: int = 50
    max_plan_age_hours: int = 24
    warn_first_days: int = 0  # a lock needs a warning that is so old; 0: none
    administrators: tuple[str, ...] = ()  # addresses; one of them always stays unlocked


@dataclass(frozen=True, kw_only=True)
class RegularUsePolicy:
    """How much of a unit's mailboxes should be in use."""

    within_days: int = 30
    min_share_percent: int = 50


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The whole policy, checked."""

    office: str = ""
    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Ho_Chi_Minh"))
    profile: str = "letter"
    password: PasswordRequirements = PROFILES["letter"]
    forwarding: ForwardingPolicy
    default_password: DefaultPasswordPolicy = DefaultPasswordPolicy()
    idle: IdlePolicy = IdlePolicy()
    regular_use: RegularUsePolicy = RegularUsePolicy()
    mail_logs: MailLogsPolicy = field(default_factory=MailLogsPolicy)
    free_mail: FreeMailPolicy = field(default_factory=FreeMailPolicy)
    service_signup: ServiceSignupPolicy = field(default_factory=ServiceSignupPolicy)
    spam_handling: SpamHandlingPolicy = field(default_factory=SpamHandlingPolicy)
    outbound_spam: OutboundSpamPolicy = field(default_factory=OutboundSpamPolicy)
    outbound_limits: OutboundLimits = field(default_factory=OutboundLimits)
    enforcement: EnforcementPolicy = EnforcementPolicy()
    reopening: ReopeningPolicy = field(default_factory=ReopeningPolicy)
    browser_passwords: BrowserPasswords = field(default_factory=BrowserPasswords)
    controls: tuple[str, ...] | None = None  # None: all of the catalogue
    exemptions: tuple[Exemption, ...] = ()


def read_policy(document: Located, known_controls: tuple[str, ...]) -> Policy:
    """The policy that a policy file states.

    Raises PolicyError that lists every mistake with file, line and key.
    """
    top = Section.top(document)
    profile = top.choice("profile", tuple(PROFILES), default="letter")
    policy = Policy(
        office=top.text("office", default=""),
        time_zone=_time_zone(top),
        profile=profile,
        password=_password(top.section("password"), PROFILES[profile]),
        forwarding=read_forwarding(top.section("forwarding", required=True)),
        default_password=_default_password(top.section("default_password")),
        idle=_idle(top.section("idle_mailbox")),
        regular_use=_regular_use(top.section("regular_use")),
        mail_logs=read_mail_logs(top.section("mail_logs")),
        free_mail=read_free_mail(top.section("free_mail")),
        service_signup=read_service_signup(top.section("service_signup")),
        spam_handling=read_spam_handling(top.section("spam_handling")),
        outbound_spam=read_outbound_spam(top.section("outbound_spam")),
        outbound_limits=read_outbound_limits(top.section("outbound_limits")),
        enforcement=_enforcement(top.section("enforcement")),
        reopening=read_reopening(top.section("reopening")),
        browser_passwords=read_browser_passwords(top.section("browser_passwords")),
        controls=top.names("controls", known_controls, default=None),
        exemptions=tuple(
            exemption
            for entry in top.sections("exemptions")
            if (exemption := read_exemption(entry, known_controls))
        ),
    )
    if policy.controls == ():
        top.mistake("controls", "the list is empty: leave it out to assess all of them")
    top.finish()
    if top.mistakes:
        raise PolicyError("\n".join(top.mistakes))
    return policy


def _time_zone(top: Section) -> ZoneInfo:
    name = top.text("time_zone", default="Asia/Ho_Chi_Minh")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        top.mistake("time_zone", f"{name!r} is no time zone of this machine, as Asia/Ho_Chi_Minh")
        return ZoneInfo("UTC")


def _password(section: Section, profile: PasswordRequirements) -> PasswordRequirements:
    classes = section.names("classes", CLASSES, default=None)
    stated = replace(
        profile,
        min_length=section.number("min_length", 1, 256, default=profile.min_length),
        classes=profile.classes if classes is None else frozenset(classes),
        specials=section.text("specials", default=profile.specials),
        blocklist=section.flag("blocklist", default=profile.blocklist),
        history=section.number("history", 0, 100, default=profile.history),
        lockout_threshold=section.number(
            "lockout_threshold", 1, 1000, default=profile.lockout_threshold
        ),
        must_change_after_reset=section.flag(
            "must_change_after_reset", default=profile.must_change_after_reset
        ),
    )
    if stated.classes and not stated.allow_composition_rules:
        section.mistake("classes", "profile nist-63b-4 forbids composition rules: leave it out")
    section.finish()
    return stated


def _default_password(section: Section) -> DefaultPasswordPolicy:
    stated = DefaultPasswordPolicy(lock_from=section.day("lock_from"))
    section.finish()
    return stated


def _enforcement(section: Section) -> EnforcementPolicy:
    default = EnforcementPolicy()
    stated = EnforcementPolicy(
        max_changes=section.number("max_changes", 1, 10**7, default=default.max_changes),
        max_percent=section.number("max_percent", 1, 100, default=default.max_percent),
        unit_max_changes=section.number(
            "unit_max_changes", 1, 10**7, default=default.unit_max_changes
        ),
        unit_max_percent=section.number(
            "unit_max_percent", 1, 100, default=default.unit_max_percent
        ),
        max_plan_age_hours=section.number(
            "max_plan_age_hours", 1, 24 * 366, default=default.max_plan_age_hours
        ),
        warn_first_days=section.number("warn_first_days", 0, 366, default=default.warn_first_days),
        administrators=tuple(map(str.lower, section.texts("administrators"))),
    )
    section.finish()
    return stated


def _idle(section: Section) -> IdlePolicy:
    limit = section.number("limit_months", 1, 120, default=IdlePolicy.limit_months)
    warn = section.number(
        "warn_months", 0, 120, default=min(IdlePolicy.warn_months, max(limit - 1, 0))
    )
    if warn >= limit:
        section.mistake("warn_months", f"the warning must come before the limit of {limit} months")
    since = section.dates("sign_ins_recorded_since", WITNESSES)
    section.finish()
    return IdlePolicy(limit_months=limit, warn_months=warn, sign_ins_recorded_since=since)


def _regular_use(section: Section) -> RegularUsePolicy:
    default = RegularUsePolicy()
    stated = RegularUsePolicy(
        within_days=section.number("within_days", 1, 366, default=default.within_days),
        min_share_percent=section.number(
            "min_share_percent", 1, 100, default=default.min_share_percent
        ),
    )
    section.finish()
    return stated

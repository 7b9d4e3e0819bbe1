# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What is known of a mail account: the facts that a snapshot line holds.

Times are aware datetimes in UTC. None means "the server showed no value"; whether that is evidence
of absence is told by the snapshot (snapshot.Unread), never by the account itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum

from .traffic import Traffic


class Lock(str, Enum):
    """Who locked the account."""

    ADMINISTRATOR = "administrator"  # until somebody unlocks it
    FAILURES = "failures"  # the server, after too many wrong passwords


class PasswordCheck(str, Enum):
    """What comparing a stored hash with the office's candidates gave."""

    MATCH = "match"
    NO_MATCH = "no_match"
    NOT_TRIED = "not_tried"  # the time budget was used up, or the scheme is not known


# What records sign-ins; the policy states of each since when (sign_ins_recorded_since).
WITNESSES = (
    "pwdLastSuccess",
    "authTimestamp",
    "lastLoginTime",
    "krbLastSuccessfulAuth",
    "zimbraLastLogonTimestamp",
    "lastLogonTimestamp",  # Active Directory, for the whole domain
    "lastLogon",  # the same, of domain controllers
    "dovecot",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SignIn:
    """The last sign-in that one source has on record."""

    at: datetime
    source: str  # one of WITNESSES
    precision: timedelta = timedelta(0)  # the true last sign-in lies in [at, at + precision]
    detail: str = ""  # e.g. the protocol

    @property
    def latest(self) -> datetime:
        """The latest moment at which it can have been."""
        try:
            return self.at + self.precision
        except OverflowError:
            return datetime.max.replace(tzinfo=timezone.utc)


# Forward.opaque of an address that mail does not go to by itself: replies do.
ANSWERS = "automatic answers give it as their sender"


@dataclass(frozen=True, kw_only=True, slots=True)
class Forward:
    """One way in which mail for an address goes on by itself."""

    address: str  # the target as written; "" where it cannot be told
    channel: str  # "directory", or the name of a channel of a mail host
    source: str  # attribute, file or map, with the line where there is one
    active: bool = True  # False: stored but not in force, as an inactive Sieve script
    opaque: str = ""  # why the target cannot be told: a pipe, a variable; "" where it can
    # What is written to take it away: a file, a script, a row of a table. "": the account's own
    # attributes (channel "directory"), or what only a person can change.
    place: str = ""
    host: str = ""  # inventory name of the mail host where it is set; "": the account's directory


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """A further address that the directory has for a person, by its domain."""

    domain: str  # in lower case
    source: str  # attribute
    recovers: bool = False  # a forgotten password is set anew by way of it
    address: str = ""  # only where it was asked for: it is nobody's business but the owner's


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """One mail account of a directory."""

    id: str  # survives a rename: entryUUID, objectGUID, nsUniqueId
    dn: str
    login: str
    mail: tuple[str, ...]  # as written; exactly one in a well-kept directory
    name: str
    unit: str  # "" where the unit rule found none
    created_at: datetime | None = None
    password_changed_at: datetime | None = None
    must_change: bool = False
    lock: Lock | None = None
    locked_at: datetime | None = None  # None also for a lock without a time
    sign_ins: tuple[SignIn, ...] = ()
    password_policy: str | None = None  # DN of the effective policy; None: none or not known
    forwards: tuple[Forward, ...] = ()
    contacts: tuple[Contact, ...] = ()
    password_check: PasswordCheck | None = None  # None: no hash was asked for or shown
    password_scheme: str | None = None  # of the hash that was compared, e.g. "SSHA"
    problems: tuple[Problem, ...] = ()
    traffic: tuple[Traffic, ...] = ()  # what the mail logs tell, by host and by each of its names

    @property
    def subject(self) -> str:
        """What findings call the account: its address, or its DN where it has none."""
        return self.mail[0].lower() if self.mail else self.dn


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """A fact of one account or server that was there and could not be understood."""

    field: str  # the Account field it would have filled, or "" for the whole record
    message: str  # English, for the operator: what, where, and the way out


@dataclass(frozen=True, kw_only=True, slots=True)
class PasswordPolicy:
    """A password policy as a server enforces it; None: the server has no such setting.

    Durations are timedelta, zero meaning "no limit" where the server says so.
    """

    name: str  # DN or the server's name for it
    min_length: int | None = None
    # "letters", "digits", "specials" that the server demands; None: it cannot be read
    classes: frozenset[str] | None = None
    sets_classes: bool = False  # whether it can demand them by a setting of its own
    history: int | None = None
    max_age: timedelta | None = None
    lockout_threshold: int | None = None  # wrong passwords until the lock; 0: never locks
    lockout_duration: timedelta | None = None  # 0: until an administrator unlocks
    must_change_after_reset: bool | None = None
    max_idle: timedelta | None = None
    blocklist: bool | None = None  # new passwords are compared with known bad ones
    checks_quality: bool | None = None  # refuses what it cannot check, or accepts it
    notes: tuple[str, ...] = ()  # what the reader must know, e.g. a check module's name

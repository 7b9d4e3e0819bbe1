# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What the logs of a mail host tell of one mailbox: numbers, never what or to whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from statistics import median

_A_DAY = timedelta(days=1)

QUIET = timedelta(days=3)  # a log may say nothing of for so long, as on holidays
SUMMED_UP = timedelta(
    days=30
)  # what a snapshot of a log sums up, unless log_info is told otherwise
FEWEST_DAYS = 5  # with mail, besides the busiest one, that say what is usual


@dataclass(frozen=True, kw_only=True, slots=True)
class Peak:
    """The most of something within one hour or on one day, and when that began (UTC)."""

    number: int
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Traffic:
    """The days that are looked at, all together."""

    host: str = ""  # inventory name of the mail host
    messages: int = 0  # handed in by the mailbox's user
    recipients: int = 0  # of these messages
    delivered: int = 0  # recipients whose server took it
    bounced: int = 0  # recipients whose server refused it for good
    sign_ins: int = 0
    last_sent: datetime | None = None  # beginning of the last day (UTC) with messages
    busiest_hour: Peak | None = None  # recipients; None: nothing was sent
    busiest_day: Peak | None = None  # recipients
    usual_day: int | None = None  # recipients, as a rule; None: too few days to say
    networks: Peak | None = None  # that it was signed in from, on one day
    wrong_passwords: Peak | None = None  # on one day
    guessed: Peak | None = None  # of these from one network, before a sign-in from there
    sent_to: Mapping[str, int] = field(default_factory=dict)  # listed domain -> recipients there
    received_from: Mapping[str, int] = field(default_factory=dict)  # listed domain -> messages
    # Domain that is not listed -> messages with a header field of mail that goes to many.
    newsletters_from: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Missing:
    """A stretch of time that a log tells nothing of."""

    since: datetime
    until: datetime
    why: str  # "file": a file is gone, or was never read; "silence": nobody knows


@dataclass(frozen=True, kw_only=True, slots=True)
class LogCoverage:
    """What part of the past the logs of a mail host show, so what their silence can mean."""

    host: str
    first: datetime | None  # the oldest line that tells something; None: there was none
    last: datetime | None
    lines: int  # read in all runs
    untimed: int  # without a time that can be understood: not counted
    overlong: int  # too long to be looked at
    strangers: int  # wrong passwords for users that there are not
    failures: tuple[str, ...] = ()  # files that could not be read, and why
    missing: tuple[Missing, ...] = ()  # between the first and the last

    def lacks(self, since: datetime, until: datetime) -> Missing | None:
        """What is missing in the middle of it that touches that time, the earliest first."""
        touching = (one for one in self.missing if one.since < until and one.until > since)
        return min(touching, key=lambda one: one.since, default=None)

    def covers(self, since: datetime, until: datetime, quiet: timedelta) -> bool:
        """Whether nothing is missing from `since` to `until` but a silence of at most `quiet`."""
        return (
            not self.failures
            and not self.lacks(since, until)
            and self.first is not None
            and self.last is not None
            and self.first <= since + quiet
            and self.last >= until - quiet
        )


def peak(numbers: Iterable[tuple[datetime, int]]) -> Peak | None:
    """The largest of the numbers, the first of equals; None where all are zero."""
    at, number = max(numbers, key=lambda one: (one[1], -one[0].timestamp()), default=(None, 0))
    return Peak(number=number, at=at) if at and number else None


def silences(days: Iterable[date], quiet: timedelta) -> tuple[Missing, ...]:
    """Stretches of more than `quiet` whole days (UTC) between those that a log tells of."""
    return tuple(
        Missing(since=_midnight(before + _A_DAY), until=_midnight(after), why="silence")
        for before, after in pairwise(sorted(days))
        if after - before - _A_DAY > quiet
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=timezone.utc)


def usual(numbers: Mapping[date, int]) -> int | None:
    """What is sent on a day as a rule: the median of the days with mail but for the busiest one."""
    sent = sorted(number for number in numbers.values() if number)[:-1]
    return int(median(sent)) if len(sent) >= FEWEST_DAYS else None

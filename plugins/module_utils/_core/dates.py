# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Days and times: calendar months, the office's own day, the time format of our files."""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR, date, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

CLOCKS_DIFFER = timedelta(days=1)  # what a time may lie ahead of our own clock and still be good

CLOCKS_AGREE = timedelta(minutes=1)  # by what a server's clock may differ from ours without a word


def clocks_differ(server: str, ahead: timedelta) -> str:
    """What the operator is told of a server whose clock is not ours; behind it is below zero."""
    return (
        f"{server}: its clock is {round(ahead.total_seconds()):+} seconds off ours; times of its"
        " accounts are judged by its own. Set the one that is wrong right (NTP)"
    )


@lru_cache(maxsize=4096)  # accounts share the days of the last years
def add_months(day: date, months: int) -> date:
    """The same day `months` calendar months later, or the last day of that month if it is shorter.

    30 November and three months give 28 (or 29) February. Past the calendar's end, its last day:
    some servers write "never" as a day in the year 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > MAXYEAR:
        return date.max
    if day.day <= 28:  # every month has it; the way of nearly all days
        return date(year, month + 1, day.day)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_past(start: date, months: int, today: date) -> bool:
    """Whether more than `months` calendar months have gone by since `start`.

    The day that completes the last month is still inside: the letter says "over three months".
    """
    return today > add_months(start, months)


def local_day(time: datetime, zone: ZoneInfo) -> date:
    """The calendar day of `time` (aware) in the office's time zone."""
    try:
        return time.astimezone(zone).date()
    except OverflowError:  # at either end of the calendar, where the zone has no such day
        return time.date()


def parse_time(text: str) -> datetime:
    """An aware time from our files' ISO 8601 text.

    Raises ValueError when it has no zone, and for the forms without hyphens: an LDAP time such as
    20190108010203Z would be read as another hour.
    """
    if text[10:11] != "T":
        raise ValueError(f"{text!r} is no time as 2019-01-08T01:02:03Z")
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone: end it with Z or +07:00")
    return time


def format_time(time: datetime) -> str:
    """Our files' form of an aware time: UTC, whole seconds, e.g. 2019-01-08T01:02:03Z."""
    utc = time.astimezone(timezone.utc).replace(tzinfo=None)  # strftime would not pad years
    return utc.isoformat(timespec="seconds") + "Z"

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""How Active Directory writes times, intervals and identifiers.

A time is a FILETIME: units of 100 ns since 1601 in UTC ([MS-DTYP], 2.3.3); 0 and the largest number
mean that there is none. An interval is the same counted below zero, the smallest number meaning
that it has no end ([MS-ADTS], 3.1.1.3.4.1.4). A GUID is 16 bytes, its first three parts with the
least byte first ([MS-DTYP], 2.3.4).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from uuid import UUID

from .codecs import NO_TIME, Codec, UnclearError, Values, quoted, shown_text

NEVER = 2**63 - 1  # of times
ENDLESS = -(2**63)  # of intervals

_SECOND = 10_000_000  # units
_DAY = 86_400  # seconds
_FIRST_DAY = date(1601, 1, 1).toordinal()
_LAST = (date.max.toordinal() - _FIRST_DAY + 1) * _DAY * _SECOND - 1


def filetime(value: bytes) -> str:
    """JSON text of a FILETIME in UTC and whole seconds, or NO_TIME. Raises UnclearError."""
    units = _units(value)
    if units is None:
        return NO_TIME
    day, second = divmod(units // _SECOND, _DAY)
    return f'"{_day(day)}T{_clock(second)}Z"'


def moment_of(value: bytes) -> datetime | None:
    """The same as an aware datetime, cut to microseconds. Raises UnclearError."""
    units = _units(value)
    if units is None:
        return None
    start = datetime(1601, 1, 1, tzinfo=timezone.utc)
    return start + timedelta(microseconds=units // 10)


def duration(value: bytes) -> timedelta:
    """A stretch of time; zero for one without an end. Raises UnclearError."""
    units = number(value)
    if units > 0:
        raise UnclearError(f"{units} is no interval: Active Directory counts them below zero")
    return timedelta(0) if units == ENDLESS else timedelta(microseconds=-units // 10)


def interval(seconds: int) -> bytes:
    """What is written for a stretch of time; 0: without an end."""
    return str(-seconds * _SECOND if seconds else ENDLESS).encode()


def number(value: bytes) -> int:
    """An Integer or LargeInteger. Raises UnclearError."""
    digits = value[1:] if value[:1] == b"-" else value
    if not digits.isdigit() or len(digits) > 20:
        raise UnclearError(f"{shown_text(value[:40])} is no number: correct it on the server")
    return int(value)


def _units(value: bytes) -> int | None:
    units = number(value)
    if units in (0, NEVER):
        return None
    if not 0 < units <= _LAST:
        raise UnclearError(f"{units} is no time ([MS-DTYP], FILETIME): correct it on the server")
    return units


# Few days make up very many times; the caches are bounded all the same.


@lru_cache(maxsize=1 << 15)
def _day(day: int) -> str:
    return date.fromordinal(_FIRST_DAY + day).isoformat()


@lru_cache(maxsize=_DAY)
def _clock(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


def _first_filetime(values: Values) -> str:
    return filetime(values[0])


def _guid(values: Values) -> str:
    if len(values[0]) != 16:
        raise UnclearError(f"a GUID has 16 bytes, and this one {len(values[0])}")
    return quoted(str(UUID(bytes_le=values[0])))


def _bits(values: Values) -> str:
    return str(number(values[0]))


FILETIME = Codec(kind="time", decode=_first_filetime, sample="0")
GUID = Codec(kind="text", decode=_guid, sample="")
BITS = Codec(kind="number", decode=_bits, sample="0")

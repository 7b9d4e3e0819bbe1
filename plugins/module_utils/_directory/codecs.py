# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""From attribute values, as bytes, to the JSON text that stands in a snapshot line.

A directory has every value a hundred thousand times: nothing is built in between. What cannot be
understood raises UnclearError, which becomes a Problem of the account; the account is never lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from json.encoder import encode_basestring

Values = list[bytes]

quoted = encode_basestring  # JSON text of a text; letters beyond ASCII stay as they are
NO_TIME = "null"  # JSON text of a value that says that there is no time


class UnclearError(ValueError):
    """A value that cannot be understood; the text says what it is and what to do."""

    def __init__(self, message: str, shown: str = "") -> None:
        super().__init__(message)
        self.shown = shown  # JSON text to write all the same; "": leave the field out


@dataclass(frozen=True, kw_only=True)
class Codec:
    """How the values of an attribute are written."""

    kind: str  # what comes out: "text", "texts", "time", "boolean", "number", "hash"
    # at least one value in, JSON text out, of a time NO_TIME where it is none; raises UnclearError
    decode: Callable[[Values], str]
    sample: str  # a value of the right syntax, to ask the server with


def text(value: bytes) -> str:
    """JSON text of a UTF-8 value; other bytes are shown as \\xNN. Raises UnclearError for those."""
    try:
        return quoted(value.decode())
    except UnicodeDecodeError:
        shown = shown_text(value)
        raise UnclearError(
            f"{shown} is not UTF-8: correct the entry on the server", quoted(shown)
        ) from None


def shown_text(value: bytes) -> str:
    """The value for a reader, with \\xNN for bytes that are not UTF-8."""
    return value.decode("utf-8", "backslashreplace")


def time(value: bytes) -> str:
    """JSON text of a generalized time (RFC 4517, 3.3.13), in UTC and whole seconds.

    Fractions are cut off. Raises UnclearError for anything else.
    """
    # YYYYmmddHHMMSSZ, as nearly all are, or with .0Z, as Active Directory has it
    if (len(value) == 15 and value[14] == 0x5A) or value[14:] == b".0Z":
        try:
            return _day(value[:8]) + _minute(value[8:12]) + _second(value[12:14])
        except ValueError:
            pass  # a leap second, or nonsense: told apart below
    return f'"{moment(value).replace(microsecond=0, tzinfo=None).isoformat()}Z"'


def moment(value: bytes) -> datetime:
    """The same as an aware datetime, with its fraction."""
    match = _GENERALIZED_TIME.fullmatch(value)
    if not match:
        raise _no_time(value)
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    unit = 1 if match[6] else 60 if match[5] else 3600  # seconds that the fraction is one of
    after = timedelta(seconds=second, microseconds=_microseconds(match[7]) * unit)
    try:
        if second > 60:  # 60 is a leap second
            raise ValueError
        start = datetime(year, month, day, hour, minute, tzinfo=timezone.utc)
        return start + after - _offset(match[8])
    except (ValueError, OverflowError):
        raise _no_time(value) from None


_GENERALIZED_TIME = re.compile(
    rb"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})(?:([0-9]{2})([0-9]{2})?)?"
    rb"(?:[.,]([0-9]+))?(Z|[+-][0-9]{2}(?:[0-9]{2})?)"
)


def _microseconds(fraction: bytes | None) -> int:
    return int((fraction or b"0")[:6].ljust(6, b"0"))


def _offset(zone: bytes) -> timedelta:
    """How far local time is ahead of UTC. Raises ValueError."""
    if zone == b"Z":
        return timedelta(0)
    hours, minutes = int(zone[1:3]), int(zone[3:5] or 0)
    if hours > 23 or minutes > 59:
        raise ValueError
    ahead = timedelta(hours=hours, minutes=minutes)
    return ahead if zone[:1] == b"+" else -ahead


def _no_time(value: bytes) -> UnclearError:
    return UnclearError(
        f"{shown_text(value[:40])} is no generalized time (RFC 4517): correct it on the server"
    )


# Few days and minutes make up very many times; the caches are bounded all the same.


@lru_cache(maxsize=1 << 15)
def _day(digits: bytes) -> str:
    if not digits.isdigit():
        raise ValueError
    year, month, day = digits[:4].decode(), digits[4:6].decode(), digits[6:].decode()
    date(int(year), int(month), int(day))  # raises ValueError for 30 February
    return f'"{year}-{month}-{day}T'


@lru_cache(maxsize=1440)
def _minute(digits: bytes) -> str:
    if not digits.isdigit() or digits >= b"2400" or digits[2:] >= b"60":
        raise ValueError
    return f"{digits[:2].decode()}:{digits[2:].decode()}:"


@lru_cache(maxsize=60)
def _second(digits: bytes) -> str:
    if not digits.isdigit() or digits >= b"60":
        raise ValueError
    return f'{digits.decode()}Z"'


def _first_text(values: Values) -> str:
    try:
        return encode_basestring(values[0].decode())  # text() without its call
    except UnicodeDecodeError:
        return text(values[0])


def _first_time(values: Values) -> str:
    return time(values[0])


def _texts(values: Values) -> str:
    if len(values) == 1:  # by far the most, and no list to join
        try:
            return f"[{text(values[0])}]"
        except UnclearError as unclear:
            raise UnclearError(str(unclear), f"[{unclear.shown}]") from None
    shown = ",".join(quoted(shown_text(value)) for value in values)
    for value in values:
        try:
            text(value)
        except UnclearError as unclear:
            raise UnclearError(str(unclear), f"[{shown}]") from None
    return f"[{shown}]"


def _boolean(values: Values) -> str:
    if values[0] in _BOOLEANS:
        return _BOOLEANS[values[0]]
    raise UnclearError(f"{shown_text(values[0][:40])} is neither TRUE nor FALSE (RFC 4517, 3.3.3)")


_BOOLEANS = {b"TRUE": "true", b"FALSE": "false"}


def _secret(values: Values) -> str:
    raise UnclearError("hashes are never written")


TEXT = Codec(kind="text", decode=_first_text, sample="x")
TEXTS = Codec(kind="texts", decode=_texts, sample="x")
DN = Codec(kind="text", decode=_first_text, sample="cn=x")
UUID = Codec(kind="text", decode=_first_text, sample="00000000-0000-0000-0000-000000000000")
TIME = Codec(kind="time", decode=_first_time, sample="19700101000000Z")
BOOLEAN = Codec(kind="boolean", decode=_boolean, sample="TRUE")
HASH = Codec(kind="hash", decode=_secret, sample="x")

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What a server answers beside entries: results, controls, references (RFC 4511, 4.1.9 and on)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .ber import (
    ENUMERATED,
    INTEGER,
    OCTETS,
    SEARCH_ENTRY,
    SEQUENCE,
    MalformedError,
    Message,
    elements,
)
from .entries import Names, entry

PAGED_RESULTS = b"1.2.840.113556.1.4.319"  # RFC 2696
POST_READ = b"1.3.6.1.1.13.2"  # RFC 4527

_INTERMEDIATE_NAME, _INTERMEDIATE_VALUE = 0x80, 0x81
_REFERRAL, _CONTROLS, _RESPONSE_NAME, _RESPONSE_VALUE = 0xA3, 0xA0, 0x8A, 0x8B


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """An LDAPResult (RFC 4511, 4.1.9) and what came with it."""

    code: int
    matched_dn: str
    message: str
    referrals: tuple[str, ...] = ()
    cookie: bytes = b""  # of the paged results control; b"": that was the last page


# A success with nothing to say, as nearly all are.
_PLAIN = b"\x0a\x01\x00\x04\x00\x04\x00"
_PLAIN_RESULT = Result(code=0, matched_dn="", message="")


def result(message: Message) -> Result:
    """The result in a search's last, a compare's or an extended answer. Raises MalformedError."""
    if message.stop == message.end and message.buffer[message.start : message.end] == _PLAIN:
        return _PLAIN_RESULT
    parts = elements(message.buffer, message.start, message.end)
    code = _integer(_next(parts, ENUMERATED, "a result without its code"))
    matched = _next(parts, OCTETS, "a result without a matched DN")
    diagnostic = _next(parts, OCTETS, "a result without a diagnostic message")
    referrals = next((value for tag, value in parts if tag == _REFERRAL), b"")
    return Result(
        code=code,
        matched_dn=_text(matched),
        message=_text(diagnostic),
        referrals=_texts(referrals),
        cookie=_cookie(message),
    )


def post_read(message: Message, names: Names) -> dict[str, list[bytes]]:
    """The attributes in the post-read control (RFC 4527, 3.2) of an answer; {} without one.

    `names` as for entry(). Raises MalformedError.
    """
    value = control_value(message, POST_READ)
    if not value:
        return {}
    parts = elements(value, 0, len(value))
    content = _next(parts, SEARCH_ENTRY, "a post-read control without an entry")
    return entry(content, 0, len(content), names)[1]


def references(message: Message) -> tuple[str, ...]:
    """The URIs of a SearchResultReference (RFC 4511, 4.5.3). Raises MalformedError."""
    return _texts(message.buffer[message.start : message.end])


def response_name(message: Message) -> str:
    """The OID in an ExtendedResponse (RFC 4511, 4.12), or "". Raises MalformedError."""
    parts = elements(message.buffer, message.start, message.end)
    return next((_text(value) for tag, value in parts if tag == _RESPONSE_NAME), "")


def intermediate(message: Message) -> tuple[str, bytes]:
    """OID and value of an IntermediateResponse (RFC 4511, 4.13), each may be empty.

    Raises MalformedError.
    """
    parts = dict(elements(message.buffer, message.start, message.end))
    return _text(parts.get(_INTERMEDIATE_NAME, b"")), parts.get(_INTERMEDIATE_VALUE, b"")


def response_value(message: Message) -> bytes:
    """The value in an ExtendedResponse, or b"". Raises MalformedError."""
    parts = elements(message.buffer, message.start, message.end)
    return next((value for tag, value in parts if tag == _RESPONSE_VALUE), b"")


def _next(parts: Iterator[tuple[int, bytes]], tag: int, otherwise: str) -> bytes:
    found, value = next(parts, (0, b""))
    if found != tag:
        raise MalformedError(otherwise)
    return value


def _integer(value: bytes) -> int:
    if not 1 <= len(value) <= 4:
        raise MalformedError(f"a number of {len(value)} bytes")
    return int.from_bytes(value, "big")


def _text(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")


def _texts(content: bytes) -> tuple[str, ...]:
    return tuple(_text(value) for _, value in elements(content, 0, len(content)))


def _cookie(message: Message) -> bytes:
    """The cookie in a realSearchControlValue: SEQUENCE { size INTEGER, cookie OCTET STRING }."""
    value = control_value(message, PAGED_RESULTS)
    if not value:
        return b""
    outer = _next(elements(value, 0, len(value)), SEQUENCE, "a page without its control value")
    parts = elements(outer, 0, len(outer))
    _next(parts, INTEGER, "a page without its size")
    return _next(parts, OCTETS, "a page without its cookie")


def control_value(message: Message, kind: bytes) -> bytes:
    """The value of the control of that kind (RFC 4511, 4.1.11) that came with a message, or b""."""
    for tag, controls in elements(message.buffer, message.end, message.stop):
        for _, control in elements(controls, 0, len(controls)) if tag == _CONTROLS else ():
            fields = list(elements(control, 0, len(control)))
            if fields and fields[0] == (OCTETS, kind):
                return fields[-1][1]
    return b""

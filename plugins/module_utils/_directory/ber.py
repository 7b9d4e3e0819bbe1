# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""LDAP answers, decoded straight from the bytes of the connection (RFC 4511, BER by its 5.1).

Only what a server sends in answer to search, compare and modify is known here. Nothing is copied
but the values, and no byte past a message's own end is used: what does not fit raises
MalformedError.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

# protocolOp tags (RFC 4511, 4.2 to 4.12)
SEARCH_ENTRY = 0x64
SEARCH_DONE = 0x65
MODIFY_RESPONSE = 0x67
COMPARE_RESPONSE = 0x6F
SEARCH_REFERENCE = 0x73
EXTENDED_RESPONSE = 0x78
INTERMEDIATE_RESPONSE = 0x79

PAGED_RESULTS = b"1.2.840.113556.1.4.319"  # RFC 2696
POST_READ = b"1.3.6.1.1.13.2"  # RFC 4527
RANGE = ";range="  # [MS-ADTS], 3.1.1.3.1.3.3: before the first and the last value of a part
LARGEST_MESSAGE = 64 << 20  # bytes; a longer one is taken for nonsense

_INTEGER, _OCTETS, _ENUMERATED, _SEQUENCE = 0x02, 0x04, 0x0A, 0x30
_INTERMEDIATE_NAME, _INTERMEDIATE_VALUE = 0x80, 0x81
_REFERRAL, _CONTROLS, _RESPONSE_NAME, _RESPONSE_VALUE = 0xA3, 0xA0, 0x8A, 0x8B


class MalformedError(ValueError):
    """The bytes are no LDAP message of a kind that may come here."""


class TruncatedError(EOFError):
    """The connection ended where an answer was to follow, or in the middle of one."""


class Message(NamedTuple):
    """Where one message's protocolOp lies in a buffer (a tuple: one is made for each entry)."""

    id: int
    tag: int
    buffer: bytes
    start: int  # of the content of the protocolOp
    end: int  # of that content
    stop: int  # of the message; controls lie in between


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


def whole_name(name: str) -> str:
    """The attribute's name, without the part of its values that is meant."""
    return name.partition(RANGE)[0]


class Names(dict[bytes, str]):
    """Attribute descriptions as they come, and the names they were asked for by ("": not asked).

    Names ignore case (RFC 4512, 2.5), and "cn;lang-vi" is no "cn". A part of the values, which
    Active Directory names "member;range=0-1499", keeps that name.
    """

    def __init__(self, asked: Iterable[str]) -> None:
        super().__init__()
        self.asked = tuple(asked)
        self.in_parts = False  # whether a part of an attribute's values has come
        self._by_lower = {whole_name(name).lower(): name for name in self.asked}

    def __missing__(self, description: bytes) -> str:
        name = description.decode("ascii", "replace")
        found = self._by_lower.get(whole_name(name).lower(), "")
        if found and RANGE in name:
            found, self.in_parts = name, True
        self[description] = found
        return found


def messages(receive: Callable[[], bytes]) -> Iterator[Message]:
    """The messages of a stream; `receive` gives its next bytes, b"" at its end.

    Raises MalformedError or TruncatedError; nothing can be read after that.
    """
    buffer, position = b"", 0
    while True:
        while frame := _frame(buffer, position):
            start, position = frame
            yield _message(buffer, start, position)
        data = receive()
        if not data:
            middle = position < len(buffer)
            raise TruncatedError("in the middle of an answer" if middle else "between answers")
        buffer, position = buffer[position:] + data, 0


def entry(  # noqa: C901  one pass without calls: this is where the time goes
    message: Message, names: Mapping[bytes, str]
) -> tuple[bytes, dict[str, list[bytes]]]:
    """DN and attributes of a SearchResultEntry (RFC 4511, 4.5.2).

    `names` gives an attribute description the name that it has here; what it lacks is left out
    (a mapping with __missing__ can decide that for each new one). Raises MalformedError.
    """
    # Every end is compared with its parent's end once, when the parent is done: a length that
    # leads past it is found there, before anything is given out.
    b, p, end = message.buffer, message.start, message.end
    attributes: dict[str, list[bytes]] = {}
    try:
        if b[p] != 0x04:
            raise MalformedError("an entry without a DN")
        size = b[p + 1]
        p += 2
        if size > 127:
            p, size = _long(b, p, size)
        e = p + size
        dn = b[p:e]
        if b[e] != 0x30:
            raise MalformedError("an entry without its list of attributes")
        size = b[e + 1]
        p = e + 2
        if size > 127:
            p, size = _long(b, p, size)
        if p + size != end:
            raise MalformedError("an entry whose parts do not fit its length")
        while p < end:
            if b[p] != 0x30:
                raise MalformedError("an attribute that is no sequence")
            size = b[p + 1]
            p += 2
            if size > 127:
                p, size = _long(b, p, size)
            stop = p + size
            if b[p] != 0x04:
                raise MalformedError("an attribute without a description")
            size = b[p + 1]
            p += 2
            if size > 127:
                p, size = _long(b, p, size)
            e = p + size
            name = names[b[p:e]]
            if b[e] != 0x31:
                raise MalformedError("an attribute without its set of values")
            size = b[e + 1]
            p = e + 2
            if size > 127:
                p, size = _long(b, p, size)
            if p + size != stop or stop > end:
                raise MalformedError("an attribute whose parts do not fit its length")
            if 1 < size < 130 and b[p + 1] == size - 2 and b[p] == 0x04:  # one short value
                if name:
                    attributes[name] = [b[p + 2 : stop]]
                p = stop
                continue
            values = []
            while p < stop:
                if b[p] != 0x04:
                    raise MalformedError("a value that is no octet string")
                size = b[p + 1]
                p += 2
                if size > 127:
                    p, size = _long(b, p, size)
                e = p + size
                values.append(b[p:e])
                p = e
            if p != stop:
                raise MalformedError("a value that is longer than its attribute")
            if name:
                attributes[name] = values
    except IndexError:
        raise MalformedError("an entry that ends early") from None
    return dn, attributes


def result(message: Message) -> Result:
    """The result in a search's last, a compare's or an extended answer. Raises MalformedError."""
    if message.stop == message.end and message.buffer[message.start : message.end] == _PLAIN:
        return _PLAIN_RESULT
    parts = elements(message.buffer, message.start, message.end)
    code = _integer(_next(parts, _ENUMERATED, "a result without its code"))
    matched = _next(parts, _OCTETS, "a result without a matched DN")
    diagnostic = _next(parts, _OCTETS, "a result without a diagnostic message")
    referrals = next((value for tag, value in parts if tag == _REFERRAL), b"")
    return Result(
        code=code,
        matched_dn=_text(matched),
        message=_text(diagnostic),
        referrals=_texts(referrals),
        cookie=_cookie(message),
    )


def post_read(message: Message, names: Mapping[bytes, str]) -> dict[str, list[bytes]]:
    """The attributes in the post-read control (RFC 4527, 3.2) of an answer; {} without one.

    `names` as for entry(). Raises MalformedError.
    """
    value = control_value(message, POST_READ)
    if not value:
        return {}
    parts = elements(value, 0, len(value))
    content = _next(parts, SEARCH_ENTRY, "a post-read control without an entry")
    found = Message(message.id, SEARCH_ENTRY, content, 0, len(content), len(content))
    return entry(found, names)[1]


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


def _frame(buffer: bytes, position: int) -> tuple[int, int] | None:
    """Where the content of the message at `position` begins and ends; None: not all is there."""
    size = len(buffer)
    if size - position < 2:
        return None
    if buffer[position] != _SEQUENCE:
        raise MalformedError(f"a message that begins with byte 0x{buffer[position]:02x}")
    start, length = position + 2, buffer[position + 1]
    if length > 127:
        if length <= 0x84 and start + (length & 127) > size:
            return None
        start, length = _long(buffer, start, length)
        if length > LARGEST_MESSAGE:
            raise MalformedError(f"a message of {length} bytes")
    return (start, start + length) if start + length <= size else None


def _message(buffer: bytes, start: int, stop: int) -> Message:
    """The frame of one message, whose content lies from start to stop."""
    try:
        if buffer[start] == _INTEGER and buffer[start + 1] <= 4:
            after = start + 2 + buffer[start + 1]
            number = int.from_bytes(buffer[start + 2 : after], "big")
            tag, size, first = buffer[after], buffer[after + 1], after + 2
            if size > 127:
                first, size = _long(buffer, first, size)
            if first + size <= stop:
                return Message(number, tag, buffer, first, first + size, stop)
    except IndexError:
        pass
    raise MalformedError("a message whose parts do not fit its length")


def _long(buffer: bytes, position: int, first: int) -> tuple[int, int]:
    """Where the content begins, and its size, for a length whose first byte is above 127."""
    start = position + (first & 127)
    if not 0x81 <= first <= 0x84:
        raise MalformedError(f"a length in the form 0x{first:02x}")
    return start, int.from_bytes(buffer[position:start], "big")


def elements(buffer: bytes, position: int, stop: int) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each element from position to stop, which they fill exactly."""
    while position < stop:
        if stop - position < 2:
            raise MalformedError("an element that ends early")
        tag, size = buffer[position], buffer[position + 1]
        position += 2
        if size > 127:
            position, size = _long(buffer, position, size)
        if position + size > stop:
            raise MalformedError("an element that is longer than what holds it")
        yield tag, buffer[position : position + size]
        position += size


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
    outer = _next(elements(value, 0, len(value)), _SEQUENCE, "a page without its control value")
    parts = elements(outer, 0, len(outer))
    _next(parts, _INTEGER, "a page without its size")
    return _next(parts, _OCTETS, "a page without its cookie")


def control_value(message: Message, kind: bytes) -> bytes:
    """The value of the control of that kind (RFC 4511, 4.1.11) that came with a message, or b""."""
    for tag, controls in elements(message.buffer, message.end, message.stop):
        for _, control in elements(controls, 0, len(controls)) if tag == _CONTROLS else ():
            fields = list(elements(control, 0, len(control)))
            if fields and fields[0] == (_OCTETS, kind):
                return fields[-1][1]
    return b""

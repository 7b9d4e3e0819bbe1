# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""LDAP messages, taken straight from the bytes of the connection (RFC 4511, BER by its 5.1).

What is in them is for answers.py and entries.py to find out. No byte past a message's own end is
used: what does not fit raises MalformedError.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

# protocolOp tags (RFC 4511, 4.2 to 4.12)
SEARCH_ENTRY = 0x64
SEARCH_DONE = 0x65
MODIFY_RESPONSE = 0x67
COMPARE_RESPONSE = 0x6F
SEARCH_REFERENCE = 0x73
EXTENDED_RESPONSE = 0x78
INTERMEDIATE_RESPONSE = 0x79
# What is followed by more answers to the same request.
NOT_THE_LAST = (SEARCH_ENTRY, SEARCH_REFERENCE, INTERMEDIATE_RESPONSE)

LARGEST_MESSAGE = 64 << 20  # bytes; a longer one is taken for nonsense

INTEGER, OCTETS, ENUMERATED, SEQUENCE, SET = 0x02, 0x04, 0x0A, 0x30, 0x31


class MalformedError(ValueError):
    """The bytes are no LDAP message of a kind that may come here."""


class TruncatedError(EOFError):
    """The connection ended where an answer was to follow, or in the middle of one."""


class Message(NamedTuple):
    """Where one message's protocolOp lies in a buffer."""

    id: int
    tag: int
    buffer: bytes
    start: int  # of the content of the protocolOp
    end: int  # of that content
    stop: int  # of the message; controls lie in between


class Stream:
    """What a server sends, message by message; `receive` gives its next bytes, b"" at its end.

    Its functions raise MalformedError or TruncatedError; nothing can be read after that.
    """

    def __init__(self, receive: Callable[[], bytes]) -> None:
        self._receive = receive
        self._buffer = b""
        self._position = 0

    def message(self) -> Message:
        """The next message."""
        start, stop = self._whole()
        found = _message(self._buffer, start, stop)
        self._position = stop
        return found

    def entries(  # noqa: C901  one pass: a call for each message would cost as much
        self, number: int
    ) -> tuple[bytes, list[tuple[int, int]]]:
        """SearchResultEntries that answer this request, as many as have arrived, until the next
        message is another one: a buffer, and where the content of each begins and ends in it."""
        self._whole()
        b, p, size = self._buffer, self._position, len(self._buffer)
        head = _entry_head(number)
        places: list[tuple[int, int]] = []
        # Whatever is odd here, or not all here, is for message() to tell.
        while size - p > 6 and b[p] == SEQUENCE:
            length, q = b[p + 1], p + 2
            if length == 0x82:
                length, q = b[q] << 8 | b[q + 1], q + 2
            elif length > 127:
                if not 0x81 <= length <= 0x84:
                    break
                q, length = long_length(b, q, length)
            stop = q + length
            if stop > size or not b.startswith(head, q):
                break
            q += len(head)
            if q + 5 > stop:
                break
            length, q = b[q], q + 1
            if length == 0x82:
                length, q = b[q] << 8 | b[q + 1], q + 2
            elif length > 127:
                if not 0x81 <= length <= 0x84:
                    break
                q, length = long_length(b, q, length)
            if q + length > stop:
                break
            places.append((q, q + length))
            p = stop
        self._position = p
        return b, places

    def _whole(self) -> tuple[int, int]:
        """Where the content of the next message begins and ends, all of which is there then."""
        while True:
            start, stop = _frame(self._buffer, self._position)
            missing = stop - len(self._buffer)
            if missing <= 0:
                return start, stop
            self._buffer, self._position = self._with_more(missing), 0

    def _with_more(self, missing: int) -> bytes:
        """What is left in the buffer, and at least so many bytes after it."""
        pieces = [self._buffer[self._position :]]
        while missing > 0:
            data = self._receive()
            if not data:
                middle = any(pieces)
                raise TruncatedError("in the middle of an answer" if middle else "between answers")
            pieces.append(data)
            missing -= len(data)
        return b"".join(pieces)


def _frame(buffer: bytes, position: int) -> tuple[int, int]:
    """Where the content of the message at `position` begins and ends; the end is past that of the
    buffer where it is not all there, and may be too near where not even its length is."""
    size = len(buffer)
    if size - position < 2:
        return position, position + 2
    if buffer[position] != SEQUENCE:
        raise MalformedError(f"a message that begins with byte 0x{buffer[position]:02x}")
    start, length = position + 2, buffer[position + 1]
    if length > 127:
        if length <= 0x84 and start + (length & 127) > size:
            return start, start + (length & 127)
        start, length = long_length(buffer, start, length)
        if length > LARGEST_MESSAGE:
            raise MalformedError(f"a message of {length} bytes")
    return start, start + length


def _message(buffer: bytes, start: int, stop: int) -> Message:
    """The frame of one message, whose content lies from start to stop."""
    try:
        if buffer[start] == INTEGER and buffer[start + 1] <= 4:
            after = start + 2 + buffer[start + 1]
            number = int.from_bytes(buffer[start + 2 : after], "big")
            tag, size, first = buffer[after], buffer[after + 1], after + 2
            if size > 127:
                first, size = long_length(buffer, first, size)
            if first + size <= stop:
                return Message(number, tag, buffer, first, first + size, stop)
    except IndexError:
        pass
    raise MalformedError("a message whose parts do not fit its length")


def long_length(buffer: bytes, position: int, first: int) -> tuple[int, int]:
    """Where the content begins, and its size, for a length whose first byte is above 127."""
    start = position + (first & 127)
    if not 0x81 <= first <= 0x84:
        raise MalformedError(f"a length in the form 0x{first:02x}")
    return start, int.from_bytes(buffer[position:start], "big")


def content_of(b: bytes, p: int) -> tuple[int, int]:
    """Where the content of the element at `p` begins and ends."""
    size = b[p + 1]
    p += 2
    if size > 127:
        p, size = long_length(b, p, size)
    return p, p + size


@lru_cache(maxsize=16)
def _entry_head(number: int) -> bytes:
    """What the content of a message begins with that has an entry in answer to this request."""
    digits = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return bytes((INTEGER, len(digits))) + digits + bytes((SEARCH_ENTRY,))


def elements(buffer: bytes, position: int, stop: int) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each element from position to stop, which they fill exactly."""
    while position < stop:
        if stop - position < 2:
            raise MalformedError("an element that ends early")
        tag, size = buffer[position], buffer[position + 1]
        position += 2
        if size > 127:
            position, size = long_length(buffer, position, size)
        if position + size > stop:
            raise MalformedError("an element that is longer than what holds it")
        yield tag, buffer[position : position + size]
        position += size

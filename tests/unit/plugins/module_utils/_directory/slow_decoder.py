# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The decoder's slow twin, which says what it takes and nothing about speed: element by element.

Anything that does not fit is a ValueError.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

SEARCH_ENTRY = 0x64
Entry = tuple[bytes, dict[str, list[bytes]]]


def as_read(data: bytes) -> list[object]:
    """The messages of a stream, and "broken" at its end, whichever it is."""
    found: list[object] = []
    with suppress(ValueError):
        found.extend(stream(data))
    return [*found, "broken"]


def stream(data: bytes) -> Iterator[tuple[int, int, bytes] | tuple[int, int, Entry]]:
    """Number, operation and content of each message; an entry as DN and attributes."""
    while data:
        content, data = _take(0x30, data)
        number, operation = _take(0x02, content)
        if len(number) > 4:
            raise ValueError("number")
        tag = operation[0] if operation else -1
        inside, _ = _take(tag, operation)  # controls follow
        yield int.from_bytes(number, "big"), tag, entry(inside) if tag == SEARCH_ENTRY else inside


def entry(content: bytes) -> Entry:
    """DN and attributes, by the names that they have."""
    dn, rest = _take(0x04, content)
    attributes, nothing = _take(0x30, rest)
    if nothing:
        raise ValueError("bytes after the entry")
    found = {}
    while attributes:
        attribute, attributes = _take(0x30, attributes)
        name, rest = _take(0x04, attribute)
        values, nothing = _take(0x31, rest)
        if nothing:
            raise ValueError("bytes after the values")
        listed = list(_values(values))
        if name:  # nobody asks for an attribute without one
            found[name.decode("latin-1")] = listed
    return dn, found


def _values(content: bytes) -> Iterator[bytes]:
    while content:
        value, content = _take(0x04, content)
        yield value


def _take(tag: int, data: bytes) -> tuple[bytes, bytes]:
    """The content of the element that comes first, and what comes after it."""
    if len(data) < 2 or data[0] != tag:
        raise ValueError("tag")
    size, start = data[1], 2
    if size > 127:
        octets = size & 127
        if not 1 <= octets <= 4 or len(data) < 2 + octets:
            raise ValueError("length")
        size, start = int.from_bytes(data[2 : 2 + octets], "big"), 2 + octets
    if start + size > len(data):
        raise ValueError("too short")
    return data[start : start + size], data[start + size :]

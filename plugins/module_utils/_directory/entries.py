# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Entries in answer to a search, decoded in one pass: this is where the time of reading goes."""

from __future__ import annotations

from collections.abc import Iterable

from .ber import OCTETS, SEQUENCE, SET, MalformedError, content_of, long_length

RANGE = ";range="  # [MS-ADTS], 3.1.1.3.1.3.3: before the first and the last value of a part
_FIVE_BYTES = 0x84  # what a length of so many begins with
_KNOWN = 10_000  # names, and beginnings of attributes, that are kept in memory


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
        self.heads: dict[bytes, tuple[str, int]] = {}
        self._by_lower = {whole_name(name).lower(): name for name in self.asked}

    def __missing__(self, description: bytes) -> str:
        name = description.decode("ascii", "replace")
        found = self._by_lower.get(whole_name(name).lower(), "")
        if found and RANGE in name:
            found, self.in_parts = name, True
        if len(self) < _KNOWN:
            self[description] = found
        return found

    def learn(self, head: bytes, name: str, size: int) -> None:
        """Know again what an attribute with one value of this size begins with, up to the value.

        All of its lengths were found to be right, which then need not be looked at any more. These
        are of one byte or, as Active Directory writes some of them, of five.
        """
        if len(self.heads) < _KNOWN:
            self.heads[head] = name, size


def entry(  # noqa: C901  one pass, without calls for nearly all attributes
    b: bytes, p: int, end: int, names: Names
) -> tuple[bytes, dict[str, list[bytes]]]:
    """DN and attributes of the SearchResultEntry (RFC 4511, 4.5.2) that lies from `p` to `end`.

    What `names` does not know is left out. Raises MalformedError.
    """
    # Every end is compared with its parent's end once, when the parent is done: a length that
    # leads past it is found there, before anything is given out.
    attributes: dict[str, list[bytes]] = {}
    seen = names.heads.get
    try:
        if b[p] != OCTETS:
            raise MalformedError("an entry without a DN")
        size = b[p + 1]
        p += 2
        if size > 127:
            p, size = long_length(b, p, size)
        e = p + size
        dn = b[p:e]
        if b[e] != SEQUENCE:
            raise MalformedError("an entry without its list of attributes")
        size = b[e + 1]
        p = e + 2
        if size > 127:
            p, size = long_length(b, p, size)
        if p + size != end:
            raise MalformedError("an entry whose parts do not fit its length")
        while p < end:
            # All before the value of an attribute that has but one: see Names.learn. These lines
            # are those of _value_begins().
            size = b[p + 1]
            if size < 128:
                e = p + b[p + 3] + 8
                head = seen(b[p:e])
            elif size == _FIVE_BYTES:
                e = p + b[p + 7] + 16
                head = seen(b[p:e])
            else:
                head = None
            if head:
                p = e + head[1]
                attributes[head[0]] = [b[e:p]]
            else:
                p = _attribute(b, p, end, names, attributes)
    except IndexError:
        raise MalformedError("an entry that ends early") from None
    if p != end:
        raise MalformedError("an attribute that is longer than its entry")
    return dn, attributes


def _value_begins(b: bytes, p: int) -> int:
    """Where an attribute's first value begins if its lengths are in the forms that are learned."""
    size = b[p + 1]
    if size < 128:
        return p + b[p + 3] + 8
    return p + b[p + 7] + 16 if size == _FIVE_BYTES else -1


def _attribute(  # noqa: C901
    b: bytes, p: int, end: int, names: Names, attributes: dict[str, list[bytes]]
) -> int:
    """Add the PartialAttribute that begins at `p`; where it ends. Raises also IndexError."""
    begin = p
    if b[p] != SEQUENCE:
        raise MalformedError("an attribute that is no sequence")
    p, stop = content_of(b, p)
    if stop > end:
        raise MalformedError("an attribute that is longer than its entry")
    if b[p] != OCTETS:
        raise MalformedError("an attribute without a description")
    p, e = content_of(b, p)
    name = names[b[p:e]]
    if b[e] != SET:
        raise MalformedError("an attribute without its set of values")
    p, e = content_of(b, e)
    if e != stop:
        raise MalformedError("an attribute whose parts do not fit its length")
    values = []
    while p < stop:
        if b[p] != OCTETS:
            raise MalformedError("a value that is no octet string")
        p, e = content_of(b, p)
        values.append(b[p:e])
        first, p = p, e
    if p != stop:
        raise MalformedError("a value that is longer than its attribute")
    if name:
        attributes[name] = values
        if len(values) == 1 and first == _value_begins(b, begin):
            names.learn(b[begin:first], name, stop - first)
    return stop

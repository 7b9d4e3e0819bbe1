# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""LDAP requests as bytes (RFC 4511, 5.1): some are sent by the ten thousand.

A modification can carry what has to be true of its entry (RFC 4528), which the server checks and
writes in one step, and the attributes to read back from what then stands there (RFC 4527).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

BASE, SUBTREE = "BASE", "SUBTREE"
ADD, DELETE, REPLACE = "add", "delete", "replace"

_OPERATIONS = {ADD: b"\x0a\x01\x00", DELETE: b"\x0a\x01\x01", REPLACE: b"\x0a\x01\x02"}
_SCOPES = {BASE: b"\x0a\x01\x00", SUBTREE: b"\x0a\x01\x02"}  # RFC 4511, 4.5.1.2
_PAGED_RESULTS = "1.2.840.113556.1.4.319"  # RFC 2696
_WHO_AM_I = b"1.3.6.1.4.1.4203.1.11.3"  # RFC 4532, 2.1
_ASSERTION = b"1.3.6.1.1.12"  # RFC 4528
_POST_READ = b"1.3.6.1.1.13.2"  # RFC 4527
_FALSE = b"\x01\x01\x00"
_CRITICAL = b"\x01\x01\xff"  # a server that does not know the control has to refuse
_NO_ATTRIBUTES = ("1.1",)  # RFC 4511, 4.5.1.8: an empty list would mean all of them

_INTEGER, _OCTETS, _SEQUENCE, _SET = b"\x02", b"\x04", b"\x30", b"\x31"
_SEARCH, _MODIFY, _COMPARE, _ABANDON, _EXTENDED = b"\x63", b"\x66", b"\x6e", b"\x50", b"\x77"
_REQUEST_NAME = b"\x80"  # of an extended request, 4.12
_CONTROLS = b"\xa0"
_AND, _NOT, _EQUALITY, _PRESENT = b"\xa0", b"\xa2", b"\xa3", b"\x87"  # Filter, 4.5.1.7
# Any entry: (objectClass=*)
_ANY = b"\x87\x0bobjectClass"
_SHORT = [bytes((size,)) for size in range(128)]

Control = tuple[str, bool, bytes]  # RFC 4511, 4.1.11: OID, whether it is critical, value


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """One change of one attribute (RFC 4511, 4.6)."""

    operation: str  # ADD, DELETE or REPLACE
    attribute: str
    values: tuple[bytes, ...] = ()  # () with DELETE and REPLACE: no value is left

    def __post_init__(self) -> None:
        """Refuse what is no edit, as ValueError."""
        if self.operation not in _OPERATIONS:
            raise ValueError(f"{self.operation} is none of {', '.join(_OPERATIONS)}")
        if self.operation == ADD and not self.values:
            raise ValueError(f"nothing to add to {self.attribute}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Modification:
    """Edits of one entry: all of them are made, or none."""

    dn: str
    edits: tuple[Edit, ...]
    # What has to hold, all of it: (attribute, value): it has that value; (attribute, None): none.
    assertion: tuple[tuple[str, bytes | None], ...] = ()
    read_back: tuple[str, ...] = ()  # attributes that the answer is to show as they are then


def message(number: int, operation: bytes, controls: Sequence[Control] = ()) -> bytes:
    """The message that asks for it; its answers bear the same number."""
    content = b"".join(
        _control(kind.encode(), _CRITICAL if critical else b"", value)
        for kind, critical, value in controls
    )
    return _message(number, operation, content)


def search(base: str, scope: str, ldap_filter: bytes, attributes: Sequence[str]) -> bytes:
    """A search (RFC 4511, 4.5.1); aliases are not followed, and there are no limits."""
    return _element(
        _SEARCH, _octets(_text(base)) + _everything_but_dn(scope, ldap_filter, tuple(attributes))
    )


def paged(size: int, cookie: bytes = b"") -> Control:
    """Asks for a page of a search; not critical: a server without it sends all at once."""
    value = _element(_SEQUENCE, _integer(size) + _octets(cookie))
    return _PAGED_RESULTS, False, value


def compare(dn: bytes, attribute: str, value: str) -> bytes:
    """Whether the attribute of an entry has a value (RFC 4511, 4.10)."""
    assertion = _element(_SEQUENCE, _name(attribute) + _octets(_text(value)))
    return _element(_COMPARE, _octets(dn) + assertion)


def who_am_i() -> bytes:
    """Who is bound (RFC 4532)."""
    return _element(_EXTENDED, _element(_REQUEST_NAME, _WHO_AM_I))


def abandon(number: int) -> bytes:
    """That no more answers to a request are wanted (RFC 4511, 4.11); it has none itself."""
    return _element(_ABANDON, _digits(number))


def modify_request(number: int, modification: Modification) -> bytes:
    """The message that asks for a modification; its answer bears the same number."""
    request = _element(_MODIFY, _octets(_text(modification.dn)) + _edits(modification.edits))
    controls = b""
    if modification.assertion:
        controls += _control(_ASSERTION, _CRITICAL, _filter(modification.assertion))
    if modification.read_back:
        controls += _post_read(modification.read_back)
    return _message(number, request, controls)


def read_request(
    number: int, dn: str, attributes: tuple[str, ...], ldap_filter: bytes = _ANY
) -> bytes:
    """The message that asks for one entry: a search of its base alone. `ldap_filter` as sent."""
    return _message(number, search(dn, BASE, ldap_filter, attributes))


def sync_request(cookie: bytes) -> bytes:
    """The value of a Sync Request Control that asks for one refresh (RFC 4533, 2.2)."""
    refresh_only = b"\x0a\x01\x01"
    return _element(_SEQUENCE, refresh_only + (_octets(cookie) if cookie else b""))


@lru_cache(maxsize=64)
def _everything_but_dn(scope: str, ldap_filter: bytes, attributes: tuple[str, ...]) -> bytes:
    """Scope, aliases not followed, no limits, types and values, filter, attributes."""
    aliases, no_limit, values_too = b"\x0a\x01\x00", b"\x02\x01\x00", _FALSE
    head = _SCOPES[scope] + aliases + no_limit + no_limit + values_too
    return head + ldap_filter + _names(attributes or _NO_ATTRIBUTES)


def _message(number: int, operation: bytes, controls: bytes = b"") -> bytes:
    if controls:
        operation += _element(_CONTROLS, controls)
    return _element(_SEQUENCE, _integer(number) + operation)


def _integer(number: int) -> bytes:
    return _element(_INTEGER, _digits(number))


def _digits(number: int) -> bytes:
    # One byte more where the highest bit is set: the number is not negative.
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


@lru_cache(maxsize=64)  # most modifications make the same edits
def _edits(edits: tuple[Edit, ...]) -> bytes:
    return _element(_SEQUENCE, b"".join(map(_edit, edits)))


@lru_cache(maxsize=64)
def _post_read(attributes: tuple[str, ...]) -> bytes:
    return _control(_POST_READ, b"", _names(attributes))


def _edit(edit: Edit) -> bytes:
    values = _element(_SET, b"".join(map(_octets, edit.values)))
    attribute = _element(_SEQUENCE, _name(edit.attribute) + values)
    return _element(_SEQUENCE, _OPERATIONS[edit.operation] + attribute)


def _control(kind: bytes, criticality: bytes, value: bytes) -> bytes:
    return _element(_SEQUENCE, _octets(kind) + criticality + _octets(value))


def _filter(assertion: Iterable[tuple[str, bytes | None]]) -> bytes:
    parts = [_part(attribute, value) for attribute, value in assertion]
    return parts[0] if len(parts) == 1 else _element(_AND, b"".join(parts))


def _part(attribute: str, value: bytes | None) -> bytes:
    if value is None:
        return _element(_NOT, _element(_PRESENT, _text(attribute)))
    return _element(_EQUALITY, _name(attribute) + _octets(value))


@lru_cache(maxsize=64)
def _names(attributes: tuple[str, ...]) -> bytes:
    return _element(_SEQUENCE, b"".join(map(_name, attributes)))


@lru_cache(maxsize=256)
def _name(attribute: str) -> bytes:
    return _octets(_text(attribute))


def _octets(content: bytes) -> bytes:
    return _element(_OCTETS, content)


def _element(tag: bytes, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return tag + _SHORT[size] + content
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return tag + bytes((0x80 | len(digits),)) + digits + content


def _text(text: str) -> bytes:
    # Half a surrogate pair is no UTF-8: left for the server to refuse.
    return text.encode("utf-8", "surrogatepass")

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""LDAP messages as servers send them, and what the client makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ldap3.protocol.convert import build_controls_list
from ldap3.protocol.rfc2696 import RealSearchControlValue
from ldap3.protocol.rfc4511 import (
    LDAPDN,
    AttributeDescription,
    LDAPMessage,
    LDAPString,
    MessageID,
    PartialAttribute,
    PartialAttributeList,
    ProtocolOp,
    ResultCode,
    SearchResultDone,
    SearchResultEntry,
    Vals,
)
from pyasn1.codec.ber import encoder

from ansible_collections.civic.mailbox.plugins.module_utils._directory import ber
from ansible_collections.civic.mailbox.plugins.module_utils._directory.entries import Names, entry

NUMBER = 7  # of all messages here, if nothing else is said
# How many bytes after the first one a length has at least: of octet strings, and of what holds
# others. Active Directory writes (0, 4).
FORMS = ((0, 0), (0, 4), (1, 1), (4, 4), (2, 0), (3, 3))
Change = tuple[int, int, int]  # see spoilt()


class Verbatim(Names):
    """Every description keeps its name."""

    def __init__(self) -> None:
        super().__init__(())

    def __missing__(self, description: bytes) -> str:
        return description.decode("latin-1")


def message(kind: str, content: object, number: int = NUMBER, controls: object = None) -> bytes:
    """An LDAP message as ldap3 encodes it."""
    whole = LDAPMessage()
    whole["messageID"] = MessageID(number)
    whole["protocolOp"] = ProtocolOp().setComponentByName(kind, content)
    if controls:
        whole["controls"] = build_controls_list(controls)
    return encoder.encode(whole)


def entry_message(dn: str, attributes: dict[str, list[bytes]], number: int = NUMBER) -> bytes:
    """A SearchResultEntry."""
    content, parts = SearchResultEntry(), PartialAttributeList()
    for name, values in attributes.items():
        vals = Vals()
        for value in values:
            vals.setComponentByPosition(len(vals), value)
        part = PartialAttribute()
        part["type"], part["vals"] = AttributeDescription(name), vals
        parts.setComponentByPosition(len(parts), part)
    content["object"], content["attributes"] = LDAPDN(dn), parts
    return message("searchResEntry", content, number)


def done_message(code: int = 0, text: str = "", cookie: bytes | None = None) -> bytes:
    """A SearchResultDone, with a paged results control where there is a cookie."""
    content = SearchResultDone()
    content["resultCode"] = ResultCode(code)
    content["matchedDN"], content["diagnosticMessage"] = LDAPDN("dc=x"), LDAPString(text)
    controls = None
    if cookie is not None:
        page = RealSearchControlValue()
        page["size"], page["cookie"] = 0, cookie
        controls = [("1.2.840.113556.1.4.319", False, encoder.encode(page))]
    return message("searchResDone", content, controls=controls)


def pieces(*parts: bytes) -> Callable[[], bytes]:
    """What ber.messages receives: these parts, then the end."""
    left: Iterator[bytes] = iter(parts)
    return lambda: next(left, b"")


def received(receive: Callable[[], bytes]) -> Iterator[ber.Message]:
    """The messages, until something is wrong with one."""
    stream = ber.Stream(receive)
    while True:
        yield stream.message()


def decoded(found: ber.Message, names: Names) -> tuple[bytes, dict[str, list[bytes]]]:
    """The entry in a message."""
    return entry(found.buffer, found.start, found.end, names)


def first(data: bytes) -> ber.Message:
    """The only message of the data."""
    return next(received(pieces(data)))


def tlv(tag: int, content: bytes, octets_of_length: int = 0) -> bytes:
    """An element, its length in so many bytes after the first one, or in as few as it takes."""
    size = len(content)
    if size < 128 and not octets_of_length:
        return bytes([tag, size]) + content
    octets = size.to_bytes(max((size.bit_length() + 7) // 8, octets_of_length), "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def framed(tag: int, content: bytes, number: int = NUMBER) -> bytes:
    """A message with that number."""
    return tlv(0x30, _integer(number) + tlv(tag, content))


def _integer(number: int) -> bytes:
    return tlv(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))  # with room for a sign


def as_read(receive: Callable[[], bytes], names: Names) -> list[tuple[int, int, object] | str]:
    """Number, operation and content of each message, as a search takes them from a stream; "broken" where it ended or an error was found."""
    stream = ber.Stream(receive)
    found: list[tuple[int, int, object] | str] = []
    try:
        while True:
            buffer, places = stream.entries(NUMBER)
            for start, end in places:
                found.append((NUMBER, ber.SEARCH_ENTRY, entry(buffer, start, end, names)))
            if not places:
                one = stream.message()
                inside = one.buffer[one.start : one.end]
                is_entry = one.tag == ber.SEARCH_ENTRY
                found.append((one.id, one.tag, decoded(one, names) if is_entry else inside))
    except (ber.MalformedError, ber.TruncatedError):
        return [*found, "broken"]


def entry_in_forms(
    dn: bytes,
    attributes: dict[bytes, list[bytes]],
    forms: tuple[int, int],
    number: int = NUMBER,
) -> bytes:
    """A message with an entry, its lengths in these forms."""
    plain, holding = forms
    parts = b"".join(
        tlv(0x30, tlv(4, name, plain) + tlv(0x31, _values(values, plain), holding), holding)
        for name, values in attributes.items()
    )
    operation = tlv(ber.SEARCH_ENTRY, tlv(4, dn, plain) + tlv(0x30, parts, holding), holding)
    return tlv(0x30, _integer(number) + operation, holding)


def _values(values: list[bytes], form: int) -> bytes:
    return b"".join(tlv(4, value, form) for value in values)


def spoilt(whole: bytes, changes: Sequence[Change]) -> bytes:
    """The bytes with some of them changed, left out, or doubled."""
    data = bytearray(whole)
    for place, kind, value in changes:
        at = place % len(data)
        if kind == 0:
            data[at] = value
        elif kind == 1:
            data[at] = (data[at] + value % 5 - 2) % 256  # lengths that are a little wrong
        elif kind == 2:
            del data[at : at + 1 + value % 3]
        else:
            data[at:at] = data[at : at + value % 9]
        if not data:
            return b""
    return bytes(data)

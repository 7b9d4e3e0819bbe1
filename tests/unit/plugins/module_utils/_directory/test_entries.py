# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Entries in one pass: against ldap3's decoders where they are well-formed, else against the twin."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st
from ldap3.protocol.rfc4511 import LDAPMessage
from ldap3.utils.asn1 import decode_message_fast
from pyasn1.codec.ber import decoder

from ansible_collections.civic.mailbox.plugins.module_utils._directory import ber
from ansible_collections.civic.mailbox.plugins.module_utils._directory.entries import Names

from . import slow_decoder
from .ldap_messages import Verbatim, as_read, pieces, tlv

NUMBER = 7
# Few names and sizes, so that what was learned of one entry is met again in the next.
NAMES = st.sampled_from((b"mail", b"cn", b"cn;lang-vi", b"entryUUID")) | st.binary(
    min_size=1, max_size=9
)
VALUES = st.binary(max_size=4) | st.sampled_from((b"x" * 110, b"x" * 127, b"x" * 128, b"x" * 300))
ATTRIBUTES = st.dictionaries(NAMES, st.lists(VALUES, max_size=3) | st.lists(VALUES, max_size=1))
ENTRIES = st.lists(st.tuples(st.binary(max_size=150), ATTRIBUTES), min_size=1, max_size=4)
# How many bytes after the first one a length has at least: of all elements, or of sequences and
# sets, as Active Directory writes them.
FORMS = st.sampled_from(((0, 0), (0, 4), (1, 1), (4, 4), (2, 0), (3, 3)))


def written(entry: tuple[bytes, dict[bytes, list[bytes]]], forms: tuple[int, int]) -> bytes:
    """The message with an entry, its lengths in these forms."""
    plain, holding = forms
    dn, attributes = entry
    parts = b"".join(
        tlv(0x30, tlv(4, name, plain) + tlv(0x31, _values(values, plain), holding), holding)
        for name, values in attributes.items()
    )
    operation = tlv(ber.SEARCH_ENTRY, tlv(4, dn, plain) + tlv(0x30, parts, holding), holding)
    return tlv(0x30, tlv(2, bytes([NUMBER])) + operation, holding)


def _values(values: list[bytes], form: int) -> bytes:
    return b"".join(tlv(4, value, form) for value in values)


def by_ldap3_fast(data: bytes) -> slow_decoder.Entry:
    dn, attributes = decode_message_fast(data)["payload"]
    return bytes(dn[3]), {
        part[3][0][3].decode("latin-1"): [bytes(value[3]) for value in part[3][1][3] or ()]
        for part in attributes[3] or ()
    }


def by_ldap3_slow(data: bytes) -> slow_decoder.Entry:
    message, rest = decoder.decode(data, asn1Spec=LDAPMessage())
    assert not rest
    found = message["protocolOp"].getComponent()
    return bytes(found["object"].asOctets()), {
        bytes(part["type"].asOctets()).decode("latin-1"): [
            bytes(value.asOctets()) for value in part["vals"]
        ]
        for part in found["attributes"]
    }


@given(ENTRIES, FORMS)
def test_what_is_well_formed_is_what_ldap3_makes_of_it(entries, forms):
    whole = [written(entry, forms) for entry in entries]

    # Twice: what was learned from the first ones is used for the second ones.
    found = as_read(pieces(b"".join(whole + whole)), NUMBER, Verbatim())

    expected = [by_ldap3_fast(data) for data in whole]
    assert [by_ldap3_slow(data) for data in whole] == expected
    assert found == [
        *((NUMBER, ber.SEARCH_ENTRY, entry) for entry in expected + expected),
        "broken",
    ]


def twin(data: bytes) -> list[object]:
    """What the slow decoder makes of a stream, and whether it ended well."""
    found: list[object] = []
    with suppress(ValueError):
        found.extend(slow_decoder.stream(data))
    return [*found, "broken"]


def spoilt(whole: bytes, changes: list[tuple[int, int, int]]) -> bytes:
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


@given(
    ENTRIES,
    FORMS,
    st.lists(
        st.tuples(st.integers(0, 1 << 16), st.integers(0, 3), st.integers(0, 255)),
        min_size=1,
        max_size=3,
    ),
    st.integers(1, 100),
)
def test_what_is_malformed_is_so_for_the_slow_twin_as_well(entries, forms, changes, size):
    whole = b"".join(written(entry, forms) for entry in entries)
    names = Verbatim()
    as_read(pieces(whole), NUMBER, names)  # knows its entries

    data = spoilt(whole, changes)
    cut = [data[at : at + size] for at in range(0, len(data), size)]

    assert as_read(pieces(*cut), NUMBER, names) == twin(data)


def test_what_nobody_asked_for_does_not_fill_memory():
    names = Names(["mail"])
    many = {b"x%d" % number: [b"v"] for number in range(20_000)}

    as_read(pieces(written((b"dc=x", many), (0, 0))), NUMBER, names)

    assert len(names) <= 10_000
    assert names.heads == {}

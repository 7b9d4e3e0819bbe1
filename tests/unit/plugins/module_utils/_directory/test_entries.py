# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Entries in one pass: against ldap3's decoders where they are well-formed, else against the twin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ldap3.protocol.rfc4511 import LDAPMessage
from ldap3.utils.asn1 import decode_message_fast
from pyasn1.codec.ber import decoder

from ansible_collections.civic.mailbox.plugins.module_utils._directory import ber
from ansible_collections.civic.mailbox.plugins.module_utils._directory.entries import Names

from . import slow_decoder
from .ldap_messages import (
    FORMS,
    NUMBER,
    Verbatim,
    as_read,
    entry_in_forms,
    framed,
    pieces,
    spoilt,
    tlv,
)

# Few names and sizes, so that what was learned of one entry is met again in the next.
NAMES = st.sampled_from((b"mail", b"cn", b"cn;lang-vi", b"entryUUID")) | st.binary(
    min_size=1, max_size=9
)
VALUES = st.binary(max_size=4) | st.sampled_from((b"x" * 110, b"x" * 127, b"x" * 128, b"x" * 300))
ATTRIBUTES = st.dictionaries(NAMES, st.lists(VALUES, max_size=3) | st.lists(VALUES, max_size=1))
ENTRIES = st.lists(st.tuples(st.binary(max_size=150), ATTRIBUTES), min_size=1, max_size=4)


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


@given(ENTRIES, st.sampled_from(FORMS))
def test_what_is_well_formed_is_what_ldap3_makes_of_it(entries, forms):
    whole = [entry_in_forms(*entry, forms) for entry in entries]

    # Twice: what was learned from the first ones is used for the second ones.
    found = as_read(pieces(b"".join(whole + whole)), Verbatim())

    expected = [by_ldap3_fast(data) for data in whole]
    assert [by_ldap3_slow(data) for data in whole] == expected
    assert found == [
        *((NUMBER, ber.SEARCH_ENTRY, entry) for entry in expected + expected),
        "broken",
    ]


@given(
    ENTRIES,
    st.sampled_from(FORMS),
    st.lists(
        st.tuples(st.integers(0, 1 << 16), st.integers(0, 3), st.integers(0, 255)),
        min_size=1,
        max_size=3,
    ),
    st.integers(1, 100),
)
def test_what_is_malformed_is_so_for_the_slow_twin_as_well(entries, forms, changes, size):
    whole = b"".join(entry_in_forms(*entry, forms) for entry in entries)
    names = Verbatim()
    as_read(pieces(whole), names)  # knows its entries

    data = spoilt(whole, changes)
    cut = [data[at : at + size] for at in range(0, len(data), size)]

    assert as_read(pieces(*cut), names) == slow_decoder.as_read(data)


def test_what_nobody_asked_for_does_not_fill_memory():
    names = Names(["mail"])
    many = {b"x%d" % number: [b"v"] for number in range(20_000)}

    as_read(pieces(entry_in_forms(b"dc=x", many, FORMS[0])), names)

    assert len(names) <= 10_000
    assert names.heads == {}


@pytest.mark.parametrize("holding", [0, 4])
def test_an_attribute_that_is_known_again_does_not_reach_into_the_next_message(holding):
    attribute = tlv(0x30, tlv(4, b"mail") + tlv(0x31, tlv(4, b"a@x"), holding), holding)
    names = Verbatim()
    as_read(pieces(framed(ber.SEARCH_ENTRY, tlv(4, b"dc=x") + tlv(0x30, attribute))), names)
    assert list(names.heads.values()) == [("mail", 3)]

    short = framed(ber.SEARCH_ENTRY, tlv(4, b"dc=x") + tlv(0x30, attribute[:-1]))

    assert as_read(pieces(short + attribute[-1:]), names) == ["broken"]

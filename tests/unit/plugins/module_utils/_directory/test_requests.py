# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The encoder, byte by byte against what ldap3 and pyasn1 make of the same request."""

from __future__ import annotations

import ldap3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ldap3.operation.compare import compare_operation
from ldap3.operation.search import search_operation
from ldap3.protocol.convert import build_controls_list
from ldap3.protocol.rfc2696 import paged_search_control
from ldap3.protocol.rfc4511 import (
    LDAPDN,
    AbandonRequest,
    AttributeDescription,
    AttributeSelection,
    Change,
    Changes,
    ExtendedRequest,
    LDAPMessage,
    LDAPString,
    MessageID,
    ModifyRequest,
    Operation,
    PartialAttribute,
    ProtocolOp,
    RequestName,
    Vals,
)
from ldap3.utils.conv import escape_bytes
from pyasn1.codec.ber import encoder

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import DirectoryError
from ansible_collections.civic.mailbox.plugins.module_utils._directory.filters import encoded
from ansible_collections.civic.mailbox.plugins.module_utils._directory.requests import (
    ADD,
    BASE,
    DELETE,
    REPLACE,
    SUBTREE,
    Edit,
    Modification,
    abandon,
    compare,
    message,
    modify_request,
    paged,
    read_request,
    search,
    who_am_i,
)

DN = "uid=nguyễn.văn.an\\2C\\3D\\+\\22\\5C\\3C\\3E\\3B\\23,ou=Cán bộ\\, công chức,dc=xã,dc=vn"
NUMBERS = st.integers(1, 2**31 - 1)
NAMES = st.from_regex(r"[a-z][a-zA-Z0-9-]{0,30}(;[a-z-]{1,9})?", fullmatch=True)
DNS = st.text(st.characters(exclude_categories=("Cs",)), max_size=300) | st.just(DN)
VALUES = st.binary(max_size=300) | st.just("Nguyễn Văn Ấn".encode())
EDITS = st.builds(
    lambda operation, attribute, values: Edit(
        operation=operation, attribute=attribute, values=tuple(values)
    ),
    st.sampled_from((DELETE, REPLACE)),
    NAMES,
    st.lists(VALUES, max_size=3),
) | st.builds(
    lambda attribute, values: Edit(operation=ADD, attribute=attribute, values=tuple(values)),
    NAMES,
    st.lists(VALUES, min_size=1, max_size=3),
)
MODIFICATIONS = st.builds(
    lambda dn, edits, assertion, read_back: Modification(
        dn=dn, edits=tuple(edits), assertion=tuple(assertion), read_back=tuple(read_back)
    ),
    DNS,
    st.lists(EDITS, min_size=1, max_size=3),
    st.lists(st.tuples(NAMES, st.none() | VALUES.filter(len)), max_size=4),
    st.lists(NAMES, max_size=3),
)


def theirs(kind: str, content: object, number: int, controls: list[object] | None = None) -> bytes:
    """The message as pyasn1 encodes it by ldap3's definition."""
    whole = LDAPMessage()
    whole["messageID"] = MessageID(number)
    whole["protocolOp"] = ProtocolOp().setComponentByName(kind, content)
    if controls:
        whole["controls"] = build_controls_list(controls)
    return encoder.encode(whole)


def their_modification(number: int, wanted: Modification) -> bytes:
    changes = Changes()
    for edit in wanted.edits:
        vals = Vals()
        vals.clear()
        for value in edit.values:
            vals.setComponentByPosition(len(vals), value)
        attribute = PartialAttribute()
        attribute["type"], attribute["vals"] = AttributeDescription(edit.attribute), vals
        change = Change()
        change["operation"], change["modification"] = Operation(edit.operation), attribute
        changes.setComponentByPosition(len(changes), change)
    request = ModifyRequest()
    request["object"], request["changes"] = LDAPDN(wanted.dn), changes
    controls = []
    if wanted.assertion:
        controls.append(("1.3.6.1.1.12", True, their_filter(wanted.assertion)))
    if wanted.read_back:
        selection = AttributeSelection()
        for name in wanted.read_back:
            selection.setComponentByPosition(len(selection), LDAPString(name))
        controls.append(("1.3.6.1.1.13.2", False, encoder.encode(selection)))
    # RFC 4511, 5.1 wants 0xff for TRUE; pyasn1's BER has 1.
    assertion = b"1.3.6.1.1.12\x01\x01"
    found = theirs("modifyRequest", request, number, controls)
    return found.replace(assertion + b"\x01", assertion + b"\xff")


def their_filter(assertion: tuple[tuple[str, bytes | None], ...]) -> bytes:
    parts = [
        f"(!({name}=*))" if value is None else f"({name}={escape_bytes(value)})"
        for name, value in assertion
    ]
    text = parts[0] if len(parts) == 1 else f"(&{''.join(parts)})"
    return encoder.encode(their_search(DN, text, [])["filter"])


def their_search(
    dn: str, ldap_filter: str, attributes: list[str], scope: str = ldap3.BASE
) -> object:
    return search_operation(
        search_base=dn,
        search_filter=ldap_filter,
        search_scope=scope,
        dereference_aliases=ldap3.DEREF_NEVER,
        attributes=attributes,
        size_limit=0,
        time_limit=0,
        types_only=False,
        auto_escape=True,
        auto_encode=True,
    )


@given(NUMBERS, MODIFICATIONS)
def test_a_modification_is_encoded_as_ldap3_does(number, wanted):
    assert modify_request(number, wanted) == their_modification(number, wanted)


@pytest.mark.parametrize("size", [0, 1, 127, 128, 129, 255, 256, 65535, 65536, 1 << 20])
def test_values_of_every_size_are_encoded(size):
    photo = Edit(operation=REPLACE, attribute="jpegPhoto", values=(b"x" * size, b"y"))
    wanted = Modification(dn=DN, edits=(photo,))

    assert modify_request(7, wanted) == their_modification(7, wanted)


@given(NUMBERS, DNS, st.lists(NAMES, min_size=1, max_size=5))
def test_reading_an_entry_is_encoded_as_ldap3_does(number, dn, attributes):
    request = their_search(dn, "(objectClass=*)", attributes)

    found = read_request(number, dn, tuple(attributes))

    assert found == theirs("searchRequest", request, number)


FILTERS = [
    "(objectClass=*)",
    "(|(objectClass=inetOrgPerson)(mail=*))",
    "(&(objectCategory=person)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))",
    r"(cn=Nguyễn \28Văn\29 \5c*An*)",
    r"(objectGUID=\00\ff\2a)",
    "(pwdChangedTime>=20190108000000Z)",
]


@pytest.mark.parametrize("ldap_filter", FILTERS)
@pytest.mark.parametrize("scope", [BASE, SUBTREE])
def test_a_search_is_encoded_as_ldap3_does(ldap_filter, scope):
    names = ["cn", "mail;lang-vi"]

    found = message(300, search(DN, scope, encoded(ldap_filter), names))

    assert found == theirs("searchRequest", their_search(DN, ldap_filter, names, scope), 300)


@pytest.mark.parametrize("ldap_filter", ["((mail=*)", "", "mail", "(mail=*))", "(&)("])
def test_what_is_no_filter_is_told(ldap_filter):
    with pytest.raises(DirectoryError, match="is no LDAP filter"):
        encoded(ldap_filter)


@given(NUMBERS, st.integers(1, 2**31 - 1), st.binary(max_size=300))
def test_a_page_is_asked_for_as_ldap3_does(number, size, cookie):
    request = their_search(DN, "(cn=a)", ["cn"])
    other = ("1.2.840.113556.1.4.1413", False, b"")

    found = message(
        number, search(DN, BASE, encoded("(cn=a)"), ["cn"]), [other, paged(size, cookie)]
    )

    control = paged_search_control(False, size, cookie)
    assert found == theirs("searchRequest", request, number, [other, control])


@given(NUMBERS, NAMES, st.text(st.characters(exclude_characters="\\", exclude_categories=("Cs",))))
def test_a_comparison_is_encoded_as_ldap3_does(number, attribute, value):
    request = compare_operation(DN, attribute, value, True)

    found = message(number, compare(DN.encode(), attribute, value))

    assert found == theirs("compareRequest", request, number)


def test_who_am_i_is_encoded_as_ldap3_does():
    request = ExtendedRequest()
    request["requestName"] = RequestName("1.3.6.1.4.1.4203.1.11.3")

    assert message(9, who_am_i()) == theirs("extendedReq", request, 9)


@pytest.mark.parametrize("left", [1, 127, 128, 70_000])
def test_leaving_a_request_is_encoded_as_ldap3_does(left):
    assert message(900, abandon(left)) == theirs("abandonRequest", AbandonRequest(left), 900)


def test_reading_no_attribute_asks_for_none_of_them():
    assert read_request(7, DN, ()) == read_request(7, DN, ("1.1",))


@pytest.mark.parametrize("number", [1, 127, 128, 255, 256, 32767, 32768, 1 << 23, 2**31 - 1])
def test_every_number_is_above_zero(number):
    request = their_search(DN, "(objectClass=*)", ["cn"])

    assert read_request(number, DN, ("cn",)) == theirs("searchRequest", request, number)


def test_a_dn_that_is_no_text_is_left_to_the_server():
    assert b"\xed\xa0\x80" in read_request(7, "uid=\ud800", ("cn",))


NO_EDITS = [
    # what is wrong            the edit
    ("an unknown operation",   {"operation": "increment", "attribute": "cn"}),
    ("nothing to add",         {"operation": ADD, "attribute": "cn"}),
]  # fmt: skip


@pytest.mark.parametrize("given_", [pytest.param(one, id=name) for name, one in NO_EDITS])
def test_what_is_no_edit_is_refused(given_):
    with pytest.raises(ValueError, match=r"cn|increment"):
        Edit(**given_)

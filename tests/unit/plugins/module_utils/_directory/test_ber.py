# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The decoder, against ldap3's own on messages that ldap3's encoder made, and on broken ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ldap3.protocol.rfc4511 import (
    LDAPDN,
    ExtendedResponse,
    LDAPString,
    ModifyResponse,
    Referral,
    ResultCode,
    SearchResultDone,
    SearchResultReference,
)
from ldap3.utils.asn1 import decode_message_fast

from ansible_collections.civic.mailbox.plugins.module_utils._directory import answers, ber
from ansible_collections.civic.mailbox.plugins.module_utils._directory.entries import Names

from .ldap_messages import (
    Verbatim,
    decoded,
    done_message,
    entry_message,
    first,
    framed,
    message,
    pieces,
    received,
    tlv,
)

ATTRIBUTES = st.dictionaries(
    st.from_regex(r"[a-z][a-zA-Z0-9-]{0,30}(;[a-z-]{1,9})?", fullmatch=True),
    st.lists(st.binary(max_size=300), min_size=1, max_size=4),
    max_size=6,
)
DNS = st.text(max_size=200)
POST_READ = "1.3.6.1.1.13.2"


@given(st.lists(st.tuples(DNS, ATTRIBUTES), max_size=4), st.data())
def test_it_does_not_matter_how_the_bytes_arrive(entries, data):
    stream = b"".join(entry_message(*one) for one in entries) + done_message(cookie=b"next")
    cuts = sorted(data.draw(st.sets(st.integers(1, len(stream) - 1), max_size=8)))
    parts = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    found = received(pieces(*parts))

    assert [decoded(next(found), Verbatim()) for _ in entries] == [
        (dn.encode(), attributes) for dn, attributes in entries
    ]
    assert answers.result(next(found)).cookie == b"next"
    with pytest.raises(ber.TruncatedError, match="between answers"):
        next(found)


def test_every_truncation_waits_for_more_and_then_says_so():
    data = entry_message("uid=a,dc=x", {"mail": [b"a@x"], "photo": [b"x" * 200]})

    for size in range(len(data)):
        where = "in the middle" if size else "between"
        with pytest.raises(ber.TruncatedError, match=where):
            next(received(pieces(data[:size])))


@given(st.binary(max_size=200))
def test_noise_gives_an_error(noise):
    def read() -> None:
        for found in received(pieces(noise)):
            answers.result(found)
            decoded(found, Verbatim())

    with pytest.raises((ber.MalformedError, ber.TruncatedError)):
        read()


DN, NAME, VALUE = tlv(4, b"dc=x"), tlv(4, b"mail"), tlv(4, b"a@x")
BROKEN_ENTRIES = [
    # what is wrong                        the content of the entry
    ("nothing in it",                      b""),
    ("a DN of another kind",               tlv(2, b"dc=x") + tlv(0x30, b"")),
    ("a DN longer than the entry",         b"\x04\x7fdc=x"),
    ("no list of attributes",              DN),
    ("a list of another kind",             DN + tlv(0x31, b"")),
    ("a list longer than the entry",       DN + b"\x30\x05"),
    ("a list shorter than the entry",      DN + tlv(0x30, b"") + b"\x05\x00"),
    ("an attribute of another kind",       DN + tlv(0x30, tlv(0x31, NAME + tlv(0x31, VALUE)))),
    ("an attribute longer than the list",  DN + tlv(0x30, b"\x30\x7f" + NAME + tlv(0x31, VALUE))),
    ("a description of another kind",      DN + tlv(0x30, tlv(0x30, tlv(2, b"m") + tlv(0x31, b"")))),
    ("values in no set",                   DN + tlv(0x30, tlv(0x30, NAME + tlv(0x30, VALUE)))),
    ("a set longer than the attribute",    DN + tlv(0x30, tlv(0x30, NAME + b"\x31\x7f" + VALUE))),
    ("a set shorter than the attribute",   DN + tlv(0x30, tlv(0x30, NAME + tlv(0x31, VALUE) + VALUE))),
    ("a value of another kind",            DN + tlv(0x30, tlv(0x30, NAME + tlv(0x31, tlv(2, b"1"))))),
    ("a value longer than the set",        DN + tlv(0x30, tlv(0x30, NAME + tlv(0x31, b"\x04\x7fa@x")))),
    ("a second value that is too long",    DN + tlv(0x30, tlv(0x30, NAME + tlv(0x31, VALUE + b"\x04\x7f")))),
    ("a length without an end",            DN + tlv(0x30, tlv(0x30, NAME + tlv(0x31, b"\x04\x80a@x\0\0")))),
    ("a length of many bytes",             DN + tlv(0x30, tlv(0x30, NAME + tlv(0x31, b"\x04\x85" + b"\0" * 5)))),
]  # fmt: skip


@pytest.mark.parametrize(
    "content", [pytest.param(content, id=name) for name, content in BROKEN_ENTRIES]
)
def test_an_entry_that_does_not_fit_together_is_an_error(content):
    found = first(framed(ber.SEARCH_ENTRY, content))

    with pytest.raises(ber.MalformedError):
        decoded(found, Verbatim())


def test_an_attribute_does_not_reach_into_the_next_message():
    attribute = tlv(0x30, NAME + tlv(0x31, VALUE + VALUE))
    inside, beyond = attribute[: -len(VALUE)], attribute[-len(VALUE) :]
    found = first(framed(ber.SEARCH_ENTRY, DN + tlv(0x30, inside)) + beyond)

    with pytest.raises(ber.MalformedError):
        decoded(found, Verbatim())


@pytest.mark.parametrize("size", [0, 1, 126, 127, 128, 129, 130, 255, 256, 257, 65535, 65536])
def test_values_of_every_size_are_read(size):
    attributes = {"photo": [b"x" * size], "photos": [b"y" * size, b"z"]}

    assert decoded(first(entry_message("dc=x", attributes)), Verbatim())[1] == attributes


BROKEN_MESSAGES = [
    # what is wrong                      the bytes
    ("not a sequence",                   b"HTTP/1.1 400 Bad Request"),
    ("a length without an end",          b"\x30\x80\x02\x01\x07"),
    ("a length of many bytes",           b"\x30\x85\0\0\0\0\x05"),
    ("a message of a gigabyte",          b"\x30\x84\x40\0\0\0"),
    ("no number",                        tlv(0x30, tlv(4, b"x"))),
    ("a number longer than the message", b"\x30\x02\x02\x04"),
    ("a number of five bytes",           tlv(0x30, tlv(2, b"\0" * 5) + tlv(0x65, b""))),
    ("no operation",                     tlv(0x30, tlv(2, b"\x07"))),
    ("an operation that is too long",    tlv(0x30, tlv(2, b"\x07") + b"\x65\x7f")),
]  # fmt: skip


@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in BROKEN_MESSAGES])
def test_a_message_that_does_not_fit_together_is_an_error(data):
    with pytest.raises(ber.MalformedError):
        first(data)


def test_an_attribute_that_was_not_asked_for_is_left_out():
    found = first(entry_message("dc=x", {"cn": [b"a"], "cn;lang-vi": [b"b", b"c"], "sn": [b"d"]}))

    assert decoded(found, Names(["cn"])) == (b"dc=x", {"cn": [b"a"]})


@given(st.integers(0, 127), st.text(max_size=300), st.none() | st.binary(max_size=200))
def test_a_result_tells_code_message_and_cookie(code, text, cookie):
    data = done_message(code if code in ResultCode.namedValues.values() else 80, text, cookie)

    found = answers.result(first(data))

    theirs = decode_message_fast(data)["payload"]
    assert (found.code, found.matched_dn, found.message) == (theirs[0][3], "dc=x", text)
    assert found.cookie == (cookie or b"")


def modified_message(*controls: tuple[str, bool, bytes]) -> bytes:
    """A ModifyResponse with controls."""
    content = ModifyResponse()
    content["resultCode"] = ResultCode(0)
    content["matchedDN"], content["diagnosticMessage"] = LDAPDN(""), LDAPString("")
    return message("modifyResponse", content, controls=list(controls))


@given(DNS, ATTRIBUTES)
def test_what_was_read_back_is_told(dn, attributes):
    whole = entry_message(dn, attributes)
    found = first(whole)
    content = found.buffer[found.start : found.end]
    other = ("1.3.6.1.4.1.42.2.27.8.5.1", False, b"\x30\x00")

    answer = first(modified_message(other, (POST_READ, False, tlv(ber.SEARCH_ENTRY, content))))

    assert answers.post_read(answer, Verbatim()) == attributes
    assert answers.result(answer).code == 0


def test_nothing_is_read_back_where_no_control_came():
    assert answers.post_read(first(modified_message()), Verbatim()) == {}


BROKEN_READS = [
    # what is wrong              the control's value
    ("no entry in it",           tlv(0x30, b"")),
    ("no element at all",        b"\x64"),
    ("an entry without a list",  tlv(0x64, tlv(4, b"dc=x"))),
    ("an entry that is longer",  b"\x64\x7f"),
]  # fmt: skip


@pytest.mark.parametrize("value", [pytest.param(value, id=name) for name, value in BROKEN_READS])
def test_what_was_read_back_has_to_be_an_entry(value):
    with pytest.raises(ber.MalformedError):
        answers.post_read(first(modified_message((POST_READ, False, value))), Verbatim())


@pytest.mark.parametrize(
    ("description", "name"), [(b"CN", "cn"), (b"cn;lang-vi", ""), (b"SN", "Sn"), (b"\xff", "")]
)
def test_names_are_as_they_were_asked_for(description, name):
    names = Names(["cn", "Sn"])

    assert names[description] == names[description] == name
    assert names.asked == ("cn", "Sn")


def test_a_plain_success_may_have_a_cookie():
    plain = framed(ber.SEARCH_DONE, tlv(10, b"\0") + tlv(4, b"") + tlv(4, b""))
    page = tlv(0x30, tlv(2, b"\0") + tlv(4, b"next"))
    control = tlv(0x30, tlv(4, answers.PAGED_RESULTS) + tlv(4, page))
    content = plain[2:] + tlv(0xA0, control)

    assert answers.result(first(plain)) == answers.Result(code=0, matched_dn="", message="")
    assert answers.result(first(tlv(0x30, content))).cookie == b"next"


def test_a_control_of_another_kind_has_no_cookie():
    other = ("1.3.6.1.4.1.42.2.27.8.5.1", False, b"\x30\x00")
    content = SearchResultDone()
    content["resultCode"] = ResultCode(0)
    content["matchedDN"], content["diagnosticMessage"] = LDAPDN(""), LDAPString("")

    assert answers.result(first(message("searchResDone", content, controls=[other]))).cookie == b""


BROKEN_RESULTS = [
    # what is wrong                     the content of the result
    ("nothing in it",                   b""),
    ("a code of another kind",          tlv(2, b"\0") + tlv(4, b"") + tlv(4, b"")),
    ("a code without a value",          tlv(10, b"") + tlv(4, b"") + tlv(4, b"")),
    ("no diagnostic message",           tlv(10, b"\0") + tlv(4, b"")),
    ("a message longer than the whole", tlv(10, b"\0") + tlv(4, b"") + b"\x04\x7f"),
    ("an element that ends early",      tlv(10, b"\0") + tlv(4, b"") + b"\x04"),
]  # fmt: skip


@pytest.mark.parametrize(
    "content", [pytest.param(content, id=name) for name, content in BROKEN_RESULTS]
)
def test_a_result_that_does_not_fit_together_is_an_error(content):
    with pytest.raises(ber.MalformedError):
        answers.result(first(framed(ber.SEARCH_DONE, content)))


def test_an_unknown_code_stays_what_it_is():
    content = tlv(10, b"\x40\x01") + tlv(4, b"") + tlv(4, b"\xff")

    found = answers.result(first(framed(ber.SEARCH_DONE, content)))

    assert (found.code, found.message) == (0x4001, "\\xff")


def test_references_and_referrals_are_told():
    uris = ["ldap://a.example/dc=a", "ldap://b.example/dc=b??sub"]
    content = SearchResultReference()
    for uri in uris:
        content.setComponentByPosition(len(content), uri)
    done = SearchResultDone()
    done["resultCode"] = ResultCode(10)
    done["matchedDN"], done["diagnosticMessage"] = LDAPDN(""), LDAPString("")
    referral = Referral()
    referral.setComponentByPosition(0, uris[0])
    done["referral"] = referral

    found = first(message("searchResRef", content))

    assert (found.tag, answers.references(found)) == (ber.SEARCH_REFERENCE, tuple(uris))
    assert answers.result(first(message("searchResDone", done))).referrals == (uris[0],)


def test_a_notice_of_disconnection_tells_its_name_and_its_code():
    content = ExtendedResponse()
    content["resultCode"] = ResultCode(52)
    content["matchedDN"], content["diagnosticMessage"] = LDAPDN(""), LDAPString("going down")
    content["responseName"] = "1.3.6.1.4.1.1466.20036"

    found = first(message("extendedResp", content, number=0))

    assert (found.id, found.tag) == (0, ber.EXTENDED_RESPONSE)
    assert answers.response_name(found) == "1.3.6.1.4.1.1466.20036"
    assert (answers.result(found).code, answers.result(found).message) == (52, "going down")


@pytest.mark.parametrize("value", [None, b"", b"dn:uid=a,dc=x"])
def test_an_extended_answer_tells_its_value(value):
    content = ExtendedResponse()
    content["resultCode"] = ResultCode(0)
    content["matchedDN"], content["diagnosticMessage"] = LDAPDN(""), LDAPString("")
    if value is not None:
        content["responseValue"] = value

    assert answers.response_value(first(message("extendedResp", content))) == (value or b"")

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The messages of RFC 4533, and what is none. What servers send is tested on real ones."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import DirectoryError
from ansible_collections.civic.mailbox.plugins.module_utils._directory import ber
from ansible_collections.civic.mailbox.plugins.module_utils._directory.changes.sync import Refresh
from ansible_collections.civic.mailbox.plugins.module_utils._directory.entries import Names

A, B, C = (bytes([letter]) * 16 for letter in b"abc")
BASE = "1.3.6.1.4.1.4203.1.9.1."


def tlv(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return bytes((tag, len(content))) + content


def control(number: int, value: bytes) -> bytes:
    return tlv(0xA0, tlv(0x30, tlv(4, f"{BASE}{number}".encode()), tlv(4, value)))


def message(operation: bytes, controls: bytes = b"") -> bytes:
    return (
        b"\x30\x81"
        + bytes([3 + len(operation) + len(controls)])
        + b"\x02\x01\x07"
        + operation
        + controls
    )


def entry(state: int, key: bytes) -> bytes:
    operation = tlv(0x64, tlv(4, b"uid=x"), tlv(0x30))
    return message(operation, control(2, tlv(0x30, tlv(10, bytes([state])), tlv(4, key))))


def info(value: bytes) -> bytes:
    return message(tlv(0x79, tlv(0x80, f"{BASE}4".encode()), tlv(0x81, value)))


def done(*parts: bytes) -> bytes:
    return message(tlv(0x65, b"\x0a\x01\x00\x04\x00\x04\x00"), control(3, tlv(0x30, *parts)))


DELETES = tlv(1, b"\xff")


def refreshed(*messages: bytes) -> tuple[Refresh, list[bytes]]:
    """What is made of these answers, and the keys of the entries that came."""

    def exchange(*_asked: object, **_more: object) -> Iterator[ber.Message]:
        received = iter([b"".join(messages), b""])
        stream = ber.Stream(lambda: next(received))
        for _ in messages:
            yield stream.message()

    refresh = Refresh()
    directory = SimpleNamespace(exchange=exchange, uri="ldap://x")
    found = refresh.entries(directory, "dc=x", "(mail=*)", Names(("uid",)), b"")
    return refresh, [key for key, _ in found]


def test_entries_come_and_go():
    refresh, came = refreshed(entry(1, A), entry(2, B), entry(3, C), done(tlv(4, b"new"), DELETES))
    assert came == [A, B]
    assert (refresh.deleted, refresh.present, refresh.lists_present) == ({C}, set(), False)
    assert refresh.cookie == b"new"


def test_what_is_still_there_is_listed():
    ids = tlv(0xA3, tlv(1, b"\x00"), tlv(0x31, tlv(4, A), tlv(4, B)))
    refresh, came = refreshed(info(ids), entry(0, C), info(tlv(0x80, b"newer")), done())
    assert came == []
    assert (refresh.present, refresh.lists_present) == ({A, B, C}, True)
    assert refresh.cookie == b"newer"


def test_what_is_deleted_is_listed():
    ids = tlv(0xA3, tlv(4, b"c"), DELETES, tlv(0x31, tlv(4, A), tlv(4, B)))
    refresh, _ = refreshed(info(ids), done(DELETES))
    assert (refresh.deleted, refresh.lists_present, refresh.cookie) == ({A, B}, False, b"c")


def test_other_answers_in_between_say_nothing():
    other = message(tlv(0x79, tlv(0x80, b"1.2.3"), tlv(0x81, b"\xa3\x00")))
    assert refreshed(other, done(DELETES))[1] == []


MALFORMED = {
    "an entry without a state": message(tlv(0x64, tlv(4, b"uid=x"), tlv(0x30))),
    "a state with a short key": entry(1, b"short"),
    "a state with a key of another kind": message(
        tlv(0x64, tlv(4, b"uid=x"), tlv(0x30)),
        control(2, tlv(0x30, tlv(10, b"\1"), tlv(0x30, A))),
    ),
    "a list with a short key": info(tlv(0xA3, tlv(0x31, tlv(4, A), tlv(4, b"short")))),
    "a list with a key of another kind": info(tlv(0xA3, tlv(0x31, tlv(0x30, A)))),
    "an end without its control": message(tlv(0x65, b"\x0a\x01\x00\x04\x00\x04\x00")),
    "an info of another kind": info(tlv(0xA7)),
    "an info without a value": info(b""),
    "two infos in one": info(tlv(0x80, b"a") + tlv(0x80, b"b")),
}


@pytest.mark.parametrize("wrong", MALFORMED.values(), ids=MALFORMED)
def test_what_is_none_of_these_is_refused(wrong):
    with pytest.raises(DirectoryError, match="RFC 4533"):
        refreshed(wrong)

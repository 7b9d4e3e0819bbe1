# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the client makes of servers that are odd, slow or both; real ones are in integration."""

from __future__ import annotations

import re
import socket
import time

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import DirectoryError
from ansible_collections.civic.mailbox.plugins.module_utils._directory import ber
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import (
    ANY,
    BASE,
    Directory,
)

from .ldap_messages import entry_in_forms, framed, tlv
from .small_server import SUCCESS, Answer, answering, done

GROUP = "cn=all,dc=x"
PLAIN = (0, 0)  # the form of lengths


# --- values in parts


def members(total: int, at_once: int) -> Answer:
    """Answers with the members of a group, so many at once, as Active Directory does."""

    def answer(client: socket.socket, number: int, content: bytes) -> None:
        asked = re.search(rb"member;range=(\d+)-", content)
        first = int(asked[1]) if asked else 0
        last = min(first + at_once, total)
        name = b"member;range=%d-%s" % (first, b"*" if last == total else b"%d" % (last - 1))
        values = [b"uid=%d,dc=x" % one for one in range(first, last)]
        client.sendall(entry_in_forms(GROUP.encode(), {name: values}, PLAIN, number) + done(number))

    return answer


EVERYBODY = [b"uid=%d,dc=x" % number for number in range(7000)]


def test_values_in_many_parts_take_one_more_connection_which_is_closed():
    with answering(members(7000, 1500)) as server:
        with Directory(Access(uri=server.uri)) as directory:
            found = directory.find(GROUP, ANY, ["member"], scope=BASE)

        assert server.left_alone()
        assert found == [(GROUP.encode(), {"member": EVERYBODY})]
        assert server.opened == 2


def test_entries_that_are_read_by_their_names_are_put_together_too():
    with answering(members(7000, 1500)) as server:
        with Directory(Access(uri=server.uri)) as directory:
            found = list(directory.read([GROUP], ["member"]))

        assert server.left_alone()
        assert found == [{"member": EVERYBODY}]
        assert server.opened == 2


def test_a_server_that_sends_the_same_part_again_and_again_is_left():
    first = members(7000, 1500)
    with (
        answering(lambda client, number, _content: first(client, number, b"")) as server,
        Directory(Access(uri=server.uri)) as directory,
        pytest.raises(DirectoryError, match="values of member that it had sent before"),
    ):
        directory.find(GROUP, ANY, ["member"], scope=BASE)


# --- what nobody asked for


def notification(oid: bytes, tag: int = ber.EXTENDED_RESPONSE) -> bytes:
    """What a server says of itself (RFC 4511, 4.4)."""
    return framed(tag, SUCCESS + tlv(0x8A, oid), 0)


def beside(notice: bytes) -> Answer:
    """Answers with two entries, and before each message with that notice."""

    def answer(client: socket.socket, number: int, _content: bytes) -> None:
        entries = [entry_in_forms(dn, {}, PLAIN, number) for dn in (b"cn=1,dc=x", b"cn=2,dc=x")]
        client.sendall(b"".join(notice + one for one in [*entries, done(number)]))

    return answer


@pytest.mark.parametrize("oid", [b"1.3.6.1.4.1.9.9.1", b"", b"1.3.6.1.1.21.4"])
def test_a_notification_that_is_not_of_the_end_is_passed_over(oid):
    """One of them says that a transaction was aborted (RFC 5805)."""
    with (
        answering(beside(notification(oid))) as server,
        Directory(Access(uri=server.uri)) as directory,
    ):
        assert [dn for dn, _ in directory.search("dc=x")] == [b"cn=1,dc=x", b"cn=2,dc=x"]


@pytest.mark.parametrize(
    ("notice", "said"),
    [
        (notification(b"1.3.6.1.4.1.1466.20036"), "ended by the server"),
        (notification(b"", ber.COMPARE_RESPONSE), "no LDAP"),
    ],
    ids=["of the end", "an answer to nothing"],
)
def test_what_ends_the_connection_still_does(notice, said):
    with (
        answering(beside(notice)) as server,
        Directory(Access(uri=server.uri)) as directory,
        pytest.raises(DirectoryError, match=said),
    ):
        list(directory.search("dc=x"))


def test_answers_to_a_search_that_was_left_are_passed_over_until_its_end():
    asked: list[int] = []

    def answer(client: socket.socket, number: int, _content: bytes) -> None:
        asked.append(number)
        late = entry_in_forms(b"cn=1,dc=x", {}, PLAIN, asked[0])
        ends = [done(one) for one in (asked[0], number) if len(asked) > 1]
        client.sendall(late + b"".join(ends))

    with answering(answer) as server, Directory(Access(uri=server.uri)) as directory:
        left = directory.search("dc=x")
        next(left)
        left.close()  # type: ignore[attr-defined]
        assert directory.find("dc=x", ANY, ["1.1"]) == []
        with pytest.raises(DirectoryError, match=f"request {asked[0]}, which was not asked"):
            directory.find("dc=x", ANY, ["1.1"])


# --- slow servers


def pausing(size: int, pause: float) -> Answer:
    """Answers with ten entries, so many bytes at a time."""

    def answer(client: socket.socket, number: int, _content: bytes) -> None:
        one = entry_in_forms(b"cn=1,dc=x", {}, PLAIN, number)
        whole = one * 10 + done(number)
        size_or_entry = size or len(one)
        for start in range(0, len(whole), size_or_entry):
            client.sendall(whole[start : start + size_or_entry])
            time.sleep(pause)

    return answer


def test_a_server_that_dribbles_is_left_when_an_entry_takes_too_long():
    with (
        answering(pausing(1, 0.1)) as server,
        Directory(Access(uri=server.uri, receive_timeout=1)) as directory,
        pytest.raises(DirectoryError, match=r"1 s to answer.*raise the timeouts"),
    ):
        directory.find("dc=x", ANY, ["1.1"])


def test_the_whole_answer_may_take_longer_than_an_entry():
    with (
        answering(pausing(0, 0.2)) as server,
        Directory(Access(uri=server.uri, receive_timeout=1)) as directory,
    ):
        assert len(directory.find("dc=x", ANY, ["1.1"])) == 10

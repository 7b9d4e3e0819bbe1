# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is sent when, over a wire that answers as told; real servers are in the integration tests."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import DirectoryError
from ansible_collections.civic.mailbox.plugins.module_utils._directory import ber
from ansible_collections.civic.mailbox.plugins.module_utils._directory.pipeline import (
    Pipeline,
    Request,
    Wire,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.result_codes import BUSY

Answer = Callable[[Request], int]  # the result code


class Server:
    """Answers one of the requests that it was sent, whenever it is asked for an answer."""

    def __init__(self, answer: Answer = lambda request: 0, *, seed: int = 0) -> None:
        self.pieces: list[bytes] = []  # as they were sent
        self.unanswered: list[Request] = []
        self.most = 0  # requests that were unanswered at once
        self.most_bytes = 0
        self.pauses: list[float] = []
        self.order: list[int] = []  # indexes, as they were answered
        self._known: dict[bytes, Request] = {}
        self._answer = answer
        self._random = random.Random(seed)

    def request(self, index: int, dn: str = "", size: int = 10) -> Request:
        data = index.to_bytes(4, "big") + b"x" * (size - 5) + b"\n"
        self._known[data] = Request(index=index, number=index + 1, data=data, dn=dn)
        return self._known[data]

    def send(self, piece: bytes) -> None:
        self.pieces.append(piece)
        while piece:
            data = next(data for data in self._known if piece.startswith(data))
            piece = piece[len(data) :]
            self.unanswered.append(self._known[data])
        self.most = max(self.most, len(self.unanswered))
        self.most_bytes = max(self.most_bytes, sum(len(one.data) for one in self.unanswered))

    def receive(self, expected: Collection[int]) -> ber.Message:
        assert sorted(expected) == sorted(one.number for one in self.unanswered)
        request = self.unanswered.pop(self._random.randrange(len(self.unanswered)))
        self.order.append(request.index)
        return message(request.number, self._answer(request))

    def wire(self) -> Wire:
        return Wire(send=self.send, receive=self.receive, pause=self.pauses.append)


def message(number: int, code: int = 0, tag: int = ber.MODIFY_RESPONSE) -> ber.Message:
    content = bytes((10, 1, code)) + b"\x04\x00\x04\x00"
    return ber.Message(number, tag, content, 0, len(content), len(content))


def run(server: Server, requests: Iterator[Request], window: int = 10) -> dict[int, int]:
    """The codes by index."""
    pipeline = Pipeline(server.wire(), requests, answer=ber.MODIFY_RESPONSE, window=window)
    found = [(request.index, result.code) for request, result, _ in pipeline.answers()]
    assert len(dict(found)) == len(found)
    return dict(found)


@given(st.integers(0, 60), st.integers(1, 12), st.integers(0, 3))
def test_every_answer_belongs_to_its_request_in_whatever_order_they_come(count, window, seed):
    server = Server(lambda request: request.index % 50, seed=seed)
    requests = (server.request(index, f"uid={index}") for index in range(count))

    assert run(server, requests, window) == {index: index % 50 for index in range(count)}
    assert server.most == min(window, count)


def test_many_requests_are_sent_in_one_piece():
    server = Server()

    run(server, (server.request(index, f"uid={index}") for index in range(100)), window=20)

    assert len(server.pieces[0]) == 200
    assert {len(piece) for piece in server.pieces[1:]} == {100}


def test_requests_are_taken_only_when_there_is_room():
    server, taken = Server(), []

    def requests():
        for index in range(100):
            taken.append(index)
            yield server.request(index, f"uid={index}")

    wire = server.wire()
    answers = Pipeline(wire, requests(), answer=ber.MODIFY_RESPONSE, window=10).answers()
    assert taken == []
    next(answers)
    assert len(taken) == 10


@pytest.mark.parametrize("size", [10, 1 << 12, 1 << 15, 1 << 17])
def test_what_is_unanswered_fits_into_the_buffers_or_is_alone(size):
    server = Server()

    run(server, (server.request(index, f"uid={index}", size) for index in range(30)), window=20)

    assert server.most == min(20, max(1, (1 << 16) // size))
    assert server.most_bytes <= max(1 << 16, size)


def test_room_that_answers_leave_is_used():
    server = Server()

    run(server, (server.request(index, f"uid={index}", 1 << 12) for index in range(64)), window=20)

    assert len(server.pieces) < 16


@given(st.lists(st.sampled_from("abc"), max_size=30), st.integers(0, 5), st.booleans())
def test_modifications_of_one_entry_are_made_in_their_order(dns, seed, busy):
    tries: dict[int, int] = {}

    def answer(request: Request) -> int:
        tries[request.index] = tries.get(request.index, 0) + 1
        return BUSY if busy and tries[request.index] < 1 + request.index % 3 else 0

    server = Server(answer, seed=seed)

    assert run(server, (server.request(*one) for one in enumerate(dns))) == dict.fromkeys(
        range(len(dns)), 0
    )
    for dn in "abc":
        order = [index for index in dict.fromkeys(server.order) if dns[index] == dn]
        assert order == sorted(order)


def test_reads_of_one_entry_do_not_wait_for_each_other():
    server = Server()
    server.receive = lambda expected: message(server.unanswered.pop().number, 0, ber.SEARCH_DONE)
    requests = (server.request(index, "dc=x") for index in range(20))

    found = list(Pipeline(server.wire(), requests, answer=ber.SEARCH_DONE, window=10).answers())

    assert len(found) == 20
    assert server.most == 10


def test_a_busy_server_is_asked_again_after_growing_pauses():
    left = {3: 2, 7: 4}

    def answer(request: Request) -> int:
        left[request.index] = left.get(request.index, 0) - 1
        return BUSY if left[request.index] >= 0 else 0

    server = Server(answer)
    found = run(server, (server.request(index, f"uid={index}") for index in range(20)), window=20)

    assert found == dict.fromkeys(range(20), 0)
    assert server.pauses == pytest.approx([0.1, 0.2, 0.4, 0.8])
    assert len(server.order) == 20 + 2 + 4


def test_a_server_that_stays_busy_is_left_alone_in_the_end():
    server = Server(lambda request: BUSY if request.index == 1 else 0)

    found = run(server, (server.request(index, f"uid={index}") for index in range(3)))

    assert found == {0: 0, 1: BUSY, 2: 0}
    assert len(server.pauses) == 8
    assert sum(server.pauses) < 30


def test_answers_that_arrived_before_the_connection_ended_are_given_out():
    server = Server()

    def send(piece: bytes) -> None:
        if server.pieces:
            raise DirectoryError("broken pipe")
        server.send(piece)

    def receive(expected: Collection[int]) -> ber.Message:
        if not server.unanswered:
            raise DirectoryError("the connection ended")
        return message(server.unanswered.pop().number)

    requests = (server.request(index, f"uid={index}") for index in range(30))
    wire = Wire(send=send, receive=receive, pause=server.pauses.append)
    answers = Pipeline(wire, requests, answer=ber.MODIFY_RESPONSE, window=10).answers()

    assert sorted(next(answers)[0].index for _ in range(10)) == list(range(10))
    with pytest.raises(DirectoryError, match="ended"):
        next(answers)


def test_an_answer_of_another_kind_is_no_answer():
    server = Server()
    server.receive = lambda expected: message(1, 0, ber.COMPARE_RESPONSE)

    with pytest.raises(ber.MalformedError, match="0x6f"):
        run(server, iter([server.request(0)]))


def test_a_result_on_the_way_is_passed_over():
    server = Server()
    tags = [ber.INTERMEDIATE_RESPONSE, ber.MODIFY_RESPONSE]
    server.receive = lambda expected: message(1, 0, tags.pop(0))

    assert run(server, iter([server.request(0)])) == {0: 0}

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Many requests over one connection, sent ahead of their answers.

Each answer is tied to its request by the message id. What is not answered yet is bounded, in
number and in bytes: the buffers of the connection take it all, so that sending never waits for a
server that itself waits for us to read.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from .._core.errors import DirectoryError
from . import answers, ber
from .result_codes import BUSY

WINDOW = 100  # requests; OpenLDAP closes a connection on which more are pending (conn_max_pending)
_UNANSWERED = 1 << 16  # bytes
_TRIES = 8  # of a request that the server is too busy for
_FIRST_PAUSE = 0.1  # s, doubled each time: 25 s in all


@dataclass(kw_only=True, slots=True)
class Request:
    """A request, and what came in answer to it so far."""

    index: int  # its place among the requests
    number: int  # the message id
    data: bytes
    dn: str
    tries: int = 0
    entry: ber.Message | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """The server's answer to a modification."""

    index: int  # of the modification, counted from 0
    code: int  # 0: all of it is written; any other: nothing of it
    message: str  # what the server said, or which servers it refers to; "" mostly
    values: dict[str, list[bytes]]  # read back; {} where the server or its rules do not show them


@dataclass(frozen=True, kw_only=True, slots=True)
class Wire:
    """The connection. Its functions raise DirectoryError when it ends."""

    send: Callable[[bytes], None]
    receive: Callable[[Collection[int]], ber.Message]  # the next message, for one of these ids
    pause: Callable[[float], None] = time.sleep  # s


class Pipeline:
    """Sends requests and gives out their answers as they come, in any order."""

    def __init__(
        self, wire: Wire, requests: Iterable[Request], *, answer: int, window: int = WINDOW
    ) -> None:
        """`answer` is the tag of the message that ends each request (ber.MODIFY_RESPONSE, ...)."""
        self._wire, self._answer, self._window = wire, answer, window
        self._reading = answer == ber.SEARCH_DONE  # else one after the other for the same DN
        self._requests = iter(requests)
        self._held: deque[Request] = deque()  # to be sent before the others
        self._busy: list[Request] = []  # to be sent once more, after a pause
        self._sent: dict[int, Request] = {}
        self._bytes = 0  # of those
        self._ended = False  # nothing can be sent any more
        self._dns: set[str] = set()  # of those and of the busy ones

    def answers(self) -> Iterator[tuple[Request, answers.Result, ber.Message]]:
        """Each request with its result. Raises MalformedError, and what the wire raises."""
        while self._fill():
            message = self._wire.receive(self._sent)
            if message.tag != self._answer:
                self._keep(message)
                continue
            request = self._sent.pop(message.id)
            self._bytes -= len(request.data)
            result = answers.result(message)
            if result.code == BUSY and request.tries < _TRIES:
                self._busy.append(request)
            else:
                self._dns.discard(request.dn)
                yield request, result, message

    @property
    def unanswered(self) -> Collection[int]:
        """The numbers of the requests that wait for an answer."""
        return self._sent.keys()

    def _fill(self) -> bool:
        """Send what there is room for; whether an answer is to come."""
        if self._busy and not self._sent:
            self._wait()
        # Many in one piece are cheaper to send: wait until half the window is free.
        if not self._busy and not self._ended and len(self._sent) <= self._window // 2:
            pieces = []
            while len(self._sent) < self._window and (request := self._next()):
                self._sent[request.number] = request
                self._bytes += len(request.data)
                pieces.append(request.data)
            if pieces:
                self._send(b"".join(pieces))
        return bool(self._sent)

    def _send(self, data: bytes) -> None:
        try:
            self._wire.send(data)
        except DirectoryError:
            # Answers may have arrived before the connection ended: receive() raises after them.
            self._ended = True

    def _next(self) -> Request | None:
        """The next request, if there is one and it may be sent now."""
        again = bool(self._held)
        request = self._held.popleft() if again else next(self._requests, None)
        if request is None:
            return None
        fits = not self._sent or self._bytes + len(request.data) <= _UNANSWERED
        if fits and (request.tries or self._reading or request.dn not in self._dns):
            self._dns.add(request.dn)
            return request
        self._held.appendleft(request)
        return None

    def _wait(self) -> None:
        """Leave a busy server alone for a while; the same requests are then sent again."""
        for request in self._busy:
            request.tries += 1
        self._wire.pause(_FIRST_PAUSE * 2 ** (max(busy.tries for busy in self._busy) - 1))
        self._held.extendleft(reversed(self._busy))
        self._busy.clear()

    def _keep(self, message: ber.Message) -> None:
        if message.tag == ber.SEARCH_ENTRY and self._reading:
            self._sent[message.id].entry = message
        elif message.tag != ber.INTERMEDIATE_RESPONSE:
            raise ber.MalformedError(f"an answer of kind 0x{message.tag:02x} to another request")

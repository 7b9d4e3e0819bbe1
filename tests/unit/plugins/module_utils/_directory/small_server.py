# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An LDAP server on loopback that answers as it is told to: what no real one does on demand."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from ansible_collections.civic.mailbox.plugins.module_utils._directory import ber

from .ldap_messages import framed, tlv

BIND, UNBIND, SEARCH, ABANDON = 0x60, 0x42, 0x63, 0x50  # RFC 4511, 4.2 and on
BIND_RESPONSE = 0x61
WAIT = 10.0  # s, for what is to happen at once
SUCCESS = tlv(10, b"\0") + tlv(4, b"") + tlv(4, b"")  # an LDAPResult (RFC 4511, 4.1.9)

# The client, a request's number and its content.
Answer = Callable[[socket.socket, int, bytes], None]


def done(number: int) -> bytes:
    """The end of a search."""
    return framed(ber.SEARCH_DONE, SUCCESS, number)


class Server:
    """Its connections: how many there were, and whether some are open still."""

    def __init__(self, listener: socket.socket) -> None:
        self.uri = "ldap://{}:{}".format(*listener.getsockname())
        self.opened = 0
        self.open = 0
        self._changed = threading.Condition()

    def left_alone(self) -> bool:
        """Whether every client leaves; waits for it."""
        with self._changed:
            return self._changed.wait_for(lambda: not self.open, WAIT)

    def count(self, change: int) -> None:
        """One connection more or less."""
        with self._changed:
            self.opened += change > 0
            self.open += change
            self._changed.notify_all()


@contextmanager
def answering(answer: Answer) -> Iterator[Server]:
    """A server that binds anybody, and leaves the answer to a search to a function."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener)
        accepting = threading.Thread(target=_accept, args=(listener, server, answer))
        accepting.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join()


def _accept(listener: socket.socket, server: Server, answer: Answer) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            server.count(+1)
            threading.Thread(target=_serve, args=(client, server, answer), daemon=True).start()


def _serve(client: socket.socket, server: Server, answer: Answer) -> None:
    stream = ber.Stream(lambda: client.recv(65536))
    try:
        with client, suppress(OSError, ber.TruncatedError):
            while (request := stream.message()).tag != UNBIND:
                if request.tag == BIND:
                    client.sendall(framed(BIND_RESPONSE, SUCCESS, request.id))
                elif request.tag == SEARCH:
                    answer(client, request.id, request.buffer[request.start : request.end])
    finally:
        server.count(-1)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A TCP proxy in front of a real server that spoils what the server sends."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from ansible_collections.civic.mailbox.lab.layout import HOST

# What happens to the client after the bytes that pass; the server is what they came from.
Spoil = Callable[[socket.socket, socket.socket], None]

# In the place of a number of bytes, below zero: so many LDAP messages of less than 128 bytes. After
# one alone, what follows is spoilt when the client has asked again.
ONE = -1


def cut(client: socket.socket, _server: socket.socket) -> None:
    """Close the connection in order."""
    client.shutdown(socket.SHUT_RDWR)


def reset(client: socket.socket, _server: socket.socket) -> None:
    """Tear the connection down."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # shutdown() wakes the thread that reads from it without sending anything but the reset.
    client.shutdown(socket.SHUT_RD)
    client.close()


def stall(client: socket.socket, _server: socket.socket) -> None:
    """Say nothing more; the connection stays open until the client leaves."""


def dribble(client: socket.socket, server: socket.socket) -> None:
    """A byte of the server's now and then, until the client leaves."""
    while data := server.recv(1):
        time.sleep(0.3)
        client.sendall(data)


def say(data: bytes) -> Spoil:
    """Send these bytes in the place of the server's."""
    return lambda client, _server: client.sendall(data)


def hold(seconds: float) -> Spoil:
    """Read nothing of the server's for so long, as somebody slow does; then all that is left."""

    def late(client: socket.socket, server: socket.socket) -> None:
        time.sleep(seconds)
        while data := server.recv(65536):
            client.sendall(data)
        cut(client, server)

    return late


@contextmanager
def spoiling(port: int, passing: int, spoil: Spoil) -> Iterator[int]:
    """The port of a proxy for one client: so many bytes of the server's pass, then it spoils."""
    with socket.create_server((HOST, 0)) as listener:
        proxy = threading.Thread(target=_serve, args=(listener, port, passing, spoil))
        proxy.start()
        try:
            yield listener.getsockname()[1]
        finally:
            with suppress(OSError):  # nobody came: accept() is to end
                listener.shutdown(socket.SHUT_RDWR)
            proxy.join()


def _serve(listener: socket.socket, port: int, passing: int, spoil: Spoil) -> None:
    with suppress(OSError):
        client, _ = listener.accept()
        with client, socket.create_connection((HOST, port)) as server:
            asked = threading.Event()
            asking = threading.Thread(target=_copy, args=(client, server, asked))
            asking.start()
            try:
                _pass(server, client, passing, asked)
                spoil(client, server)
            finally:
                asking.join()


def _pass(server: socket.socket, client: socket.socket, left: int, asked: threading.Event) -> None:
    if left < 0:
        for _ in range(-left):
            head = server.recv(2, socket.MSG_PEEK | socket.MSG_WAITALL)
            answer = server.recv(2 + head[1], socket.MSG_WAITALL)
            asked.clear()
            client.sendall(answer)
        if left == ONE:
            asked.wait()
        return
    while left and (data := server.recv(min(left, 65536))):
        client.sendall(data)
        left -= len(data)


def _copy(client: socket.socket, server: socket.socket, asked: threading.Event) -> None:
    """Everything that the client says, until it leaves; then the server is told."""
    with suppress(OSError):
        while data := client.recv(65536):
            asked.set()  # before the server can answer, which clears it
            server.sendall(data)
    asked.set()
    with suppress(OSError):
        server.shutdown(socket.SHUT_RDWR)

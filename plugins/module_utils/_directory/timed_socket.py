# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A socket whose peer has so long for a whole answer, in however many pieces it comes.

The timeout of a socket is for one wait: who sends a byte now and then is waited for without end.
"""

from __future__ import annotations

import socket
from time import monotonic
from typing import Any


class TimedSocket(socket.socket):
    """A connected socket, taken over from another object."""

    def __init__(self, connected: socket.socket, seconds: float) -> None:
        """`seconds` for a whole answer; `connected` is of no use after that."""
        family, kind, protocol = connected.family, connected.type, connected.proto
        super().__init__(family, kind, protocol, fileno=connected.detach())
        self._seconds = seconds
        self.answer_begins()

    def answer_begins(self) -> None:
        """An answer is waited for from now on."""
        self._until = monotonic() + self._seconds

    def recv(self, *size: int) -> bytes:
        """What has arrived. Raises TimeoutError when the answer took too long."""
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self.settimeout(left)
        return super().recv(*size)

    def sendall(self, *data: Any) -> None:
        """Send all of it; what follows is the answer to that."""
        self.settimeout(self._seconds)
        super().sendall(*data)
        self.answer_begins()

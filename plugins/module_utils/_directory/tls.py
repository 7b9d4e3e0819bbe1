# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A TLS connection that is read in large pieces.

OpenLDAP sends each entry as a TLS record of its own, and an SSLSocket makes two system calls for a
record. Here the raw socket is read in large pieces, and TLS is done in memory.
"""

from __future__ import annotations

import ssl
from contextlib import suppress
from typing import Any

from .timed_socket import TimedSocket

_PIECE = 1 << 18  # bytes read from the raw socket at once
_READ = 1 << 14  # of what was decrypted: a record has no more


class TlsSocket:
    """The part of a socket that ldap3 and the reading of answers use, over TLS."""

    def __init__(self, raw: TimedSocket, context: ssl.SSLContext, host: str) -> None:
        """Do the handshake. Raises OSError (ssl.SSLError is one)."""
        self._raw = raw
        self.answer_begins = raw.answer_begins
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        while not self._handshake():
            self._fill()

    def recv(self, size: int) -> bytes:
        """What has arrived, at least one byte, and b"" at the end.

        It may be more than `size`: what is decrypted is not kept back.
        """
        while True:
            data = self._drain()
            if data is not None:
                return data
            self._fill()

    def sendall(self, data: bytes) -> None:
        """Send all of it. Raises OSError."""
        self._tls.write(data)
        self._flush()

    def getpeercert(self, binary_form: bool = False) -> Any:
        """The server's certificate, as SSLSocket.getpeercert gives it."""
        return self._tls.getpeercert(binary_form)

    def shutdown(self, how: int) -> None:
        """Shut the raw socket down."""
        self._raw.shutdown(how)

    def close(self) -> None:
        """Close the raw socket."""
        self._raw.close()

    def _handshake(self) -> bool:
        """Go on with the handshake as far as it goes; whether it is done."""
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            self._flush()
            return False
        except ssl.SSLError:
            with suppress(OSError):
                self._flush()  # tells the server why, if it still listens
            raise
        self._flush()
        return True

    def _drain(self) -> bytes | None:
        """What can be decrypted now; None: more has to arrive; b"": the end."""
        pieces = []
        read = self._tls.read
        try:
            while piece := read(_READ):
                pieces.append(piece)
        except ssl.SSLWantReadError:
            self._flush()  # a key update has to be answered
            return b"".join(pieces) or None
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
            pass
        return b"".join(pieces)

    def _fill(self) -> None:
        data = self._raw.recv(_PIECE)
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    def _flush(self) -> None:
        if data := self._outgoing.read():
            self._raw.sendall(data)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A client of ManageSieve (RFC 5804): one user's scripts on a mail server."""

from __future__ import annotations

import re
import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import BinaryIO

from .._core.errors import MailHostError

PORT = 4190
_MOST = 4 << 20  # octets of a script
_LITERAL = re.compile(rb"\{(\d+)\+?\}\r?\n\Z")
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"')
_STATUS = re.compile(rb"(OK|NO|BYE)(?: \(([^)]*)\))?(?: |\r?\n|\Z)", re.IGNORECASE)


class RefusedError(MailHostError):
    """The server answers NO; `code` is its response code (RFC 5804, 1.3), "" for none."""

    def __init__(self, server: SieveServer, code: str, text: str) -> None:
        super().__init__(f"{server} refuses it: {text or code or 'it gives no reason'}")
        self.code = code


@dataclass(frozen=True, kw_only=True)
class SieveServer:
    """A server, and as whom to sign in there."""

    host: str
    port: int
    user: str  # whose scripts
    username: str  # who signs in: the user, or a master user
    password: str = field(repr=False)
    context: ssl.SSLContext | None  # None: without TLS
    timeout: float = 20  # seconds to wait for an answer

    def __str__(self) -> str:
        return f"ManageSieve at {self.host} port {self.port}"


class ManageSieve:
    """A connection that is signed in. Every method raises MailHostError."""

    def __init__(self, server: SieveServer) -> None:
        self._server = server
        try:
            self._socket = socket.create_connection((server.host, server.port), server.timeout)
        except OSError as error:
            raise self._failed("cannot be reached", error) from error
        self._file: BinaryIO = self._socket.makefile("rb")
        self._capabilities = self._greeting()
        if server.context:
            self._start_tls(server.context)
        self._sign_in()

    def __enter__(self) -> ManageSieve:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def scripts(self) -> dict[str, bool]:
        """Every script, and whether it is the active one."""
        found = {}
        for line in self._ask(b"LISTSCRIPTS"):
            name, rest = _string(line)
            found[name.decode()] = rest.strip().upper() == b"ACTIVE"
        return found

    def get(self, name: str) -> bytes | None:
        """A script; None where there is none."""
        try:
            lines = self._ask(b"GETSCRIPT " + _quoted(name))
        except RefusedError as refused:
            if refused.code.upper() == "NONEXISTENT":
                return None
            raise
        return _string(lines[0])[0]

    def put(self, name: str, script: bytes) -> None:
        """Store a script; the server refuses one that it cannot run."""
        self._ask(b"PUTSCRIPT %s {%d+}\r\n%s" % (_quoted(name), len(script), script))

    def activate(self, name: str) -> None:
        """Make a script the active one; with "" none is."""
        self._ask(b"SETACTIVE " + _quoted(name))

    def delete(self, name: str) -> None:
        """Delete a script, which must not be active."""
        self._ask(b"DELETESCRIPT " + _quoted(name))

    def _greeting(self) -> dict[str, str]:
        found = {}
        for line in self._answer():
            name, rest = _string(line)
            value = _string(rest.strip())[0] if rest.strip() else b""
            found[name.decode("ascii", "replace").upper()] = value.decode("utf-8", "replace")
        return found

    def _start_tls(self, context: ssl.SSLContext) -> None:
        if "STARTTLS" not in self._capabilities:
            raise MailHostError(
                f"{self._server} offers no TLS, and the password is not sent without: set it up"
                " there, or name another port"
            )
        self._ask(b"STARTTLS")
        try:
            self._socket = context.wrap_socket(self._socket, server_hostname=self._server.host)
        except (OSError, ssl.CertificateError) as error:
            raise self._failed("cannot be spoken to by TLS", error) from error
        self._file = self._socket.makefile("rb")
        self._capabilities = self._greeting()

    def _sign_in(self) -> None:
        """By SASL PLAIN (RFC 4616), as the user or for the user."""
        server = self._server
        if "PLAIN" not in self._capabilities.get("SASL", "").split():
            raise MailHostError(f"{server} does not offer to sign in with a password (PLAIN)")
        for_user = "" if server.user == server.username else server.user
        message = "\0".join((for_user, server.username, server.password)).encode()
        try:
            self._ask(b'AUTHENTICATE "PLAIN" "%s"' % b64encode(message))
        except RefusedError as refused:
            raise MailHostError(
                f"{server} does not let {server.username} sign in for {server.user}: look at the"
                " password, and whether a master user may do this"
            ) from refused

    def _ask(self, command: bytes) -> list[bytes]:
        try:
            self._socket.sendall(command + b"\r\n")
        except OSError as error:
            raise self._failed("does not answer", error) from error
        return list(self._answer())

    def _answer(self) -> Iterator[bytes]:
        """The lines of an answer, literals in them, up to its status."""
        while True:
            line = self._line()
            status = _STATUS.match(line)
            if status is None:
                yield line
                continue
            if status[1].upper() == b"OK":
                return
            code = (status[2] or b"").decode("ascii", "replace")
            text = line[status.end() :].strip()
            said = _string(text)[0].decode("utf-8", "replace") if text else ""
            if status[1].upper() == b"BYE":
                raise MailHostError(f"{self._server} ends the connection: {said or code}")
            raise RefusedError(self._server, code, said)

    def _line(self) -> bytes:
        """A line, and what its literals hold."""
        parts = []
        while True:
            try:
                part = self._file.readline(_MOST)
                literal = _LITERAL.search(part)
                if not part.endswith(b"\n"):
                    raise MailHostError(f"{self._server} breaks off in the middle of an answer")
                parts.append(part)
                if literal is None:
                    return b"".join(parts)
                if int(literal[1]) > _MOST:
                    raise MailHostError(f"{self._server} sends more than {_MOST >> 20} MiB")
                parts.append(self._file.read(int(literal[1])))
            except OSError as error:
                raise self._failed("does not answer", error) from error

    def _failed(self, what: str, error: Exception) -> MailHostError:
        reason = getattr(error, "verify_message", "") or getattr(error, "strerror", "") or error
        return MailHostError(f"{self._server} {what}: {reason}")


def _quoted(text: str) -> bytes:
    return b'"%s"' % text.replace("\\", r"\\").replace('"', r"\"").encode()


def _string(line: bytes) -> tuple[bytes, bytes]:
    """The string that a line begins with, quoted or a literal, and what comes after it."""
    if quoted := _QUOTED.match(line):
        return re.sub(rb"\\(.)", rb"\1", quoted[1]), line[quoted.end() :]
    if literal := re.match(rb"\{(\d+)\+?\}\r?\n", line):
        end = literal.end() + int(literal[1])
        return line[literal.end() : end], line[end:]
    return line.strip(), b""

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Dovecot's user database, asked at its socket `auth-userdb` for many users at a time.

The protocol is that of Dovecot's own programs (auth-master.c, version 1 in 2.3 and 2.4): lines of
fields parted by tabs, in which \\001 and a sign stand for what would break a line. The server
greets with its version; `USER id name service=...` is answered by `USER id name field=value ...`,
`NOTFOUND id` or `FAIL id`, in any order.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from .._core.errors import MailHostError

_VERSION = "VERSION\t1\t"
# Users asked for and not yet answered: as many as Dovecot itself has searches at an LDAP server. Of
# other databases each may get a process of its own, and more would only have sign-ins wait.
_WAITING = 8
_LONGEST = 8192  # bytes of an answer: more, and Dovecot's own programs give up, too
_LONGEST_NAME = 500  # the server refuses lines of over 1,024 bytes
_ESCAPED = re.compile("\001(.)", re.DOTALL)
_SIGNS = {"0": "\0", "1": "\1", "t": "\t", "r": "\r", "n": "\n"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A user that the database knows."""

    user: str  # as the database calls whom it was asked for
    fields: tuple[tuple[str, str], ...]


class _BrokenError(Exception):
    """What comes is not this protocol."""


@dataclass(frozen=True, kw_only=True)
class UserdbSocket:
    """The socket of a Dovecot, which may not run."""

    path: str
    timeout: float  # seconds for all answers to one call

    def entries(self, names: Sequence[str]) -> dict[str, Entry | None]:
        """Users with their entry, None for those that do not exist.

        Who is missing has to be looked up in another way: the socket is not there, not for us or
        does not speak this protocol, or the database failed for that user. Raises MailHostError
        when the answers do not come in time.
        """
        found: dict[str, Entry | None] = {}
        try:
            with socket.socket(socket.AF_UNIX) as connection, suppress(_BrokenError):
                connection.settimeout(self.timeout)
                connection.connect(self.path)
                for name, entry in _answers(connection, _lines(connection, self.timeout), names):
                    found[name] = entry
        except TimeoutError:
            raise MailHostError(
                f"Dovecot did not tell of {len(names)} users within {self.timeout:g} s "
                f"({self.path}): look at the server, or raise timeout"
            ) from None
        except OSError:
            pass  # what doveadm says of it, a person understands
        return found


def _answers(
    connection: socket.socket, lines: Iterator[str], names: Sequence[str]
) -> Iterator[tuple[str, Entry | None]]:
    """Ask for all that can be asked for; whoever the database failed for is left out."""
    if not (next(lines).startswith(_VERSION) and next(lines).startswith("SPID\t")):
        raise _BrokenError
    connection.sendall(f"{_VERSION}0\n".encode())
    remaining = ((str(id_), name) for id_, name in enumerate(names, 1) if _can_be_asked(name))
    waiting: dict[str, str] = {}
    while True:
        if len(waiting) <= _WAITING // 2 and (
            some := dict(islice(remaining, _WAITING - len(waiting)))
        ):
            connection.sendall(b"".join(_request(*item) for item in some.items()))
            waiting |= some
        if not waiting:
            return
        kind, id_, *fields = map(_plain, f"{next(lines)}\t".split("\t"))
        if id_ not in waiting:
            raise _BrokenError
        name = waiting.pop(id_)
        if kind != "FAIL":
            yield name, _entry(kind, fields)


def _entry(kind: str, fields: Sequence[str]) -> Entry | None:
    if kind == "NOTFOUND":
        return None
    if kind != "USER" or not fields[0]:
        raise _BrokenError
    parted = (field.partition("=") for field in fields[1:] if field)
    return Entry(user=fields[0], fields=tuple((name, value) for name, _, value in parted))


def _lines(connection: socket.socket, timeout: float) -> Iterator[str]:
    deadline = time.monotonic() + timeout
    rest = b""
    while True:
        *whole, rest = rest.split(b"\n")
        yield from map(_text, whole)
        if len(rest) > _LONGEST:
            raise _BrokenError
        connection.settimeout(max(deadline - time.monotonic(), 0.001))  # 0 is for "do not wait"
        more = connection.recv(1 << 16)
        if not more:
            raise _BrokenError
        rest += more


def _text(line: bytes) -> str:
    if len(line) > _LONGEST:
        raise _BrokenError
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise _BrokenError from None


def _request(id_: str, name: str) -> bytes:
    # 2.3 knows the service, 2.4 calls it the protocol and takes either word.
    return f"USER\t{id_}\t{name}\tservice=doveadm\n".encode()


def _can_be_asked(name: str) -> bool:
    return name.isascii() and name.isprintable() and 0 < len(name) <= _LONGEST_NAME


def _plain(field: str) -> str:
    """A field without its escapes."""
    if "\001" not in field:
        return field
    return _ESCAPED.sub(lambda found: _SIGNS.get(found[1], found[1]), field)

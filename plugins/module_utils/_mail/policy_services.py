# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The policy services that Postfix asks (SMTPD_POLICY_README), and which program answers there.

A program is known by the process that listens, as far as /proc shows it, else by the name of the
socket or by the port that it has as a rule.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .._core.outbound_limits import PolicyService
from .lookup_table import words

_ASKS = "check_policy_service"
_LISTENS = "0A"  # TCP_LISTEN in /proc/net/tcp
_PROC = Path("/proc")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Program:
    name: str
    words: tuple[str, ...]  # one of them is in its command line, or in its socket's name
    port: int | None  # that it has as a rule
    counts_senders: bool


# The first that fits counts: "policyd" alone is in many a name.
_PROGRAMS = (
    _Program(name="postfwd", words=("postfwd",), port=10040, counts_senders=True),
    _Program(
        name="policyd (cluebringer)",
        words=("cbpolicyd", "cluebringer"),
        port=10031,
        counts_senders=True,
    ),
    _Program(
        name="policyd-rate-limit",
        words=("policyd-rate-limit", "policyd_rate_limit", "ratelimit"),
        port=8552,
        counts_senders=True,
    ),
    _Program(name="iRedAPD", words=("iredapd",), port=7777, counts_senders=True),
    _Program(name="Postgrey", words=("postgrey",), port=10023, counts_senders=False),
    _Program(name="policyd-weight", words=("policyd-weight",), port=12525, counts_senders=False),
    _Program(name="an SPF checker", words=("spf",), port=None, counts_senders=False),
)


def services_asked(
    restrictions: Sequence[str], commands: Mapping[str, str], queue: Path
) -> Iterator[PolicyService]:
    """The policy services that lists of restrictions name.

    `commands`: services of master.cf on local sockets -> their commands; `queue`: the folder that
    the names of sockets count from.
    """
    for address in dict.fromkeys(_addresses(restrictions)):
        known = _known(address, _listening(address, commands, queue))
        yield PolicyService(
            address=address,
            program=known.name if known else "",
            counts_senders=known.counts_senders if known else None,
        )


def _addresses(restrictions: Sequence[str]) -> Iterator[str]:
    for value in restrictions:
        is_next = False
        for word in words(value):
            if is_next:
                # "{ inet:127.0.0.1:10040, timeout=10s }"
                yield next(words(word.strip("{}")), "")
            is_next = word.lower() == _ASKS


def _known(address: str, command: str) -> _Program | None:
    for text in filter(None, (command, address if address.startswith("unix:") else "")):
        for one in _PROGRAMS:
            if any(word in text.lower() for word in one.words):
                return one
    if command:  # it is another program, whatever the port is
        return None
    port = address.rpartition(":")[2]
    return next((one for one in _PROGRAMS if str(one.port) == port), None)


def _listening(address: str, commands: Mapping[str, str], queue: Path) -> str:
    """The command line of the program that answers; "" where it cannot be told."""
    kind, _, place = address.partition(":")
    if kind == "unix":
        command = commands.get(place.removeprefix("private/"), "")
        return command or _command_of(_unix_sockets(queue / place))
    return _command_of(_tcp_sockets(place.rpartition(":")[2]))


def _tcp_sockets(port: str) -> Iterator[str]:
    if not port.isdigit():
        return
    wanted = f"{int(port):04X}"
    for name in ("tcp", "tcp6"):
        for fields in _rows(_PROC / "net" / name):
            if fields[1].endswith(f":{wanted}") and fields[3] == _LISTENS:
                yield fields[9]


def _unix_sockets(path: Path) -> Iterator[str]:
    for fields in _rows(_PROC / "net/unix"):
        if fields[-1] == str(path):
            yield fields[6]


def _rows(file: Path) -> Iterator[list[str]]:
    with suppress(OSError):
        lines = file.read_text(errors="replace").splitlines()[1:]
        yield from (fields for fields in map(str.split, lines) if len(fields) > 7)


def _command_of(inodes: Iterator[str]) -> str:
    """The command line of the process that has one of these sockets."""
    wanted = {f"socket:[{inode}]" for inode in inodes}
    if not wanted:
        return ""
    for process in _PROC.iterdir():
        if process.name.isdigit() and _has_one(process, wanted):
            with suppress(OSError):
                return (process / "cmdline").read_text(errors="replace").replace("\0", " ").strip()
    return ""


def _has_one(process: Path, wanted: set[str]) -> bool:
    with suppress(OSError):
        for descriptor in (process / "fd").iterdir():
            with suppress(OSError):
                if os.readlink(descriptor) in wanted:
                    return True
    return False

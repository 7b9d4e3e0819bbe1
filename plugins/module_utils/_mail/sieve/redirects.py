# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Where a Sieve script sends mail on: redirect, report, pipe, and notify by mail.

A redirect that cannot be reached (behind `stop` in its block, or under `if false`) is told from one
that can. Any other condition is taken to hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .addresses import decode, has_variable, is_mailto, mailbox, mailto_recipients
from .grammar import Call, SieveError, parse
from .tokens import Kind

# A script without these words sends nothing on. No encoding hides a command's name.
_WORDS = re.compile(rb"redirect|notify|include|report|pipe", re.IGNORECASE)
_ENDS = frozenset({"stop", "return"})  # RFC 5228, 3.3; RFC 6609, 3.3


@dataclass(frozen=True, kw_only=True, slots=True)
class Redirect:
    """One way out of a script."""

    address: str  # "" where it cannot be told
    line: int
    reachable: bool = True
    opaque: str = ""  # why the address cannot be told


@dataclass(frozen=True, kw_only=True, slots=True)
class Include:
    """Another script that this one runs (RFC 6609)."""

    name: str  # "" where a variable names it
    line: int
    is_global: bool = False
    optional: bool = False


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """All that leaves a script."""

    redirects: tuple[Redirect, ...] = ()
    includes: tuple[Include, ...] = ()  # those that can be reached


def may_send(script: bytes) -> bool:
    """A quick look: False when the script cannot send anything on."""
    return _WORDS.search(script) is not None


def outgoing(script: str) -> Outgoing:
    """What leaves the script.

    Raises SieveError, naming the line, when no server can run it.
    """
    commands = parse(script)
    required = frozenset(_required(commands))
    redirects: list[Redirect] = []
    includes: list[Include] = []
    for command, reachable in _walk(commands, reachable=True):
        read = _ACTIONS.get(command.name)
        if (read or command.name == "include") and (command.tests or command.block is not None):
            raise SieveError(command.line, f"; is missing after {command.name}")
        if read:
            redirects.extend(read(command, required, reachable))
        elif command.name == "include" and reachable:
            includes.append(_include(command, required))
    return Outgoing(redirects=tuple(redirects), includes=tuple(includes))


def _required(commands: Iterable[Call]) -> Iterator[str]:
    for command in commands:
        if command.name == "require":
            yield from (value.lower() for value in _last_strings(command))


def _walk(commands: Iterable[Call], *, reachable: bool) -> Iterator[tuple[Call, bool]]:
    for command in commands:
        yield command, reachable
        never = any(test.name == "false" for test in command.tests)
        yield from _walk(command.block or (), reachable=reachable and not never)
        if command.name in _ENDS:
            reachable = False


def _redirect(command: Call, required: frozenset[str], reachable: bool) -> Iterator[Redirect]:
    text = _last_string(command, required)
    if ":list" in command.tags:
        reason = "an external list (extlists) names the addresses"
        yield Redirect(address="", line=command.line, reachable=reachable, opaque=reason)
        return
    yield _to(text, command.line, required, reachable)


def _notify(command: Call, required: frozenset[str], reachable: bool) -> Iterator[Redirect]:
    if "enotify" not in required:
        raise SieveError(command.line, "notify without enotify (RFC 5435) is not analysed")
    method = _last_string(command, required)
    if _is_variable(method, required):
        yield _to(method, command.line, required, reachable)
    elif is_mailto(method):
        for recipient in mailto_recipients(method):
            yield _to(recipient, command.line, required, reachable)
    else:
        reason = "notify by another way than mail"
        yield Redirect(address="", line=command.line, reachable=reachable, opaque=reason)


def _pipe(command: Call, required: frozenset[str], reachable: bool) -> Iterator[Redirect]:
    reason = "a program gets the mail (pipe)"
    yield Redirect(address="", line=command.line, reachable=reachable, opaque=reason)


_Reader = Callable[[Call, frozenset[str], bool], Iterator[Redirect]]
_ACTIONS: dict[str, _Reader] = {
    "redirect": _redirect,
    "notify": _notify,
    "report": _redirect,  # vnd.dovecot.report: its last argument is the address
    "pipe": _pipe,  # vnd.dovecot.pipe
}


def _include(command: Call, required: frozenset[str]) -> Include:
    name = _last_string(command, required)
    return Include(
        name="" if _is_variable(name, required) else name,
        line=command.line,
        is_global=":global" in command.tags,
        optional=":optional" in command.tags,
    )


def _to(text: str, line: int, required: frozenset[str], reachable: bool) -> Redirect:
    if _is_variable(text, required):
        reason = "a variable names the address"
        return Redirect(address="", line=line, reachable=reachable, opaque=reason)
    address = mailbox(text)
    if address is None:
        raise SieveError(line, "this is no mail address")
    return Redirect(address=address, line=line, reachable=reachable)


def _is_variable(text: str, required: frozenset[str]) -> bool:
    return "variables" in required and has_variable(text)


def _last_string(command: Call, required: frozenset[str]) -> str:
    strings = _last_strings(command)
    if len(strings) != 1:
        raise SieveError(command.line, f"{command.name} needs a string as its last argument")
    return decode(strings[0]) if "encoded-character" in required else strings[0]


def _last_strings(command: Call) -> tuple[str, ...]:
    last = command.arguments[-1] if command.arguments else None
    return last.values if last and last.kind is Kind.QUOTED else ()

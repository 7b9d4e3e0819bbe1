# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Sieve's grammar (RFC 5228, 8.2): a script as a tree of commands, whatever their names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from .tokens import Kind, Token, tokens

_T = TypeVar("_T")

# Deeper than any server takes; keeps a hostile script from exhausting Python's stack.
_DEEPEST = 50


class SieveError(Exception):
    """A script that no server can run. The text holds nothing of the script itself."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Argument:
    """A tag (":copy"), a number ("1M") or strings."""

    kind: Kind  # TAG, NUMBER, or QUOTED for strings of either form
    values: tuple[str, ...]  # one for a tag or a number; tags in lower case
    line: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A command or a test: name, arguments, tests inside it, and a command's block."""

    name: str  # lower case
    line: int
    arguments: tuple[Argument, ...] = ()
    tests: tuple[Call, ...] = ()
    block: tuple[Call, ...] | None = None

    @property
    def tags(self) -> frozenset[str]:
        """Its tags, as ":copy"."""
        return frozenset(a.values[0] for a in self.arguments if a.kind is Kind.TAG)


def parse(script: str) -> tuple[Call, ...]:
    """The commands of a script. Raises SieveError, naming the line, when it is none."""
    parser = _Parser(list(tokens(script)))
    commands = parser.commands(0)
    if parser.token is not None:
        raise parser.error("a command should begin here")
    return commands


class _Parser:
    """Reads tokens from left to right."""

    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._next = 0

    @property
    def token(self) -> Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def error(self, reason: str) -> SieveError:
        token = self.token or (self._tokens[-1] if self._tokens else None)
        return SieveError(token.line if token else 1, reason)

    def commands(self, depth: int) -> tuple[Call, ...]:
        found = []
        while self._at(Kind.IDENTIFIER):
            found.append(self._call(depth, is_command=True))
        return tuple(found)

    def _call(self, depth: int, *, is_command: bool) -> Call:
        if depth > _DEEPEST:
            raise self.error("nested too deeply")
        name = self._take(Kind.IDENTIFIER, "a test")
        arguments = tuple(iter(self._argument, None))
        tests = self._tests(depth + 1)
        block = self._block(depth + 1) if is_command else None
        return Call(
            name=name.text.lower(), line=name.line, arguments=arguments, tests=tests, block=block
        )

    def _argument(self) -> Argument | None:
        token = self.token
        if token is None:
            return None
        if token.kind in (Kind.TAG, Kind.NUMBER):
            self._next += 1
            return Argument(kind=token.kind, values=(token.text.lower(),), line=token.line)
        if token.kind in (Kind.QUOTED, Kind.MULTI_LINE):
            return Argument(kind=Kind.QUOTED, values=(self._string(),), line=token.line)
        if self._is("["):
            values = self._list("[", "]", self._string)
            return Argument(kind=Kind.QUOTED, values=values, line=token.line)
        return None

    def _tests(self, depth: int) -> tuple[Call, ...]:
        if self._is("("):
            return self._list("(", ")", lambda: self._call(depth, is_command=False))
        if self._at(Kind.IDENTIFIER):
            return (self._call(depth, is_command=False),)
        return ()

    def _block(self, depth: int) -> tuple[Call, ...] | None:
        if self._is(";"):
            self._next += 1
            return None
        self._expect("{", "; or {")
        commands = self.commands(depth)
        self._expect("}", "}")
        return commands

    def _list(self, first: str, last: str, item: Callable[[], _T]) -> tuple[_T, ...]:
        self._expect(first, first)
        found = [item()]
        while self._is(","):
            self._next += 1
            found.append(item())
        self._expect(last, f", or {last}")
        return tuple(found)

    def _string(self) -> str:
        kind = Kind.MULTI_LINE if self._at(Kind.MULTI_LINE) else Kind.QUOTED
        return self._take(kind, "a string").value

    def _at(self, kind: Kind) -> bool:
        return self.token is not None and self.token.kind is kind

    def _is(self, sign: str) -> bool:
        return self.token is not None and self.token.text == sign

    def _take(self, kind: Kind, wanted: str) -> Token:
        token = self.token
        if token is None or token.kind is not kind:
            raise self.error(f"{wanted} is missing")
        self._next += 1
        return token

    def _expect(self, sign: str, wanted: str) -> None:
        if not self._is(sign):
            raise self.error(f"{wanted} is missing")
        self._next += 1

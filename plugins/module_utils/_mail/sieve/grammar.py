# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Sieve's grammar (RFC 5228, 8.2): a script as a tree of commands, whatever their names.

Every part knows its place, so that one command can be taken out of the text and nothing else. Two
parts are equal when they say the same, wherever they stand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from .tokens import Kind, Token, tokens

_T = TypeVar("_T")

# Blocks in blocks, and tests in tests: what Dovecot takes at most, and what keeps a hostile script
# from exhausting Python's stack.
_DEEPEST = 32


class SieveError(Exception):
    """A script that no server can run. The text holds nothing of the script itself."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Argument:
    """A tag (":copy"), a number ("1M") or strings."""

    kind: Kind  # TAG, NUMBER, or QUOTED for strings of either form
    values: tuple[str, ...]  # one for a tag or a number; tags in lower case
    line: int = field(compare=False)
    start: int = field(compare=False)  # offsets in the script, of a list's brackets where it is one
    end: int = field(compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A command or a test: name, arguments, tests inside it, and a command's block."""

    name: str  # lower case
    line: int = field(compare=False)
    start: int = field(compare=False)  # offset of its name
    end: int = field(compare=False)  # offset behind it, a command's ; or } included
    arguments: tuple[Argument, ...] = ()
    tests: tuple[Call, ...] = ()
    block: tuple[Call, ...] | None = None

    @property
    def tags(self) -> frozenset[str]:
        """Its tags, as ":copy"."""
        return frozenset(a.values[0] for a in self.arguments if a.kind is Kind.TAG)

    def after(self, tag: str) -> Argument | None:
        """The argument that belongs to a tag, as the address to :from, or None."""
        for given, value in zip(self.arguments, self.arguments[1:], strict=False):
            if given.kind is Kind.TAG and given.values[0] == tag:
                return value
        return None


def parse(script: str) -> tuple[Call, ...]:
    """The commands of a script. Raises SieveError, naming the line, when it is none."""
    parser = _Parser(script)
    commands = parser.commands(0)
    if parser.token is not None:
        raise parser.error("a command should begin here")
    return commands


class _Parser:
    """Reads tokens from left to right, each when it is needed."""

    def __init__(self, script: str) -> None:
        self._tokens = tokens(script)
        self._taken: Token | None = None
        self.token = next(self._tokens, None)

    def error(self, reason: str) -> SieveError:
        token = self.token or self._taken
        return SieveError(token.line if token else 1, reason)

    def commands(self, depth: int) -> tuple[Call, ...]:
        found = []
        while self._at(Kind.IDENTIFIER):
            found.append(self._call(depth, 0, is_command=True))
        return tuple(found)

    def _call(self, blocks: int, tests: int, *, is_command: bool) -> Call:
        if blocks > _DEEPEST or tests > _DEEPEST:
            raise self.error("nested too deeply")
        name = self._take(Kind.IDENTIFIER, "a test")
        arguments = tuple(iter(self._argument, None))
        inner = self._tests(blocks, tests + 1)
        block = self._block(blocks + 1) if is_command else None
        return Call(
            name=name.text.lower(),
            line=name.line,
            start=name.start,
            end=self._end,
            arguments=arguments,
            tests=inner,
            block=block,
        )

    def _argument(self) -> Argument | None:
        token = self.token
        if token is None:
            return None
        kind, values = Kind.QUOTED, tuple[str, ...]()
        if token.kind in (Kind.TAG, Kind.NUMBER):
            kind, values = token.kind, (self._next().text.lower(),)
        elif token.kind in (Kind.QUOTED, Kind.MULTI_LINE):
            values = (self._string(),)
        elif self._is("["):
            values = self._list("[", "]", self._string)
        else:
            return None
        return Argument(kind=kind, values=values, line=token.line, start=token.start, end=self._end)

    def _tests(self, blocks: int, depth: int) -> tuple[Call, ...]:
        if self._is("("):
            return self._list("(", ")", lambda: self._call(blocks, depth, is_command=False))
        if self._at(Kind.IDENTIFIER):
            return (self._call(blocks, depth, is_command=False),)
        return ()

    def _block(self, depth: int) -> tuple[Call, ...] | None:
        if self._is(";"):
            self._next()
            return None
        self._expect("{", "; or {")
        commands = self.commands(depth)
        self._expect("}", "}")
        return commands

    def _list(self, first: str, last: str, item: Callable[[], _T]) -> tuple[_T, ...]:
        self._expect(first, first)
        found = [item()]
        while self._is(","):
            self._next()
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

    @property
    def _end(self) -> int:
        return self._taken.end if self._taken else 0

    def _next(self) -> Token:
        if self.token is None:
            raise self.error("the script ends too early")
        self._taken, self.token = self.token, next(self._tokens, None)
        return self._taken

    def _take(self, kind: Kind, wanted: str) -> Token:
        if not self._at(kind):
            raise self.error(f"{wanted} is missing")
        return self._next()

    def _expect(self, sign: str, wanted: str) -> None:
        if not self._is(sign):
            raise self.error(f"{wanted} is missing")
        self._next()

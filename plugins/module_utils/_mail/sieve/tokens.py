# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Sieve's tokens (RFC 5228, 8.1), each with its place in the script.

The lexer never fails. What is no token comes out as one of kind INVALID: a single character, or all
the rest of the script from where a string or a comment begins that has no end. Whitespace and
comments lie between the tokens, so that tokens and gaps together are the script.

Each character is looked at a fixed number of times: hostile scripts take no longer than others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a token is."""

    IDENTIFIER = "identifier"
    TAG = "tag"
    NUMBER = "number"
    QUOTED = "quoted"
    MULTI_LINE = "multi_line"  # text: up to a line with a single dot
    PUNCTUATION = "punctuation"
    INVALID = "invalid"


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A token as written."""

    kind: Kind
    text: str
    start: int  # offset of its first character
    line: int  # of its first character, from 1

    @property
    def end(self) -> int:
        """Offset behind its last character."""
        return self.start + len(self.text)

    @property
    def value(self) -> str:
        """The text that a string stands for, without quotes, escapes and stuffed dots.

        Line ends are CRLF, whatever the script has: `set :length` counts them so.
        """
        if self.kind is Kind.QUOTED:
            return _LINE_END.sub("\r\n", _ESCAPE.sub(r"\1", self.text[1:-1]))
        if self.kind is Kind.MULTI_LINE:
            body = self.text[self.text.index("\n") + 1 :]
            return _LINE_END.sub("\r\n", _STUFFED.sub(".", body[: body.rindex(".")]))
        return self.text


# NUL and a lone CR are refused, as by Dovecot. No possessive groups: Python 3.11.2 has a bug there.
_GAP = re.compile(
    r"(?: [ \t\r\n]+ | \#[^\n\0]*(?:\n|\Z) | /\*[^*\0]*\*+(?:[^*/\0][^*\0]*\*+)*/ )*", re.VERBOSE
)
_TOKEN = re.compile(
    r"""
      (?P<multi_line>
        text:[ \t]*\r?(?:\#[^\n\0]*)?\n (?: (?!\.\r?\n) [^\r\n\0]*\r?\n )* \.\r?\n )
    | (?P<identifier> (?!text:) [a-z_][a-z0-9_]* )
    | (?P<tag> :[a-z_][a-z0-9_]* )
    | (?P<number> [0-9]+[kmg]? )
    | (?P<quoted> "[^"\\\r\0]* (?: (?: \r\n | \\(?:[^\r\0]|\r\n) ) [^"\\\r\0]* )* " )
    | (?P<punctuation> [\[\](){},;] )
    | (?P<invalid> (?:["#]|/\*|text:).* | . )
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE | re.ASCII,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_STUFFED = re.compile(r"^\.\.", re.MULTILINE)
_LINE_END = re.compile(r"\r?\n")


def tokens(script: str) -> Iterator[Token]:
    """The tokens of a script, in order."""
    line, counted = 1, 0
    start = _after_gap(script, 0)
    while match := _TOKEN.match(script, start):
        line += script.count("\n", counted, start)
        counted = start
        yield Token(kind=Kind(match.lastgroup), text=match.group(), start=match.start(), line=line)
        start = _after_gap(script, match.end())


def _after_gap(script: str, start: int) -> int:
    match = _GAP.match(script, start)
    return match.end() if match else start

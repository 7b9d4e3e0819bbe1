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
from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """What a token is."""

    IDENTIFIER = "identifier"
    TAG = "tag"
    NUMBER = "number"
    QUOTED = "quoted"
    MULTI_LINE = "multi_line"  # text: up to a line with a single dot
    PUNCTUATION = "punctuation"
    INVALID = "invalid"


class Token(NamedTuple):
    """A token as written. A tuple, for scripts have many."""

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
            text = self.text[1:-1]
            if "\\" in text:
                text = _ESCAPE.sub(r"\1", text)
            return _LINE_END.sub("\r\n", text) if "\n" in text else text
        if self.kind is Kind.MULTI_LINE:
            body = self.text[self.text.index("\n") + 1 :]
            return _LINE_END.sub("\r\n", _STUFFED.sub(".", body[: body.rindex(".")]))
        return self.text


# Groups are called as the kinds are; comments and `end` are none.
_TOKEN = re.compile(
    r"""
    [ \t\r\n]*
    (?: (?P<multi_line> text: )
      | (?P<identifier> [a-z_][a-z0-9_]* )
      | (?P<punctuation> [\[\](){},;] )
      | (?P<quoted> " )
      | (?P<tag> :[a-z_][a-z0-9_]* )
      | (?P<number> [0-9]+[kmg]? )
      | (?P<line_comment> \#[^\n\0]*(?:\n|\Z) )
      | (?P<block_comment> /\* )
      | (?P<end> \Z )
      | (?P<invalid> \#.* | . )
    )
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE | re.ASCII,
)
_KINDS = {kind.value: kind for kind in Kind}
_ESCAPED_OR_QUOTE = re.compile(r'\\.|"', re.DOTALL)
_FIRST_LINE = re.compile(r"[ \t]*\r?(?:#[^\n\0]*)?\n")
_LAST_LINE = re.compile(r"^\.\r?\n", re.MULTILINE)
_WRONG_IN_STRING = re.compile(r"\0|\r(?!\n)")  # as Dovecot has it
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_STUFFED = re.compile(r"^\.\.", re.MULTILINE)
_LINE_END = re.compile(r"\r?\n")


def tokens(script: str) -> Iterator[Token]:
    """The tokens of a script, in order."""
    line, counted, end = 1, 0, 0
    while match := _TOKEN.match(script, end):
        group = match.lastgroup or ""
        start, end = match.span(group)
        if group == "end":
            return
        if find := _ENDS.get(group):
            end = find(script, end)
            if not end:
                group, end = "invalid", len(script)
        if group in _KINDS:
            line += script.count("\n", counted, start)
            counted = start
            yield Token(_KINDS[group], script[start:end], start, line)


def _end_of_quoted(script: str, start: int) -> int:
    """Behind the quote that ends a string; 0 without one, or with what no string can hold."""
    marks = _ESCAPED_OR_QUOTE.finditer(script, start)
    end = next((mark.end() for mark in marks if mark.group() == '"'), 0)
    return 0 if _WRONG_IN_STRING.search(script, start, end) else end


def _end_of_text(script: str, start: int) -> int:
    """Behind the line with a single dot; 0 without one, or with what no string can hold."""
    first = _FIRST_LINE.match(script, start)
    last = first and _LAST_LINE.search(script, first.end())
    if not first or not last or _WRONG_IN_STRING.search(script, first.end(), last.end()):
        return 0
    return last.end()


def _end_of_comment(script: str, start: int) -> int:
    """Behind a comment; 0 where it has no end, or NUL in it."""
    end = script.find("*/", start) + 2
    return 0 if end == 1 or "\0" in script[start:end] else end


_ENDS = {
    "quoted": _end_of_quoted,
    "multi_line": _end_of_text,
    "block_comment": _end_of_comment,
}

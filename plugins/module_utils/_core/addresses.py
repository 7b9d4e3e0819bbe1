# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Mail addresses: the domains by which one is inside or outside (RFC 5321, 4.1.2; RFC 5322, 3.4).

Read is what a mail server may take for an address: lists, groups, names with an address in
brackets, comments, blanks around dots, source routes, and "@domain" alone, as tables have it
(virtual(5)). Whatever else is told as not understood, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Mail servers send an address with one of these in its local part on to another address that is
# hidden there. Postfix looks for it inside quotes too (resolve_dequoted_address).
_ROUTING = re.compile(r"([@%!])")
_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r\n]+)
    |(?P<quoted>"(?:[^"\\\r\n]|\\[^\r\n])*")
    |(?P<literal>\[[^\[\]\\\s]*\])
    |(?P<comment>\()
    |(?P<special>[<>@,;:.])
    |(?P<atom>[^\s()<>@,;:\\".\[\]\x00-\x1f\x7f]+)""",
    re.VERBOSE,
)
_IN_COMMENT = re.compile(r"\\.|[()]", re.DOTALL)
_LITERAL = re.compile(r"\[[0-9a-z.:-]+\]")
_NAME = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
# Valid letters of their own for IDNA 2008 (RFC 5894, 7.2), replaced by Python's IDNA 2003.
_DEVIATIONS = frozenset("ßẞς\u200c\u200d")
_LONGEST = 1000  # characters of a name; DNS has room for 253, and Python's IDNA is slow with more
_END = ("end", "")

NO_ADDRESS = "there is no address in it"
NO_DOMAIN = "it has no domain"
NO_NAME = "its domain is no domain name"
NOT_CLOSED = "something in it is never closed"
NOT_UNDERSTOOD = "it is not written as an address is"


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """One address of a text."""

    local: str = ""  # without quotes; "" with a domain: every name of that domain
    # Its domain last, before it all others that its mail may go through or to (source routes, and
    # what a local part with %, ! or @ may be taken for): lower-case ASCII without a final dot, or
    # an address literal as "[192.0.2.1]". Empty: they cannot be told.
    domains: tuple[str, ...] = ()
    unclear: str = ""  # why they cannot be told

    @property
    def domain(self) -> str:
        """The domain that the address itself has; "" where it cannot be told."""
        return self.domains[-1] if self.domains else ""


def recipients(text: str) -> tuple[Recipient, ...]:
    """Every address of the text, at least one.

    A text that is not understood is one that has no domains.
    """
    try:
        return tuple(_List(list(_tokens(text))).read())
    except _UnclearError as error:
        return (Recipient(unclear=str(error)),)


def ascii_domain(domain: str) -> str | None:
    """A domain name in lower-case ASCII without its final dot (RFC 5890), or None."""
    if len(domain) > _LONGEST or not _DEVIATIONS.isdisjoint(domain):
        return None
    try:
        name = domain.strip().removesuffix(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return name if _NAME.fullmatch(name) else None


class _UnclearError(Exception):
    """The text is no address, or none that every server reads alike."""


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Kind and text of each token, but for blanks and comments."""
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _UnclearError(NOT_CLOSED if text[at] in '"[' else NOT_UNDERSTOOD)
        kind, at = match.lastgroup or "", match.end()
        if kind == "comment":
            at = _end_of_comment(text, at)
        elif kind != "blank":
            yield match[0] if kind == "special" else kind, match[0]
    yield _END


def _end_of_comment(text: str, at: int) -> int:
    depth = 1
    for match in _IN_COMMENT.finditer(text, at):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0:
            return match.end()
    raise _UnclearError(NOT_CLOSED)


class _List:
    """Reads tokens as address-list (RFC 5322, 3.4), with the obsolete forms of 4.4."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    def read(self) -> Iterator[Recipient]:
        found = False
        while self._kind != "end":
            if self._skip(","):
                continue
            start = self._at
            if self._words() and self._skip(":"):
                members = list(self._members())
            else:
                self._at = start
                members = [self._mailbox()]
            if self._kind not in (",", "end"):
                raise _UnclearError(NOT_UNDERSTOOD)
            found = found or bool(members)
            yield from members
        if not found:
            raise _UnclearError(NO_ADDRESS)

    def _members(self) -> Iterator[Recipient]:
        """What a group holds, up to its semicolon."""
        while not self._skip(";"):
            if self._skip(","):
                continue
            yield self._mailbox()
            if self._kind not in (",", ";"):
                raise _UnclearError(NOT_CLOSED if self._kind == "end" else NOT_UNDERSTOOD)

    def _mailbox(self) -> Recipient:
        """An address, or one in brackets after a name."""
        start = self._at
        self._words()
        if not self._skip("<"):
            self._at = start
            return self._address()
        found = self._address()
        if not self._skip(">"):
            raise _UnclearError(NOT_CLOSED if self._kind == "end" else NOT_UNDERSTOOD)
        return found

    def _address(self) -> Recipient:
        route = []
        while self._skip("@"):
            route.append(self._domain())
            while self._skip(","):
                pass
        if route and not self._skip(":"):
            if len(route) > 1:
                raise _UnclearError(NOT_UNDERSTOOD)
            return Recipient(domains=tuple(route))
        local = self._local()
        if not self._skip("@"):
            ends = self._kind in ("end", ",", ";", ">")
            raise _UnclearError(NO_DOMAIN if local and ends else NOT_UNDERSTOOD)
        hidden = map(_name, _hidden(local))
        return Recipient(local=local, domains=(*route, *hidden, self._domain()))

    def _local(self) -> str:
        """Words with dots between, without their quotes."""
        parts, after_word = [], False
        while self._kind in ("atom", "quoted", "."):
            if after_word and self._kind != ".":
                raise _UnclearError(NOT_UNDERSTOOD)
            after_word = self._kind != "."
            parts.append(_unquoted(self._take()))
        return "".join(parts)

    def _domain(self) -> str:
        if self._kind == "literal":
            literal = self._take().lower()
            if not _LITERAL.fullmatch(literal):
                raise _UnclearError(NO_NAME)
            return literal
        parts, after_word = [], False
        while self._kind == "." or (self._kind == "atom" and not after_word):
            after_word = self._kind == "atom"
            parts.append(self._take())
        if not parts:
            raise _UnclearError(NO_DOMAIN)
        return _name("".join(parts))

    def _words(self) -> bool:
        """Skip what may be a name before an address; whether there was one."""
        start = self._at
        while self._kind in ("atom", "quoted", "."):
            self._at += 1
        return self._at > start

    @property
    def _kind(self) -> str:
        return self._tokens[self._at][0]

    def _take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1][1]

    def _skip(self, kind: str) -> bool:
        skips = self._kind == kind
        self._at += skips
        return skips


def _hidden(local: str) -> Iterator[str]:
    """What a local part may be taken to send to: what follows @ or %, or is before !."""
    parts = _ROUTING.split(local)
    for before, sign, after in zip(parts[::2], parts[1::2], parts[2::2], strict=False):
        yield before if sign == "!" else after


def _unquoted(word: str) -> str:
    return re.sub(r"\\(.)", r"\1", word[1:-1]) if word.startswith('"') else word


def _name(written: str) -> str:
    name = ascii_domain(written)
    if name is None:
        raise _UnclearError(NO_NAME)
    return name

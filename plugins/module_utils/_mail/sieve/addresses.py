# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Addresses as Sieve scripts write them: mailboxes, encoded characters, mailto URIs.

Where the RFCs and Dovecot differ, both readings are told: it is Dovecot that sends the mail.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

# An encoded character: ${hex:65 76} are octets, ${unicode:40} code points (RFC 5228, 2.4.2.4).
# Dovecot takes any beginning of the two words, even none.
_ENCODED = re.compile(r"\$\{([a-z]*):([0-9a-f \t\r\n]*)\}", re.IGNORECASE | re.ASCII)
_LEXEME = re.compile(
    r"""
      [ \t\r\n]+
    | "[^"\\]*(?:\\.[^"\\]*)*"
    | \[[^\[\]\\]*(?:\\.[^\[\]\\]*)*\]
    | [^ \t\r\n"(),.:;<>@\[\]\\\x00-\x1f\x7f]+
    | [(),.:;<>@]
    """,
    re.VERBOSE | re.DOTALL,
)
_IN_COMMENT = re.compile(r"[^()\\]+|\\.|[()]", re.DOTALL)
# A mailbox, each lexeme one sign: w a word, q a quoted string, l a literal, else itself.
# Dots may stand anywhere in a local part, as Japanese providers gave them out.
_SHAPE = re.compile(
    r"(?P<name>[wq.]*<)?(?P<local>q|\.*w(?:\.+w)*\.*|\.+)@(?P<domain>w(?:\.w)*|l)(?(name)>)"
)
_MAILTO = re.compile(r"mailto:", re.IGNORECASE)
_SEPARATOR = re.compile(r"(,|%2c)", re.IGNORECASE)
_RECIPIENT_FIELDS = frozenset({"to", "cc", "bcc"})


def decode(text: str) -> str:
    """The text with its encoded characters put in; wrong ones stay as written."""
    decoded = _ENCODED.sub(_decoded, text)
    # Octets of one letter may have been written one by one.
    return decoded.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")


def mailbox(text: str) -> str | None:
    """The bare address of `"Name" <local@domain>` (RFC 5228, 2.4.2.3), or None where there is none.

    Comments and spaces are left out. A source route (`<@relay:local@domain>`) is none: servers
    refuse it.
    """
    lexemes = _lexemes(text)
    match = _SHAPE.fullmatch("".join(map(_shape, lexemes)))
    if match is None or not "".join(lexemes[slice(*match.span("local"))]).isascii():
        return None
    return "".join(lexemes[match.start("local") : match.end("domain")])


def is_mailto(uri: str) -> bool:
    """Whether the URI is one of mail (RFC 6068)."""
    return _MAILTO.match(uri) is not None


def mailto_recipients(uri: str) -> Iterator[str]:
    """Every recipient of a mailto URI, those of its header fields too (RFC 6068, 2)."""
    _, listed, fields = _mailto(uri)
    values = [field.partition("=")[2] for field in fields if _has_recipients(field)]
    for text in (listed, *values):
        for item in _SEPARATOR.split(text)[::2]:
            if recipient := unquote(item).strip():
                yield recipient


def mailto_without(uri: str, is_unwanted: Callable[[str], bool]) -> str:
    """The URI without some of its recipients, as told by mailto_recipients; all else as written."""
    scheme, listed, fields = _mailto(uri)
    left = []
    for field in fields:
        name, _, value = field.partition("=")
        if not _has_recipients(field):
            left.append(field)
        elif kept := _listed_without(value, is_unwanted):
            left.append(f"{name}={kept}")
    query = "?" + "&".join(left) if left else ""
    return scheme + _listed_without(listed, is_unwanted) + query


def _mailto(uri: str) -> tuple[str, str, list[str]]:
    """Scheme with its colon, the recipients before the question mark, the header fields."""
    scheme, colon, rest = uri.partition(":")
    listed, _, query = rest.partition("?")
    return scheme + colon, listed, query.split("&") if query else []


def _has_recipients(field: str) -> bool:
    return unquote(field.partition("=")[0]).lower() in _RECIPIENT_FIELDS


def _listed_without(listed: str, is_unwanted: Callable[[str], bool]) -> str:
    parts = _SEPARATOR.split(listed)
    items = zip(
        ["", *parts[1::2]], parts[::2], strict=True
    )  # each with what parts it from the last
    kept = [(sign, item) for sign, item in items if not is_unwanted(unquote(item).strip())]
    return "".join(sign * bool(number) + item for number, (sign, item) in enumerate(kept))


def _decoded(match: re.Match[str]) -> str:
    word, numbers = match[1].lower(), match[2].split()
    try:
        if "hex".startswith(word) and numbers and all(len(number) <= 2 for number in numbers):
            return bytes(int(number, 16) for number in numbers).decode("utf-8", "surrogateescape")
        if word and "unicode".startswith(word):
            text = "".join(chr(int(number, 16)) for number in numbers)
            return text.encode("utf-8").decode("utf-8") or match[0]
    except (ValueError, OverflowError):
        pass
    return match[0]


def _lexemes(text: str) -> list[str]:
    """Words, quoted strings, domain literals and signs; nothing where the text is no address."""
    found: list[str] = []
    depth, position = 0, 0
    while position < len(text):
        match = (_IN_COMMENT if depth else _LEXEME).match(text, position)
        if match is None:
            return []
        lexeme, position = match.group(), match.end()
        if lexeme == "(":
            depth += 1
        elif depth:
            depth -= lexeme == ")"
        elif lexeme[0] not in " \t\r\n":
            found.append(lexeme)
    return [] if depth else found


def _shape(lexeme: str) -> str:
    if lexeme[0] in "(),.:;<>@":
        return lexeme
    return {'"': "q", "[": "l"}.get(lexeme[0], "w")

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Addresses as Sieve scripts write them: mailboxes, encoded characters, mailto URIs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

# An encoded character: ${hex:65 76} are octets, ${unicode:40} code points (RFC 5228, 2.4.2.4).
_ENCODED = re.compile(r"\$\{(hex|unicode):\s*([0-9a-f]+(?:\s+[0-9a-f]+)*)\s*\}", re.IGNORECASE)
_VARIABLE = re.compile(r"\$\{[a-z0-9_.]+\}", re.IGNORECASE | re.ASCII)
_MAILBOX = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^\s"(),:;<>@\[\]\\]+)@[^\s"(),;<>@]+', re.DOTALL)
_LAST_COMMENT = re.compile(r"\([^()]*\)$")
_MAILTO = re.compile(r"mailto:", re.IGNORECASE)
_RECIPIENT_FIELDS = frozenset({"to", "cc", "bcc"})


def decode(text: str) -> str:
    """The text with its encoded characters put in; wrong ones stay as written."""
    return _ENCODED.sub(_decoded, text)


def has_variable(text: str) -> bool:
    """Whether a part of the text is known only when the script runs (RFC 5229)."""
    return _VARIABLE.search(text) is not None


def mailbox(text: str) -> str | None:
    """The bare address of `"Name" <local@domain>`, or None where there is none.

    A source route (`<@relay:local@domain>`) is none: servers refuse it.
    """
    text = _LAST_COMMENT.sub("", text.strip()).strip()
    if text.endswith(">") and "<" in text:
        text = text[text.rindex("<") + 1 : -1].strip()
    return text if _MAILBOX.fullmatch(text) else None


def is_mailto(uri: str) -> bool:
    """Whether the URI is one of mail (RFC 6068)."""
    return _MAILTO.match(uri) is not None


def mailto_recipients(uri: str) -> Iterator[str]:
    """Every recipient of a mailto URI, those of its header fields too (RFC 6068, 2)."""
    path, _, query = uri.partition(":")[2].partition("?")
    lists = [path]
    for field in query.split("&"):
        name, _, value = field.partition("=")
        if name.lower() in _RECIPIENT_FIELDS:
            lists.append(value)
    for item in ",".join(lists).split(","):
        if recipient := unquote(item).strip():
            yield recipient


def _decoded(match: re.Match[str]) -> str:
    numbers = [int(number, 16) for number in match[2].split()]
    try:
        if match[1].lower() == "hex":
            return bytes(numbers).decode("utf-8", "replace")
        return "".join(map(chr, numbers)).encode("utf-8").decode("utf-8")
    except (ValueError, OverflowError):
        return match[0]

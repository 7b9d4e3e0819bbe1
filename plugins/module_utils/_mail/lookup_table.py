# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Postfix's lookup tables as parameters name them (postconf(5), DATABASE_README)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_LISTED = frozenset({"hash", "btree", "lmdb", "texthash", "inline"})  # by postmap -s
_HAS_TEXT = frozenset({"cdb", "dbm", "sdbm", "cidr"})  # made from, or is, the file of that name
_HAS_ROWS = frozenset({"hash", "btree", "lmdb", "texthash"}) | _HAS_TEXT
_PATTERNS = frozenset({"regexp", "pcre"})
_OPEN, _CLOSE = "{", "}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A lookup table, as "hash:/etc/aliases"."""

    type: str
    name: str

    def __str__(self) -> str:
        return f"{self.type}:{self.name}"

    @property
    def has_text(self) -> bool:
        """Whether it is made from, or is, a file of rows with the table's name."""
        return self.type in _HAS_ROWS and self.name.startswith("/")

    @property
    def is_made_from_text(self) -> bool:
        """Whether its rows are to be read in that file, for no program lists them."""
        return self.type in _HAS_TEXT

    @property
    def is_listable(self) -> bool:
        """Whether all its rows can be had; of the others only the answer for a key."""
        return self.type in _LISTED or self.is_made_from_text

    @property
    def has_patterns(self) -> bool:
        """Whether it is a file of patterns (regexp_table(5), pcre_table(5))."""
        return self.type in _PATTERNS and self.name.startswith("/")

    @property
    def constants(self) -> tuple[str, ...]:
        """The values, one of which every key has (static, randmap); none for other types."""
        if self.type == "static":
            return (_without_braces(self.name),)
        return tuple(words(_without_braces(self.name))) if self.type == "randmap" else ()

    @property
    def first_step(self) -> Table | None:
        """Of a pipemap the table whose keys are its own; None for other types."""
        if self.type != "pipemap":
            return None
        return next(tables_in(_without_braces(self.name)), None)


def tables_in(value: str) -> Iterator[Table]:
    """The tables that a parameter's value names; for a unionmap those that it is made of."""
    for word in words(value):
        kind, _, name = word.removeprefix("proxy:").partition(":")
        if kind == "unionmap":
            yield from tables_in(_without_braces(name))
        else:
            yield Table(type=kind, name=name)


def words(value: str) -> Iterator[str]:
    """A list's words, between spaces and commas; what is in braces stays whole."""
    depth, word = 0, ""
    for sign in value:
        depth += (sign == _OPEN) - (sign == _CLOSE)
        if depth <= 0 and (sign == "," or sign.isspace()):
            if word:
                yield word
            word = ""
        else:
            word += sign
    if word:
        yield word


def _without_braces(name: str) -> str:
    if name.startswith(_OPEN) and name.endswith(_CLOSE):
        return name[1:-1].strip()
    return name

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The domains whose mail a Postfix takes in: to deliver, to rewrite, or to hand to another host."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .._core.errors import MailHostError
from .lookup_table import tables_in, words
from .postfix import Postfix

_PARAMETERS = (
    "mydestination",
    "virtual_alias_domains",
    "virtual_mailbox_domains",
    "relay_domains",
)


@dataclass(frozen=True)
class OwnDomains:
    """Domain names in lower case."""

    names: frozenset[str]

    @classmethod
    def of(cls, postfix: Postfix, asked: Iterable[str]) -> OwnDomains:
        """Those of a Postfix. Tables that cannot be listed are asked for the names in `asked`.

        Raises MailHostError.
        """
        wanted = sorted({name for name in asked if name})
        found = {
            name.lower()
            for parameter in _PARAMETERS
            for value in postfix.values(parameter)
            for word in words(value)
            for name in _names(postfix, word, wanted)
        }
        return cls(frozenset(found))

    def has(self, domain: str) -> bool:
        """Whether it is one of them or below one; ".domain" stands for all that are below it."""
        if domain.startswith("."):
            return any(name.endswith(domain) for name in self.names) or self.has(domain[1:])
        labels = domain.split(".")
        return any(".".join(labels[start:]) in self.names for start in range(len(labels)))


def _names(postfix: Postfix, word: str, asked: list[str]) -> Iterator[str]:
    """The domains that a word of a list stands for: itself, a file's, or a table's."""
    if word.startswith("/"):
        try:
            yield from words(Path(word).read_text(encoding="utf-8", errors="replace"))
        except OSError as error:
            raise MailHostError(f"cannot read {word}: {error.strerror}") from error
    elif ":" in word:
        for table in tables_in(word):
            if table.is_listable:
                yield from (key for key, _ in postfix.rows(table, aliases=False))
            else:
                yield from (key for key, _ in postfix.answers(table, asked))
    else:
        yield word

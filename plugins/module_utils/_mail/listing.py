# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Every user of a Dovecot that ends long listings early.

Dovecot 2.4.1 now and then breaks a listing of more than some 1,900 users off, if its user database
is asked by auth workers (files, SQL), and each time a worker process is lost until the next
restart. Lists of a part of the users, by a mask, come through as long as the part is small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

_BREAKS = 6  # lists that may be broken off: Dovecot has 30 workers


class BrokenOffError(Exception):
    """The users cannot be listed, not even in parts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """The users that match a mask; where `whole` is false, some of them."""

    names: Sequence[str]
    whole: bool


@dataclass(kw_only=True)
class Listing:
    """Lists users in parts that begin alike."""

    ask: Callable[[str], Part]  # by a mask: * stands for any text, ? for any character
    alphabet: str  # every character that a name can have, in lower case: masks ignore case
    breaks: int = 0

    def names(self) -> Iterator[str]:
        """Every user, some more than once. Raises BrokenOffError."""
        yield from self._beginning_with("")

    def _beginning_with(self, start: str) -> Iterator[str]:
        part = self._ask(f"{start}*")
        if part.whole:
            yield from part.names
            return
        if not (part.names and self.alphabet):
            raise BrokenOffError
        # What those that came begin with, the others probably do: no list of that many is tried.
        shared = _shared_beginning([name.lower() for name in part.names])
        for end in range(len(start), len(shared) + 1):
            yield from self._exactly(shared[:end])
            for sign in self.alphabet:
                if shared[end : end + 1] != sign:
                    yield from self._beginning_with(shared[:end] + sign)

    def _exactly(self, name: str) -> Iterator[str]:
        """The user of that name, and a few beside: a mask without a sign for any is none."""
        yield from self._ask(f"{name[:-1]}?").names if name else ()

    def _ask(self, mask: str) -> Part:
        part = self.ask(mask)
        self.breaks += not part.whole
        if self.breaks > _BREAKS:
            raise BrokenOffError
        return part


def _shared_beginning(names: Sequence[str]) -> str:
    first, last = min(names), max(names)
    pairs = zip(first, last, strict=False)
    differ = (index for index, (one, other) in enumerate(pairs) if one != other)
    return first[: next(differ, len(first))]

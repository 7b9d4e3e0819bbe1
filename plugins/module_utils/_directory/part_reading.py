# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Reading some parts of a directory (_core/parts.py) over one connection.

Subtrees are searched one by one. Where a value makes the part, all accounts are read once and each
is looked at here: whether the server has an index for that value cannot be told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache, partial
from itertools import chain
from typing import Any

from .._core.parts import Part
from .client import Entry
from .codecs import UnclearError
from .complaints import RefusedError
from .dn import same_dn
from .subtrees import Subtrees
from .units import NO_UNIT, UnitRule

NOT_REACHED = "the reading ended before"

Search = Callable[[str, bool], Iterator[Entry]]  # base, and whether it holds a small part only


@dataclass
class PartState:
    """How the reading of a part went."""

    accounts: int = 0
    message: str = NOT_REACHED  # "": it was read to its end


@dataclass(frozen=True, kw_only=True)
class Division:
    """Into which parts the directory is cut, and those of them to read."""

    search_base: str
    by_subtree: bool  # else by the value that the unit rule gives
    rule: str  # how, in words: parts that were cut by another rule are of no use to each other
    parts: tuple[Part, ...]

    @property
    def root(self) -> str:
        """The key of the part that is all the rest."""
        return self.search_base if self.by_subtree else ""

    @property
    def bases(self) -> tuple[str, ...]:
        """Where the accounts of the parts are."""
        if self.by_subtree:
            return tuple(part.key for part in self.parts)
        return (self.search_base,)

    def header(self, ldap_filter: str) -> dict[str, Any]:
        """What the header record says of it; parts of different scopes do not fit together."""
        return {
            "root": self.root,
            "by_subtree": self.by_subtree,
            "scope": [self.search_base, ldap_filter, self.rule],
            "parts": [asdict(part) for part in self.parts],
        }

    def end(self, states: Mapping[str, PartState], failure: str) -> dict[str, Any]:
        """What the end record says: why each part was not read to its end.

        `failure` is what the reading as a whole ended with.
        """
        told = {one.name: states.get(one.name, PartState()).message for one in self.parts}
        return {
            "parts": {
                name: (failure or message) if message in ("", NOT_REACHED) else message
                for name, message in told.items()
            }
        }


def entries_of(
    division: Division, unit: UnitRule, search: Search, states: dict[str, PartState]
) -> Iterator[Entry]:
    """The entries of the parts; `states` gets how each of them ended. Raises DirectoryError."""
    states.update((part.name, PartState()) for part in division.parts)
    if division.by_subtree:
        for part in division.parts:
            yield from _subtree(part, part.key == division.root, search, states[part.name])
    else:
        yield from _by_value(division, unit, search, states)


def _subtree(part: Part, is_root: bool, search: Search, state: PartState) -> Iterator[Entry]:
    others = Subtrees(part.without)
    try:
        for entry in search(part.key, not is_root):
            if others.of(entry[0]) is None:
                state.accounts += 1
                yield entry
    except RefusedError as error:  # the others are read all the same
        state.message = str(error)
    else:
        state.message = ""


def _by_value(
    division: Division, unit: UnitRule, search: Search, states: dict[str, PartState]
) -> Iterator[Entry]:
    owner = lru_cache(maxsize=1 << 14)(partial(_owner, division))
    for entry in search(division.search_base, False):
        part = owner(unit_text(unit, entry))
        if part is not None:
            states[part.name].accounts += 1
            yield entry
    for state in states.values():
        state.message = ""


def readers(parts: Iterable[Part], *, by_subtree: bool) -> Callable[[str, str], bool]:
    """Tells whether one of these parts reads an account, by its DN and its unit."""
    found = list(parts)
    if not by_subtree:
        keys = {part.key for part in found}
        left = [frozenset(part.without) for part in found if part.key == ""]  # roots
        return lambda _dn, unit: unit in keys or any(unit not in others for others in left)
    bases = {same_dn(part.key) for part in found}
    trees = Subtrees(chain(bases, *(map(same_dn, part.without) for part in found)))
    return lambda dn, _unit: (trees.of(dn.encode()) or "") in bases


def _owner(division: Division, unit: str) -> Part | None:
    """The one of the parts that accounts of this unit (JSON text) belong to."""
    value = json.loads(unit)
    for part in division.parts:
        if part.key == value or (part.key == division.root and value not in part.without):
            return part
    return None


def unit_text(unit: UnitRule, entry: Entry) -> str:
    """The unit of an account (JSON text), as its line will have it."""
    try:
        return unit.find(entry)
    except UnclearError as unclear:
        return unclear.shown or NO_UNIT

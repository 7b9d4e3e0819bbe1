# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A directory that is read in parts, and whether parts that were read are all of it.

A part is what lies below a DN, or the accounts whose unit has one value, without what other parts
read. One part is the root: all that no other part reads, so that nothing is between the parts.
Which parts there have to be follows from those that were read: whatever one of them left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from .vietnamese import without_marks

ROOT_NAME = "_rest"  # no name of a unit begins with an underscore

_NO_LETTERS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one host of an inventory of units stands for."""

    name: str  # the host
    key: str  # DN or value; the root has the search base, or ""
    without: tuple[str, ...] = ()  # keys of the parts that read what lies in this one


def unread_parts(read: Iterable[Part], root: str) -> list[str]:
    """The keys of the parts that are missing for the whole directory, the root first."""
    by_key = {part.key: part for part in read}
    missing: list[str] = []
    found = {root}
    left = [root]
    while left:
        key = left.pop()
        if key not in by_key:
            missing.append(key)
            continue
        new = set(by_key[key].without) - found
        found |= new
        left += new
    return sorted(missing, key=lambda key: (key != root, key))


def host_names(directory: str, paths: Sequence[Sequence[str]]) -> list[str]:
    """A host name for each unit, given the names of the unit and of those around it, nearest first.

    Two units of one name are told apart by what is around them, and by a number where nothing is.
    """
    plain = [[plain_name(name) for name in path] for path in paths]
    names = [".".join(path[:1]) for path in plain]
    for depth in range(2, max(map(len, plain), default=0) + 1):
        often = Counter(names)
        names = [
            ".".join(path[:depth]) if often[name] > 1 else name
            for name, path in zip(names, plain, strict=True)
        ]
    return [f"{directory}.{name}" for name in _numbered(names)]


def plain_name(text: str) -> str:
    """The text in small ASCII letters, digits and dashes: "UBND phường" as ubnd-phuong."""
    return _NO_LETTERS.sub("-", without_marks(text).lower()).strip("-") or "unit"


def _numbered(names: Sequence[str]) -> Iterator[str]:
    """The names, each later one that is the same with a number that no other one ends in."""
    every, taken = set(names), set()
    for name in names:
        others = (f"{name}-{number}" for number in count(2))
        free = (one for one in others if one not in every and one not in taken)
        given = next(free) if name in taken else name
        taken.add(given)
        yield given

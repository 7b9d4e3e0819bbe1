# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Whether an attribute that nobody shows is absent, or only not readable to us.

A search leaves out without a word what one may not read. So each unit whose entries never showed an
attribute is asked about it, by one of its entries: by a compare request, whose answer
noSuchAttribute (16) means "you may look, and it is not there" (docs/openldap.md has what servers
were seen to do), or as the dialect does it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .dialect import Field, Question
from .result_codes import (
    COMPARE_FALSE,
    COMPARE_TRUE,
    NO_SUCH_ATTRIBUTE,
    UNDEFINED_ATTRIBUTE_TYPE,
    name_of,
)

MOST_QUESTIONS = 5000  # a second or so on a quick line; more units than that are left unread

_ABSENT = (NO_SUCH_ATTRIBUTE, UNDEFINED_ATTRIBUTE_TYPE)


Ask = Callable[[Sequence[Question]], list[int]]  # the dialect's; may raise DirectoryError
Pair = tuple[str, Field]  # a unit (JSON text), and a row that none of its entries showed


@dataclass(frozen=True, kw_only=True, slots=True)
class Hidden:
    """An attribute that a unit's entries do not show, and that cannot be told from absent."""

    unit: str  # JSON text
    attribute: str
    field: str  # of Account
    reason: str


class Visibility:
    """Which attributes entries showed, and an entry of each unit to ask about the others."""

    def __init__(self, rows: Sequence[Field]) -> None:
        self.rows = rows
        self._bits = {row.attribute: 1 << n for n, row in enumerate(rows)}
        self._masks: dict[tuple[str, ...], int] = {}  # few: entries show the same attributes
        self.samples: dict[str, bytes] = {}  # unit -> DN of one of its entries

    def note(self, unit: str, dn: bytes, attributes: tuple[str, ...]) -> int:
        """The bits of what an entry of the unit (JSON text) showed."""
        mask = self._masks.get(attributes)
        if mask is None:
            mask = sum(self._bits.get(attribute, 0) for attribute in attributes)
            self._masks[attributes] = mask
        if unit not in self.samples:
            self.samples[unit] = dn
        return mask

    def hidden(self, pairs: Sequence[Pair], ask: Ask) -> list[Hidden]:
        """Those of the pairs that the server does not say are absent, by asking about samples.

        Raises DirectoryError.
        """
        asked, left = pairs[:MOST_QUESTIONS], pairs[MOST_QUESTIONS:]
        codes = ask([(self.samples[unit], row.attribute, row.codec.sample) for unit, row in asked])
        found = [
            _hidden(unit, row, _reason(row.attribute, code))
            for (unit, row), code in zip(asked, codes, strict=True)
            if code not in _ABSENT or (row.stated and code == UNDEFINED_ATTRIBUTE_TYPE)
        ]
        not_asked = "{} was not asked for: too many units"
        found += [_hidden(unit, row, not_asked.format(row.attribute)) for unit, row in left]
        return found

    def missing(self, shown: Mapping[str, int]) -> list[Pair]:
        """Unit and row for each attribute that no entry of the unit has shown, by these bits."""
        return [
            (unit, row)
            for row in self.rows
            for unit, bits in sorted(shown.items())
            if not bits & self._bits[row.attribute]
        ]


def grouped(found: Iterable[Hidden], units: int | None) -> Iterator[dict[str, Any]]:
    """The items of "unread" in the end record: one for all units where they are alike, else one for
    each. `units` is how many there are; None: others are read elsewhere."""
    unread: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in found:
        unread[one.field, one.reason].append(one.unit)
    for (about, reason), alike in unread.items():
        told = [None] if len(alike) == units else [json.loads(unit) for unit in alike]
        for unit in told:
            yield {"field": about, "unit": unit, "reason": reason}


def _hidden(unit: str, row: Field, reason: str) -> Hidden:
    return Hidden(unit=unit, attribute=row.attribute, field=row.name, reason=reason)


def _reason(attribute: str, code: int) -> str:
    if code == UNDEFINED_ATTRIBUTE_TYPE:
        return f"the server's schema has no attribute {attribute}: correct the option that names it"
    if code in (COMPARE_TRUE, COMPARE_FALSE):
        return f"{attribute} is there and is not shown: give the account that binds read rights"
    return f"{attribute} cannot be told from absent: asking for it gives {name_of(code)}"

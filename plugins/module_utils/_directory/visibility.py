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

from collections import defaultdict
from collections.abc import Callable, Sequence

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


class Visibility:
    """Which attributes the entries of each unit have shown."""

    def __init__(self, rows: Sequence[Field]) -> None:
        self._rows = rows
        self._bits = {row.attribute: 1 << n for n, row in enumerate(rows)}
        self._masks: dict[tuple[str, ...], int] = {}  # few: entries show the same attributes
        self._samples: dict[str, bytes] = {}  # unit -> DN of one of its entries
        self._shown: dict[str, int] = {}  # unit -> bits of what its entries showed

    def note(self, unit: str, dn: bytes, attributes: tuple[str, ...]) -> None:
        """Remember what an entry of the unit (JSON text) showed."""
        mask = self._masks.get(attributes)
        if mask is None:
            mask = sum(self._bits.get(attribute, 0) for attribute in attributes)
            self._masks[attributes] = mask
        if unit not in self._samples:
            self._samples[unit], self._shown[unit] = dn, mask
        else:
            self._shown[unit] |= mask

    def unread(
        self, ask: Callable[[Sequence[Question]], list[int]]
    ) -> dict[tuple[str, str], list[str]]:
        """(Account field, why it is not readable) -> units (JSON text).

        `ask` is the dialect's; it may raise DirectoryError.
        """
        missing = self.missing()
        asked, left = missing[:MOST_QUESTIONS], missing[MOST_QUESTIONS:]
        codes = ask([(self._samples[unit], row.attribute, row.codec.sample) for unit, row in asked])
        unread: dict[tuple[str, str], list[str]] = defaultdict(list)
        for (unit, row), code in zip(asked, codes, strict=True):
            if code not in _ABSENT or (row.stated and code == UNDEFINED_ATTRIBUTE_TYPE):
                unread[row.name, _reason(row.attribute, code)].append(unit)
        for unit, row in left:
            unread[row.name, f"{row.attribute} was not asked for: too many units"].append(unit)
        return dict(unread)

    @property
    def units(self) -> int:
        """How many units there are."""
        return len(self._samples)

    def missing(self) -> list[tuple[str, Field]]:
        """Unit and row for each attribute that no entry of the unit has shown."""
        return [
            (unit, row)
            for row in self._rows
            for unit, shown in self._shown.items()
            if not shown & self._bits[row.attribute]
        ]


def _reason(attribute: str, code: int) -> str:
    if code == UNDEFINED_ATTRIBUTE_TYPE:
        return f"the server's schema has no attribute {attribute}: correct the option that names it"
    if code in (COMPARE_TRUE, COMPARE_FALSE):
        return f"{attribute} is there and is not shown: give the account that binds read rights"
    return f"{attribute} cannot be told from absent: asking for it gives {name_of(code)}"

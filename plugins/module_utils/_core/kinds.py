# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The few different values that many rows of a table have, each kept once."""

from __future__ import annotations

from typing import Generic, TypeVar

Kind = TypeVar("Kind")


class Kinds(Generic[Kind]):
    """Values that were placed; a row keeps the place."""

    def __init__(self) -> None:
        self._kinds: list[Kind] = []
        self._places: dict[Kind, int] = {}

    def place(self, kind: Kind) -> int:
        """Where it stands from now on, if it did not before."""
        place = self._places.setdefault(kind, len(self._kinds))
        if place == len(self._kinds):
            self._kinds.append(kind)
        return place

    def __getitem__(self, place: int) -> Kind:
        """The one that stands there."""
        return self._kinds[place]

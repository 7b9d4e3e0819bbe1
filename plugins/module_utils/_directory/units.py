# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Which unit an account belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from .._core.errors import DirectoryError
from .client import Entry
from .codecs import UnclearError, quoted, shown_text, text
from .dn import parent, values_of

NO_UNIT = '""'  # JSON text, as all units here


@dataclass(frozen=True, kw_only=True)
class UnitRule:
    """How the unit is found, and the attributes that it takes."""

    find: Callable[[Entry], str]  # the unit as JSON text; raises UnclearError
    attributes: tuple[str, ...] = ()


def from_dn(attribute: str) -> UnitRule:
    """The nearest part of the DN above the account that bears this attribute, as ou=Police."""

    @lru_cache(maxsize=1 << 14)
    def of_parent(above: bytes) -> str:
        return text(next(values_of(above, attribute), b""))

    return UnitRule(find=lambda entry: of_parent(parent(entry[0])))


def from_attribute(attribute: str) -> UnitRule:
    """The first value of an attribute of the account."""
    cached = lru_cache(maxsize=1 << 14)(text)

    def find(entry: Entry) -> str:
        values = entry[1].get(attribute)
        return cached(values[0]) if values else NO_UNIT

    return UnitRule(find=find, attributes=(attribute,))


def from_jmespath(query: str) -> UnitRule:
    """What a JMESPath query gives for {"dn": text, attribute: [texts], ...}.

    Raises DirectoryError when it is no JMESPath.
    """
    try:
        compiled = jmespath.compile(query)
    except JMESPathError as error:
        raise DirectoryError(f"unit_query {query} is no JMESPath: {error}") from None
    attributes = tuple(sorted(set(_names_in(compiled.parsed)) - {"dn"}))

    def find(entry: Entry) -> str:
        shown = {name: [shown_text(value) for value in values] for name, values in entry[1].items()}
        try:
            unit = compiled.search({"dn": shown_text(entry[0]), **shown})
        except JMESPathError as error:
            raise UnclearError(f"unit_query fails for this account: {error}") from None
        if unit is None:
            return NO_UNIT
        if not isinstance(unit, str):
            raise UnclearError(
                f"unit_query gives {type(unit).__name__} for this account, and no text"
            )
        return quoted(unit)

    return UnitRule(find=find, attributes=attributes)


def _names_in(node: Any) -> Iterator[str]:
    """The names that a parsed query asks for: attributes, in an entry."""
    if node["type"] == "field":
        yield node["value"]
    for child in node.get("children", ()):
        if isinstance(child, dict):
            yield from _names_in(child)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Which unit an account belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from .._core.errors import DirectoryError
from .._core.query import parse_query
from .client import Entry
from .codecs import HASH, UnclearError, quoted, shown_text, text
from .dialect import Dialect
from .dn import parent, values_of

NO_UNIT = '""'  # JSON text, as all units here


@dataclass(frozen=True, kw_only=True)
class UnitRule:
    """How the unit is found, and the attributes that it takes."""

    find: Callable[[Entry], str]  # the unit as JSON text; raises UnclearError
    attributes: tuple[str, ...] = ()
    words: str = ""  # the rule in words


def from_dn(attribute: str) -> UnitRule:
    """The nearest part of the DN above the account that bears this attribute, as ou=Police."""

    @lru_cache(maxsize=1 << 14)
    def of_parent(above: bytes) -> str:
        return text(next(values_of(above, attribute), b""))

    return UnitRule(find=lambda entry: of_parent(parent(entry[0])), words=f"DN {attribute}")


def from_attribute(attribute: str) -> UnitRule:
    """The first value of an attribute of the account."""
    cached = lru_cache(maxsize=1 << 14)(text)

    def find(entry: Entry) -> str:
        values = entry[1].get(attribute)
        return cached(values[0]) if values else NO_UNIT

    return UnitRule(find=find, attributes=(attribute,), words=f"attribute {attribute}")


def from_jmespath(query: str) -> UnitRule:
    """What a JMESPath query gives for {"dn": text, attribute: [texts], ...}.

    Raises MailboxError when it is no JMESPath.
    """
    parsed = parse_query(query)
    attributes = tuple(sorted(parsed.names - {"dn"}))

    def find(entry: Entry) -> str:
        asked = {name: entry[1][name] for name in attributes if name in entry[1]}
        shown = {name: [shown_text(value) for value in values] for name, values in asked.items()}
        try:
            unit = parsed.search({"dn": shown_text(entry[0]), **shown})
        except ValueError as error:
            raise UnclearError(f"unit_query cannot be answered: {error}") from None
        if not isinstance(unit, str | None):
            raise UnclearError(f"unit_query gives {type(unit).__name__} here, and no text")
        return quoted(unit or "")

    return UnitRule(find=find, attributes=attributes, words=f"query {query}")


def refuse_unfit(unit: UnitRule, dialect: Dialect) -> None:
    """A unit is written and shown, so no hash may become one; and a name has one spelling.

    Raises DirectoryError.
    """
    hashes = {row.attribute.lower() for row in dialect.fields if row.codec is HASH}
    spelled = {row.attribute.lower(): row.attribute for row in dialect.fields}
    for name in unit.attributes:
        if name.lower() in hashes:
            raise DirectoryError(f"{name} holds passwords and cannot name a unit")
        if spelled.get(name.lower(), name) != name:
            raise DirectoryError(f"unit rule: write {spelled[name.lower()]} in place of {name}")

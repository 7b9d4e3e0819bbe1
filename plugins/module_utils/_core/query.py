# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""JMESPath queries over an account's entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .errors import MailboxError

try:
    import jmespath
    from jmespath.exceptions import JMESPathError
    from jmespath.parser import ParsedResult

    HAS_JMESPATH = True
except ImportError:
    HAS_JMESPATH = False


@dataclass(frozen=True, kw_only=True)
class Query:
    """A query that was understood."""

    text: str
    names: frozenset[str]  # of the keys that it asks for, at any depth
    _compiled: ParsedResult

    def search(self, value: Mapping[str, Any]) -> Any:
        """What it gives for `value`. Raises ValueError where it cannot be answered."""
        try:
            return self._compiled.search(value)
        except JMESPathError as error:
            raise ValueError(str(error)) from None


def parse_query(text: str) -> Query:
    """The query of a text. Raises MailboxError when it is no JMESPath."""
    if not HAS_JMESPATH:
        raise MailboxError("a JMESPath query needs the Python library jmespath: install it")
    try:
        compiled = jmespath.compile(text)
    except (ValueError, RecursionError) as error:  # JMESPathError is a ValueError
        raise MailboxError(f"{text} is no JMESPath: {error}") from None
    return Query(text=text, names=frozenset(_names(compiled.parsed)), _compiled=compiled)


def _names(node: Mapping[str, Any]) -> Iterator[str]:
    if node["type"] == "field":
        yield node["value"]
    for child in node.get("children", ()):
        if isinstance(child, dict):  # a slice has numbers
            yield from _names(child)

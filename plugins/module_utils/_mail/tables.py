# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The rows of the lookup tables of one Postfix parameter.

A table that cannot be listed (LDAP, SQL, regular expressions, ...) is asked for the keys that are
known; what it has for others stays unknown, and a record says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .._core.errors import MailHostError
from .postfix import Postfix, Table
from .records import Record, problem


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A key and its value; or a problem record in their place."""

    table: Table
    key: str = ""
    value: str = ""
    problem: Record | None = None

    @property
    def place(self) -> str:
        """Where the row can be changed; "" where only a person can."""
        return f"{self.table} {self.key}" if self.table.has_text else ""


@dataclass(frozen=True, kw_only=True)
class TableReader:
    """Reads the tables that a parameter names."""

    postfix: Postfix
    parameter: str
    keys: Callable[[], Sequence[str]]  # to ask the tables for that cannot be listed
    aliases: bool  # whether the tables are made by postalias

    def rows(self) -> Iterator[Row]:
        """Every row that can be had; problem records for tables that cannot be read."""
        for table in self.postfix.tables(self.parameter):
            try:
                yield from self._rows(table)
            except MailHostError as error:
                message = f"{self.parameter}: {error}"
                yield Row(table=table, problem=problem("forwards", message))

    def _rows(self, table: Table) -> Iterator[Row]:
        if table.is_listable:
            for key, value in self.postfix.rows(table, aliases=self.aliases):
                yield Row(table=table, key=key, value=value)
            return
        keys = self.keys()
        for key, value in self.postfix.answers(table, keys):
            yield Row(table=table, key=key, value=value)
        message = (
            f"{self.parameter}: {table} cannot be listed; it was asked for the {len(keys)} "
            "keys that are known on this host"
        )
        yield Row(table=table, problem=problem("", message))

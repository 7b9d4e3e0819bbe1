# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The rows of the lookup tables of one Postfix parameter.

A table that cannot be listed (LDAP, SQL, ...) is asked for the keys that are known; what it has for
others stays unknown, and a record says so. Of a directory a few searches tell which of them matter
(ldap_table.py). Of regular expressions the text is read as well, for a
key that matches need not be known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .._core.errors import MailHostError
from .ldap_table import to_ask_for
from .lookup_table import Table
from .patterns import patterns
from .postfix import Postfix
from .records import Record, problem


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A key and its value; or a problem record in their place."""

    table: Table
    key: str = ""
    value: str = ""
    problem: Record | None = None
    # What stands in the key's place where the row is for many: a pattern with its line, or "any
    # key". A "$1" in such a value is a part of the key.
    many: str = ""
    is_answer: bool = False  # what the table said when it was asked for the key

    @property
    def source(self) -> str:
        """What to call the row in a report."""
        return f"{self.table}, {self.many}" if self.many else str(self.table)

    @property
    def place(self) -> str:
        """Where the row can be changed; "" where only a person can."""
        is_text = self.table.has_text and not (self.many or self.is_answer)
        return f"{self.table} {self.key}" if is_text else ""


@dataclass(frozen=True, kw_only=True)
class TableReader:
    """Reads the tables that a parameter names."""

    postfix: Postfix
    parameter: str
    keys: Callable[[], Sequence[str]]  # to ask the tables for that cannot be listed
    aliases: bool = False  # whether the tables are made by postalias
    tables: Sequence[Table] | None = None  # of those that it names, the ones to read; None: all

    def rows(self) -> Iterator[Row]:
        """Every row that can be had; problem records for tables that cannot be read."""
        tables = self.postfix.tables(self.parameter) if self.tables is None else self.tables
        for table in tables:
            try:
                yield from self._rows(table)
            except MailHostError as error:
                message = f"{self.parameter}: {error}"
                yield Row(table=table, problem=problem("forwards", message))

    def _rows(self, table: Table) -> Iterator[Row]:
        if table.is_listable:
            for key, value in self.postfix.rows(table, aliases=self.aliases):
                yield Row(table=table, key=key, value=value)
        elif table.constants:
            for value in table.constants:
                yield Row(table=table, value=value, many="any key")
        elif table.has_patterns:
            for found in patterns(self.postfix.text(table)):
                many = f"line {found.line}: {found.text}"
                yield Row(table=table, value=found.value, many=many)
            yield from self._answers(table, self.keys())
        else:
            yield from self._asked(table)

    def _asked(self, table: Table) -> Iterator[Row]:
        first = table.first_step
        if first and first.is_listable:
            listed = self.postfix.rows(first, aliases=self.aliases)
            yield from self._answers(table, [key for key, _ in listed])
            return
        keys = self.keys()
        yield from self._answers(table, to_ask_for(self.postfix, table, keys))
        message = (
            f"{self.parameter}: {table} cannot be listed; it was asked for the {len(keys)} "
            "keys that are known on this host"
        )
        yield Row(table=table, problem=problem("", message))

    def _answers(self, table: Table, keys: Sequence[str]) -> Iterator[Row]:
        for key, value in self.postfix.answers(table, keys):
            yield Row(table=table, key=key, value=value, is_answer=True)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Postfix tables of our own that refuse the mail of some addresses.

It takes two. What smtpd(8) is told by an access(5) table it says to the client at once, whatever
else stands about the address. Mail that comes in another way, or to an alias that leads to the
address, meets the transport(5) table and comes back to its sender.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .._core.errors import MailHostError
from .lookup_table import Table
from .postfix import Postfix

_HEADER = (
    "# Addresses whose mail is refused. Made by the Ansible module civic.mailbox.mail_lock:\n"
    "# change it with that module, not by hand.\n"
)
_DISABLED = "5.2.1"  # RFC 3463, 3.3: mailbox disabled, not accepting messages


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """Where Postfix looks a table of ours up, and what it is to find there."""

    file: str
    parameter: str
    before_table: str  # what stands before the table's name in the parameter
    action: str  # before the text for the sender


USES = (
    Use(
        file="civic_mailbox_refused",
        parameter="smtpd_recipient_restrictions",
        before_table="check_recipient_access ",
        action=f"550 {_DISABLED} ",
    ),
    Use(
        file="civic_mailbox_bounced",
        parameter="transport_maps",
        before_table="",
        action=f"error:{_DISABLED} ",
    ),
)


def table_text(rows: Mapping[str, str]) -> str:
    """A table as it stands in its file, in a fixed order."""
    return _HEADER + "".join(f"{address} {rows[address]}\n" for address in sorted(rows))


@dataclass(frozen=True, kw_only=True)
class Refusals:
    """One of the tables. Every method raises MailHostError."""

    postfix: Postfix
    use: Use

    @property
    def path(self) -> Path:
        """The table's text."""
        return self.postfix.folder / self.use.file

    def rows(self) -> dict[str, str] | None:
        """Address -> action, as the file has it; None when there is none."""
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise MailHostError(f"cannot read {self.path}: {error}") from error
        if not text.startswith(_HEADER):
            raise MailHostError(
                f"{self.path} was not made by this module, or was changed by hand: move it away"
            )
        lines = text[len(_HEADER) :].splitlines()
        return {address: rest for address, _, rest in (line.partition(" ") for line in lines)}

    def setting(self) -> tuple[str, str]:
        """The parameter as it is, and as it must be for the table to be asked before all others."""
        before = self.postfix.raw(self.use.parameter)
        ours = f"{self.use.before_table}{self._table}"
        if re.match(rf"{re.escape(ours)}(?:[\s,]|$)", before):
            return before, before
        return before, f"{ours}, {before}".removesuffix(", ")

    def compile(self) -> None:
        """Make the table that Postfix asks from the text."""
        self.postfix.make_table(self._table)

    def in_force(self, addresses: Iterable[str]) -> dict[str, str]:
        """What Postfix finds in the table for these addresses."""
        return dict(self.postfix.answers(self._table, addresses))

    @property
    def is_unfinished(self) -> bool:
        """Whether a change was broken off, so that Postfix may not follow the text."""
        return self._unfinished.exists()

    @contextmanager
    def to_be_finished(self) -> Iterator[None]:
        """A change that is known to be unfinished until the block ends well."""
        try:
            self._unfinished.touch()
            yield
            self._unfinished.unlink()
        except OSError as error:
            raise MailHostError(f"cannot write {error.filename}: {error.strerror}") from error

    @property
    def _unfinished(self) -> Path:
        return self.path.with_name(f"{self.path.name}.unfinished")

    @cached_property
    def _table(self) -> Table:
        return Table(type=self.postfix.raw("default_database_type"), name=str(self.path))

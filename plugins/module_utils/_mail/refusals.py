# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A Postfix transport table of our own that refuses the mail of some addresses (transport(5))."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .._core.errors import MailHostError
from .postfix import Postfix, Table

_HEADER = (
    "# Addresses whose mail is refused. Made by the Ansible module civic.mailbox.mail_lock:\n"
    "# change it with that module, not by hand.\n"
)
PARAMETER = "transport_maps"
_DISABLED = "5.2.1"  # RFC 3463, 3.3: mailbox disabled, not accepting messages


def transport(text: str) -> str:
    """What the table says of an address: that its mail is refused, and why."""
    return f"error:{_DISABLED} {text}"


def table_text(rows: Mapping[str, str]) -> str:
    """The table as it stands in its file, in a fixed order."""
    return _HEADER + "".join(f"{address} {rows[address]}\n" for address in sorted(rows))


@dataclass(frozen=True, kw_only=True)
class Refusals:
    """The table and its use. Every method raises MailHostError."""

    postfix: Postfix
    path: Path

    def rows(self) -> dict[str, str] | None:
        """Address -> transport, as the file has it; None when there is none."""
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise MailHostError(f"cannot read {self.path}: {error}") from error
        if not text.startswith(_HEADER):
            raise MailHostError(
                f"{self.path} was not made by this module, or was changed by hand: move it away, "
                "or name another file in refusal_map"
            )
        lines = text[len(_HEADER) :].splitlines()
        return {address: rest for address, _, rest in (line.partition(" ") for line in lines)}

    def in_force(self, addresses: Iterable[str]) -> dict[str, str]:
        """What Postfix finds in the table for these addresses."""
        return dict(self.postfix.answers(self._table, addresses))

    def use(self) -> tuple[str, str]:
        """transport_maps as it is, and as it must be for the table to be asked, and first."""
        return self.postfix.with_first(PARAMETER, self._table)

    def apply(self, transport_maps: str | None) -> None:
        """Have Postfix do what the file says; the parameter is written where one is given."""
        self.postfix.make_table(self._table)
        if transport_maps is not None:
            self.postfix.set(PARAMETER, transport_maps)
        self.postfix.reload()

    @property
    def is_unfinished(self) -> bool:
        """Whether a change was broken off, so that Postfix may not follow the file."""
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

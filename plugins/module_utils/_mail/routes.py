# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What aliases, virtual aliases and .forward files make of an address: forward records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .._core.account import Forward
from .postfix import Postfix
from .records import EVERYBODY, Record, forward, problem
from .tables import Row
from .targets import Kind, Target, logical_lines, single_target, targets
from .user_files import Owner, read_regular

_DEEPEST = 10  # include files in include files
_OPAQUE = {
    Kind.COMMAND: "a command gets the mail",
    Kind.FILE: "mail is written to a file",
}


@dataclass(frozen=True, kw_only=True)
class Routes:
    """Makes the records of one channel."""

    channel: str
    postfix: Postfix
    is_single: bool = False  # whether a row has one address, whatever stands between commas
    is_in_force: bool = True
    remark: str = ""  # what the channel does, where it is no forwarding proper

    def of_row(self, mail: str, row: Row) -> Iterator[Record]:
        """The records of a table's row for `mail`, or for everybody where it is for many keys."""
        if row.problem:
            yield row.problem
            return
        whose = EVERYBODY if row.many else mail
        yield from self._of_value(whose, row.value, (row.source, row.place), bool(row.many))

    def of_setting(self, value: str, source: str) -> Iterator[Record]:
        """The records of a parameter's value that holds for everybody."""
        yield from self._of_value(EVERYBODY, value, (source, ""), True)

    def _of_value(
        self, mail: str, value: str, where: tuple[str, str], is_template: bool
    ) -> Iterator[Record]:
        for target in (single_target(value),) if self.is_single else targets(value):
            if is_template and target.kind is Kind.ADDRESS and _has_open_domain(target.value):
                yield self._forward(mail, "", where, f"its own address makes {target.value}")
            else:
                yield from self._of_target(mail, target, where, Owner(), ())

    def of_file(self, mail: str, path: Path, owner: Owner) -> Iterator[Record]:
        """The records of the owner's .forward file for `mail`; none where there is no such file."""
        try:
            path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            yield _unreadable(mail, path, error)
            return
        yield from self._of_file(mail, path, owner, ())

    def _of_file(
        self, mail: str, path: Path, owner: Owner, through: tuple[Path, ...]
    ) -> Iterator[Record]:
        try:
            with owner.rights():
                text = read_regular(path).decode("utf-8", "replace")
        except OSError as error:
            yield _unreadable(mail, path, error)
            return
        for number, line in logical_lines(text):
            for target in targets(line):
                where = (f"{path}, line {number}", str(path))
                yield from self._of_target(mail, target, where, owner, (*through, path))

    def _of_target(
        self,
        mail: str,
        target: Target,
        where: tuple[str, str],  # source and place
        owner: Owner,
        through: tuple[Path, ...],
    ) -> Iterator[Record]:
        if target.kind is Kind.INCLUDE:
            path = Path(target.value)
            if path not in through and len(through) < _DEEPEST:
                # A list that the administrator names may be a user's, and name further ones.
                reader = owner if owner.uid or not through else Owner.of(through[-1])
                yield from self._of_file(mail, path, reader, through)
        elif target.kind in _OPAQUE:
            yield self._forward(mail, "", where, _OPAQUE[target.kind])
        elif target.kind is Kind.ADDRESS:
            address = self.postfix.complete_for(mail, target.value)
            if address.lower() != mail:
                yield self._forward(mail, address, where)

    def _forward(self, mail: str, address: str, where: tuple[str, str], opaque: str = "") -> Record:
        source, place = where
        return forward(
            mail,
            Forward(
                address=address,
                channel=self.channel,
                source=f"{source} ({self.remark})" if self.remark else source,
                active=self.is_in_force,
                opaque=opaque,
                place=place,
            ),
        )


def _has_open_domain(address: str) -> bool:
    """Whether a template has its domain from the key: that of "$1@town.example" it has not.

    A local part from the key that leads to another host ("%") is what the sender wrote.
    """
    return "$" in (address.rpartition("@")[2] or "$")


def _unreadable(mail: str, path: Path, error: OSError) -> Record:
    return problem("forwards", f"{mail}: cannot read {path}: {error.strerror}", mail)

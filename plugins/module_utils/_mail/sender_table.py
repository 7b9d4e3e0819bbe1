# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The access table of listed senders, and the parameter of main.cf that names it.

In smtpd_data_restrictions it is asked once for each message, and not for each recipient, so that a
header comes once.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .._core.errors import MailHostError
from .._core.listed_senders import SenderTable
from .._core.step import CONTENT, SETTING, Values
from .config_text import owned
from .file_text import bytes_of, text_of
from .lookup_table import Table
from .postfix import Postfix
from .target_lists import NotEditableError
from .user_files import ChangedSinceError, clear_part, read_regular, replace_regular

FILE = "civic_mailbox_listed_senders"
PARAMETER = "smtpd_data_restrictions"

_HEADER = (
    b"# Listed senders of the policy. Made by the Ansible module civic.mailbox.forwarding: change\n"
    b"# it with that module, not by hand.\n"
)


@dataclass(frozen=True)
class SenderTablePlace:
    """The table's file, and the lines of main.cf that have the parameter."""

    postfix: Postfix

    @property
    def file(self) -> Path:
        return self.postfix.folder / FILE

    def read(self) -> Values:
        try:
            content = [read_regular(self.file)]
        except FileNotFoundError:
            content = []
        lines = self._main().split("\n")
        return {CONTENT: content, SETTING: [bytes_of(lines[one]) for one in _places(lines)]}

    def rows(self, values: Values) -> tuple[str, ...]:
        """The rows that are in force."""
        if not self._is_named(values):
            return ()
        text = b"".join(values[CONTENT]).removeprefix(_HEADER)
        return tuple(text.decode("utf-8", "replace").splitlines())

    def with_rows(self, values: Values, rows: Sequence[str]) -> Values:
        """What is to stand there for these rows to be in force. Raises NotEditableError."""
        if any(not one.startswith(_HEADER) for one in values[CONTENT]):
            raise NotEditableError(f"{self.file} was not made by this module: move it away")
        content = _HEADER + "".join(f"{row}\n" for row in rows).encode()
        return {CONTENT: [content], SETTING: self._naming(values)}

    def write(self, before: Values, after: Values) -> None:
        if self.read() != before:
            raise ChangedSinceError
        # Postfix never is to be told of a table that is not there.
        if after[CONTENT]:
            self._write_table(before[CONTENT], after[CONTENT][0])
        if after[SETTING] != before[SETTING]:
            text = self._main()
            written = bytes_of(_with_lines(text, list(map(text_of, after[SETTING]))))
            replace_regular(self._main_file, bytes_of(text), written)
        if not after[CONTENT]:
            self.file.unlink(missing_ok=True)

    def finish(self) -> None:
        """Have Postfix take it in, and see that it has."""
        self.postfix.check()
        values = self.read()
        rows = dict(row.split(" ", 1) for row in self.rows(values))
        if dict(self.postfix.answers(self._table, rows)) != rows:
            raise MailHostError(f"Postfix does not see what {self.file} says: see its log")
        self.postfix.reload()

    def clear(self) -> None:
        """Delete what was begun, and the table where nothing names it yet, or any more."""
        for path in (self.file, self._main_file):
            clear_part(path)
        values = self.read()
        for content in values[CONTENT] if not self._is_named(values) else ():
            if content.startswith(_HEADER) or _HEADER.startswith(content):
                self.file.unlink()

    def _naming(self, values: Values) -> list[bytes]:
        """The parameter's lines with the table before all else: their other bytes stay."""
        if self._is_named(values):
            return values[SETTING]
        ours = f"{PARAMETER} = check_sender_access {self._table}"
        if not values[SETTING]:
            return [ours.encode()]
        first, *others = values[SETTING]
        name, _, rest = first.partition(b"=")
        return [b"%b= check_sender_access %b,%b" % (name, str(self._table).encode(), rest), *others]

    def _is_named(self, values: Values) -> bool:
        value = b"".join(values[SETTING]).partition(b"=")[2]
        ours = re.escape(f"check_sender_access {self._table}".encode())
        return re.match(rb"\s*%b(?:[\s,]|$)" % ours, value) is not None

    def _write_table(self, before: Sequence[bytes], after: bytes) -> None:
        if before:
            replace_regular(self.file, before[0], after)
            return
        try:
            descriptor = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise ChangedSinceError from None
        with open(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o644)
            file.write(after)
            file.flush()
            os.fsync(descriptor)

    def _main(self) -> str:
        return text_of(read_regular(self._main_file))

    @property
    def _main_file(self) -> Path:
        return Path(os.path.realpath(self.postfix.folder / "main.cf"))

    @property
    def _table(self) -> Table:
        return Table(type="texthash", name=str(self.file))  # which is its text: no postmap


def sender_table(postfix: Postfix) -> SenderTable:
    """What is in force. Raises MailHostError."""
    place = SenderTablePlace(postfix)
    try:
        rows = place.rows(place.read())
    except OSError as error:
        raise MailHostError(f"cannot read {error.filename}: {error.strerror}") from error
    own = postfix.service_parameters(f"*/*/{PARAMETER}")
    unasked = [name.rpartition("/")[0] for name, value in own.items() if FILE not in value]
    return SenderTable(file=str(place.file), rows=rows, unasked=tuple(unasked))


def _places(lines: Sequence[str]) -> list[int]:
    """The numbers of the parameter's own lines, from where it is set last: that is what holds."""
    places = [n for n, (_, own) in enumerate(owned("\n".join(lines), PARAMETER)) if own]
    begins = [n for n in places if not lines[n][0].isspace()]
    return [n for n in places if n >= begins[-1]] if begins else []


def _with_lines(text: str, wanted: Sequence[str]) -> str:
    """The text with these as the parameter's lines, of which only the first may differ."""
    lines = text.split("\n")
    places = _places(lines)
    if not places:
        return f"{text}{wanted[0]}\n" if not text or text.endswith("\n") else f"{text}\n{wanted[0]}"
    return "\n".join(_replaced(lines, places[0], wanted))


def _replaced(lines: Sequence[str], place: int, wanted: Sequence[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if number != place:
            yield line
        elif wanted:
            yield wanted[0]

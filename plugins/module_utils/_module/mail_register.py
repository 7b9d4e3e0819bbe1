# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A register of mails as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic

from .._core.mail_register import MailRegister, Record, to_line
from .appended_file import AppendedFile, appended_file, lines_of

# What the lines of a file tell; the text names the file in messages. Raises JournalError.
Reader = Callable[[str, Iterable[str]], MailRegister[Record]]


class RegisterFile(Generic[Record]):
    """An open register; what stood in it, and a way to add to it."""

    def __init__(self, file: AppendedFile, register: MailRegister[Record]) -> None:
        self.register = register
        self._file = file

    def add(self, record: Record) -> None:
        """Add a record and force it to disk. Raises JournalError, as for a full disk."""
        self._file.append([to_line(record)])
        self.register.take(record)


@contextmanager
def open_register(path: Path, reader: Reader[Record]) -> Iterator[RegisterFile[Record]]:
    """The register, made where there is none, held until the end.

    Raises JournalError when another process holds it, or it cannot be read.
    """
    with appended_file(path, stops="No more mails are sent") as file:
        yield RegisterFile(file, read_register(path, reader))


def read_register(path: Path, reader: Reader[Record]) -> MailRegister[Record]:
    """What the register tells; empty where there is none. Raises JournalError."""
    return reader(str(path), lines_of(path))

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The register of warnings as a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .._core.warnings import Register, WarningRecord, read_warnings, to_line
from .appended_file import AppendedFile, appended_file, lines_of

NAME = "warnings.jsonl"  # beside the run folders: it outlives each of them


class RegisterFile:
    """An open register; what stood in it, and a way to add to it."""

    def __init__(self, file: AppendedFile, register: Register) -> None:
        self.register = register
        self._file = file

    def add(self, record: WarningRecord) -> None:
        """Add a record and force it to disk. Raises JournalError, as for a full disk."""
        self._file.append([to_line(record)])
        self.register.take(record)


@contextmanager
def open_register(path: Path) -> Iterator[RegisterFile]:
    """The register, made where there is none, held until the end.

    Raises JournalError when another process holds it, or it cannot be read.
    """
    with appended_file(path, stops="No more warnings are sent") as file:
        yield RegisterFile(file, read_register(path))


def read_register(path: Path) -> Register:
    """What the register tells; empty where there is none. Raises JournalError."""
    return read_warnings(str(path), lines_of(path))

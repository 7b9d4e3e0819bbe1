# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The journal of a run folder as a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .._core.journal import History, read_journal
from .appended_file import AppendedFile, appended_file, lines_of

NAME = "journal.jsonl"
NAMES = "journal*.jsonl"  # this and copies of those that mail hosts keep


class JournalFile:
    """An open journal; what stood in it, and a way to add to it."""

    def __init__(self, file: AppendedFile, history: History) -> None:
        self.history = history
        self._file = file
        self._waiting: list[str] = []

    def add(self, line: str) -> None:
        """Add a line (without its end); it is on disk after the next sync()."""
        self._waiting.append(line)

    def sync(self) -> None:
        """Write what was added and force it to disk. Raises JournalError, as for a full disk."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            self._file.append(waiting)


@contextmanager
def open_journal(run_dir: Path) -> Iterator[JournalFile]:
    """The journal of the run, made where there is none, held until the end.

    Raises JournalError when another process holds it, or it cannot be read.
    """
    stops = "Nothing more is written to the server"
    with appended_file(run_dir / NAME, stops=stops) as file:
        yield JournalFile(file, read_history(run_dir))


def read_history(run_dir: Path) -> History:
    """What the journal of a run tells; empty where there is none. Raises JournalError."""
    return read_journal_at(run_dir / NAME)


def read_journal_at(path: Path) -> History:
    """The same of a journal by its path."""
    return read_journal(str(path), lines_of(path))

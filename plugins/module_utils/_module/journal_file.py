# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The journal of a run folder: appended to, forced to disk, and held by one run at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .._core.errors import JournalError
from .._core.journal import History, read_journal

NAME = "journal.jsonl"


class JournalFile:
    """An open journal; what stood in it, and a way to add to it."""

    def __init__(self, path: Path, descriptor: int, history: History) -> None:
        self.path = path
        self.history = history
        self._descriptor = descriptor
        self._waiting: list[str] = []

    def add(self, line: str) -> None:
        """Add a line (without its end); it is on disk after the next sync()."""
        self._waiting.append(line + "\n")

    def sync(self) -> None:
        """Write what was added and force it to disk. Raises JournalError, as for a full disk."""
        if not self._waiting:
            return
        data = "".join(self._waiting).encode()
        self._waiting.clear()
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
            os.fsync(self._descriptor)
        except OSError as error:
            raise JournalError(
                f"cannot write {self.path}: {error.strerror}. Nothing more is written to the"
                " server. Make room, then run it again: it goes on where it stopped"
            ) from error


@contextmanager
def open_journal(run_dir: Path) -> Iterator[JournalFile]:
    """The journal of the run, made where there is none, held until the end.

    Raises JournalError when another process holds it, or it cannot be read.
    """
    path = run_dir / NAME
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        raise JournalError(f"cannot open {path}: {error.strerror}") from error
    try:
        _hold(descriptor, path)
        history = _history(descriptor, path)
        _sync_folder(run_dir)
        yield JournalFile(path, descriptor, history)
    finally:
        os.close(descriptor)  # gives it free


def read_history(run_dir: Path) -> History:
    """What the journal of a run tells, without holding it; empty where there is none."""
    try:
        descriptor = os.open(run_dir / NAME, os.O_RDONLY)
    except FileNotFoundError:
        return read_journal(str(run_dir / NAME), [])
    except OSError as error:
        raise JournalError(f"cannot open {run_dir / NAME}: {error.strerror}") from error
    with open(descriptor, encoding="utf-8", errors="replace") as lines:
        return read_journal(str(run_dir / NAME), lines)


def _hold(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise JournalError(
            f"another run is at work on {path.parent}: wait for its end, then run it again"
        ) from None


def _history(descriptor: int, path: Path) -> History:
    """Read it, and cut off a last line that a killed run left half-written."""
    with open(os.dup(descriptor), "rb") as file:
        file.seek(0)
        content = file.read()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        os.ftruncate(descriptor, whole)
    return read_journal(str(path), content[:whole].decode("utf-8", "replace").split("\n")[:-1])


def _sync_folder(folder: Path) -> None:
    """Force the journal's own name to disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A file of JSON lines that is only added to: forced to disk, and held by one run at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .._core.errors import JournalError


class AppendedFile:
    """An open file to add lines to; `stops` tells what a full disk puts an end to."""

    def __init__(self, path: Path, descriptor: int, stops: str) -> None:
        self.path = path
        self._descriptor, self._stops = descriptor, stops

    def append(self, lines: Iterable[str]) -> None:
        """Add lines (without their ends) and force them to disk. Raises JournalError."""
        data = "".join(f"{line}\n" for line in lines).encode()
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
            os.fsync(self._descriptor)
        except OSError as error:
            raise JournalError(
                f"cannot write {self.path}: {error.strerror}. {self._stops}. Make room, then run it"
                " again: it goes on where it stopped"
            ) from error


@contextmanager
def appended_file(path: Path, *, stops: str) -> Iterator[AppendedFile]:
    """The file, made where there is none, held until the end; a last line that a killed run left
    half-written is cut off.

    Raises JournalError when it cannot be opened, or another run holds it.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        raise JournalError(f"cannot open {path}: {error.strerror}") from error
    try:
        _hold(descriptor, path)
        _cut_unfinished(descriptor)
        _sync_folder(path.parent)
        yield AppendedFile(path, descriptor, stops)
    finally:
        os.close(descriptor)  # gives it free


def lines_of(path: Path) -> Iterator[str]:
    """The whole lines of such a file, without their ends; none where it does not exist.

    Does not hold it: a line that is being written is left out. Raises JournalError.
    """
    try:
        with path.open(encoding="utf-8", errors="replace", newline="\n") as lines:
            yield from (line[:-1] for line in lines if line.endswith("\n"))
    except FileNotFoundError:
        return
    except OSError as error:
        raise JournalError(f"cannot read {path}: {error.strerror}") from error


def _hold(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise JournalError(
            f"another run is at work with {path}: wait for its end, then run it again"
        ) from None


def _cut_unfinished(descriptor: int) -> None:
    end = os.fstat(descriptor).st_size
    start = max(0, end - (1 << 20))
    whole = start + os.pread(descriptor, end - start, start).rfind(b"\n") + 1
    if whole < end:
        os.ftruncate(descriptor, whole)


def _sync_folder(folder: Path) -> None:
    """Force the file's own name to disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

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

_BLOCK = 1 << 20  # bytes read at once


class AppendedFile:
    """An open file to add lines to; `stops` tells what a full disk puts an end to."""

    def __init__(self, path: Path, descriptor: int, stops: str) -> None:
        self.path = path
        self._descriptor, self._stops = descriptor, stops
        self._failed: JournalError | None = None

    def append(self, lines: Iterable[str]) -> None:
        """Add lines (without their ends) and force them to disk.

        Raises JournalError, and from then on each time: the file may end in half a line, and the
        kernel tells only once of what did not reach the disk.
        """
        if self._failed:
            raise self._failed
        data = "".join(f"{line}\n" for line in lines).encode()
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
            os.fsync(self._descriptor)
        except OSError as error:
            self._failed = JournalError(
                f"cannot write {self.path}: {error.strerror}. {self._stops}. Make room, then run it"
                " again: it goes on where it stopped"
            )
            raise self._failed from error


@contextmanager
def appended_file(path: Path, *, stops: str) -> Iterator[AppendedFile]:
    """The file, made where there is none, held until the end; a last line that a killed run left
    half-written is cut off.

    Raises JournalError when it cannot be opened, or another run holds it.
    """
    descriptor = _held(path)
    try:
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


def _held(path: Path) -> int:
    """A descriptor of the file, which nobody else holds, with whole lines only."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            _hold(descriptor, path)
            _cut_unfinished(descriptor)
            _sync_folder(path.parent)
        except BaseException:
            os.close(descriptor)
            raise
    except OSError as error:
        raise JournalError(f"cannot open {path}: {error.strerror}") from error
    return descriptor


def _hold(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise JournalError(
            f"another run is at work with {path}: wait for its end, then run it again"
        ) from None


def _cut_unfinished(descriptor: int) -> None:
    end = os.fstat(descriptor).st_size
    whole = _end_of_lines(descriptor, end)
    if whole < end:
        os.ftruncate(descriptor, whole)


def _end_of_lines(descriptor: int, size: int) -> int:
    """Where the last whole line ends; looked for from the end on."""
    start = size
    while start:
        end, start = start, max(0, start - _BLOCK)
        found = os.pread(descriptor, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
    return 0


def _sync_folder(folder: Path) -> None:
    """Force the file's own name to disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

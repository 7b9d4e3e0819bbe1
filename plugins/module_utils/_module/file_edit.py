# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Configuration files of servers: changed whole, with mode and owner kept, and put back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from .._core.errors import MailHostError
from .spool import clear_abandoned, hold, part_of

_MODE = 0o644  # servers read it as users of their own


@dataclass(frozen=True, kw_only=True)
class FileEdit:
    """A file's text as it is and as it is to be; None: there is no file.

    Bytes that are no UTF-8 are kept as they are.
    """

    path: Path
    before: str | None
    after: str | None
    mode: int = _MODE  # of a new file

    @property
    def is_needed(self) -> bool:
        """Whether anything changes."""
        return self.before != self.after

    def apply(self) -> None:
        """Have the file be as it is to be. Raises MailHostError, naming it."""
        _write(self.path, self.after, mode=self.mode)

    def undo(self) -> None:
        """Have the file be as it was. Raises MailHostError, naming it."""
        _write(self.path, self.before, mode=self.mode)


def text_of(path: Path) -> str | None:
    """What is in the file; None where there is none. Raises MailHostError."""
    try:
        with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise MailHostError(f"cannot read {path}: {error.strerror}") from error


@contextmanager
def copied(edit: FileEdit) -> Iterator[Path]:
    """A file beside it with what it is to be, for a program to read, while the block runs."""
    copy = part_of(edit.path).with_suffix(".copy")
    try:
        with _told(copy):
            clear_abandoned(edit.path)
            _fill(copy, edit.after or "", like=edit.path)
        yield copy
    finally:
        with suppress(OSError):
            copy.unlink()


def _write(path: Path, text: str | None, *, mode: int) -> None:
    path = path.resolve()  # a link stays one
    part = part_of(path)
    try:
        with _told(path):
            clear_abandoned(path)
            if text is None:
                path.unlink(missing_ok=True)
                return
            _fill(part, text, like=path, mode=mode)
            os.replace(part, path)
    finally:
        with suppress(OSError):
            part.unlink()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = error.filename or path
        raise MailHostError(f"cannot write {where}: {error.strerror or error}") from error


def _fill(path: Path, text: str, *, like: Path, mode: int = _MODE) -> None:
    """A new file with the rights of the other, if that is there."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        hold(descriptor)
        file.write(text)
        _take_rights(file.fileno(), like, mode)
        file.flush()
        os.fsync(file.fileno())


def _take_rights(descriptor: int, path: Path, mode: int) -> None:
    try:
        found = path.stat()
    except FileNotFoundError:
        os.fchmod(descriptor, mode)
        return
    os.fchown(descriptor, found.st_uid, found.st_gid)
    os.fchmod(descriptor, found.st_mode & 0o7777)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Files of a run folder: each appears whole or not at all, readable to its owner only."""

from __future__ import annotations

import fcntl
import glob
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from .._core.errors import MailboxError

_OF_A_PROCESS = re.compile(r"([0-9]+)\.(?:part|copy)")


@contextmanager
def whole_file(path: Path, mode: int = 0o600, *, lasting: bool = True) -> Iterator[TextIO]:
    """Open `path` for writing UTF-8 text; it replaces the old file only when the block ends well.

    It is on disk then, unless nobody will want it after a power failure (not `lasting`).
    Raises MailboxError, naming the file, when it cannot be written.
    """
    part = part_of(path)
    try:
        make_folder(path.parent)
        clear_abandoned(path)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        os.fchmod(descriptor, mode)  # whatever the umask is
        with open(descriptor, "w", encoding="utf-8", newline="", buffering=1 << 18) as file:
            hold(descriptor)
            yield file
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        where = error.filename or path
        raise MailboxError(f"cannot write {where}: {error.strerror or error}") from error
    finally:
        with suppress(OSError):  # what went wrong before is what to tell
            part.unlink()


def part_of(path: Path) -> Path:
    """Where this process writes before the file appears."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def hold(descriptor: int) -> None:
    """Show that the file is being written, until it is closed, on file systems that can."""
    with suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def clear_abandoned(path: Path) -> None:
    """Delete what killed processes left of this file.

    Of no process by its number, which another machine or container may have, and held by none.
    """
    for part in path.parent.glob(f".{glob.escape(path.name)}.*"):
        number = _OF_A_PROCESS.fullmatch(part.name[len(path.name) + 2 :])
        if number and not _is_alive(int(number[1])) and not _is_held(part):
            with suppress(OSError):
                part.unlink()


def is_written_to(folder: Path) -> bool:
    """Whether a process is writing a file of this folder or below it, as far as that is seen."""
    return any(_is_held(part) for part in folder.rglob(".*.part"))


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # somebody else's
        return True
    return True


def _is_held(part: Path) -> bool:
    if part.is_symlink():  # made in one step, and moved in the next
        return False
    try:
        descriptor = os.open(part, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, for their owner only. Raises OSError."""
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Files of a run folder: each appears whole or not at all, readable to its owner only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from .._core.errors import MailboxError


@contextmanager
def whole_file(path: Path, mode: int = 0o600) -> Iterator[TextIO]:
    """Open `path` for writing UTF-8 text; it replaces the old file only when the block ends well.

    Raises MailboxError, naming the file, when it cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        make_folder(path.parent)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        os.fchmod(descriptor, mode)  # whatever the umask is
        with open(descriptor, "w", encoding="utf-8", newline="", buffering=1 << 18) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        where = error.filename or path
        raise MailboxError(f"cannot write {where}: {error.strerror or error}") from error
    finally:
        with suppress(OSError):  # what went wrong before is what to tell
            part.unlink()


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, for their owner only. Raises OSError."""
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)

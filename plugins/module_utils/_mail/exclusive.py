# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""One run at a time where a server's own files are written."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .._core.errors import MailHostError


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other run of ours works in the folder. Raises MailHostError."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise MailHostError(f"cannot open {folder}: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)

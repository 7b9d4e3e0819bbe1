# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The plan while it is made: findings come by account, changes are made control by control."""

from __future__ import annotations

from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, TextIO

from .._core.plan import ORDER, Change, to_line

_PIECE = 1 << 20  # bytes


class PlanSpool:
    """A context manager: a nameless file for each control holds the lines, and not the memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, IO[bytes]] = {}
        self._open = ExitStack()

    def __enter__(self) -> PlanSpool:
        # All at once: what a process that is forked later writes is read here.
        for control in ORDER:
            made = TemporaryFile(dir=self._folder, buffering=_PIECE)
            self._files[control] = self._open.enter_context(made)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()

    def add(self, change: Change) -> None:
        """Take in what a finding asks for."""
        self._files[change.control].write(f"{to_line(change)}\n".encode())

    def flush(self) -> None:
        """Let other processes that have these files read all that was added."""
        for file in self._files.values():
            file.flush()

    def take_in(self, later: PlanSpool) -> None:
        """Add the changes of findings that come after these; `later` was flushed."""
        for control, file in self._files.items():
            later._files[control].seek(0)
            copyfileobj(later._files[control], file, _PIECE)

    def write_to(self, file: TextIO) -> str:
        """Write the lines in ORDER; the SHA-256 of all, by which a plan is known again."""
        digest = sha256()
        for spooled in self._files.values():
            spooled.seek(0)
            while piece := spooled.read(_PIECE) + spooled.readline():
                digest.update(piece)
                file.write(piece.decode())
        return digest.hexdigest()

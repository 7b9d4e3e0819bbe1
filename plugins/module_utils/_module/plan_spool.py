# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The plan while it is made: findings come by account, changes are made control by control."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from hashlib import sha256
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, TextIO

from .._core.plan import ORDER, Change, to_line

_PIECE = 1 << 20  # bytes


class PlanSpool:
    """A context manager: a nameless file for each control holds the lines, and not the memory."""

    def __init__(self, folder: Path, *, shown: int) -> None:
        """`shown` changes are kept as such."""
        self.total = 0
        self._folder, self._shown = folder, shown
        self._files: dict[str, IO[bytes]] = {}
        self._first: dict[str, list[Change]] = {}
        self._open = ExitStack()

    def __enter__(self) -> PlanSpool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()

    def add(self, control: str, changes: Iterable[Change]) -> None:
        """Take in what a finding of this control asks for."""
        for change in changes:
            self.total += 1
            first = self._first.setdefault(control, [])
            if len(first) < self._shown:
                first.append(change)
            self._file(control).write(f"{to_line(change)}\n".encode())

    def first(self) -> list[Change]:
        """The first changes, in the order in which they have to be made."""
        every = (change for control in ORDER for change in self._first.get(control, ()))
        return list(islice(every, self._shown))

    def write_to(self, file: TextIO) -> str:
        """Write the lines in that order; the SHA-256 of all, by which a plan is known again."""
        digest = sha256()
        for spooled in (self._files[control] for control in ORDER if control in self._files):
            spooled.seek(0)
            while piece := spooled.read(_PIECE) + spooled.readline():
                digest.update(piece)
                file.write(piece.decode())
        return digest.hexdigest()

    def _file(self, control: str) -> IO[bytes]:
        if control not in self._files:
            made = TemporaryFile(dir=self._folder, buffering=_PIECE)  # noqa: SIM115
            self._files[control] = self._open.enter_context(made)
        return self._files[control]

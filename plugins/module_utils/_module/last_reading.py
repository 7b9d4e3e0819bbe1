# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What is kept on disk of the last reading of a directory; its accounts stay in that snapshot."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from .._directory.changes.catching_up import Before
from .._directory.changes.memory import Memory, MemoryLostError, decoded
from .._directory.changes.session import Keeping
from .spool import make_folder, part_of


@contextmanager
def last_reading(path: Path, out: TextIO, most_runs: int, most_days: int) -> Iterator[Keeping]:
    """What stands in that file; `out` is the new snapshot."""

    def copy(piece: memoryview) -> None:
        out.flush()
        out.buffer.write(piece)

    def keeping(before: Before | None, lost: str = "") -> Keeping:
        return Keeping(
            before=before, lost=lost, copy=copy, most_runs=most_runs, most_days=most_days
        )

    try:
        memory = decoded(path.read_bytes())
        snapshot = _snapshot(memory)
    except FileNotFoundError:
        yield keeping(None, "this is the first run that remembers what it read")
    except (OSError, MemoryLostError) as error:
        yield keeping(None, f"{path}: {error}")
    else:
        with snapshot, memoryview(snapshot) as view:
            yield keeping(Before(memory=memory, snapshot=view))


def _snapshot(memory: Memory) -> mmap.mmap:
    """The last snapshot. Raises MemoryLostError where it is not as it was left."""
    told = memory.snapshot
    try:
        with open(told["path"], "rb") as file:
            found = os.fstat(file.fileno())
            if told == _state(told["path"], found):
                return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, KeyError, ValueError):
        raise MemoryLostError("the snapshot of the last run is gone") from None
    raise MemoryLostError("the snapshot of the last run was changed")


def keep(path: Path, memory: Memory | None, snapshot: Path) -> str:
    """Remember a reading whose accounts stand in that file, or none; a warning, or "".

    What was read is whole without it: the next run reads all, that is what comes of it.
    """
    part = part_of(path)
    try:
        if memory is None:
            path.unlink(missing_ok=True)
            return ""
        real = snapshot.resolve()
        memory.snapshot = _state(str(real), real.stat())
        make_folder(path.parent)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:
            file.writelines(memory.encoded())
        os.replace(part, path)
    except OSError as error:
        for left in (part, path):  # the old one tells of a snapshot that is the last one no more
            with suppress(OSError):
                left.unlink()
        return f"cannot write {path}: {error.strerror or error}; the next run reads all accounts"
    return ""


def _state(path: str, found: os.stat_result) -> dict[str, object]:
    return {"path": path, "size": found.st_size, "mtime_ns": found.st_mtime_ns}

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""How far a long run is: a line in a file, which the action plugin prints while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .spool import whole_file


@contextmanager
def progress_in(path: Path | None) -> Iterator[Callable[[str], None]]:
    """Keeps a line in a file, or (None) nowhere; the file is gone afterwards."""

    def show(text: str) -> None:
        if path is not None:
            with whole_file(path, lasting=False) as file:
                file.write(f"{text}\n")

    try:
        yield show
    finally:
        if path is not None:
            path.unlink(missing_ok=True)

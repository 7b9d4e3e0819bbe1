# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Shows the operator how far a module on this machine is, by the file in which it says so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ansible.utils.display import Display

EVERY = 2.0  # seconds between two looks at the progress file


@contextmanager
def progress_shown(file: Path) -> Iterator[Callable[[str], None]]:
    """Print each new text of the file while the block runs; where there is none, nothing.

    What it yields is told in the block how the work ended, and prints that below the last text: the
    module deletes the file before anybody can look at its very last state. Where no text was
    printed, that is not either.
    """
    watcher = _Watcher(file)
    watcher.start()
    try:
        yield watcher.end
    finally:
        watcher.stop()


class _Watcher:
    """Looks at a progress file now and then."""

    def __init__(self, file: Path) -> None:
        self._file, self._shown = file, ""
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._done.set()
        self._thread.join()

    def end(self, text: str) -> None:
        self.stop()
        if self._shown:
            self._show(text)

    def _watch(self) -> None:
        while not self._done.wait(EVERY):
            try:
                text = self._file.read_text(encoding="utf-8").strip()
            except OSError:
                continue
            self._show(text)

    def _show(self, text: str) -> None:
        if text != self._shown:
            Display().display(f"  {text}")
            self._shown = text

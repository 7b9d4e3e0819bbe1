# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Shows the operator how far a module on this machine is, by the file in which it says so."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ansible.utils.display import Display

EVERY = 2.0  # seconds between two looks at the progress file


@contextmanager
def progress_shown(file: Path) -> Iterator[None]:
    """Print each new text of the file while the block runs; where there is none, nothing."""
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(file, done))
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _watch(file: Path, done: threading.Event) -> None:
    shown = ""
    while not done.wait(EVERY):
        try:
            text = file.read_text(encoding="utf-8").strip()
        except OSError:
            continue
        if text != shown:
            Display().display(f"  {text}")
            shown = text

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shows how far the reading of a large directory is, while the module runs."""

from __future__ import annotations

import threading
from pathlib import Path

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

EVERY = 2.0  # seconds between two looks at the progress file


class ActionModule(ActionBase):
    """Runs the module and, where that is on this machine, prints its progress."""

    def run(self, tmp=None, task_vars=None):
        """Run the module and return its result unchanged."""
        super().run(tmp, task_vars)
        done = threading.Event()
        watcher = threading.Thread(target=_watch, args=(self._progress_file(task_vars), done))
        watcher.start()
        try:
            return self._execute_module(task_vars=task_vars)
        finally:
            done.set()
            watcher.join()

    def _progress_file(self, task_vars):
        """The file in which the module writes how far it is."""
        name = self._task.args.get("name") or task_vars["inventory_hostname"]
        return Path(self._task.args.get("run_dir", "")) / "progress" / f"accounts-{name}"


def _watch(file, done):
    """Print each new text of the file until the module is done; on a remote host there is none."""
    shown = ""
    while not done.wait(EVERY):
        try:
            text = file.read_text(encoding="utf-8").strip()
        except OSError:
            continue
        if text != shown:
            Display().display(f"  {text}")
            shown = text

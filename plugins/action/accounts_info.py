# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shows how far the reading of a large directory is, while the module runs."""

from __future__ import annotations

from pathlib import Path

from ansible.plugins.action import ActionBase

from ..plugin_utils.progress import progress_shown


class ActionModule(ActionBase):
    """Runs the module and, where that is on this machine, prints its progress."""

    def run(self, tmp=None, task_vars=None):
        """Run the module and return its result unchanged."""
        super().run(tmp, task_vars)
        with progress_shown(self._progress_file(task_vars)) as end:
            result = self._execute_module(task_vars=task_vars)
            if not result.get("failed") and "total" in result:
                end(f"{result['total']:,} accounts read")
        return result

    def _progress_file(self, task_vars):
        """The file in which the module writes how far it is."""
        name = self._task.args.get("name") or task_vars["inventory_hostname"]
        return Path(self._task.args.get("run_dir", "")) / "progress" / f"accounts-{name}"

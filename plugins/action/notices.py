# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shows the operator how far the letters are."""

from __future__ import annotations

from pathlib import Path

from ansible.plugins.action import ActionBase

from ..plugin_utils.progress import progress_shown


class ActionModule(ActionBase):
    """Runs the module, and prints its progress."""

    def run(self, tmp=None, task_vars=None):
        """Run the module and return its result unchanged."""
        super().run(tmp, task_vars)
        run_dir = Path(str(self._task.args.get("run_dir", "")))
        with progress_shown(run_dir / "progress" / "notices") as end:
            result = self._execute_module(task_vars=task_vars)
            if not result.get("failed"):
                end("all units written")
        return result

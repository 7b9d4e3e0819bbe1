# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shows the operator the summary that the report module made, as plain text."""

from __future__ import annotations

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display


class ActionModule(ActionBase):
    """Runs the module, then prints its summary: a callback would show it as escaped JSON."""

    def run(self, tmp=None, task_vars=None):
        """Run the module and return its result unchanged."""
        super().run(tmp, task_vars)
        result = self._execute_module(task_vars=task_vars)
        if result.get("summary"):
            Display().display(result["summary"])
        return result

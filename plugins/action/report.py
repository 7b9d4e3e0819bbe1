# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shows the operator the summary that the report module made, as plain text.

Not of a run whose report is written again (`latest: false`): after an enforcement the numbers of
its audit would read as if nothing had been done.
"""

from __future__ import annotations

from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display


class ActionModule(ActionBase):
    """Runs the module, then prints its summary: a callback would show it as escaped JSON."""

    def run(self, tmp=None, task_vars=None):
        """Run the module and return its result unchanged."""
        super().run(tmp, task_vars)
        result = self._execute_module(task_vars=task_vars)
        is_new = boolean(self._task.args.get("latest", True), strict=False)
        if result.get("summary") and is_new:
            Display().display(result["summary"])
        return result

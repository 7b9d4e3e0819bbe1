# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shows the operator the difference: a callback shows a diff only of what was changed."""

from __future__ import annotations

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display


class ActionModule(ActionBase):
    """Runs the module, then prints its summary and, with --diff, each finding that differs."""

    def run(self, tmp=None, task_vars=None):
        """Run the module and return its result; that of a failure without what was printed."""
        super().run(tmp, task_vars)
        result = self._execute_module(task_vars=task_vars)
        if result.get("summary"):
            Display().display(result["summary"])
        if self._task.diff and result.get("differences"):
            Display().display(_shown(result["differences"], result["differences_total"]))
        if result.get("failed"):  # a callback would print all of it once more
            for name in ("summary", "differences", "diff"):
                result.pop(name, None)
        return result


def _shown(differences, total):
    """The differences as text: what is gone behind a minus, what is there now behind a plus."""
    lines = []
    for one in differences:
        unit = f" ({one['unit']})" if one["unit"] else ""
        lines.append(f"{one['change']}: {one['subject']}{unit}, {one['control']}")
        if one["before"]:
            lines.append(f"  -{one['before']}" + ("" if one["after"] else f": {one['summary']}"))
        if one["after"]:
            lines.append(f"  +{one['after']}: {one['summary']}")
    if total > len(differences):
        lines.append(f"\n... and {total - len(differences)} more: see difference.jsonl")
    return "\n".join(lines) + "\n"

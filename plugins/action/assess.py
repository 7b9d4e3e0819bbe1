# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shows the operator the planned changes: a callback shows a diff only of what was changed."""

from __future__ import annotations

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display


class ActionModule(ActionBase):
    """Runs the module and, with --diff, prints before and after of each planned change."""

    def run(self, tmp=None, task_vars=None):
        """Run the module and return its result unchanged."""
        super().run(tmp, task_vars)
        result = self._execute_module(task_vars=task_vars)
        if self._task.diff and "changes" in result:
            Display().display(_shown(result["changes"], result["changes_total"]))
        return result


def _shown(changes, total):
    """The plan as text: what changes where and why, then the lines that go and come."""
    lines = [f"Plan: {total} changes. Nothing is changed now."]
    for change in changes:
        place = change["target"] if change["field"] == "forwards" else ""
        lines.append("")
        lines.append(f"{change['subject']}: {change['field']}" + (f" in {place}" if place else ""))
        lines.append(f"  {change['reason']}")
        lines += [f"  -{value}" for value in change["before"]]
        lines += [f"  +{value}" for value in change["after"]]
    if total > len(changes):
        lines.append(f"\n... and {total - len(changes)} more: see plan.jsonl in the run folder")
    return "\n".join(lines)

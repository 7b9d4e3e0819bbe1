# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shows how far the module is, what became of each request, and what was left as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ansible.utils.display import Display

from ..module_utils._module.run_locks import reopening_folder
from ..plugin_utils.enforcement import EnforcementAction, server_of

SHOWN = 30  # requests; the report has all


class ActionModule(EnforcementAction):
    """Runs the module, then tells of the requests; all else is in EnforcementAction."""

    def run(self, tmp=None, task_vars=None):
        """Run the module and return its result unchanged."""
        result = super().run(tmp, task_vars)
        for line in requests_told(result):
            Display().display(line)
        return result

    def _progress_file(self, task_vars):
        """In the folder of the reopenings."""
        arguments = self._task.args
        audit = Path(arguments.get("reports_dir") or "") / str(arguments.get("run") or "latest")
        name = server_of(arguments, task_vars["inventory_hostname"])
        return reopening_folder(audit) / "progress" / f"enforcement-{name}"


def requests_told(result: Mapping[str, Any]) -> Iterator[str]:
    """A line for each request: the mailbox, and what becomes of it."""
    decisions = result.get("decisions", [])
    for one in decisions[:SHOWN]:
        yield f"  {one['address']} ({one['unit'] or '-'}): {one['reason']} [{one['source']}]"
    total = sum(result.get("verdicts", {}).values())
    if total > SHOWN:
        yield f"  ... and {total - SHOWN} more requests"

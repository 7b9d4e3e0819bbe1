# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Assessing as the module does; in a file of its own, so that no more than that is imported."""

from __future__ import annotations

import sys
from pathlib import Path

from ansible_collections.civic.mailbox.plugins.module_utils._module.assess import assess_run

NOW = "2019-01-08T01:00:00Z"


def assess(*, folder: str, run_name: str, previous: str | None) -> None:
    """As the module does, less what Ansible takes for itself."""
    assess_run(Module(Path(folder), run_name, previous))


class Module:
    """What assess_run needs of a module."""

    _diff = True

    def __init__(self, folder: Path, run: str, previous: str | None) -> None:
        self.params = {
            "run_dir": folder / run,
            "policy_file": folder / "policy.yml",
            "sources": [],
            "previous": previous and folder / previous,
            "now": NOW,
        }

    def warn_clean(self, warning: str) -> None:
        print(warning, file=sys.stderr)

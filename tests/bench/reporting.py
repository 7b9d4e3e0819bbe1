# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reporting as the module does; in a file of its own, so that no more than that is imported."""

from __future__ import annotations

from types import SimpleNamespace

from ansible_collections.civic.mailbox.plugins.module_utils._module.report import (
    ARGUMENTS,
    write_report,
)


def report(*, run_dir: str, language: str) -> None:
    """Write the report as the module does."""
    params = {name: spec.get("default") for name, spec in ARGUMENTS.items()}
    params |= {"run_dir": run_dir, "language": language}
    write_report(SimpleNamespace(params=params))  # type: ignore[arg-type]

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""report: what a run found, written as files beside it; then `latest` points at the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .._core.errors import MailboxError
from .._report.formats.catalogue import FORMATS
from .._report.formats.summary import summary
from .._report.formats.terminal import terminal
from .._report.messages.catalogue import LANGUAGES
from .._report.report import Report, make_report
from .._report.run_folder import RunFolder
from .runner import MailboxModule
from .spool import clear_abandoned, part_of, whole_file

ARGUMENTS: dict[str, Any] = {
    "run_dir": {"type": "path", "required": True},
    "formats": {
        "type": "list",
        "elements": "str",
        "choices": [one.name for one in FORMATS],
        "default": ["html", "csv", "json"],
    },
    "language": {
        "type": "str",
        "choices": [one.code for one in LANGUAGES],
        "default": LANGUAGES[0].code,
    },
    "title": {"type": "str", "default": ""},
}

_OF_SUMMARY = (
    "outcome", "complete", "accounts", "totals", "comparison", "mailboxes_to_fix",
    "changes_planned",
)  # fmt: skip


def write_report(module: MailboxModule) -> dict[str, Any]:
    """Write the files asked for into the run folder, and point `latest` at it."""
    # Given as reports/latest, the run is the folder behind it.
    run_dir = Path(module.params["run_dir"]).resolve()
    report = make_report(
        RunFolder(run_dir), code=module.params["language"], title=module.params["title"]
    )
    files = _write_files(report, run_dir, module.params["formats"])
    _point_latest_at(run_dir)
    numbers = summary(report)
    return {
        "changed": False,
        "run_dir": str(run_dir),
        "files": files,
        "summary": terminal(report, files.get("html", str(run_dir))),
        **{name: numbers[name] for name in _OF_SUMMARY},
    }


def _write_files(report: Report, run_dir: Path, names: list[str]) -> dict[str, str]:
    files = {}
    for one in FORMATS:
        if one.name in names:
            path = run_dir / one.file
            with whole_file(path) as file:
                one.write(report, file)
            files[one.name] = str(path)
    return files


def _point_latest_at(run_dir: Path) -> None:
    """Replace the link in one step; relative, so that the reports can be moved together."""
    latest = run_dir.parent / "latest"
    part = part_of(latest)
    try:
        clear_abandoned(latest)
        part.unlink(missing_ok=True)
        part.symlink_to(run_dir.name)
        part.replace(latest)
    except OSError as error:
        raise MailboxError(
            f"cannot make {latest} a link to {run_dir.name}: {error.strerror or error}. "
            "If it is a folder or a file, move it away"
        ) from error
    finally:
        part.unlink(missing_ok=True)

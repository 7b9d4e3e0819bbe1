# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""report: what a run found, written as files beside it; then `latest` points at the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .._core.errors import MailboxError
from .._report.format import Format
from .._report.formats.catalogue import FORMATS
from .._report.formats.prometheus import PROMETHEUS
from .._report.formats.summary import summary
from .._report.formats.terminal import terminal
from .._report.messages.catalogue import LANGUAGES
from .._report.report import Report, make_report
from .._report.run_folder import RunFolder
from .._report.seal import NAME as SEAL
from .._report.seal import seal_lines
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
    "textfile_dir": {"type": "path"},
    "latest": {"type": "bool", "default": True},
}

_OF_SUMMARY = (
    "outcome", "complete", "accounts", "totals", "comparison", "mailboxes_to_fix",
    "changes_planned",
)  # fmt: skip


def write_report(module: MailboxModule) -> dict[str, Any]:
    """Write the files asked for into the run folder, and point `latest` at it if that is asked."""
    # Given as reports/latest, the run is the folder behind it.
    run_dir = Path(module.params["run_dir"]).resolve()
    report = make_report(
        RunFolder(run_dir), code=module.params["language"], title=module.params["title"]
    )
    files = _write_files(report, run_dir, module.params["formats"])
    if module.params["latest"]:
        _point_latest_at(run_dir)
    if module.params["textfile_dir"] and not module.check_mode:
        files["textfile"] = _write_textfile(report, Path(module.params["textfile_dir"]))
    numbers = summary(report)
    return {
        "changed": False,
        "run_dir": str(run_dir),
        "files": files,
        "summary": terminal(report, files.get("html", str(run_dir))),
        **{name: numbers[name] for name in _OF_SUMMARY},
    }


def _write_files(report: Report, run_dir: Path, names: list[str]) -> dict[str, str]:
    """Write the formats; then the list of hashes, then what carries the hash of that list."""
    asked = [one for one in FORMATS if one.name in names]
    for one in asked:
        if not one.seals:
            _write(report, run_dir, one)
    _seal(run_dir)
    for one in asked:
        if one.seals:
            _write(report, run_dir, one)
    return {one.name: str(run_dir / one.file) for one in asked}


def _write(report: Report, run_dir: Path, one: Format) -> None:
    with whole_file(run_dir / one.file) as file:
        one.write(report, file)


def _seal(run_dir: Path) -> None:
    """List the hashes of the evidence, and of every format that is there."""
    there = [one.file for one in FORMATS if not one.seals and (run_dir / one.file).is_file()]
    with whole_file(run_dir / SEAL) as file:
        file.writelines(f"{line}\n" for line in seal_lines(run_dir, there))


def _write_textfile(report: Report, folder: Path) -> str:
    """The numbers where node_exporter reads them, which is another user: anybody may read them."""
    if not folder.is_dir():
        raise MailboxError(f"textfile_dir: {folder} is no folder: make it, or name another")
    path = folder / PROMETHEUS.file
    with whole_file(path, mode=0o644) as file:
        PROMETHEUS.write(report, file)
    return str(path)


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

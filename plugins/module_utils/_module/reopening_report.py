# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""reopening_report: what units asked for and what came of it, as files for the leadership."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from .._core.errors import MailboxError
from .._core.reopening_decisions import Decided, read_decisions
from .._report.reopening.consolidated import COUNTS, Consolidated, Known, consolidate
from .._report.reopening.csv import write_csv
from .._report.reopening.page import write_page
from .._report.reopening.words import WORDS
from . import letter_options
from .appended_file import lines_of
from .enforcement_run import now
from .letter_options import letter_file_of
from .policy_file import load_policy
from .reopen import run_folder
from .run_locks import read_lock_journals, reopening_folder, seen_locked
from .runner import MailboxModule
from .spool import whole_file

FILES: dict[str, tuple[str, Callable[[Consolidated, str, TextIO], None]]] = {
    "html": ("reopening.html", write_page),
    "csv": ("reopening.csv", write_csv),
}
ARGUMENTS: dict[str, Any] = {
    "reports_dir": {"type": "path", "required": True},
    "run": {"type": "str", "default": "latest"},
    "policy_file": {"type": "path", "required": True},
    "deadline": {"type": "str"},
    **letter_options.ARGUMENTS,
    "language": {"type": "str", "choices": [*WORDS], "default": "vi"},
}
RESTRICTIONS: dict[str, Any] = {"mutually_exclusive": [("letter_file", "letter")]}


def write_reopening_report(module: MailboxModule) -> dict[str, Any]:
    """Write the files into the folder of the reopenings. In check mode they are not written."""
    params = module.params
    audit_dir = run_folder(Path(params["reports_dir"]), params["run"])
    folder = reopening_folder(audit_dir)
    known = Known(
        seen=tuple(seen_locked(audit_dir)),
        run_id=audit_dir.name,
        journals=read_lock_journals(audit_dir.parent, module.warn_clean),
        decisions=tuple(_decisions(folder)),
        policy=load_policy(Path(params["policy_file"])),
    )
    letter = letter_file_of(params) if params["letter_file"] or params["letter"] else None
    deadline = _deadline(params["deadline"])
    report = consolidate(known, made_at=now(), deadline=deadline, letter=letter)
    files = {name: str(folder / file) for name, (file, _) in FILES.items()}
    if not module.check_mode:
        for name, write in FILES.values():
            with whole_file(folder / name) as file:
                write(report, params["language"], file)
    counts = report.counts
    return {
        "changed": False,
        "files": files,
        "counts": {name: counts[name] for name in COUNTS},
        "units": [
            {"unit": unit.name, **{name: unit.counts[name] for name in COUNTS}}
            for unit in report.units
        ],
    }


def _decisions(folder: Path) -> Iterator[Decided]:
    """Of each directory; none before anybody asked for anything."""
    for path in sorted(folder.glob("decisions-*.jsonl")):
        yield from read_decisions(str(path), lines_of(path))


def _deadline(given: str | None) -> date | None:
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise MailboxError(f"deadline: expected a day as 2026-12-31, found {given}") from None

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""accounts_merge: the parts of a directory, read by themselves, into its snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from functools import partial
from glob import escape
from pathlib import Path
from typing import Any

from .._core.errors import DirectoryError, MailboxError, SnapshotError
from .._core.part_files import Chosen, Merging, PartFile, choose, read_part_file
from .._directory.part_reading import readers
from .runner import MailboxModule
from .snapshot_file import first_and_last
from .snapshot_name import snapshot_name
from .spool import whole_file

ARGUMENTS: dict[str, Any] = {
    "run_dir": {"type": "path", "required": True},
    "name": {"type": "str", "required": True},
    "max_age": {"type": "int", "default": 12},
}


def merge_accounts(module: MailboxModule) -> dict[str, Any]:
    """Write the snapshot; it is written also when parts are missing, and then says so itself."""
    name = snapshot_name(module.params["name"])
    run_dir = Path(module.params["run_dir"])
    if module.params["max_age"] < 1:
        raise MailboxError("max_age has to be 1 hour or more")
    since = datetime.now(timezone.utc) - timedelta(hours=module.params["max_age"])
    files = _files_of(name, run_dir / "parts")
    if not files:
        raise DirectoryError(
            f"{run_dir / 'parts'} has no part of {name}: read its units first, with the same"
            " run_dir (civic.mailbox.gather)"
        )
    chosen = choose(files, since)
    for left, why in chosen.left.items():
        module.warn_clean(f"{left} {why} and was left out")
    if not chosen.files:
        raise DirectoryError(f"all parts of {name} are too old to be of this run: read them again")
    path = run_dir / "snapshot" / f"accounts-{name}.jsonl"
    merging = Merging(name, chosen, partial(readers, by_subtree=chosen.by_subtree))
    with whole_file(path) as file:
        file.writelines(line.decode() for line in merging.lines(_lines_of))
    if chosen.message:
        raise DirectoryError(
            f"{chosen.message}. {merging.counts['account'] or 'No'} accounts were read; {path} is"
            " marked as not complete."
        )
    return _result(path, chosen, merging)


def _files_of(name: str, folder: Path) -> list[PartFile]:
    found = folder.glob(f"accounts-{escape(name)}-*.jsonl")
    files = [read_part_file(str(path), *first_and_last(path)) for path in sorted(found)]
    return [one for one in files if one.header.get("name") == name]


def _lines_of(one: PartFile) -> Iterator[bytes]:
    """The lines of a file; one that was cut short at its end is left out."""
    try:
        with Path(one.file).open("rb") as lines:
            yield from (line for line in lines if line.endswith(b"\n"))
    except OSError as error:
        raise SnapshotError(f"cannot read {one.file}: {error.strerror}") from error


def _result(path: Path, chosen: Chosen, merging: Merging) -> dict[str, Any]:
    return {
        "changed": False,
        "path": str(path),
        "total": merging.counts["account"],
        "parts": len(chosen.read),
        "files": [one.file for one in chosen.files],
    }

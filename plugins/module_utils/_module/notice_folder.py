# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The folder notices/ of a run: all of it is exchanged at once, and nothing by hand is lost."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from .._core.errors import MailboxError
from .._report.notice.index import Index, from_json
from .spool import make_folder, whole_file

NAME = "notices"
INDEX = "index.json"
PAGE = "index.html"
_NEW, _OLD = f".{NAME}.new", f".{NAME}.old"
_SHOWN = 5


@dataclass(kw_only=True)
class NoticeFolder:
    """The folder as it is, and what is to be in it. Check mode keeps digests alone."""

    run_dir: Path
    writes: bool
    _digests: dict[str, str] = field(default_factory=dict)  # path below the folder -> SHA-256

    def add(self, name: str, content: bytes) -> str:
        """Take in a file by its path below the folder; gives its SHA-256. Raises MailboxError."""
        digest = sha256(content).hexdigest()
        self._digests[name] = digest
        if self.writes:
            with whole_file(self.run_dir / _NEW / name) as file:
                file.buffer.write(content)
        return digest

    def exchange(self, *, overwrite: bool) -> bool:
        """Put what was taken in into the place of what is there; whether that is anything else.

        Raises MailboxError when somebody has changed a file that would be written over or taken
        away, unless `overwrite`.
        """
        there, kept = self._there(), self._written_before()
        by_hand = sorted(
            name
            for name, digest in there.items()
            if self._digests.get(name) != digest
            and (kept[name] != digest if name in kept else name in self._digests)
        )
        if by_hand and not overwrite:
            raise MailboxError(_changed_by_hand(self.run_dir / NAME, by_hand))
        foreign = [name for name in there if name not in kept and name not in self._digests]
        if {name: digest for name, digest in there.items() if name not in foreign} == self._digests:
            return False
        if self.writes:
            self._put(foreign)
        return True

    def _there(self) -> dict[str, str]:
        folder = self.run_dir / NAME
        try:
            return {
                str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
                for path in sorted(folder.rglob("*"))
                if path.is_file()
            }
        except OSError as error:
            raise MailboxError(f"cannot read {error.filename}: {error.strerror}") from error

    def _written_before(self) -> dict[str, str]:
        """What the last run of this module wrote, by the list that it left."""
        folder = self.run_dir / NAME
        if not (folder / INDEX).exists():
            return {}
        index = read_index(self.run_dir)
        kept = {
            f"{line.folder}/{name}": digest
            for line in index.units
            for name, digest in line.files.items()
        }
        # The list itself is never written by hand.
        return kept | {name: self._there().get(name, "") for name in (INDEX, PAGE)}

    def _put(self, foreign: list[str]) -> None:
        place, new, old = (self.run_dir / name for name in (NAME, _NEW, _OLD))
        try:
            for name in foreign:  # as a signed copy that was put beside a letter
                make_folder((new / name).parent)
                shutil.copy2(place / name, new / name)
            if place.exists():
                place.rename(old)
            new.rename(place)
            shutil.rmtree(old, ignore_errors=True)
        except OSError as error:
            raise MailboxError(
                f"cannot write {error.filename or place}: {error.strerror}"
            ) from error


@contextmanager
def notice_folder(run_dir: Path, *, writes: bool) -> Iterator[NoticeFolder]:
    """The folder; what a run that was broken off left is put right first. Raises MailboxError."""
    place, new, old = (run_dir / name for name in (NAME, _NEW, _OLD))
    try:
        if writes:
            if old.exists() and not place.exists():
                old.rename(place)
            for left in (new, old):
                if left.exists():
                    shutil.rmtree(left)
            make_folder(new)
    except OSError as error:
        raise MailboxError(
            f"cannot write {error.filename or new}: {error.strerror}. The letters go into the run"
            " folder: give who runs this the right to write there"
        ) from error
    try:
        yield NoticeFolder(run_dir=run_dir, writes=writes)
    finally:
        if writes:
            shutil.rmtree(new, ignore_errors=True)


def read_index(run_dir: Path) -> Index:
    """The list of what was written for a run. Raises MailboxError."""
    path = run_dir / NAME / INDEX
    try:
        return from_json(json.loads(path.read_bytes()))
    except OSError as error:
        raise MailboxError(
            f"cannot read {path}: {error.strerror}. Write the letters first (civic.mailbox.notices)"
        ) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise MailboxError(
            f"{path} is not as civic.mailbox.notices writes it ({error}): move the folder"
            f" {path.parent} away and write the letters again"
        ) from error


def _changed_by_hand(folder: Path, names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return (
        f"{folder}: somebody has changed {', '.join(names[:_SHOWN])}{more} since it was written."
        " Nothing was written. Move what is to be kept to another name, or let it be written over:"
        " overwrite_changed: true (-e notices_overwrite_changed=true)"
    )

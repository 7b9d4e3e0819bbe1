# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Log files: whole, rotated and packed ones, each part of them read once.

A file is known by its first bytes, unpacked: they stay when it is renamed, copied or packed by
logrotate. A cursor keeps up to where it was read, and what the file was like then, so that one that
did not change is not even opened.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from ..._core.errors import MailHostError
from . import journal
from .chains import Reach, place_of
from .lines import Block, blocks

HEAD = 1024  # bytes that a file is known by; of a shorter one, all that it had

_Open = Callable[[Path], Any]
_FORMATS: tuple[tuple[bytes, _Open | None, str], ...] = (
    (b"\x1f\x8b", gzip.open, "gzip"),
    (b"\xfd7zXZ\0", lzma.open, "xz"),
    (b"BZh", bz2.open, "bzip2"),
    (b"\x28\xb5\x2f\xfd", None, "zstd"),
)
DAMAGED = (OSError, EOFError, lzma.LZMAError, ValueError)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cursor:
    """How far a file was read."""

    head: str  # SHA-256 of its first `head_size` bytes
    head_size: int
    offset: int  # in bytes unpacked: where the next whole line begins
    inode: int  # these three of the file when it was opened; 0 where a part is still to be read
    size: int
    modified_ns: int
    chain: str = ""  # the log that it is a part of, by the name that the part of today has
    first: int | None = None  # times of its first and of its last line, in seconds since 1970
    last: int | None = None
    entry: str = ""  # of a journal that is followed: the cursor of the last entry


@dataclass(frozen=True, kw_only=True)
class Part:
    """What of a file was not read yet."""

    path: Path
    file: IO[bytes]  # open at `start`
    start: int
    written_at: float  # the file's own time, in seconds since 1970
    head: bytes  # its first bytes
    known: Cursor | None  # how far it was read before; None: it was not
    _stat: tuple[int, int, int]

    @property
    def is_journal(self) -> bool:
        """Whether it is what journalctl wrote of a journal, not lines as syslog has them."""
        return self.head.startswith((journal.EXPORT, journal.JSON))

    def blocks(self) -> Iterator[Block]:
        """Its lines or entries."""
        if self.head.startswith(journal.EXPORT):
            return journal.exported_blocks(self.file)
        return blocks(self.file)

    def read_up_to(self, offset: int, reach: Reach, *, whole: bool) -> Cursor:
        """The cursor that says so; `whole`: nothing more was in the file when it was opened."""
        inode, size, modified_ns = self._stat if whole else (0, 0, 0)
        return Cursor(
            head=sha256(self.head).hexdigest(),
            head_size=len(self.head),
            offset=offset,
            inode=inode,
            size=size,
            modified_ns=modified_ns,
            chain=place_of(self.path).chain,
            first=reach.first,
            last=reach.last,
        )


@dataclass(frozen=True, kw_only=True)
class Unchanged:
    """A file in which nothing is new."""

    path: Path
    known: Cursor


def unread_parts(
    paths: Iterable[Path], cursors: Sequence[Cursor]
) -> Iterator[Part | Unchanged | MailHostError]:
    """What is new in the files, the oldest file first; an error for each that cannot be read.

    Each part's file is open until the next one is asked for.
    """
    for path in sorted(set(paths), key=_modified):
        try:
            yield from _part(path, cursors)
        except DAMAGED as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            yield MailHostError(f"{path} cannot be read: {reason}")


def _modified(path: Path) -> tuple[int, str]:
    try:
        return path.stat().st_mtime_ns, str(path)
    except OSError:
        return 0, str(path)


def _part(path: Path, cursors: Sequence[Cursor]) -> Iterator[Part | Unchanged]:
    there = path.stat()
    if not stat.S_ISREG(there.st_mode):
        raise OSError("it is no regular file")
    seen = (there.st_ino, there.st_size, there.st_mtime_ns)
    for one in cursors:
        if (one.inode, one.size, one.modified_ns) == seen:
            yield Unchanged(path=path, known=one)
            return
    with _opened(path) as file:
        head = file.read(HEAD)
        its = (one for one in cursors if _is_of(one, head))
        known = max(its, key=lambda one: one.offset, default=None)
        start = known.offset if known else 0
        file.seek(start)
        yield Part(
            path=path,
            file=file,
            start=start,
            written_at=there.st_mtime,
            head=head,
            known=known,
            _stat=seen,
        )


def _is_of(cursor: Cursor, head: bytes) -> bool:
    known = head[: cursor.head_size]  # none of a file that was empty, which tells it from no other
    return (
        bool(known) and len(known) == cursor.head_size and sha256(known).hexdigest() == cursor.head
    )


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        first = file.read(8)
    for magic, opener, name in _FORMATS:
        if first.startswith(magic):
            if opener is None:
                raise OSError(f"Python cannot unpack {name}: unpack it, or name it to be left out")
            unpacked: IO[bytes] = opener(path)
            return unpacked
    return path.open("rb", buffering=0)

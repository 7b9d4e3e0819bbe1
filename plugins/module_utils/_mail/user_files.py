# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Files that users can write, and that root reads here.

A user can put a link to a secret file, a pipe or an endless device in place of a script. So each is
read with its user's rights, as the mail servers do, and only if it is a regular file of some size.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MOST = 4 << 20  # bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Owner:
    """With whose rights a file is read; user 0: with those that this process has."""

    uid: int = 0
    gid: int = 0

    @classmethod
    def of(cls, *paths: Path) -> Owner:
        """The owner of the first of the paths that is there."""
        for path in paths:
            try:
                found = path.lstat()
            except OSError:
                continue
            return cls(uid=found.st_uid, gid=found.st_gid)
        return cls()

    @contextmanager
    def rights(self) -> Iterator[None]:
        """Have this owner's rights and no others, if this process is root."""
        if os.geteuid() != 0 or self.uid == 0:
            yield
            return
        gid, groups = os.getegid(), os.getgroups()
        try:
            os.setgroups([self.gid])
            os.setegid(self.gid)
            os.seteuid(self.uid)
            yield
        finally:
            os.seteuid(0)
            os.setegid(gid)
            os.setgroups(groups)


def read_regular(path: Path, *, most: int = MOST) -> bytes:
    """What is in a file. Raises OSError also for no regular file, or one of over `most` bytes."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        # Python sets aside all that it is asked to read.
        content = file.read(min(found.st_size, most) + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"it has more than {most >> 20} MiB", str(path))
    return content

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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MOST = 4 << 20  # bytes
_PART = ".civic.mailbox.part"  # no longer than the name of a file can be


@dataclass(frozen=True, kw_only=True, slots=True)
class Owner:
    """With whose rights a file is read; user 0: with those that this process has."""

    uid: int = 0
    gid: int = 0

    @classmethod
    def of(cls, *paths: Path | str) -> Owner:
        """The owner of the first of the paths that is there."""
        for path in paths:
            try:
                found = os.lstat(path)
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


def read_regular(path: Path | str, *, most: int = MOST) -> bytes:
    """What is in a file. Raises OSError also for no regular file, or one of over `most` bytes."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        # Python sets aside all that it is asked to read.
        wanted = min(found.st_size, most) + 1
        content = os.read(descriptor, wanted)
        while len(content) < wanted - 1 and (more := os.read(descriptor, wanted - len(content))):
            content += more
    finally:
        os.close(descriptor)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"it has more than {most >> 20} MiB", str(path))
    return content


class ChangedSinceError(Exception):
    """A file is no more what it was when it was looked at."""


def check_replaceable(path: Path) -> None:
    """See that a file is one that replace_regular() would take. Raises OSError."""
    folder = _folder_of(path)
    try:
        _checked(folder, path)
    finally:
        os.close(folder)


def replace_regular(path: Path, before: bytes, after: bytes) -> None:
    """Have a file hold `after` in place of `before`, at once and for good, or leave it as it is.

    To be called with the rights of the folder's owner: whoever can change the folder could
    otherwise have this process write elsewhere. Raises ChangedSinceError, and OSError also for a
    link, a file with several names, and one of another owner or group than its folder (but for
    root's folders).
    """
    folder = _folder_of(path)
    try:
        _replace(folder, path, before, after)
        os.fsync(folder)
    finally:
        os.close(folder)


def clear_part(path: Path) -> None:
    """Delete what a replace_regular() of this file that was killed left. Raises OSError."""
    with Owner.of(path.parent).rights(), suppress(FileNotFoundError):
        folder = _folder_of(path)
        try:
            os.unlink(_PART, dir_fd=folder)
        finally:
            os.close(folder)


def target_of(link: Path) -> list[bytes]:
    """Where a link leads, as written; nothing where there is no link. Raises OSError."""
    try:
        with Owner.of(link.parent).rights():
            return [os.readlink(os.fsencode(link))]
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EINVAL):
            return []
        raise


def replace_link(link: Path, before: Sequence[bytes], after: Sequence[bytes]) -> None:
    """Have a link lead to `after` in place of `before`; nothing stands for no link.

    With the rights of the folder's owner. Raises ChangedSinceError, OSError.
    """
    folder = _folder_of(link)
    try:
        if list(before) != target_of(link):
            raise ChangedSinceError
        if before:
            os.unlink(link.name, dir_fd=folder)
        for target in after:
            os.symlink(target, os.fsencode(link.name), dir_fd=folder)
        os.fsync(folder)
    except FileExistsError:
        raise ChangedSinceError from None
    finally:
        os.close(folder)


def _folder_of(path: Path) -> int:
    """A descriptor of the folder that a file lies in."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        return os.open(path.parent, flags)
    except NotADirectoryError:
        raise OSError(errno.EINVAL, "its folder is a link", str(path)) from None


def _checked(folder: int, path: Path) -> os.stat_result:
    found = os.stat(path.name, dir_fd=folder, follow_symlinks=False)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        raise OSError(errno.EINVAL, "it is a link, or has several names", str(path))
    if os.geteuid() and (found.st_uid, found.st_gid) != (os.geteuid(), os.getegid()):
        raise OSError(errno.EPERM, "it has not the owner and group of its folder", str(path))
    return found


def _replace(folder: int, path: Path, before: bytes, after: bytes) -> None:
    found = _checked(folder, path)
    with suppress(FileNotFoundError):
        os.unlink(_PART, dir_fd=folder)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with open(os.open(_PART, flags, 0o600, dir_fd=folder), "wb") as file:
            made = os.fstat(file.fileno())
            if (made.st_uid, made.st_gid) != (found.st_uid, found.st_gid):
                os.fchown(file.fileno(), found.st_uid, found.st_gid)
            os.fchmod(file.fileno(), stat.S_IMODE(found.st_mode))
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
            with _opened(folder, path.name) as old:
                _copy_attributes(old.fileno(), file.fileno())
                if old.read(len(before) + 1) != before:
                    raise ChangedSinceError
        os.rename(_PART, path.name, src_dir_fd=folder, dst_dir_fd=folder)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(_PART, dir_fd=folder)


def _opened(folder: int, name: str) -> BinaryIO:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    return open(os.open(name, flags, dir_fd=folder), "rb")


def _copy_attributes(source: int, copy: int) -> None:
    """Access lists and labels (xattr(7)), where the file system has such."""
    try:
        names = os.listxattr(source)
    except OSError as error:
        if error.errno == errno.ENOTSUP:
            return
        raise
    for name in names:
        os.setxattr(copy, name, os.getxattr(source, name))

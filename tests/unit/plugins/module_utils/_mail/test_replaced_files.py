# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Users' files written anew: all of it or nothing, never elsewhere, and nothing left beside it."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail import user_files
from ansible_collections.civic.mailbox.plugins.module_utils._mail.user_files import (
    ChangedSinceError,
    Owner,
    check_replaceable,
    replace_regular,
)

from .._module.disk import full_from
from .passable import make_passable

NOBODY = Owner(uid=65534, gid=65534)
OTHERS = 65533
OLD, NEW = b"redirect;\r\n\xff", b"keep;\n"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can take another's rights")


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "home" / "main.sieve"
    path.parent.mkdir()
    path.write_bytes(OLD)
    return path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def give_to_nobody(path: Path) -> None:
    for one in (path.parent, path):
        os.chown(one, NOBODY.uid, NOBODY.gid)
    make_passable(path.parent.parent)


@pytest.mark.parametrize("after", [NEW, b"", b"x" * (5 << 20)], ids=["text", "nothing", "much"])
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o4711])
def test_the_content_is_another_and_all_else_the_same(script, after, mode):
    script.chmod(mode)
    os.setxattr(script, "user.note", b"kept")

    check_replaceable(script)
    replace_regular(script, OLD, after)

    assert script.read_bytes() == after
    assert stat.S_IMODE(script.stat().st_mode) == mode
    assert os.getxattr(script, "user.note") == b"kept"
    assert names(script.parent) == {"main.sieve"}


def test_a_file_of_the_longest_name(script):
    longest = script.rename(script.with_name("n" * 249 + ".sieve"))

    replace_regular(longest, OLD, NEW)

    assert longest.read_bytes() == NEW


@as_root
def test_what_root_writes_keeps_its_owner_and_group(script):
    os.chown(script, NOBODY.uid, OTHERS)

    replace_regular(script, OLD, NEW)

    assert (script.stat().st_uid, script.stat().st_gid) == (NOBODY.uid, OTHERS)


@as_root
def test_an_owner_of_folder_and_file_writes_with_own_rights(script):
    give_to_nobody(script)

    with NOBODY.rights():
        replace_regular(script, OLD, NEW)

    assert script.read_bytes() == NEW
    assert (script.stat().st_uid, script.stat().st_gid) == (NOBODY.uid, NOBODY.gid)


@pytest.mark.parametrize("now", [NEW, OLD + b"more", OLD[:-1], b""])
def test_a_file_that_was_changed_in_between_is_left(script, now):
    script.write_bytes(now)

    with pytest.raises(ChangedSinceError):
        replace_regular(script, OLD, b"keep;")

    assert script.read_bytes() == now
    assert names(script.parent) == {"main.sieve"}


def test_a_file_that_is_gone_stays_so(script):
    script.unlink()

    for write in (lambda: check_replaceable(script), lambda: replace_regular(script, OLD, NEW)):
        with pytest.raises(FileNotFoundError):
            write()

    assert names(script.parent) == set()


def _link(script: Path) -> None:
    script.rename(script.parent / "target")
    script.symlink_to("target")


def _second_name(script: Path) -> None:
    os.link(script, script.parent / "target")


def _pipe(script: Path) -> None:
    script.unlink()
    os.mkfifo(script)


def _folder(script: Path) -> None:
    script.unlink()
    script.mkdir()


def _linked_folder(script: Path) -> None:
    script.parent.rename(script.parent.parent / "elsewhere")
    script.parent.symlink_to("elsewhere")


@pytest.mark.parametrize("make", [_link, _second_name, _pipe, _folder, _linked_folder])
def test_what_would_be_written_elsewhere_or_is_no_file_is_refused_before_and_when(script, make):
    make(script)
    found = names(script.parent)

    for write in (lambda: check_replaceable(script), lambda: replace_regular(script, OLD, NEW)):
        with pytest.raises(OSError, match=r"link|several names"):
            write()

    assert names(script.parent) == found
    assert all(path.read_bytes() == OLD for path in script.parent.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", ["main.sieve", "home"])
def test_a_link_that_takes_the_place_at_the_last_moment_is_not_followed(script, monkeypatch, name):
    """Of the file after it was looked at, and of the folder after it was seen to be none."""
    secret = script.parent.parent / "secret"
    secret.mkdir()
    (secret / "main.sieve").write_bytes(OLD)

    def swap(before, *, dir_fd=None):
        if name == "home":
            script.parent.rename(script.parent.parent / "moved")
            script.parent.symlink_to(secret)
        else:
            script.unlink()
            script.symlink_to(secret / "main.sieve")
        return real(before, dir_fd=dir_fd)

    real = os.unlink
    with monkeypatch.context() as patched:
        patched.setattr(user_files.os, "unlink", lambda *a, **k: (patched.undo(), swap(*a, **k)))
        if name == "home":
            replace_regular(script, OLD, NEW)
        else:
            with pytest.raises(OSError, match="symbolic links"):
                replace_regular(script, OLD, NEW)

    assert (secret / "main.sieve").read_bytes() == OLD
    assert names(secret) == {"main.sieve"}


@as_root
@pytest.mark.parametrize(
    ("uid", "gid"),
    [(0, 0), (OTHERS, NOBODY.gid), (NOBODY.uid, OTHERS)],
    ids=["root's", "of another owner", "of another group"],
)
def test_what_is_not_the_folders_owners_is_left_with_these_rights(script, uid, gid):
    give_to_nobody(script)
    os.chown(script, uid, gid)
    script.chmod(0o666)

    for write in (lambda: check_replaceable(script), lambda: replace_regular(script, OLD, NEW)):
        with NOBODY.rights(), pytest.raises(PermissionError, match="owner and group"):
            write()

    assert script.read_bytes() == OLD
    assert names(script.parent) == {"main.sieve"}


def test_on_a_full_disk_the_old_content_stays_and_nothing_beside_it(script):
    with full_from(3), pytest.raises(OSError, match="too large") as failed:
        replace_regular(script, OLD, NEW)

    assert failed.value.errno == errno.EFBIG
    assert script.read_bytes() == OLD
    assert names(script.parent) == {"main.sieve"}


def test_what_a_killed_run_left_beside_it_is_in_nobodys_way(script):
    left = script.with_name(user_files._PART)
    left.symlink_to(script.parent / "elsewhere")

    replace_regular(script, OLD, NEW)

    assert script.read_bytes() == NEW
    assert names(script.parent) == {"main.sieve"}


def test_it_is_cleared_where_nothing_is_written_any_more(script):
    script.with_name(user_files._PART).write_bytes(NEW)

    user_files.clear_part(script)
    user_files.clear_part(script)

    assert names(script.parent) == {"main.sieve"}
    user_files.clear_part(script.parent / "gone" / "main.sieve")

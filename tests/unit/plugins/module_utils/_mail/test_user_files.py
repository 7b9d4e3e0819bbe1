# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files of users: what they may not read, root does not read for them; nothing makes it wait."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.user_files import (
    Owner,
    read_regular,
)

from .passable import make_passable

NOBODY = Owner(uid=65534, gid=65534)
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can take another's rights")


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _link_to_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _too_large(path: Path) -> None:
    path.write_bytes(b"x" * 11)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(_pipe, "no regular file", id="a pipe"),
        pytest.param(_link_to_device, "no regular file", id="an endless device"),
        pytest.param(_too_large, "more than", id="too large"),
    ],
)
def test_what_is_no_script_is_refused_at_once(tmp_path, make, reason):
    make(tmp_path / ".forward")

    with pytest.raises(OSError, match=reason):
        read_regular(tmp_path / ".forward", most=10)


def test_a_file_is_read_up_to_its_limit(tmp_path):
    (tmp_path / ".forward").write_bytes(b"x" * 10)

    assert read_regular(tmp_path / ".forward", most=10) == b"x" * 10


@as_root
def test_a_link_does_not_show_what_its_owner_may_not_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("root only")
    secret.chmod(0o600)
    make_passable(tmp_path)
    (tmp_path / ".forward").symlink_to(secret)

    with NOBODY.rights(), pytest.raises(PermissionError):
        read_regular(tmp_path / ".forward")

    assert read_regular(tmp_path / ".forward") == b"root only"  # root's rights are back


def test_the_owner_is_that_of_the_first_path_there_is(tmp_path):
    there = tmp_path / "home"
    there.mkdir()
    if os.geteuid() == 0:
        os.chown(there, 65534, 65534)

    found = Owner.of(tmp_path / "gone", there, tmp_path)

    assert (found.uid, found.gid) == (there.stat().st_uid, there.stat().st_gid)

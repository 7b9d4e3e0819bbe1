# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Scripts in files of several owners: each is read with its owner's rights."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail import sieve_storage
from ansible_collections.civic.mailbox.plugins.module_utils._mail.dovecot import Dovecot
from ansible_collections.civic.mailbox.plugins.module_utils._mail.sieve_storage import (
    Ways,
    scripts_of,
)
from ansible_collections.civic.mailbox.plugins.module_utils._mail.user import User

from .passable import make_passable

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can take another's rights")
NOT_ASKED = Dovecot(config=None, timeout=1)


@pytest.fixture
def homes(tmp_path: Path) -> Path:
    """A folder that others than pytest's user can look into."""
    make_passable(tmp_path)
    return tmp_path


def home_of(homes: Path, name: str, *, active: str = "sieve/main.sieve", uid: int = 0) -> User:
    """A home with the script main, which the user alone can read."""
    home = homes / name
    (home / "sieve").mkdir(parents=True)
    (home / "sieve/main.sieve").write_text(f"# {name}")
    (home / "active").symlink_to(active)
    for path in (home, *home.rglob("*")):
        if os.geteuid() == 0:
            os.chown(path, uid, uid, follow_symlinks=False)
        if not path.is_symlink():
            path.chmod(0o700)
    return User(name=name, home=str(home))


def by_files(*users: User) -> Ways:
    files = [(user, f"{user.home}/sieve", f"{user.home}/active") for user in users]
    return Ways(files=files, doveadm=[])


def read(*users: User) -> dict[str, list[tuple[str, bool, bytes, str]]]:
    return {
        user.name: [(s.name, s.active, s.text, s.problem) for s in scripts]
        for user, scripts in scripts_of(NOT_ASKED, by_files(*users))
    }


ACTIVE = [
    ("sieve/main.sieve", [("main", True)]),
    ("sieve/../sieve//main.sieve", [("main", True)]),
    ("{home}/sieve/main.sieve", [("main", True)]),
    ("{home}/same/main.sieve", [("main", True)]),
    ("other.sieve", [("main", False), (".dovecot.sieve", True)]),
]


@pytest.mark.parametrize(("target", "expected"), ACTIVE)
def test_the_active_script_is_what_the_link_leads_to(homes, target, expected):
    user = home_of(homes, "clerk", active=target.format(home=homes / "clerk"))
    Path(user.home, "other.sieve").write_text("keep;")
    Path(user.home, "same").symlink_to("sieve")

    (found,) = read(user).values()

    assert [(name, active) for name, active, _, _ in found] == expected


def test_who_has_no_script_is_left_out(homes):
    (homes / "empty").mkdir()

    assert read(User(name="empty", home=str(homes / "empty")), User(name="x", home="/no")) == {}


@as_root
def test_each_owner_s_scripts_are_read_whatever_the_order(homes):
    users = [
        home_of(homes, f"u{number}", uid=(60001, 60002)[number % 3 == 0]) for number in range(7)
    ]

    found = read(*users)

    assert found == {user.name: [("main", True, f"# {user.name}".encode(), "")] for user in users}


@as_root
def test_a_link_shows_nothing_that_its_owner_may_not_read(homes):
    secret = homes / "secret"
    secret.write_text("root only")
    secret.chmod(0o600)
    users = [home_of(homes, name, uid=60001) for name in ("first", "thief")]
    stolen = Path(users[1].home, "sieve/stolen.sieve")
    stolen.symlink_to(secret)

    texts = [script for _, *script in read(*users)["thief"]]

    assert [problem for _, text, problem in texts if problem] == [f"{stolen}: Permission denied"]
    assert "root only" not in str(texts)


@as_root
def test_another_user_s_scripts_are_not_shown_either(homes):
    other = home_of(homes, "other", uid=60002)
    thief = home_of(homes, "thief", uid=60001)
    Path(thief.home, "sieve/stolen.sieve").symlink_to(f"{other.home}/sieve/main.sieve")

    texts = str(read(other, thief, other)["thief"])

    assert "# other" not in texts


@as_root
def test_whoever_gets_a_script_has_the_rights_of_before(homes):
    users = [home_of(homes, f"u{number}", uid=60001) for number in range(3)]

    rights = [(os.geteuid(), os.getegid()) for _ in scripts_of(NOT_ASKED, by_files(*users))]

    assert rights == [(0, os.getgid())] * 3


def test_more_than_is_held_at_once_is_read_all_the_same(homes, monkeypatch):
    monkeypatch.setattr(sieve_storage, "_MOST_AT_ONCE", 8)
    monkeypatch.setattr(sieve_storage, "_AT_ONCE", 3)
    users = [home_of(homes, f"u{number}") for number in range(10)]

    assert list(read(*users)) == [user.name for user in users]

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pwd
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.channels.dot_forward import (
    files_of,
    is_understood,
)

DEFAULT = "$home/.forward${recipient_delimiter}${extension}"


def user(home: Path | str) -> pwd.struct_passwd:
    return pwd.struct_passwd(("clerk", "x", 1000, 1000, "", str(home), "/bin/sh"))


TEMPLATES = [
    ("the plain default", "$home/.forward", [".forward"]),
    ("the default for extensions", DEFAULT, [".forward", ".forward+a", ".forward+b"]),
    ("in parentheses", "$(home)/.forward", [".forward"]),
    ("the user's name", "$home/$user", ["clerk"]),
    ("the domain", "$home/${domain}.fwd", ["in.example.fwd"]),
    ("not below the root", "x/$user", []),
]


@pytest.mark.parametrize(("template", "expected"), [pytest.param(*c, id=n) for n, *c in TEMPLATES])
def test_files_lie_where_forward_path_says(tmp_path, template, expected):
    for name in (".forward+b", ".forward+a", ".forward-c"):
        (tmp_path / name).touch()

    found = files_of(template, user(tmp_path), domain="in.example", delimiters="+")

    assert [path.relative_to(tmp_path).as_posix() for path in found] == expected


def test_several_delimiters_are_each_tried(tmp_path):
    (tmp_path / ".forward-c").touch()

    found = files_of(DEFAULT, user(tmp_path), domain="in.example", delimiters="+-")

    assert [path.name for path in found] == [".forward", ".forward-c"]


def test_a_home_with_signs_of_patterns_is_taken_as_it_is(tmp_path):
    home = tmp_path / "[a]*"
    home.mkdir()
    (home / ".forward+x").touch()

    found = files_of(DEFAULT, user(home), domain="in.example", delimiters="+")

    assert [path.name for path in found] == [".forward", ".forward+x"]


@pytest.mark.parametrize("template", ["$home/.forward", DEFAULT, "/x/$user", "/x"])
def test_a_template_is_understood(template):
    assert is_understood(template)


@pytest.mark.parametrize("template", ["$shell/x", "$home/${extension?.forward}", "${nothing}"])
def test_a_template_with_something_else_is_not(template):
    assert not is_understood(template)

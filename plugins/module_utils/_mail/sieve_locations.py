# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Where the administrator's Sieve scripts lie, which run for all or many mailboxes.

Dovecot 2.3 names them in settings of their own (sieve_before, imapsieve_mailbox1_after, ...), 2.4
in blocks `sieve_script NAME { type = before ... }`, some of them inside of mailboxes. A user
database gives them to single users by the same names, in 2.4 as paths: `sieve_script/NAME/type`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from .settings import Block
from .user import User
from .variables import Variable, expand, of_user, pieces

_RELEASE = "dovecot_config_version"  # each configuration of 2.4 or later begins with it
LIBRARY = "global"  # the kind of a folder of scripts that run where another one includes them
_STAGE = re.compile(r"sieve_(before|after)\d*|imapsieve_mailbox\d+_(before|after)")
_KINDS = {
    "sieve_default": "default",
    "sieve_global_path": "default",  # its older name
    "sieve_discard": "discard",
    "sieve_global": LIBRARY,
    "sieve_global_dir": LIBRARY,  # its older name
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Location:
    """A script, or a folder of them."""

    setting: str  # that names it
    kind: str  # "before", "after", "default", "discard" or LIBRARY
    path: str  # with Dovecot's variables; as written where it is no file
    user: User | None = None  # who has the setting from the user database; None: everybody

    @property
    def is_file(self) -> bool:
        """Whether it lies in the file system, and not in a dictionary or directory."""
        return self.path.startswith(("/", "%"))

    @property
    def variables(self) -> frozenset[str]:
        """What the path depends on, as "user" or "domain"."""
        return frozenset(piece.name for piece in pieces(self.path) if isinstance(piece, Variable))

    def of(self, user: User) -> str:
        """The path for one user, or "" where it cannot be told."""
        return expand(self.path, of_user(user.name, user.home)) or ""


def locations(settings: Block, users: Iterable[User]) -> Iterator[Location]:
    """Those that Dovecot's settings name, and those of single users from the user database."""
    for block in settings.all_blocks():
        if block.kind == "plugin":
            yield from (_of_2_3(*item) for item in block.values.items() if kind_of(item[0]))
        elif block.kind == "sieve_script" and not _is_personal(block):
            yield _of_2_4(block)
    is_2_4 = _RELEASE in settings.values
    configured = {block.name: block for block in settings.of_kind("sieve_script")}
    for user in users:
        own = _own_of_2_4(user, configured) if is_2_4 else _own_of_2_3(user)
        yield from (replace(location, user=user) for location in own)


def kind_of(setting: str) -> str:
    """The kind of scripts that a setting of Dovecot 2.3 names, or ""."""
    name = setting.removeprefix("plugin/")
    stage = _STAGE.fullmatch(name)
    return (stage[1] or stage[2]) if stage else _KINDS.get(name, "")


def _of_2_3(name: str, value: str) -> Location:
    """[TYPE:]PATH[;OPTION...]"""
    path = value.partition(";")[0]
    is_other = re.match(r"(?!file:)\w+:", path)
    return Location(
        setting=name,
        kind=kind_of(name),
        path=path if is_other else _absolute(path.removeprefix("file:")),
    )


def _own_of_2_3(user: User) -> Iterator[Location]:
    return (_of_2_3(name, value) for name, value in user.own_settings if kind_of(name))


def _own_of_2_4(user: User, configured: Mapping[str, Block]) -> Iterator[Location]:
    """Those that `sieve_script+` adds for the user, that `sieve_script` names in place of all
    others, or whose blocks in the configuration have other values for the user.

    A block that none of these name does not run.
    """
    names = dict.fromkeys(configured)
    own: dict[str, dict[str, str]] = {}
    for setting, value in user.own_settings:
        match setting.split("/"):
            case ["sieve_script"]:
                names = dict.fromkeys(_listed(value))
            case ["sieve_script+"]:
                names |= dict.fromkeys(_listed(value))
            case ["sieve_script", name, key]:
                own.setdefault(name, {})[key] = value
    for name in names:
        if name in own:
            before = configured[name].values if name in configured else {}
            block = Block(kind="sieve_script", name=name, values={**before, **own[name]})
            if not _is_personal(block):
                yield _of_2_4(block)


def _listed(value: str) -> list[str]:
    return value.replace(",", " ").split()


def _is_personal(block: Block) -> bool:
    """Whether a sieve_script is one that the user writes."""
    return block.values.get("type", "personal") == "personal"


def _of_2_4(block: Block) -> Location:
    driver, path = block.values.get("driver", "file"), block.values.get("path", "")
    return Location(
        setting=f"sieve_script {block.name}",
        kind=block.values["type"],
        path=_absolute(path) if driver == "file" and path else f"{driver}:",
    )


def _absolute(path: str) -> str:
    """A path that begins at the root or with a variable: others begin at the user's home."""
    if path.startswith("~/"):
        return f"%h{path[1:]}"
    return path if path.startswith("%") or os.path.isabs(path) else f"%h/{path}"

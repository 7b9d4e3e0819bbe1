# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The users' Sieve scripts: from their files where those can be found for sure, else by doveadm.

Reading files takes a fraction of doveadm's time (docs/mail-hosts.md has the figures).
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from .._core.errors import MailHostError
from .dovecot import Dovecot
from .settings import Block
from .user import User
from .user_files import Owner, read_regular
from .variables import expand, of_user

SUFFIX = ".sieve"
_COMPILED = ".svbin"
_DEFAULT_2_3 = "file:~/sieve;active=~/.dovecot.sieve"
_AT_ONCE = 200  # users
_MOST_AT_ONCE = 8 << 20  # bytes of scripts that are held
_NOT_MANAGED = ".dovecot.sieve"  # what an active script outside the storage is called here


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredScript:
    """A user's script; a problem instead of its text where it cannot be read."""

    name: str
    active: bool
    text: bytes = b""
    problem: str = ""
    # Where it is written: its file, or `sieve:USER/NAME` by doveadm; "" outside the storage.
    place: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Storage:
    """Where scripts lie as files: templates with Dovecot's variables."""

    scripts: str  # the folder of NAME.sieve files
    active: str  # the link to the active one

    def of_user(self, user: User) -> tuple[str, str] | None:
        """Both for one user, or None where they cannot be told."""
        values = of_user(user.name, user.home)
        scripts = expand(_from_home(self.scripts), values)
        active = expand(_from_home(self.active), values)
        if not (scripts and active and os.path.isabs(scripts) and os.path.isabs(active)):
            return None
        return scripts, active


def find_storage(dovecot: Dovecot) -> Storage | None:
    """Where the configuration says that scripts lie, or None where only doveadm can tell."""
    personal = [
        block
        for block in dovecot.settings("sieve_script").of_kind("sieve_script")
        if block.values.get("type", "personal") == "personal"
    ]
    if personal:  # 2.4
        return _storage_2_4(personal[0])
    return _storage_2_3(dovecot.setting("plugin/sieve") or _DEFAULT_2_3)


def compiled(script: Path) -> Path:
    """Where Dovecot keeps what it compiled of a script that it runs by this path."""
    return script.with_name(script.name.removesuffix(SUFFIX) + _COMPILED)


@dataclass(frozen=True, kw_only=True)
class Ways:
    """How each user's scripts are read."""

    files: Sequence[tuple[User, str, str]]  # with the folder and the link to the active one
    doveadm: Sequence[User]

    @classmethod
    def to(cls, dovecot: Dovecot, users: Iterable[User]) -> Ways:
        """By their files where it is sure where these are. Raises MailHostError."""
        storage = find_storage(dovecot)
        files, asked = [], []
        for user in users:
            places = None if storage is None or user.sieve_settings else storage.of_user(user)
            if places is None:
                asked.append(user)
            else:
                files.append((user, *places))
        return cls(files=files, doveadm=asked)


def scripts_of(dovecot: Dovecot, ways: Ways) -> Iterator[tuple[User, list[StoredScript]]]:
    """Each user who has scripts, with them. Raises MailHostError."""
    yield from _read_as_owners(ways.files)
    if ways.doveadm:
        yield from _ask(dovecot, ways.doveadm)


def scripts_in(folder: Path, link: Path) -> list[StoredScript]:
    """One user's scripts by their files, read with the folder's owner's rights."""
    with Owner.of(folder).rights():
        return _read_files(str(folder), str(link))


def _storage_2_3(location: str) -> Storage | None:
    """file:PATH;active=PATH; a bare path is the older way, in which it is the active script."""
    kind, _, rest = location.partition(":")
    path, *options = rest.split(";")
    active = next((o.removeprefix("active=") for o in options if o.startswith("active=")), "")
    return Storage(scripts=path, active=active) if kind == "file" and active else None


def _storage_2_4(block: Block) -> Storage | None:
    path, active = block.values.get("path"), block.values.get("active_path")
    if block.values.get("driver", "file") != "file" or not (path and active):
        return None
    return Storage(scripts=path, active=active)


def _from_home(template: str) -> str:
    return "%h" + template[1:] if template.startswith("~/") else template


def _read_as_owners(
    places: Iterable[tuple[User, str, str]],
) -> Iterator[tuple[User, list[StoredScript]]]:
    """Each user's scripts, if any, read with the rights of the home's owner.

    Rights are taken once for users in a row who have the same owner, and given back before anything
    is yielded.
    """
    remaining = iter(places)
    while some := list(islice(remaining, _AT_ONCE)):
        waiting = deque((Owner.of(*filter(None, (u.home, f, a))), u, f, a) for u, f, a in some)
        while waiting:
            yield from _read_in_a_row(waiting)


def _read_in_a_row(
    waiting: deque[tuple[Owner, User, str, str]],
) -> list[tuple[User, list[StoredScript]]]:
    """Take users with one owner off the queue, and read their scripts, up to some size."""
    owner, found, size = waiting[0][0], [], 0
    with owner.rights():
        while waiting and waiting[0][0] == owner and size < _MOST_AT_ONCE:
            _, user, folder, link = waiting.popleft()
            if scripts := _read_files(folder, link):
                found.append((user, scripts))
                size += sum(len(script.text) for script in scripts)
    return found


def _read_files(folder: str, link: str) -> list[StoredScript]:
    try:
        names = sorted(entry for entry in os.listdir(folder) if entry.endswith(SUFFIX))
    except (FileNotFoundError, NotADirectoryError):
        names = []
    except OSError as error:
        return [StoredScript(name="", active=True, problem=f"{folder}: {error.strerror}")]
    active = _active(folder, link)
    found = [
        _read_file(f"{folder}/{name}", name.removesuffix(SUFFIX), active=name == active)
        for name in names
    ]
    if active is not None and active not in names:
        found.append(replace(_read_file(link, _NOT_MANAGED, active=True), place=""))
    return found


def _active(folder: str, link: str) -> str | None:
    """The active script's file name; the link's own path where it is no script of the folder."""
    try:
        target = os.readlink(link)
    except FileNotFoundError:
        return None
    except OSError:
        return link
    place = os.path.normpath(os.path.join(os.path.dirname(link), target))
    parent, name = os.path.split(place)
    if parent == os.path.normpath(folder) or os.path.realpath(parent) == os.path.realpath(folder):
        return name
    return link


def _read_file(path: str, name: str, *, active: bool) -> StoredScript:
    try:
        return StoredScript(name=name, active=active, text=read_regular(path), place=path)
    except OSError as error:
        return StoredScript(name=name, active=active, problem=f"{path}: {error.strerror}")


def _ask(dovecot: Dovecot, users: Iterable[User]) -> Iterator[tuple[User, list[StoredScript]]]:
    """By doveadm: one call for the names, one for each name."""
    by_name = {user.name: user for user in users}
    active: dict[str, dict[str, bool]] = defaultdict(dict)  # user -> script -> whether active
    owners: dict[str, list[str]] = defaultdict(list)  # script -> users
    for row in _doveadm_sieve(dovecot, by_name, "list"):
        active[row["username"]][row["script"]] = row["active"] == "ACTIVE"
        owners[row["script"]].append(row["username"])
    found: dict[str, list[StoredScript]] = defaultdict(list)
    for script, names in owners.items():
        for row in _doveadm_sieve(dovecot, names, "get", script):
            name, text = row["username"], row["sieve script"].encode()
            stored = StoredScript(
                name=script,
                active=active[name][script],
                text=text,
                place=f"sieve:{name}/{script}",
            )
            found[name].append(stored)
    for name, scripts in found.items():
        yield by_name[name], scripts


def _doveadm_sieve(
    dovecot: Dovecot, users: Iterable[str], command: str, *arguments: str
) -> list[Mapping[str, str]]:
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".users") as file:
        file.writelines(f"{user}\n" for user in users)
        file.flush()
        words = ["-f", "json", "sieve", command, "-F", file.name, *arguments]
        answer = dovecot.doveadm(*words)
    try:
        rows: list[Mapping[str, str]] = json.loads(answer.output or "[]")
    except ValueError:
        raise MailHostError(f"doveadm sieve {command} printed no JSON") from None
    return rows

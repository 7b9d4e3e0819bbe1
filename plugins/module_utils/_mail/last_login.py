# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Dovecot's last_login plugin: when somebody last signed in to a mailbox, by its dictionary.

The dictionary's keys follow the setting last_login_key, by default "last-login/%u"; its values are
UNIX times in seconds or, by 2.4's last_login_precision, in ms, us or ns.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path

from .._core.account import SignIn
from .._core.errors import MailHostError
from .dovecot import Dovecot
from .records import Record, problem, sign_in
from .user import User
from .user_files import read_regular
from .user_lookup import NO_SUCH_USER
from .variables import Variable, expand, of_user, pieces

SOURCE = "dovecot"
_PROTOCOLS = ("imap", "pop3")  # in which people open their mailboxes, and the plugin can be loaded
_DEFAULT_KEY = "last-login/%u"
_PARTS = frozenset({"user", "username", "domain", "protocol", "auth_user"})
_UNITS = (10**17, 10**9), (10**14, 10**6), (10**11, 10**3)  # ns, us, ms: from which value on
_AT_ONCE = 500
_MOST = 1 << 28  # bytes of a file dictionary
_PASSDB_USER = re.compile(r"^passdb: (.*)\n(?:  .*\n)*?  user +: (.*)$", re.MULTILINE)
_NO_PASSDB_USER = re.compile(r"passdb lookup: user (.*) doesn't exist")


class NoWitnessError(Exception):
    """Sign-ins are not recorded, or not all of them, or cannot be listed. The text says why."""


@dataclass(frozen=True, kw_only=True)
class Key:
    """What a key of the dictionary says."""

    template: str

    @property
    def prefix(self) -> str:
        """What every key begins with, up to a slash."""
        first = next(iter(pieces(self.template)), "")
        return first.rpartition("/")[0] + "/" if isinstance(first, str) and "/" in first else ""

    def read(self, key: str) -> dict[str, str] | None:
        """The parts of a key by name: "user" always, "protocol", "auth_user"; None: not one."""
        match = self._pattern.fullmatch(key.removeprefix("shared/"))
        if match is None:
            return None
        parts = match.groupdict()
        if "user" not in parts and "username" in parts:
            domain = parts.get("domain")
            parts["user"] = f"{parts['username']}@{domain}" if domain else parts["username"]
        return parts if "user" in parts else None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        seen: set[str] = set()
        return re.compile("".join(_as_pattern(p, seen) for p in pieces(self.template)))


def _as_pattern(piece: str | Variable, seen: set[str]) -> str:
    if isinstance(piece, str):
        return re.escape(piece)
    if piece.name not in _PARTS or piece.name in seen:
        return "[^/]*"
    seen.add(piece.name)
    return f"(?P<{piece.name}>[^/]*)"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Dictionary:
    """Where the plugin writes: a file (a template), or what `doveadm dict` is to be given."""

    key: Key
    file: str = ""
    name: str = ""


def sign_ins(dovecot: Dovecot, users: Sequence[User]) -> Iterator[Record]:
    """The last sign-ins to each mailbox; a master user's are none.

    Raises NoWitnessError when the record is not there, not whole, or cannot be listed.
    """
    _require_plugin(dovecot)
    dictionary = _configured(dovecot)
    return _records(dovecot, dictionary, _rows(dovecot, dictionary, users))


def _require_plugin(dovecot: Dovecot) -> None:
    served = dovecot.setting("protocols").split()
    silent = [p for p in _PROTOCOLS if p in served and "last_login" not in dovecot.plugins(p)]
    if silent:
        raise NoWitnessError(
            f"Dovecot does not record sign-ins over {' and '.join(silent)}: add last_login to "
            "their mail_plugins"
        )


def _configured(dovecot: Dovecot) -> _Dictionary:
    if uri := dovecot.setting("plugin/last_login_dict"):  # 2.3
        key = Key(template=dovecot.setting("plugin/last_login_key") or _DEFAULT_KEY)
        if uri.startswith("file:"):
            return _Dictionary(key=key, file=uri.removeprefix("file:"))
        return _Dictionary(key=key, name=uri)
    for block in dovecot.settings("last_login").of_kind("last_login"):  # 2.4
        for target in block.of_kind("dict"):
            key = Key(template=dovecot.setting("last_login/key"))
            if target.values.get("driver", target.name) == "file":
                return _Dictionary(key=key, file=target.values.get("path", ""))
            return _Dictionary(key=key, name="last_login")
    raise NoWitnessError("Dovecot's last_login plugin has no dictionary: set last_login_dict")


def _rows(
    dovecot: Dovecot, dictionary: _Dictionary, users: Sequence[User]
) -> Iterator[tuple[str, str]]:
    """Every key and value."""
    if dictionary.file:
        yield from _rows_of_files(dictionary.file, users)
        return
    listed = ["-f", "tab", "dict", "iter", "-R"]
    try:
        answer = dovecot.doveadm(*listed, dictionary.name, f"shared/{dictionary.key.prefix}")
    except MailHostError as error:
        raise NoWitnessError(f"Dovecot's record of sign-ins cannot be listed: {error}") from error
    for line in answer.output.splitlines()[1:]:
        key, _, value = line.partition("\t")
        yield key, value


def _rows_of_files(template: str, users: Iterable[User]) -> Iterator[tuple[str, str]]:
    """Rows of a file dictionary: a key's line, then its value's."""
    for path in dict.fromkeys(_paths(template, users)):
        try:
            lines = read_regular(path, most=_MOST).decode("utf-8", "replace").splitlines()
        except FileNotFoundError:
            continue  # nobody has signed in there yet
        except OSError as error:
            raise NoWitnessError(f"cannot read {path}: {error.strerror}") from error
        yield from zip(lines[::2], lines[1::2], strict=False)


def _paths(template: str, users: Iterable[User]) -> Iterator[Path]:
    if template.startswith("~/"):
        template = "%h" + template[1:]
    for user in users:
        path = expand(template, of_user(user.name, user.home))
        if path is None and user.home:
            raise NoWitnessError(f"the last_login file {template} has a variable that is not known")
        if path:
            yield Path(path)


def _records(
    dovecot: Dovecot, dictionary: _Dictionary, rows: Iterable[tuple[str, str]]
) -> Iterator[Record]:
    doubtful: dict[str, list[tuple[str, Record]]] = defaultdict(list)
    for key, value in rows:
        parts = dictionary.key.read(key)
        if parts is None:
            continue  # another key of a dictionary that has more than sign-ins
        mailbox, who = parts["user"], parts.get("auth_user")
        record = _record(mailbox, value, parts.get("protocol", ""))
        if who is None or who.lower() == mailbox.lower():
            yield record
        else:
            doubtful[who].append((mailbox, record))
    if doubtful:
        yield from _own(dovecot, doubtful)


def _record(mailbox: str, value: str, protocol: str) -> Record:
    at = parse_timestamp(value)
    if at is None:
        message = f"Dovecot's record of a sign-in to {mailbox} holds no time"
        return problem("sign_ins", message, mailbox.lower())
    return sign_in(mailbox.lower(), SignIn(at=at, source=SOURCE, detail=protocol))


def parse_timestamp(value: str) -> datetime | None:
    """The time of a value, in whole seconds; None for what is none."""
    if not re.fullmatch(r"[0-9]{1,20}", value):
        return None
    number = int(value)
    divisor = next((unit for least, unit in _UNITS if number >= least), 1)
    return datetime.fromtimestamp(number // divisor, timezone.utc) if number else None


def _own(dovecot: Dovecot, doubtful: dict[str, list[tuple[str, Record]]]) -> Iterator[Record]:
    """Who signed in under another name: the owner by a login name, or a master user.

    A login name is one that Dovecot's password databases know and turn into the mailbox's name;
    the databases of master users are not asked that way.
    """
    names = list(doubtful)
    for start in range(0, len(names), _AT_ONCE):
        some = names[start : start + _AT_ONCE]
        answer = dovecot.doveadm("auth", "lookup", "--", *some, ok=None)
        known = dict(_PASSDB_USER.findall(answer.output))
        unknown = frozenset(_NO_PASSDB_USER.findall(answer.output + answer.errors))
        told = answer.status in (0, NO_SUCH_USER)
        for name in some:
            for mailbox, record in doubtful[name]:
                if known.get(name, "").lower() == mailbox.lower():
                    yield record
                elif not (told and (name in known or name in unknown)):
                    message = (
                        f"{name} signed in to {mailbox}, and Dovecot does not tell whether that "
                        "is its owner's login name or a master user"
                    )
                    yield problem("sign_ins", message, mailbox.lower())

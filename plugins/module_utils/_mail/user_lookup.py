# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The users with their homes, as `doveadm user` tells them.

That program asks the user database for one user after the other, and reads the settings anew for
each: on a large host, most of the time. So the database is asked itself, and doveadm only for whom
its answer does not tell the home for sure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Protocol

from .command import Answer
from .home_rules import HomeRules
from .side_by_side import side_by_side
from .user import User, sieve_settings
from .userdb_socket import UserdbSocket

NO_SUCH_USER = 67  # sysexits.h EX_NOUSER: one of several; the others are answered
_AT_ONCE = 1000  # users in one argument list
_FIRST = 20  # users by whom it shows whether the database itself tells the homes


class Doveadm(Protocol):
    """Runs doveadm. Raises MailHostError where it ends with a status that is not `ok`."""

    def __call__(self, *arguments: str, ok: Sequence[int]) -> Answer:
        """Its answer."""


@dataclass(frozen=True, kw_only=True)
class UserLookup:
    """Two ways to the same users."""

    doveadm: Doveadm
    database: UserdbSocket
    rules: HomeRules | None  # None: the database's answers do not tell the homes

    def users(self, names: Iterable[str]) -> Iterator[User]:
        """In the order of `names`; one that is gone has no home. Raises MailHostError."""
        remaining = iter(names)
        parts = iter(lambda: list(islice(remaining, _AT_ONCE)), [])
        found = map(self._by_database, parts)
        return chain.from_iterable(side_by_side(self._with_the_rest, found))

    def _by_database(self, names: Sequence[str]) -> list[User | str]:
        """Users, or the names of those of whom it does not tell enough."""
        if self.rules is None:
            return [*names]
        found = self._told(self.rules, names[:_FIRST])
        if found and len(names) > _FIRST:
            found |= self._told(self.rules, names[_FIRST:])
        return [found.get(name, name) for name in names]

    def _told(self, rules: HomeRules, names: Sequence[str]) -> dict[str, User]:
        entries = self.database.entries(names)
        users = (rules.user(name, entry) for name, entry in entries.items())
        return {user.name: user for user in users if user is not None}

    def _with_the_rest(self, found: Sequence[User | str]) -> list[User]:
        rest = by_doveadm(self.doveadm, [name for name in found if isinstance(name, str)])
        return [next(rest) if isinstance(user, str) else user for user in found]


def by_doveadm(doveadm: Doveadm, names: Sequence[str]) -> Iterator[User]:
    """The users, in their order, by `doveadm user`. Raises MailHostError."""
    if not names:
        return
    answer = doveadm("-f", "json", "user", "--", *names, ok=(0, NO_SUCH_USER))
    if answer.status == NO_SUCH_USER and len(names) == 1:
        yield User(name=names[0], home="", exists=False)
        return
    fields = json.loads(answer.output) if answer.status == 0 else []
    homes = [item["value"] for item in fields if item["field"] == "home"]
    if len(homes) != len(names) > 1:  # nothing says whose a field is: look for who lacks one
        middle = len(names) // 2
        yield from by_doveadm(doveadm, names[:middle])
        yield from by_doveadm(doveadm, names[middle:])
        return
    own = [sieve_settings(part) for part in _by_user(fields)]
    if len(own) != len(names):  # any such field sends all of them the careful way
        own = [()] * len(names)
    has_any = any(map(sieve_settings, ([(item["field"], "")] for item in fields)))
    for name, home, settings in zip(names, homes or [""], own, strict=True):
        is_own = bool(settings) or (has_any and not any(own))
        yield User(name=name, home=home, sieve_settings=is_own, own_settings=settings)


def _by_user(fields: Iterable[Mapping[str, str]]) -> list[list[tuple[str, str]]]:
    """The fields of one list for several users, parted: each user's begin with uid."""
    parts: list[list[tuple[str, str]]] = []
    for item in fields:
        if item["field"] == "uid" or not parts:
            parts.append([])
        parts[-1].append((item["field"], item["value"]))
    return parts

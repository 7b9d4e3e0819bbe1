# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Where Dovecot has a user's home, by his fields in the user database and by the settings.

Only what is sure to be what `doveadm user` says (mail-storage-service.c: it reads the settings anew
for each user, with the fields in their place, and checks them).
"""

from __future__ import annotations

import grp
import pwd
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .user import User, sieve_settings
from .userdb_socket import Entry
from .variables import expand, of_user

# What decides, beside the fields, in the protocol doveadm.
SETTINGS = (
    *("mail_home", "mail_uid", "mail_gid", "mail_chroot", "valid_chroot_dirs"),
    *("first_valid_uid", "last_valid_uid", "first_valid_gid", "last_valid_gid"),
)
_CHROOT = re.compile(r"mail_chroot|valid_chroot_dirs(/.*)?")
# Fields that say no more of the home. Any other may be a setting that does, or that is refused.
_KNOWN_FIELDS = re.compile(r"uid|gid|home|mail|system_groups_user|(?:plugin/)?(?:quota|sieve)[^=]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Ids:
    """The user or group ids that mailboxes may have."""

    default: str  # of whom the database gives none; "" where there is none either
    first: int
    last: int  # 0: no last one

    @classmethod
    def of(cls, kind: str, settings: Mapping[str, str], number: Callable[[str], int]) -> Ids:
        """By the settings of "uid" or "gid"; `number` is that of a name. Raises KeyError."""
        default = settings[f"mail_{kind}"]
        return cls(
            default=default if default.isdecimal() or not default else str(number(default)),
            first=max(int(settings[f"first_valid_{kind}"]), 1),
            last=int(settings[f"last_valid_{kind}"]),
        )

    def allow(self, given: str | None) -> bool:
        """Whether doveadm takes what the database gives; None: nothing."""
        text = self.default if given is None else given
        if not text:
            return given is None
        is_number = text.isascii() and text.isdecimal()
        return is_number and self.first <= int(text) <= (self.last or int(text))


@dataclass(frozen=True, kw_only=True, slots=True)
class HomeRules:
    """What Dovecot makes of a user's fields."""

    template: str  # of the home of whom the database gives none
    uids: Ids
    gids: Ids

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> HomeRules | None:
        """By the values of SETTINGS; None where more decides than is known here."""
        if any(value for name, value in settings.items() if _CHROOT.fullmatch(name)):
            return None
        try:
            return cls(
                template=settings["mail_home"],
                uids=Ids.of("uid", settings, lambda name: pwd.getpwnam(name).pw_uid),
                gids=Ids.of("gid", settings, lambda name: grp.getgrnam(name).gr_gid),
            )
        except (KeyError, ValueError):
            return None

    def user(self, name: str, entry: Entry | None) -> User | None:
        """The user whom the database was asked for; None where only doveadm can tell."""
        if entry is None:
            return User(name=name, home="", exists=False)
        fields = dict(entry.fields)
        if entry.user != name or not all(map(_KNOWN_FIELDS.fullmatch, fields)):
            return None
        if not (self.uids.allow(fields.get("uid")) and self.gids.allow(fields.get("gid"))):
            return None
        home = _given(fields["home"]) if "home" in fields else self._by_template(name)
        if home is None:
            return None
        own = sieve_settings(entry.fields)
        return User(name=name, home=home, sieve_settings=bool(own), own_settings=own)

    def _by_template(self, name: str) -> str | None:
        """The home by the settings; of odd names Dovecot has its own idea of the parts."""
        if name.count("@") > 1:
            return None
        home = expand(self.template, of_user(name, home=""))
        return home if home == "" or (home and home.startswith("/")) else None


def _given(home: str) -> str | None:
    return home if home.startswith("/") and "%" not in home else None

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A mail host: the Dovecot and the Postfix on it, one of which may be missing."""

from __future__ import annotations

import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .dovecot import Dovecot
from .postfix import Postfix
from .sieve_storage import find_storage
from .user import User


@dataclass(frozen=True, kw_only=True)
class MailHost:
    """What is on the host; None for a server that is not there or not to be read."""

    dovecot: Dovecot | None
    postfix: Postfix | None
    name: str

    @cached_property
    def users(self) -> tuple[User, ...]:
        """Dovecot's users. Raises MailHostError."""
        if self.dovecot is None:
            return ()
        return tuple(self.dovecot.homes(self.dovecot.users()))

    @cached_property
    def mailboxes(self) -> frozenset[str]:
        """The addresses that mail can be delivered to on this host. Raises MailHostError."""
        local = {self.address(user.pw_name) for user in pwd.getpwall()} if self.postfix else set()
        return frozenset(local | {self.address(user.name) for user in self.users})

    @cached_property
    def active_links(self) -> Mapping[Path, Path]:
        """Folder of a user's Sieve scripts -> the link to the active one. Raises MailHostError."""
        storage = find_storage(self.dovecot) if self.dovecot else None
        found = map(storage.of_user, self.users) if storage else ()
        return {Path(places[0]): Path(places[1]) for places in found if places}

    def address(self, user: str) -> str:
        """The mail address of a user, lower-cased; one without a domain is local."""
        if "@" in user:
            return user.lower()
        domain = self.postfix.local_domain if self.postfix else self.name
        return f"{user}@{domain}".lower()

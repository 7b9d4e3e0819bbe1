# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""One user's Sieve scripts, as ManageSieve or doveadm keeps them; a script of theirs as a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from .._core.step import ACTIVE, CONTENT, Values
from .dovecot import Dovecot
from .sieve_programs import doveadm_sieve, scripts_of_user, stored_script
from .user_files import ChangedSinceError


class ScriptStore(Protocol):
    """Every method raises MailHostError."""

    def scripts(self) -> dict[str, bool]:
        """Every script, and whether it is the active one."""

    def get(self, name: str) -> bytes | None:
        """A script; None where there is none."""

    def put(self, name: str, script: bytes) -> None:
        """Store a script; one that cannot be run is refused."""

    def activate(self, name: str) -> None:
        """Make a script the active one; with "" none is."""

    def delete(self, name: str) -> None:
        """Delete a script, which must not be active."""


@dataclass(frozen=True)
class DoveadmScripts:
    """A user's scripts by doveadm on the mail host, wherever Dovecot keeps them."""

    dovecot: Dovecot
    user: str

    def scripts(self) -> dict[str, bool]:
        return scripts_of_user(self.dovecot, self.user)

    def get(self, name: str) -> bytes | None:
        return stored_script(self.dovecot, self.user, name)

    def put(self, name: str, script: bytes) -> None:
        doveadm_sieve(self.dovecot, self.user, "put", name, given=script)

    def activate(self, name: str) -> None:
        if name:
            doveadm_sieve(self.dovecot, self.user, "activate", name)
        else:
            doveadm_sieve(self.dovecot, self.user, "deactivate")

    def delete(self, name: str) -> None:
        doveadm_sieve(self.dovecot, self.user, "delete", name)


@dataclass(frozen=True)
class ScriptPlace:
    """A script: its text, and which of the user's scripts is active."""

    store: ScriptStore
    name: str

    def read(self) -> Values:
        """Both; without a text where there is no such script."""
        text = self.store.get(self.name)
        active = [name.encode() for name, is_active in self.store.scripts().items() if is_active]
        return {CONTENT: [] if text is None else [text], ACTIVE: active}

    def write(self, before: Values, after: Values) -> None:
        """Write `after` if `before` stands there still. Raises ChangedSinceError."""
        if self.read() != before:
            raise ChangedSinceError
        if after[CONTENT] and after[CONTENT] != before[CONTENT]:
            self.store.put(self.name, after[CONTENT][0])
        if after[ACTIVE] != before[ACTIVE]:
            self.store.activate(b"".join(after[ACTIVE]).decode())
        if before[CONTENT] and not after[CONTENT]:
            self.store.delete(self.name)

    def finish(self) -> None:
        """Nothing: the server has it in force."""

    def clear(self) -> None:
        """Nothing: the server sees to it."""

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Dovecot 2.3 and 2.4, asked by its own programs: settings, users, homes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .._core.errors import MailHostError
from .command import Answer, ask, is_installed
from .home_rules import SETTINGS, HomeRules
from .listing import BrokenOffError, Listing, Part
from .settings import Block, read_settings
from .user import User
from .user_lookup import UserLookup
from .userdb_socket import UserdbSocket

_DATA_ERROR = 89  # of sievec(1): it refuses the script
_NOT_RUNNING = re.compile(
    r"connect\w*\(.*\) failed: (?:No such file|Connection refused)|Dovecot is not running"
)
_FILE = re.compile(r"# [^:\n]+: (/[^\n]*)")  # the first line of `doveconf -n`


@dataclass(frozen=True, kw_only=True)
class Dovecot:
    """One Dovecot. Every method raises MailHostError when it cannot be asked."""

    config: str | None  # None: Dovecot's own
    timeout: float

    @staticmethod
    def is_installed() -> bool:
        """Whether there is a Dovecot on this host."""
        return is_installed("doveconf")

    def version(self) -> str:
        """As "2.3.19.1"."""
        return ask(["dovecot", "--version"], timeout=self.timeout).output.split()[0]

    @property
    def file(self) -> Path:
        """The configuration file."""
        if self.config:
            return Path(self.config)
        printed = self._doveconf("-n")
        if found := _FILE.match(printed):
            return Path(found[1])
        raise MailHostError("doveconf -n does not say which file it read: set dovecot_config")

    def in_protocol(self, protocol: str, names: Iterable[str]) -> dict[str, str]:
        """Settings as they are in force in a protocol, those of lists by "LIST/NAME"."""
        lists = (name.partition("/") for name in names)
        asked = [f"{top}{slash}{rest}" if top == "plugin" else top for top, slash, rest in lists]
        printed = read_settings(self._doveconf("-f", f"protocol={protocol}", *asked))
        listed = {
            f"{block.kind}/{name}": value
            for block in printed.blocks
            for name, value in block.values.items()
        }
        return {**printed.values, **listed}

    def reload(self) -> bool:
        """Have a running Dovecot read its configuration again; False where none runs."""
        answer = self.doveadm("reload", ok=None)
        if answer.status and not self.is_down(answer):
            raise MailHostError(f"doveadm reload failed: {answer.reason}")
        return not answer.status

    def setting(self, name: str) -> str:
        """A single setting, as "mail_home" or "plugin/sieve"; "" where it is not set."""
        return self._doveconf("-h", name).strip()

    def settings(self, *names: str) -> Block:
        """The settings and blocks of these names, or all that differ from the default."""
        return read_settings(self._doveconf("-n", *names))

    def plugins(self, protocol: str) -> frozenset[str]:
        """The mail plugins of a protocol, in either release's way of writing them."""
        told = read_settings(self._doveconf("-f", f"protocol={protocol}", "mail_plugins"))
        if "mail_plugins" in told.values:
            return frozenset(told.values["mail_plugins"].replace('"', "").split())
        # In 2.4 a protocol says only what it adds to all others', or takes from them.
        named: dict[str, str] = {}
        for printed in (read_settings(self._doveconf("mail_plugins")), told):
            named |= dict.fromkeys(printed.values.get("mail_plugins", "").split(), "yes")
            for block in printed.of_kind("mail_plugins"):
                named |= block.values
        return frozenset(plugin for plugin, value in named.items() if value == "yes")

    def users(self) -> list[str]:
        """Every user that the user databases list."""
        self.setting("base_dir")  # a configuration that cannot be read is told as such
        alphabet = "".join(dict.fromkeys(self.setting("auth_username_chars").lower()))
        try:
            names = list(dict.fromkeys(Listing(ask=self._matching, alphabet=alphabet).names()))
        except BrokenOffError:
            raise MailHostError(
                "Dovecot ends each listing of its users (doveadm user '*') early; its log says why"
            ) from None
        if names:
            return names
        raise MailHostError(
            "Dovecot lists no user (doveadm user '*' is empty): its user database cannot be "
            "listed; give it an iterate_filter or iterate_query"
        )

    def homes(self, names: Sequence[str]) -> Iterator[User]:
        """The users with their homes, in the order of `names`; one that is gone has no home."""
        settings = self._home_settings()
        lookup = UserLookup(
            doveadm=self.doveadm,
            database=UserdbSocket(path=_userdb_path(settings), timeout=self.timeout),
            rules=HomeRules.of(settings),
        )
        return lookup.users(names)

    def doveadm(
        self, *arguments: str, ok: Sequence[int] | None = (0,), given: str | None = None
    ) -> Answer:
        """What doveadm answers; `given` is its standard input."""
        command = ["doveadm", *self._config, *arguments]
        return ask(command, timeout=self.timeout, ok=ok, given=given)

    def compiles(self, path: str) -> bool:
        """Whether sievec takes a script, or all of a folder; what it makes lies beside them."""
        command = ["sievec", *self._config, path]
        return ask(command, timeout=self.timeout, ok=(0, _DATA_ERROR)).status == 0

    def compile(self, script: Path, binary: Path) -> None:
        """Have sievec compile a script. Raises MailHostError, with what it says of the script."""
        ask(["sievec", *self._config, str(script), str(binary)], timeout=self.timeout)

    @staticmethod
    def is_down(answer: Answer) -> bool:
        """Whether doveadm found nobody to ask; some of its commands end with 0 all the same."""
        return _NOT_RUNNING.search(answer.errors) is not None

    @property
    def _config(self) -> list[str]:
        return ["-c", self.config] if self.config else []

    def _doveconf(self, *arguments: str) -> str:
        return ask(["doveconf", *self._config, *arguments], timeout=self.timeout).output

    def _home_settings(self) -> Mapping[str, str]:
        """The settings of HomeRules; none where a part of the configuration has its own of them.

        What a protocol has of its own comes in 2.4 before what the user database gives.
        """
        try:
            if any(set(SETTINGS) & set(block.values) for block in self.settings().all_blocks()):
                return {}
            return self.in_protocol("doveadm", (*SETTINGS, "base_dir", "auth_socket_path"))
        except MailHostError:  # a later release has others; doveadm tells what else is wrong
            return {}

    def _matching(self, mask: str) -> Part:
        answer = self.doveadm("user", "--", mask, ok=None)
        names = answer.output.split("\n")[:-1]
        if answer.status and not names:
            raise MailHostError(self._why_no_users(answer))
        return Part(names=names, whole=answer.status == 0)

    def _why_no_users(self, answer: Answer) -> str:
        if self.is_down(answer):
            return f"Dovecot does not run: start it ({answer.reason})"
        if "Permission denied" in answer.errors:
            return f"No right to ask Dovecot for its users: become root ({answer.reason})"
        return (
            f"Dovecot cannot list its users: {answer.reason}; its log says why (a user database "
            "needs a way to be listed, as iterate_filter or iterate_query)"
        )


def _userdb_path(settings: Mapping[str, str]) -> str:
    return os.path.join(settings.get("base_dir", ""), settings.get("auth_socket_path", ""))

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Postfix, asked by its own programs: parameters, and what its lookup tables hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .._core.errors import MailHostError
from .command import ask, is_installed
from .targets import entries

_LISTED = frozenset({"hash", "btree", "lmdb", "texthash", "inline"})  # by postmap -s
_HAS_TEXT = frozenset({"cdb", "dbm", "sdbm"})  # made from the file of that name
_HAS_ROWS = frozenset({"hash", "btree", "lmdb", "texthash"}) | _HAS_TEXT
_PARAMETERS = ("alias_maps", "virtual_alias_maps", "mydestination", "myorigin", "myhostname")
_BOOKKEEPING = frozenset({"@", "YP_LAST_MODIFIED", "YP_MASTER_NAME"})  # postalias's own rows
_NAMES = re.compile(r"(?:[^\s,{}]|\{(?:[^{}]|\{[^{}]*\})*\})+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A lookup table, as "hash:/etc/aliases"."""

    type: str
    name: str

    def __str__(self) -> str:
        return f"{self.type}:{self.name}"

    @property
    def has_text(self) -> bool:
        """Whether it is made from, or is, a file of rows with the table's name."""
        return self.type in _HAS_ROWS and self.name.startswith("/")

    @property
    def is_listable(self) -> bool:
        """Whether all its rows can be had; of the others only the answer for a key."""
        return self.type in _LISTED or self.type in _HAS_TEXT


@dataclass(frozen=True, kw_only=True)
class Postfix:
    """One Postfix. Every method raises MailHostError when it cannot be asked."""

    config: str | None  # the folder of main.cf; None: Postfix's own
    timeout: float

    @staticmethod
    def is_installed() -> bool:
        """Whether there is a Postfix on this host."""
        return is_installed("postconf")

    def version(self) -> str:
        """As "3.7.11"."""
        return ask(["postconf", "-d", "-h", "mail_version"], timeout=self.timeout).output.strip()

    @property
    def folder(self) -> Path:
        """Where main.cf lies."""
        # With -c, 3.10 tells of config_directory what it would be without.
        return Path(self.config or self.raw("config_directory"))

    def raw(self, name: str) -> str:
        """A parameter as written."""
        return self._run("postconf", "-h", name).strip()

    @cached_property
    def local_domains(self) -> tuple[str, ...]:
        """Domains whose users are this host's, but for "localhost"; tables among them left out."""
        names = self._names("mydestination")
        return tuple(
            name.lower()
            for name in names
            if not name.lower().startswith("localhost") and not re.search(r"[:/]", name)
        )

    @property
    def local_domain(self) -> str:
        """The domain of local users and aliases."""
        return (*self.local_domains, self._parameters["myhostname"].lower())[0]

    def tables(self, parameter: str) -> list[Table]:
        """The lookup tables that a parameter names."""
        found = []
        for name in self._names(parameter):
            kind, _, rest = name.removeprefix("proxy:").partition(":")
            found.append(Table(type=kind, name=rest))
        return found

    def rows(self, table: Table, *, aliases: bool) -> Iterator[tuple[str, str]]:
        """Every key and value of a table that can be listed."""
        if table.type in _HAS_TEXT:
            yield from entries(_text(table), colon=aliases)
            return
        program = "postalias" if aliases else "postmap"
        for line in self._run(program, "-s", str(table)).splitlines():
            key, _, value = line.partition("\t")
            if not (aliases and key.removesuffix(":") in _BOOKKEEPING):
                yield key.removesuffix(":") if aliases else key, value

    def answers(self, table: Table, keys: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Those of the keys that a table has an answer for, with it."""
        command = ["postmap", *self._config, "-q", "-", str(table)]
        given = "".join(f"{key}\n" for key in keys)
        answer = ask(command, timeout=self.timeout, ok=(0, 1), given=given)
        # 1 says "none of them", and "the table cannot be read" too.
        if answer.status and re.search(r"fatal:|error:|lookup error", answer.errors):
            raise MailHostError(f"{table} cannot be asked: {answer.reason}")
        for line in answer.output.splitlines():
            key, _, value = line.partition("\t")
            yield key, value

    def make_table(self, table: Table) -> None:
        """Make the table anew from the text of its name."""
        self._run("postmap", str(table))

    def set(self, parameter: str, value: str) -> None:
        """Write a parameter to main.cf."""
        self._run("postconf", "-e", f"{parameter} = {value}")

    def reload(self) -> None:
        """Have a running Postfix look at its configuration and its tables again.

        Its processes look at a table again by themselves, but smtpd(8) remembers for up to 100
        sessions where an address goes.
        """
        if self.is_running():
            self._run("postfix", "reload")

    def is_running(self) -> bool:
        """Whether this Postfix runs now."""
        return ask(["postfix", *self._config, "status"], timeout=self.timeout, ok=None).status == 0

    def check(self) -> None:
        """Have Postfix look for mistakes in its configuration."""
        self._run("postfix", "check")

    def service_parameters(self, pattern: str) -> dict[str, str]:
        """The values that services of master.cf have of their own, by "SERVICE/TYPE/PARAMETER".

        In the pattern, each of the three can be "*".
        """
        lines = self._run("postconf", "-P", pattern).splitlines()
        parts = (line.partition(" =") for line in lines)
        return {name.strip(): value.strip() for name, _, value in parts}

    def complete(self, address: str) -> str:
        """The address with the domain that Postfix gives to one without."""
        return address if "@" in address else f"{address}@{self._parameters['myorigin']}"

    def _names(self, parameter: str) -> list[str]:
        return _NAMES.findall(self._parameters[parameter])

    @cached_property
    def _parameters(self) -> Mapping[str, str]:
        found = {}
        for line in self._run("postconf", "-x", *_PARAMETERS).splitlines():
            name, _, value = line.partition("=")
            found[name.strip()] = value.strip()
        return found

    @property
    def _config(self) -> list[str]:
        return ["-c", self.config] if self.config else []

    def _run(self, program: str, *arguments: str) -> str:
        return ask([program, *self._config, *arguments], timeout=self.timeout).output


def _text(table: Table) -> str:
    try:
        return Path(table.name).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise MailHostError(f"cannot read {table.name}: {error.strerror}") from error

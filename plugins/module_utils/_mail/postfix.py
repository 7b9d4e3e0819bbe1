# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Postfix, asked by its own programs: parameters, and what its lookup tables hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain, islice
from pathlib import Path

from .._core.errors import MailHostError
from .command import ask, is_installed
from .lookup_table import Table, tables_in, words
from .side_by_side import side_by_side
from .targets import entries

# Where smtpd(8) is told what to do with a client, a sender, a recipient, a mail.
RESTRICTIONS = (
    "smtpd_client_restrictions",
    "smtpd_helo_restrictions",
    "smtpd_sender_restrictions",
    "smtpd_relay_restrictions",
    "smtpd_recipient_restrictions",
    "smtpd_data_restrictions",
    "smtpd_end_of_data_restrictions",
    "smtpd_etrn_restrictions",
)
CLASSES = "smtpd_restriction_classes"  # names of parameters that restrictions can stand in
CHECKS = (
    "header_checks",
    "mime_header_checks",
    "nested_header_checks",
    "body_checks",
    "milter_header_checks",
)
PROGRAMS = ("content_filter", "smtpd_milters", "non_smtpd_milters")  # that get all mail
_PARAMETERS = (
    "alias_maps",
    "virtual_alias_maps",
    "recipient_bcc_maps",
    "sender_bcc_maps",
    "always_bcc",
    "luser_relay",
    "canonical_maps",
    "canonical_classes",
    "recipient_canonical_maps",
    "recipient_canonical_classes",
    "sender_canonical_maps",
    "sender_canonical_classes",
    "transport_maps",
    "relocated_maps",
    *RESTRICTIONS,
    CLASSES,
    *CHECKS,
    *PROGRAMS,
    "mydestination",
    "virtual_alias_domains",
    "virtual_mailbox_domains",
    "relay_domains",
    "myorigin",
    "myhostname",
)
_AT_ONCE = 2500  # keys that a program is given
_BOOKKEEPING = frozenset({"@", "YP_LAST_MODIFIED", "YP_MASTER_NAME"})  # postalias's own rows


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

    def expanded(self, name: str) -> str:
        """A parameter with the values of those that it names."""
        return self._run("postconf", "-x", "-h", name).strip()

    @cached_property
    def local_domains(self) -> tuple[str, ...]:
        """Domains whose users are this host's, but for "localhost"; tables among them left out."""
        names = words(self._parameters["mydestination"])
        return tuple(
            name.lower()
            for name in names
            if not name.lower().startswith("localhost") and not re.search(r"[:/]", name)
        )

    @property
    def local_domain(self) -> str:
        """The domain of local users and aliases."""
        return (*self.local_domains, self._parameters["myhostname"].lower())[0]

    @cached_property
    def programs(self) -> Mapping[str, str]:
        """The services of master.cf on local sockets, with their commands."""
        return self.commands("unix")

    def commands(self, kind: str) -> dict[str, str]:
        """The services of one type ("inet", "unix", "pass") in master.cf, with their commands."""
        found = {}
        for line in self._run("postconf", "-F", f"*/{kind}/command").splitlines():
            name, _, command = line.partition(" = ")
            found[name.removesuffix(f"/{kind}/command")] = command.strip()
        return found

    def values(self, parameter: str) -> list[str]:
        """A parameter in main.cf, and what services of master.cf have in its place, if set."""
        own = [value for name, value in self._overrides if name == parameter]
        found = dict.fromkeys((self._parameters[parameter], *own))
        return [value for value in found if value]

    def tables(self, parameter: str) -> list[Table]:
        """The lookup tables that a parameter names, for any service."""
        named = (table for value in self.values(parameter) for table in tables_in(value))
        return list(dict.fromkeys(named))

    def rows(self, table: Table, *, aliases: bool) -> Iterator[tuple[str, str]]:
        """Every key and value of a table that can be listed."""
        if table.is_made_from_text:
            yield from entries(self.text(table), colon=aliases)
            return
        program = "postalias" if aliases else "postmap"
        for line in self._run(program, "-s", str(table)).splitlines():
            key, _, value = line.partition("\t")
            if not (aliases and key.removesuffix(":") in _BOOKKEEPING):
                yield key.removesuffix(":") if aliases else key, value

    def text(self, table: Table) -> str:
        """The file of a table's name."""
        try:
            return Path(table.name).read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise MailHostError(f"cannot read {table.name}: {error.strerror}") from error

    def answers(self, table: Table, keys: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Those of the keys that a table has an answer for, with it, in the order of the keys."""
        remaining = iter(keys)
        parts = iter(lambda: list(islice(remaining, _AT_ONCE)), [])
        return chain.from_iterable(side_by_side(partial(self._answers, table), parts))

    def answer(self, table: Table, key: str) -> str:
        """What a table says of a key; "" for nothing."""
        return "".join(value for _, value in self._answers(table, [key]))

    def make_table(self, table: Table, *, aliases: bool = False) -> None:
        """Make the table anew from the text of its name."""
        if table.type != "texthash":  # which is its text
            self._run("postalias" if aliases else "postmap", str(table))

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

    def in_service(self, service: str, names: Iterable[str]) -> dict[str, str]:
        """The parameters as they hold in a service, with the values of those that they name."""
        own = self.service_parameters(f"{service}/*")
        given = [("-o", f"{name.rpartition('/')[2]}={value}") for name, value in own.items()]
        lines = self._run("postconf", "-x", *(word for pair in given for word in pair), *names)
        parts = (line.partition("=") for line in lines.splitlines())
        return {name.strip(): value.strip() for name, _, value in parts}

    def complete(self, address: str) -> str:
        """The address with the domain that Postfix gives to one without."""
        return address if "@" in address else f"{address}@{self._parameters['myorigin']}"

    def complete_for(self, mail: str, value: str) -> str:
        """The same of a target for `mail`: "@domain" keeps the name (virtual(5))."""
        return mail.rpartition("@")[0] + value if value.startswith("@") else self.complete(value)

    def _answers(self, table: Table, keys: Sequence[str]) -> list[tuple[str, str]]:
        command = ["postmap", *self._config, "-q", "-", str(table)]
        given = "".join(f"{key}\n" for key in keys)
        answer = ask(command, timeout=self.timeout, ok=(0, 1), given=given)
        # 1 says "none of them", and "the table cannot be read" too.
        if answer.status and re.search(r"fatal:|error:|lookup error", answer.errors):
            raise MailHostError(f"{table} cannot be asked: {answer.reason}")
        pairs = (line.partition("\t") for line in answer.output.splitlines())
        return [(key, value) for key, _, value in pairs]

    @cached_property
    def _parameters(self) -> Mapping[str, str]:
        found = {}
        for line in self._run("postconf", "-x", *_PARAMETERS).splitlines():
            name, _, value = line.partition("=")
            found[name.strip()] = value.strip()
        return found

    @cached_property
    def _overrides(self) -> tuple[tuple[str, str], ...]:
        """Parameters that services of master.cf have of their own (-o), and their values."""
        found = []
        for line in self._run("postconf", "-x", "-P").splitlines():
            name, _, value = line.partition(" = ")
            found.append((name.rpartition("/")[2].strip(), value.strip()))
        return tuple(found)

    @property
    def _config(self) -> list[str]:
        return ["-c", self.config] if self.config else []

    def _run(self, program: str, *arguments: str) -> str:
        return ask([program, *self._config, *arguments], timeout=self.timeout).output

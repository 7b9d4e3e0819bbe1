# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A directory whose accounts change at random, as those of a town do."""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import DirectoryError
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Directory


@dataclass(kw_only=True)
class Town:
    """Accounts, and what is done to them."""

    uri: str
    admin: tuple[str, str]  # DN and password
    units: Sequence[str]  # DNs
    accounts: list[str]  # DNs
    edits: Mapping[str, Sequence[Sequence[str]]]  # attribute -> values that it is given
    secret: str = ""  # the password of all; "": nobody signs in
    classes: Sequence[str] = ("inetOrgPerson",)
    named_by: str = "uid"
    login: str = "uid"  # attribute
    options: Sequence[str] = ()  # of ldapmodify
    ca_path: str = ""
    dice: random.Random = field(default_factory=random.Random)
    made: int = 0
    pending: list[str] = field(default_factory=list)

    def live(self) -> None:
        """Some changes, of any kind."""
        steps = [self.edit, self.edit, self.sign_in, self.fail, self.add, self.delete, self.move]
        for _ in range(self.dice.randint(1, 8)):
            self.dice.choice(steps)()
        self.flush()

    def change(self, ldif: str) -> None:
        """A change record, carried out with others at the next flush()."""
        self.pending.append(ldif)

    def flush(self) -> None:
        """Carry the changes out; one that the server refuses is a mistake of the test."""
        records = "\n\n".join(self.pending)
        self.pending.clear()
        dn, password = self.admin
        done = subprocess.run(
            ["ldapmodify", "-x", "-H", self.uri, "-D", dn, "-w", password, *self.options],
            input=records,
            text=True,
            capture_output=True,
            check=False,
            env={**os.environ, "LDAPTLS_CACERT": self.ca_path},
        )
        assert done.returncode == 0, done.stderr + records

    def replace(self, dn: str, attribute: str, *values: str) -> None:
        """Give an entry's attribute these values."""
        lines = [f"dn: {dn}", "changetype: modify", f"replace: {attribute}"]
        self.change("\n".join(lines + [f"{attribute}: {value}" for value in values]))

    def some(self) -> str:
        """Anybody."""
        return self.dice.choice(self.accounts)

    def edit(self) -> None:
        """An attribute of somebody, or of everybody: then no entry may show it any more."""
        attribute = self.dice.choice(list(self.edits))
        values = self.dice.choice(self.edits[attribute])
        everybody = not values and self.dice.random() < 0.3
        for dn in self.accounts if everybody else [self.some()]:
            self.replace(dn, attribute, *values)

    def bind(self, dn: str, password: str) -> None:
        """Try to sign in."""
        self.flush()
        access = Access(uri=self.uri, bind_dn=dn, bind_pw=password, ca_path=self.ca_path)
        with suppress(DirectoryError), Directory(access):
            pass

    def sign_in(self) -> None:
        """Somebody signs in, if nothing keeps that one out."""
        if self.secret:
            self.bind(self.some(), self.secret)

    def fail(self) -> None:
        """Somebody mistypes, or somebody else guesses until the account is locked."""
        dn = self.some()
        for _ in range(self.dice.choice([1, 5]) if self.secret else 0):
            self.bind(dn, "wrong")

    def add(self) -> None:
        """A new account."""
        self.made += 1
        name = f"new{self.made}"
        dn = f"{self.named_by}={name},{self.dice.choice(self.units)}"
        values = {self.login: name, "cn": name, "sn": name, "mail": f"{name}@x"}
        if self.secret:
            values["userPassword"] = self.secret
        lines = [f"dn: {dn}", "changetype: add", *(f"objectClass: {one}" for one in self.classes)]
        self.change("\n".join(lines + [f"{key}: {value}" for key, value in values.items()]))
        self.accounts.append(dn)

    def delete(self) -> None:
        """Somebody leaves."""
        if len(self.accounts) > 5:
            dn = self.some()
            self.accounts.remove(dn)
            self.change(f"dn: {dn}\nchangetype: delete")

    def move(self) -> None:
        """To another unit, to another name, or both."""
        dn = self.some()
        name, _, above = dn.partition(",")
        if self.dice.random() < 0.7:
            above = self.dice.choice(self.units)
        if self.dice.random() < 0.5 or dn == f"{name},{above}":
            self.made += 1
            name = f"{self.named_by}=moved{self.made}"
        self.rename(dn, name, above)
        self.accounts[self.accounts.index(dn)] = f"{name},{above}"

    def rename(self, dn: str, name: str, above: str) -> None:
        """Give an entry another name, below another entry."""
        lines = [f"dn: {dn}", "changetype: modrdn", f"newrdn: {name}", "deleteoldrdn: 1"]
        self.change("\n".join([*lines, f"newsuperior: {above}"]))

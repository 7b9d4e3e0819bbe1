# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading what changed gives what reading all gives: after random changes, and after each trap."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import DirectoryError
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Directory

from .catching_up import Readings, readings
from .ports import free_port_base
from .slapd import ADMIN, DEFAULT_POLICY, PASSWORD, PEOPLE, SUFFIX, Entries, odd_slapd, person

SEEDS, ROUNDS = 2, 6
WITH_MAIL = "(mail=*)"  # so that an account can leave, and come back, without being deleted
UNITS = ("Odd", "Police", r"Schools\2C of the town", "Registry")
SECRET = "Right-Secret-1"
OTHER_POLICY = f"cn=other,{SUFFIX}"

_QUICK = "dbnosync\n"
_OVERLAY = _QUICK + "overlay syncprov\n"
SERVERS = {
    "syncrepl with a log": ("moduleload syncprov", _OVERLAY + "syncprov-sessionlog 1000\n"),
    "syncrepl without one": ("moduleload syncprov", _OVERLAY),
    "entryCSN": ("", _QUICK),
}


def entries(number: int) -> Entries:
    """Accounts in all units but the first, which has none at first."""
    found: dict[str, dict[str, str | bytes | list[str | bytes]]] = {
        f"ou={unit},{PEOPLE}": {
            "objectClass": "organizationalUnit",
            "ou": unit.replace(r"\2C", ","),
        }
        for unit in UNITS[1:]
    }
    found[OTHER_POLICY] = {
        "objectClass": ["namedPolicy", "pwdPolicy"],
        "cn": "other",
        "pwdAttribute": "userPassword",
        "pwdLockout": "TRUE",
        "pwdMaxFailure": "2",
        "pwdLockoutDuration": "7200",
    }
    for index in range(number):
        uid = f"user{index:03}"
        dn = f"uid={uid},ou={UNITS[1 + index % 3]},{PEOPLE}"
        found[dn] = dict(next(iter(person(uid, mail=f"{uid}@x", userPassword=SECRET).values())))
    return found


@dataclass
class Town:
    """A directory whose accounts are changed at random."""

    uri: str
    dice: random.Random = field(default_factory=random.Random)
    accounts: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    made: int = 0

    @property
    def admin(self) -> Access:
        return Access(uri=self.uri, bind_dn=ADMIN, bind_pw=PASSWORD)

    def change(self, ldif: str) -> None:
        """A change record, carried out with others at the next flush()."""
        self.pending.append(ldif)

    def flush(self) -> None:
        """Carry the changes out; one that the server refuses is a mistake of the test."""
        command = ["ldapmodify", "-x", "-H", self.uri, "-D", ADMIN, "-w", PASSWORD, "-e", "!relax"]
        records = "\n\n".join(self.pending)
        self.pending.clear()
        done = subprocess.run(command, input=records, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr + records

    def some(self) -> str:
        return self.dice.choice(self.accounts)

    def edit(self, dn: str, what: str, attribute: str, *values: str) -> None:
        lines = [f"dn: {dn}", "changetype: modify", f"{what}: {attribute}"]
        self.change("\n".join(lines + [f"{attribute}: {value}" for value in values]))

    def sign_in(self, dn: str, password: str = SECRET) -> None:
        with (
            suppress(DirectoryError),
            Directory(Access(uri=self.uri, bind_dn=dn, bind_pw=password)),
        ):
            pass

    def step(self) -> None:
        """One change, of any kind."""
        self.dice.choice(
            [
                self._rename_person,
                self._address,
                self._forward,
                self._no_forward,
                self._sign_in,
                self._fail,
                self._lock,
                self._unlock,
                self._must_change,
                self._policy,
                self._add,
                self._delete,
                self._move,
                self._leave,
                self._nonsense,
            ]
        )()

    def _rename_person(self) -> None:
        self.edit(self.some(), "replace", "cn", f"Nguyễn {self.dice.random()}")

    def _address(self) -> None:
        number = self.dice.randrange(100)
        self.edit(self.some(), "replace", "mail", f"b{number}@x", f"a{number}@x")

    def _forward(self) -> None:
        self.edit(self.some(), "replace", "mailForwardingAddress", f"{self.dice.random()}@y")

    def _no_forward(self) -> None:
        for dn in self.accounts:  # all of them: nobody in a unit shows it any more
            self.edit(dn, "replace", "mailForwardingAddress")

    def _sign_in(self) -> None:
        self.sign_in(self.some())

    def _fail(self) -> None:
        dn = self.some()
        for _ in range(self.dice.choice([1, 5])):
            self.sign_in(dn, "wrong")

    def _lock(self) -> None:
        self.edit(self.some(), "replace", "pwdAccountLockedTime", "000001010000Z")

    def _unlock(self) -> None:
        self.edit(self.some(), "replace", "pwdAccountLockedTime")

    def _must_change(self) -> None:
        self.edit(self.some(), "replace", "pwdReset", self.dice.choice(["TRUE", "FALSE"]))

    def _policy(self) -> None:
        names = (OTHER_POLICY, DEFAULT_POLICY, f"cn=nowhere,{SUFFIX}")
        self.edit(self.some(), "replace", "pwdPolicySubentry", self.dice.choice(names))

    def _add(self) -> None:
        self.made += 1
        uid = f"new{self.made}"
        dn = f"uid={uid},ou={self.dice.choice(UNITS)},{PEOPLE}"
        attributes = {"cn": uid, "sn": uid, "mail": f"{uid}@x", "userPassword": SECRET}
        lines = [f"dn: {dn}", "changetype: add", "objectClass: inetOrgPerson", "objectClass: odd"]
        self.change("\n".join(lines + [f"{name}: {value}" for name, value in attributes.items()]))
        self.accounts.append(dn)

    def _delete(self) -> None:
        if len(self.accounts) > 5:
            dn = self.some()
            self.accounts.remove(dn)
            self.change(f"dn: {dn}\nchangetype: delete")

    def _move(self) -> None:
        """To another unit, another name, or both."""
        dn = self.some()
        name, _, above = dn.partition(",")
        if self.dice.random() < 0.7:
            above = f"ou={self.dice.choice(UNITS)},{PEOPLE}"
        if self.dice.random() < 0.5 or above == dn.partition(",")[2]:
            self.made += 1
            name = f"uid=moved{self.made}"
        self.change(
            f"dn: {dn}\nchangetype: modrdn\nnewrdn: {name}\ndeleteoldrdn: 1\nnewsuperior: {above}"
        )
        self.accounts[self.accounts.index(dn)] = f"{name},{above}"

    def _leave(self) -> None:
        """The account is there and does not match the filter any more; a later change may end that."""
        self.edit(self.some(), "replace", "mail")

    def _nonsense(self) -> None:
        self.edit(
            self.some(), "replace", "authTimestamp", self.dice.choice(["soon", "20190108010203Z"])
        )


@pytest.fixture(params=SERVERS.values(), ids=SERVERS)
def town(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Town]:
    everywhere, settings = request.param
    port, given = free_port_base(), entries(24)
    with odd_slapd(
        tmp_path / "slapd", port, given, settings=settings, everywhere=everywhere
    ) as uri:
        yield Town(uri, accounts=[dn for dn in given if dn.startswith("uid=")])


def reading(town: Town, folder: Path, access: Access | None = None, **wanted: object) -> Readings:
    return readings(
        folder / "readings",
        access or Access(uri=town.uri),
        PEOPLE,
        **{"filter": WITH_MAIL, **wanted},
    )


def test_what_changed_gives_what_all_gives(town, tmp_path):
    read = reading(town, tmp_path)
    assert "first run" in read.again().read_all_because
    assert read.again().changed == 0
    for seed in range(SEEDS):
        town.dice.seed(seed)
        for _ in range(ROUNDS):
            for _ in range(town.dice.randint(1, 8)):
                town.step()
            town.flush()
            came = read.again()
            assert came.read_all_because == "", f"seed {seed}"
    assert read.again().read_all_because == ""

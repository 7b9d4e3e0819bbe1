# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading what changed gives what reading all gives: after random changes, and after each trap."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access

from .catching_up import Readings, readings
from .ports import free_port_base
from .slapd import ADMIN, DEFAULT_POLICY, PASSWORD, PEOPLE, SUFFIX, Entries, odd_slapd, person
from .town import Town

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


EDITS = {
    "cn": [["Nguyễn An"], ["Trần Bình"]],
    "mail": [["a@x", "b@x"], ["b@x"], []],
    "mailForwardingAddress": [["me@home"], ["me@home", "us@home"], []],
    "pwdAccountLockedTime": [["000001010000Z"], []],
    "pwdReset": [["TRUE"], ["FALSE"]],
    "pwdPolicySubentry": [[OTHER_POLICY], [DEFAULT_POLICY], [f"cn=nowhere,{SUFFIX}"]],
    "authTimestamp": [["soon"], ["20190108010203Z"], []],
}


@pytest.fixture(params=SERVERS.values(), ids=SERVERS)
def town(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Town]:
    everywhere, settings = request.param
    port, given = free_port_base(), entries(24)
    with odd_slapd(
        tmp_path / "slapd", port, given, settings=settings, everywhere=everywhere
    ) as uri:
        yield Town(
            uri=uri,
            admin=(ADMIN, PASSWORD),
            units=[f"ou={unit},{PEOPLE}" for unit in UNITS],
            accounts=[dn for dn in given if dn.startswith("uid=")],
            edits=EDITS,
            secret=SECRET,
            classes=("inetOrgPerson", "odd"),
            options=("-e", "!relax"),
        )


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
            town.live()
            assert read.again().read_all_because == "", f"seed {seed}"
    assert read.again().read_all_because == ""

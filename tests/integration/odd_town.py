# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A small slapd as a town, by each of the ways in which it tells what changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access

from .catching_up import Readings, readings
from .ports import free_port_base
from .slapd import (
    ADMIN,
    DEFAULT_POLICY,
    PASSWORD,
    PEOPLE,
    SUFFIX,
    Entries,
    odd_slapd,
    person,
)
from .town import Town

WITH_MAIL = "(mail=*)"  # so that an account can leave, and come back, without being deleted
UNITS = ("Odd", "Police", r"Schools\2C of the town", "Registry")
LONG_AGO = "20190101000000.000000Z#000000#000#000000"
UNIT = f"ou={UNITS[0]},{PEOPLE}"
SECRET = "Right-Secret-1"
OTHER_POLICY = f"cn=other,{SUFFIX}"

QUICK = "dbnosync\n"
_OVERLAY = QUICK + "overlay syncprov\n"
SERVERS = {
    "syncrepl with a log": ("moduleload syncprov", _OVERLAY + "syncprov-sessionlog 1000\n"),
    "syncrepl without one": ("moduleload syncprov", _OVERLAY),
    "entryCSN": ("", QUICK),
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
        given = {"mail": f"{uid}@x", "userPassword": SECRET, "entryCSN": LONG_AGO}
        found[dn] = dict(person(uid, **given)[f"uid={uid},{UNIT}"])
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


@contextmanager
def running_town(
    folder: Path,
    everywhere: str,
    settings: str,
    newer: str = "",
    number: int = 24,
    **more: str,
) -> Iterator[Town]:
    """A slapd with these lines of configuration; `newer` is a sign-in after the entry's last CSN."""
    given, port = entries(number), free_port_base()
    if newer:
        given[next(dn for dn in given if dn.startswith("uid="))] |= {"authTimestamp": newer}
    more |= {"settings": settings, "everywhere": everywhere}
    with odd_slapd(folder, port, given, **more) as uri:
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

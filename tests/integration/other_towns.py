# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lab's 389-DS and its Active Directory as towns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible_collections.civic.mailbox.lab import lifecycle
from ansible_collections.civic.mailbox.lab.clients import Info
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access

from .catching_up import Readings, readings
from .ports import free_port_base
from .town import Town

SECRET = "Right-Secret-1"
EPOCH = "19700101000000Z"
DS389_CLASSES = ("inetOrgPerson", "mailRecipient")
DS389_EDITS = {
    "cn": [["Nguyễn An"], ["Trần Bình"]],
    "mail": [["a@x", "b@x"], ["b@x"], []],
    "mailForwardingAddress": [["me@home"], []],
    "nsAccountLock": [["true"], ["yes"], []],
    "passwordExpirationTime": [[EPOCH], []],
    "accountUnlockTime": [[EPOCH], []],
}
AD_EDITS = {
    "displayName": [["Nguyễn An"], ["Trần Bình"], []],
    "mail": [["a@x"], ["b@x"], []],
    "accountExpires": [["0"], ["131000000000000000"], ["163000000000000000"]],  # 2016, 2117
    "userAccountControl": [["514"], ["66050"]],  # disabled, and its password never expires
    "pwdLastSet": [["0"], ["-1"]],
    "lockoutTime": [["0"]],
}


@contextmanager
def running_servers(folder: Path) -> Iterator[Info]:
    """A lab with 389-DS and nobody but the lab's few accounts."""
    lifecycle.up(folder, port_base=free_port_base(), people=0, extra=["ds389"])
    try:
        yield lifecycle.describe(folder)
    finally:
        lifecycle.down(folder)


def access(servers: Info, server: str, who: str) -> Access:
    login = servers[server]["accounts"][who]
    return Access(
        uri=servers[server]["ldaps"],
        bind_dn=login["dn"],
        bind_pw=login["password"],
        ca_path=servers["tls"]["ca"],
    )


def read_by(servers: Info, server: str, who: str, folder: Path, **wanted: Any) -> Readings:
    base = servers[server]["search_base"]
    return readings(folder / who, access(servers, server, who), base, **wanted)


def ds389_town(servers: Info, read: Readings) -> Town:
    """Of the accounts that were read: each may forward, and knows the password."""
    admin = servers["ds389"]["accounts"]["admin"]
    lines = read.records("account")
    town = Town(
        uri=servers["ds389"]["ldaps"],
        admin=(admin["dn"], admin["password"]),
        units=sorted({line["dn"].partition(",")[2] for line in lines}),
        accounts=[line["dn"] for line in lines],
        edits=DS389_EDITS,
        classes=DS389_CLASSES,
        secret=SECRET,
        ca_path=servers["tls"]["ca"],
    )
    for line in lines:
        town.replace(line["dn"], "userPassword", SECRET)
        if "forwards" not in line:
            allowed = ("changetype: modify", "add: objectClass", f"objectClass: {DS389_CLASSES[1]}")
            town.change("\n".join((f"dn: {line['dn']}", *allowed)))
    town.flush()
    return town


def ad_town(lab: Info, read: Readings, made: int = 0) -> Town:
    """In units of the accounts that were read, with accounts of its own: others use it too.

    Names are counted from `made` on.
    """
    admin, base = lab["ad"]["accounts"]["admin"], lab["ad"]["search_base"]
    above = sorted({line["dn"].partition(",")[2] for line in read.records("account")})
    town = Town(
        uri=lab["ad"]["ldaps"],
        admin=(admin["dn"], admin["password"]),
        units=[dn for dn in above if dn.endswith(base)][:3],
        accounts=[],
        edits=AD_EDITS,
        classes=("user",),
        named_by="cn",
        login="sAMAccountName",
        ca_path=lab["tls"]["ca"],
        made=made,
    )
    for _ in range(8):
        town.add()
    town.flush()
    return town


def leave(town: Town) -> None:
    """Delete its accounts."""
    for dn in town.accounts:
        town.change(f"dn: {dn}\nchangetype: delete")
    town.flush()

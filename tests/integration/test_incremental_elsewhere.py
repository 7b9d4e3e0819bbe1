# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The same of 389-DS and Active Directory: what changed gives what all gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import lifecycle
from ansible_collections.civic.mailbox.lab.clients import Info
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access

from .catching_up import Readings, readings
from .ports import free_port_base
from .town import Town

SEEDS, ROUNDS = 1, 6
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


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Info]:
    folder = tmp_path_factory.mktemp("incremental") / "lab"
    lifecycle.up(folder, port_base=free_port_base(), people=0, extra=["ds389"])
    yield lifecycle.describe(folder)
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


def test_what_changed_gives_what_all_gives_on_ds389(servers, tmp_path):
    """By content synchronisation, and by a sweep for who may not see the changelog's settings."""
    told, swept = (
        read_by(servers, "ds389", who, tmp_path, filter="(mail=*)")
        for who in ("auditor", "hash-auditor")
    )
    admin = servers["ds389"]["accounts"]["admin"]
    assert "first run" in told.again().read_all_because
    assert "first run" in swept.again().read_all_because
    accounts = [line["dn"] for line in told.records("account")]
    town = Town(
        uri=servers["ds389"]["ldaps"],
        admin=(admin["dn"], admin["password"]),
        units=sorted({dn.partition(",")[2] for dn in accounts}),
        accounts=accounts,
        edits=DS389_EDITS,
        classes=DS389_CLASSES,
        secret=SECRET,
        ca_path=servers["tls"]["ca"],
    )
    for line in told.records("account"):
        town.replace(line["dn"], "userPassword", SECRET)
        if "forwards" not in line:
            allowed = ("changetype: modify", "add: objectClass", f"objectClass: {DS389_CLASSES[1]}")
            town.change("\n".join((f"dn: {line['dn']}", *allowed)))
    town.flush()
    for seed in range(SEEDS):
        town.dice.seed(seed)
        for _ in range(ROUNDS):
            town.live()
            for read in (told, swept):
                assert read.again().read_all_because == "", f"seed {seed}"
    assert told.feed == "sync"
    assert swept.feed == "sweep"


def test_what_changed_gives_what_all_gives_on_active_directory(ad_lab, tmp_path):
    """By a sweep, over accounts of its own: others use this server too."""
    read = read_by(ad_lab, "ad", "auditor", tmp_path)
    admin, base = ad_lab["ad"]["accounts"]["admin"], ad_lab["ad"]["search_base"]
    assert "first run" in read.again().read_all_because
    above = sorted({line["dn"].partition(",")[2] for line in read.records("account")})
    town = Town(
        uri=ad_lab["ad"]["ldaps"],
        admin=(admin["dn"], admin["password"]),
        units=[dn for dn in above if dn.endswith(base)][:3],
        accounts=[],
        edits=AD_EDITS,
        classes=("user",),
        named_by="cn",
        login="sAMAccountName",
        ca_path=ad_lab["tls"]["ca"],
    )
    for _ in range(8):
        town.add()
    town.flush()
    assert read.again().read_all_because == ""
    for seed in range(SEEDS):
        town.dice.seed(seed)
        for _ in range(ROUNDS):
            town.live()
            assert read.again().read_all_because == "", f"seed {seed}"
    assert read.feed == "sweep"
    for dn in town.accounts:
        town.change(f"dn: {dn}\nchangetype: delete")
    town.flush()
    assert read.again().gone > 0

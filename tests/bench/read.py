# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading nine attributes of each account and throwing them away: `read`, `read_tls`.

Ours is the search that every module uses, with the connection before it. The references read the
same in the same pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from . import clients, searching
from .asked import Asked
from .ground import Ground, tool_versions, versions
from .measure import Measure
from .running import Runner, calling, compare, run

FILTER = "(objectClass=inetOrgPerson)"
ATTRIBUTES = (
    "uid",
    "cn",
    "mail",
    "createTimestamp",
    "entryUUID",
    "pwdChangedTime",
    "pwdLastSuccess",
    "pwdAccountLockedTime",
    "mailRoutingAddress",
)
PAGE = 1000


def read(ground: Ground) -> Iterator[Measure]:
    """Without TLS, against each of the clients."""
    info = ground.lab()
    where = place(info, "ldap")
    for name, command, at_most, rounds in (
        ("ldapsearch", clients.ldapsearch(**where), 1.1, 9),
        ("python-ldap", [clients.PYTHON, *calling(clients.python_ldap, **where)[1:]], None, 3),
        ("plain ldap3", calling(clients.plain_ldap3, **where), None, 3),
    ):
        yield compare(
            "read",
            ground.size,
            Runner(name="search", run=partial(run, calling(searching.search, **where))),
            Runner(name=name, run=partial(run, command)),
            versions=versions(info, "openldap") | tool_versions(name),
            at_most=at_most,
            stated_for=100_000,
            rounds=rounds,
        )


def read_tls(ground: Ground) -> Iterator[Measure]:
    """With TLS from the first byte on."""
    info = ground.lab()
    where = place(info, "ldaps")
    yield compare(
        "read_tls",
        ground.size,
        Runner(name="search", run=partial(run, calling(searching.search, **where))),
        Runner(name="ldapsearch", run=partial(run, clients.ldapsearch(**where))),
        versions=versions(info, "openldap") | tool_versions("ldapsearch"),
        at_most=1.2,
        stated_for=100_000,
        rounds=9,
    )


def place(info: dict[str, Any], scheme: str) -> Asked:
    """What is read, and as whom, in one of the lab's schemes."""
    directory = info["openldap"]
    return {
        "uri": directory[scheme],
        "ca_path": info["tls"]["ca"],
        "bind": directory["accounts"]["auditor"],
        "base": directory["search_base"],
        "ldap_filter": FILTER,
        "attributes": ATTRIBUTES,
        "page": PAGE,
    }

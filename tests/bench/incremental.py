# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading what changed in 0.1 % of the accounts, against reading all: `incremental`, of OpenLDAP,
of 389-DS and of Active Directory.

Both write a whole snapshot to disk. Counted is the reading from the connection on, and what is kept
for the next one; the start of Python is the same for both and left out.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from ansible_collections.civic.mailbox.lab import lifecycle, population
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Directory
from ansible_collections.civic.mailbox.plugins.module_utils._directory.gather import Wanted, gather
from ansible_collections.civic.mailbox.plugins.module_utils._directory.requests import (
    REPLACE,
    Edit,
    Modification,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.units import from_dn
from ansible_collections.civic.mailbox.plugins.module_utils._module.last_reading import (
    keep,
    last_reading,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module.spool import whole_file

from . import searching
from .ground import Ground, versions
from .measure import Measure
from .running import Run, Runner, calling, compare, run

SHARE = 1000  # one account of so many changes
OFTEN = 10_000  # runs and days: all is never read for its own sake
_SIGNS_IN = ("uid=default-password,", "cn=default-password,")


@dataclass(frozen=True, kw_only=True)
class Server:
    """A directory of the lab."""

    key: str  # in lab.json
    scheme: str
    attribute: str  # one that is read, and is changed here
    largest: int  # accounts: more take the lab too long to make
    at_most: float | None = None


SERVERS = (
    Server(key="openldap", scheme="ldap", attribute="cn", largest=1_000_000, at_most=0.1),
    Server(key="ds389", scheme="ldap", attribute="cn", largest=1_000_000, at_most=0.1),
    # Without TLS it lets nobody bind. Each account takes it some 25 ms of a processor to make.
    Server(key="ad", scheme="ldaps", attribute="displayName", largest=5_000, at_most=0.1),
)


def incremental(ground: Ground) -> Iterator[Measure]:
    """Of each kind of directory, by the way that is taken there."""
    for server in SERVERS:
        yield _of(server, ground)


def _of(server: Server, ground: Ground) -> Measure:
    ground.forget_lab()  # another measure may have left traces of its writing
    size = min(ground.size, server.largest)
    info = ground.lab(size, extra=[server.key] if server.key in lifecycle.OPTIONAL else [])
    directory = info[server.key]
    reached = {"uri": directory[server.scheme], "ca_path": info["tls"]["ca"]}
    where = {
        **reached,
        "bind": directory["accounts"]["auditor"],
        "base": directory["search_base"],
        "policy": directory["default_password_policy"],
        "folder": str(ground.new_folder("incremental")),
    }
    admin = searching.access(**reached, bind=directory["accounts"]["admin"])
    people = _people(admin, where["base"])
    # As on any server in use: somebody's sign-in shows that the feed tells it.
    known = next(dn for dn in people if dn.lower().startswith(_SIGNS_IN))
    login = {"dn": known, "password": population.DEFAULT_PASSWORD}
    with Directory(searching.access(**reached, bind=login)):
        pass
    numbers = count()

    def changed() -> Run:
        number = next(numbers)
        some = people[number % SHARE :: SHARE]
        values = (f"Changed {number}".encode(),)
        edit = Edit(operation=REPLACE, attribute=server.attribute, values=values)
        with Directory(admin) as writing:
            written = list(writing.modify(Modification(dn=dn, edits=(edit,)) for dn in some))
        if any(one.code for one in written):
            raise SystemExit("an account could not be changed")
        return run(calling(read_changes, **where, expected=len(some)), keep=True)

    run(calling(read_changes, **where, expected=None))
    measured = compare(
        "incremental",
        size,
        Runner(name="what changed", run=changed),
        Runner(
            name=f"all of {server.key}", run=partial(run, calling(read_all, **where), keep=True)
        ),
        versions=versions(info, server.key),
        at_most=server.at_most,
        stated_for=min(100_000, server.largest),
        seconds=lambda done: float(done.output),
    )
    ground.forget_lab()
    return measured


def _people(access: Access, base: str) -> list[str]:
    """The DNs of all who have a mailbox."""
    with Directory(access) as directory:
        return [dn.decode() for dn, _ in directory.search(base, "(mail=*)", page_size=1000)]


def read_all(**where: Any) -> None:
    """As the module does without incremental_dir; prints the seconds."""
    began = time.monotonic()
    with whole_file(Path(where["folder"], "all.jsonl")) as file:
        outcome = gather(**_what(where), write=file.write)
    print(time.monotonic() - began)
    if outcome.message:
        raise SystemExit(outcome.message)


def read_changes(*, expected: int | None, **where: Any) -> None:
    """As the module does with it; so many accounts at least have to come, or (None) all."""
    memory, snapshot = (Path(where["folder"], name) for name in ("memory", "changed.jsonl"))
    began = time.monotonic()
    with whole_file(snapshot) as file, last_reading(memory, file, OFTEN, OFTEN) as keeping:
        outcome = gather(**_what(where), write=file.write, keeping=keeping)
    progress = outcome.progress
    keep(memory, progress.memory if progress else None, snapshot)
    print(time.monotonic() - began)
    if outcome.message or not progress:
        raise SystemExit(outcome.message)
    if expected is not None and (progress.read_all_because or progress.changed < expected):
        raise SystemExit(f"{progress.changed} changed; {progress.read_all_because}")


def _what(where: dict[str, Any]) -> dict[str, Any]:
    return {
        "access": searching.access(where["uri"], where["ca_path"], where["bind"]),
        "wanted": Wanted(
            name="bench",
            search_base=where["base"],
            unit=from_dn("ou"),
            default_password_policy=where["policy"],
        ),
        "progress": lambda accounts: None,
        "clock": lambda: datetime.now(timezone.utc),
    }

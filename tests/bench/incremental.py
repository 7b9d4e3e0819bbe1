# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading what changed in 0.1 % of the accounts, against reading all: `incremental`.

Both write a whole snapshot to disk. Counted is the reading from the connection on, and what is kept
for the next one; the start of Python is the same for both and left out.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timezone
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from ansible_collections.civic.mailbox.lab import population
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

from .ground import Ground, versions
from .measure import Measure
from .running import Run, Runner, calling, compare, run

SHARE = 1000  # one account of so many changes
OFTEN = 10_000  # runs and days: all is never read for its own sake


def incremental(ground: Ground) -> Iterator[Measure]:
    """Without TLS, by content synchronisation."""
    ground.forget_lab()  # another measure may have left traces of its writing
    info = ground.lab()
    directory = info["openldap"]
    folder = ground.new_folder("incremental")
    where = {
        "uri": directory["ldap"],
        "bind": directory["accounts"]["auditor"],
        "base": directory["search_base"],
        "policy": directory["default_password_policy"],
        "folder": str(folder),
    }
    admin = directory["accounts"]["admin"]
    people = [one.dn for one in population.people(info["people"], datetime.now(timezone.utc))]
    # As on any server in use: somebody's sign-in shows that the feed tells it.
    known = next(dn for dn in people if dn.startswith("uid=default-password,"))
    with Directory(_access(where["uri"], {"dn": known, "password": population.DEFAULT_PASSWORD})):
        pass
    numbers = count()

    def changed() -> Run:
        number = next(numbers)
        edit = Edit(operation=REPLACE, attribute="cn", values=(f"Changed {number}".encode(),))
        some = people[number % SHARE :: SHARE]
        with Directory(_access(where["uri"], admin)) as writing:
            written = list(writing.modify(Modification(dn=dn, edits=(edit,)) for dn in some))
        if any(one.code for one in written):
            raise SystemExit("an account could not be changed")
        return run(calling(read_changes, **where, expected=len(some)), keep=True)

    run(calling(read_changes, **where, expected=None))
    yield compare(
        "incremental",
        ground.size,
        Runner(name="what changed", run=changed),
        Runner(name="all", run=partial(run, calling(read_all, **where), keep=True)),
        versions=versions(info, "openldap"),
        at_most=0.1,
        seconds=lambda done: float(done.output),
    )
    ground.forget_lab()


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
        "access": _access(where["uri"], where["bind"]),
        "wanted": Wanted(
            name="bench",
            search_base=where["base"],
            unit=from_dn("ou"),
            default_password_policy=where["policy"],
        ),
        "progress": lambda accounts: None,
        "clock": lambda: datetime.now(timezone.utc),
    }


def _access(uri: str, bind: dict[str, str]) -> Access:
    return Access(uri=uri, bind_dn=bind["dn"], bind_pw=bind["password"])

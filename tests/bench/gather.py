# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading accounts into a snapshot file: `gather`, against reading the same and no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any

from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialects.openldap import (
    OPENLDAP,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.gather import Wanted
from ansible_collections.civic.mailbox.plugins.module_utils._directory.gather import (
    gather as gather_into,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.units import from_dn

from . import read, searching
from .asked import Asked
from .ground import Ground, versions
from .measure import Measure
from .running import Runner, calling, compare, run

NAME = "bench"


def gather(ground: Ground) -> Iterator[Measure]:
    """Without TLS; all attributes that an audit asks for."""
    info = ground.lab()
    where = place(info)
    snapshot = ground.new_folder("gather") / "accounts.jsonl"
    own = calling(write_snapshot, **_access(where), base=where["base"], path=str(snapshot))
    yield compare(
        "gather",
        ground.size,
        Runner(name="gather", run=partial(run, own)),
        Runner(name="read alone", run=partial(run, calling(searching.search, **where))),
        versions=versions(info, "openldap"),
        at_most=2.5,
        stated_for=100_000,
    )


def place(info: dict[str, Any]) -> Asked:
    """What gather reads of the lab."""
    rows = [row.attribute for row in OPENLDAP.fields if row.name != "password_check"]
    return read.place(info, "ldap") | {
        "ldap_filter": OPENLDAP.account_filter,
        "attributes": sorted({*rows, *OPENLDAP.beside_rows(), *from_dn("ou").attributes}),
    }


def write_snapshot(*, uri: str, ca_path: str, bind: dict[str, str], base: str, path: str) -> None:
    """As the module accounts_info does, less what Ansible takes for itself."""
    with Path(path).open("w", encoding="utf-8", buffering=1 << 18) as file:
        outcome = gather_into(
            searching.access(uri, ca_path, bind),
            Wanted(name=NAME, search_base=base, unit=from_dn("ou")),
            write=file.write,
            progress=lambda accounts: None,
            clock=lambda: datetime.now(timezone.utc),
        )
    if outcome.message:
        raise SystemExit(outcome.message)


def _access(where: Asked) -> dict[str, Any]:
    return {"uri": where["uri"], "ca_path": where["ca_path"], "bind": where["bind"]}

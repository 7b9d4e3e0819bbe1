# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Accounts of a directory, read into memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ansible_collections.civic.mailbox.lab import population
from ansible_collections.civic.mailbox.lab.clients import Info
from ansible_collections.civic.mailbox.lab.population import Person
from ansible_collections.civic.mailbox.plugins.module_utils._core.account import Account
from ansible_collections.civic.mailbox.plugins.module_utils._core.snapshot import read_account
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.gather import (
    Outcome,
    Wanted,
    gather,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.units import from_dn


@dataclass(frozen=True)
class Snapshot:
    """What gather wrote, and what it said of it."""

    outcome: Outcome
    lines: list[dict[str, Any]]

    def records(self, kind: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["record"] == kind]

    @property
    def accounts(self) -> dict[str, Account]:
        """By login."""
        found = map(read_account, self.records("account"))
        return {account.login: account for account in found}

    @property
    def end(self) -> dict[str, Any]:
        return self.lines[-1]

    @property
    def problems(self) -> list[str]:
        return [line["message"] for line in self.records("problem")]


def now() -> datetime:
    return datetime.now(timezone.utc)


def read(access: Access, base: str, *, progress: Callable[[int], object] = id, **wanted: Any):
    """Gather into memory. Header and end are always there, whatever happened."""
    lines: list[str] = []
    settings = {"name": "test", "search_base": base, "unit": from_dn("ou"), **wanted}
    outcome = gather(access, Wanted(**settings), write=lines.append, progress=progress, clock=now)
    snapshot = Snapshot(outcome, [json.loads(line) for line in lines])
    assert snapshot.lines[0]["record"] == "header"
    assert [line["record"] for line in snapshot.lines].count("end") == 1
    assert snapshot.end["record"] == "end"
    assert snapshot.end["complete"] is (outcome.message == "")
    assert snapshot.end["message"] == outcome.message
    assert snapshot.end["counts"]["account"] == outcome.total == len(snapshot.records("account"))
    return snapshot


def access_to(lab: Info) -> Callable[..., Access]:
    """How to reach the lab's directory as one of its accounts."""

    def make(name: str = "auditor", scheme: str = "ldaps", **options: Any) -> Access:
        login = lab["openldap"]["accounts"][name]
        settings = {
            "uri": lab["openldap"][scheme],
            "bind_dn": login["dn"],
            "bind_pw": login["password"],
            "ca_path": lab["tls"]["ca"],
        }
        return Access(**settings | options)

    return make


def people_of(lab: Info) -> dict[str, Person]:
    """The lab's population, by login."""
    known = population.people(lab["people"], datetime.fromisoformat(lab["now"]))
    return {one.uid: one for one in known}


def fails(access: Access, base: str, *said: str, **wanted: Any) -> Snapshot:
    """A reading that fails with one message, which has all that in it and no password."""
    found = read(access, base, **wanted)
    for part in said:
        assert part in found.outcome.message
    assert access.bind_pw == "" or access.bind_pw not in json.dumps(found.lines)
    assert "Traceback" not in found.outcome.message
    assert "\n" not in found.outcome.message
    assert found.lines[0]["server"] == access.uri
    return found

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A private slapd with people, plans for it, and what its record of writes and the journal tell afterwards."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import Any

from ansible_collections.civic.mailbox.lab.clients import wait_for
from ansible_collections.civic.mailbox.lab.process import run
from ansible_collections.civic.mailbox.plugins.module_utils._core.dates import format_time
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change, to_line
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Directory
from ansible_collections.civic.mailbox.plugins.module_utils._directory.requests import (
    REPLACE,
    Edit,
    Modification,
)
from ansible_collections.civic.mailbox.plugins.modules import account, rollback

from .module_run import Ran, run_module
from .ports import free_port_base
from .slapd import ADMIN, DEFAULT_POLICY, PASSWORD, PEOPLE, Entries, odd_slapd, person

UNIT = f"ou=Odd,{PEOPLE}"
LOCK, RESET = "pwdAccountLockedTime", "pwdReset"
LOCKED_FOR_GOOD = b"000001010000Z"
NAME = "town"
PERSONAL = "hunter2-sunshine"  # everybody's password
# slapd's operational time stamps: what a rollback cannot bring back
STAMPS = {"contextCSN", "entryCSN", "modifiersName", "modifyTimestamp"}
# field -> control, before, after
FIELDS = {
    "lock": ("idle-mailbox", "active", "locked"),
    "must_change": ("default-password", "no", "yes"),
}
POLICY = {
    "objectClass": ["namedPolicy", "pwdPolicy"],
    "cn": "default",
    "pwdAttribute": "userPassword",
    "pwdLockout": "TRUE",
    "pwdMustChange": "TRUE",
    "pwdMaxFailure": "5",
    "pwdLockoutDuration": "3600",
}


def people(count: int, **attributes: str) -> Entries:
    """uid=p0, p1, ..., each with an address."""
    found: dict[str, Any] = {}
    for number in range(count):
        found |= person(f"p{number}", mail=f"p{number}@odd.example", **attributes)
    return found


def dn(number: int) -> str:
    return f"uid=p{number},{UNIT}"


@dataclass(frozen=True)
class Town:
    """The server, and the folder that its runs are in."""

    uri: str
    folder: Path  # of slapd
    reports: Path

    @property
    def access(self) -> Access:
        return Access(uri=self.uri, bind_dn=ADMIN, bind_pw=PASSWORD)

    @property
    def pid(self) -> int:
        return int((self.folder / "slapd.pid").read_text())

    def options(self, **more: Any) -> dict[str, Any]:
        """Of every module that writes."""
        whole = {"server_uri": self.uri, "bind_dn": ADMIN, "bind_pw": PASSWORD, "name": NAME}
        return {**whole, **more}

    def apply(self, run_id: str = "run", *, how: dict[str, Any] | None = None, **more: Any) -> Ran:
        """Carry out the run's plan by the module account; `how` is run_module's."""
        limits = {"max_changes": 100_000, "max_percent": 100}
        limits |= {f"unit_{name}": limit for name, limit in limits.items()}
        plan = {"plan": str(self.reports / run_id / "plan.jsonl"), "search_base": PEOPLE}
        return self._run(account.main, {**plan, **limits, **more}, how)

    def set_state(
        self, state: str, *addresses: str, how: dict[str, Any] | None = None, **more: Any
    ) -> Ran:
        """Have the module account bring these accounts to the state, without a plan."""
        whole = {"accounts": addresses, "state": state, "search_base": PEOPLE}
        return self._run(account.main, {**whole, **more}, how)

    def roll_back(self, run: str = "run", *, how: dict[str, Any] | None = None, **more: Any) -> Ran:
        whole = {"reports_dir": str(self.reports), "run": run}
        return self._run(rollback.main, {**whole, **more}, how)

    def _run(
        self, main: Callable[[], object], options: dict[str, Any], how: dict[str, Any] | None = None
    ) -> Ran:
        ran = run_module(main, self.options(**options), **(how or {}))
        assert PASSWORD not in ran.output
        assert "Traceback" not in ran.output
        return ran

    def plan(self, changes: Iterable[Change], run_id: str = "run", **assessment: Any) -> Path:
        """Write a run folder as the audit leaves it."""
        run_dir = self.reports / run_id
        run_dir.mkdir(parents=True, exist_ok=True)
        lines = "".join(f"{to_line(change)}\n" for change in changes)
        (run_dir / "plan.jsonl").write_text(lines, "utf-8")
        (run_dir / "findings.jsonl").touch()
        known = {
            "run_id": run_id,
            "statuses": {},
            "plan_sha256": hashlib.sha256(lines.encode()).hexdigest(),
            "now": format_time(datetime.now(timezone.utc)),
            "sources": [{"name": NAME, "kind": "accounts", "server": self.uri}],
            "accounts_by_unit": {"Odd": 10_000},
            **assessment,
        }
        (run_dir / "assessment.json").write_text(json.dumps(known), "utf-8")
        return run_dir

    @cached_property
    def directory(self) -> Directory:
        """The administrator's connection."""
        return Directory(self.access)

    def leave(self) -> None:
        """Give the administrator's connection back; it is opened anew when it is needed."""
        with self.directory:
            del self.__dict__["directory"]

    def set_all(self, name: str, dns: Sequence[str], *values: bytes) -> None:
        """Set an attribute as an administrator would by hand."""
        edit = Edit(operation=REPLACE, attribute=name, values=values)
        wanted = (Modification(dn=one, edits=(edit,)) for one in dns)
        assert {one.code for one in self.directory.modify(wanted)} <= {0}

    def values(self, name: str, *dns: str) -> list[list[bytes]]:
        return [(entry or {}).get(name, []) for entry in self.directory.read(dns, [name])]

    def export(self) -> list[str]:
        """The lines of the LDIF of all entries, but for what each write stamps anew."""
        asked = ("-b", PEOPLE, "-LLL", "-o", "ldif-wrap=no", "(objectClass=*)", "*", "+")
        as_admin = ("-x", "-H", self.uri, "-D", ADMIN, "-w", PASSWORD)
        lines = run("ldapsearch", *as_admin, *asked).splitlines()
        return [line for line in lines if line.partition(":")[0] not in STAMPS]

    def written(self, since: int = 0) -> Counter[str]:
        """How often each entry was modified, by slapd's own record from that byte on.

        Its log would not do: it has no results for clients that had gone by then.
        """
        if self.record_size() == since:
            return Counter()
        record = (self.folder / "audit.ldif").read_bytes()[since:].decode()
        unfolded = record.replace("\n ", "")
        return Counter(re.findall("^dn: (.*)\nchangetype: modify$", unfolded, re.MULTILINE))

    def wait_until_quiet(self) -> None:
        """Until slapd is done with every client but the administrator."""
        log = self.folder / "slapd.log"

        def is_quiet() -> bool:
            said = log.read_text("utf-8", "replace")
            return said.count(" ACCEPT from ") - len(re.findall("fd=[0-9]+ closed", said)) <= 1

        assert wait_for(is_quiet)

    def record_size(self) -> int:
        """The size of slapd's record of writes by now."""
        record = self.folder / "audit.ldif"
        return record.stat().st_size if record.exists() else 0


def planned(town: Town, targets: Iterable[str], field: str, **more: Any) -> list[Change]:
    """What a plan has for these entries as they are now."""
    known = list(targets)
    found = list(town.directory.read(known, ["entryUUID"]))
    return [
        change_of(target, field, entry["entryUUID"][0].decode(), **more)
        for target, entry in zip(known, found, strict=True)
        if entry is not None
    ]


def change_of(target: str, field: str, entry_uuid: str, **more: Any) -> Change:
    control, before, after = FIELDS[field]
    uid = target.partition("=")[2].partition(",")[0]
    whole: dict[str, Any] = {
        "id": hashlib.sha256(f"{target} {field}".encode()).hexdigest()[:16],
        "control": control,
        "subject": f"{uid}@odd.example",
        "unit": "Odd",
        "server": NAME,
        "target": target,
        "field": field,
        "before": (before,),
        "after": (after,),
        "reason": "planned by a test",
        "undo": f"{field}: {before}",
        "fingerprint": "f",
        "account_id": entry_uuid,
    }
    return Change(**{**whole, **more})


def journal_of(run_dir: Path) -> list[dict[str, Any]]:
    lines = (run_dir / "journal.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def standing(run_dir: Path) -> Counter[str]:
    """Change id -> results "done" of applying, less those of rolling back."""
    found: Counter[str] = Counter()
    for record in journal_of(run_dir):
        if record["record"] == "result" and record["result"] == "done":
            found[record["id"]] += 1 if record["mode"] == "apply" else -1
    return found


@contextmanager
def town_of(folder: Path, entries: Entries, *, access: str = "") -> Iterator[Town]:
    entries = {DEFAULT_POLICY: POLICY, **entries}
    port, quick = free_port_base(), "dbnosync"  # no machine fails here, only processes
    with odd_slapd(folder / "slapd", port, entries, access=access, settings=quick) as uri:
        town = Town(uri=uri, folder=folder / "slapd", reports=folder / "reports")
        try:
            yield town
        finally:
            town.leave()

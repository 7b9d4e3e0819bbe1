# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A directory read again and again by what changed, each time beside one that is read in full."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from difflib import unified_diff
from pathlib import Path
from typing import Any

from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.changes.memory import (
    decoded,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.changes.session import (
    Progress,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.gather import (
    Outcome,
    Wanted,
    gather,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.units import from_dn
from ansible_collections.civic.mailbox.plugins.module_utils._module.last_reading import (
    keep,
    last_reading,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module.spool import whole_file

LONG = 10_000  # runs and days: all is never read for its own sake
_TIMES = ("started_at", "server_time", "clock_ahead", "ended_at", "incremental")


@dataclass
class Readings:
    """Snapshots of one server, in a folder."""

    folder: Path
    access: Access
    wanted: Wanted
    clock: Callable[[], datetime] = field(default_factory=lambda: now)
    number: int = 0
    warning: str = ""  # of the last one

    @property
    def memory(self) -> Path:
        return self.folder / "incremental" / "accounts-test.memory"

    @property
    def snapshot(self) -> Path:
        """The newest one."""
        return self.folder / f"{self.number}.jsonl"

    @property
    def feed(self) -> str:
        """By which way changes are found."""
        return decoded(self.memory.read_bytes()).feed

    @property
    def signs(self) -> str:
        """Whether sign-ins are told as changes, as far as is known."""
        return decoded(self.memory.read_bytes()).signs

    def locked(self, dn: str) -> bool:
        """Whether an account is locked in the newest snapshot."""
        return any("lock" in line for line in self.records("account") if line["dn"] == dn)

    def records(self, kind: str) -> list[dict[str, Any]]:
        """Of the newest snapshot."""
        lines = map(json.loads, self.snapshot.read_text(encoding="utf-8").splitlines())
        return [line for line in lines if line["record"] == kind]

    def again(self, *, most_runs: int = LONG, most_days: int = LONG, **wanted: Any) -> Progress:
        """Read what changed, and all beside it: they have to be equal. How it came about."""
        outcome = self.once(most_runs=most_runs, most_days=most_days, **wanted)
        assert outcome.progress
        whole = self._whole(replace(self.wanted, **wanted))
        found, expected = alike(self.snapshot), alike(self.folder / "whole.jsonl")
        differs = "\n".join(unified_diff(expected, found, "all", "changed", lineterm="", n=0))
        assert not differs, differs
        assert (outcome.counts, outcome.total) == (whole.counts, whole.total)
        return outcome.progress

    def once(self, *, most_runs: int = LONG, most_days: int = LONG, **wanted: Any) -> Outcome:
        """Read what changed."""
        self.number += 1
        with (
            whole_file(self.snapshot) as file,
            last_reading(self.memory, file, most_runs, most_days) as keeping,
        ):
            outcome = gather(
                self.access,
                replace(self.wanted, **wanted),
                write=file.write,
                progress=id,
                clock=self.clock,
                keeping=keeping,
            )
        assert outcome.message == "", outcome.message
        self.warning = keep(
            self.memory, outcome.progress.memory if outcome.progress else None, self.snapshot
        )
        return outcome

    def anew(self) -> list[str]:
        """The lines of a reading of all, without its times; nothing rests on it."""
        self._whole(self.wanted)
        return alike(self.folder / "whole.jsonl")

    def _whole(self, wanted: Wanted) -> Outcome:
        with whole_file(self.folder / "whole.jsonl") as file:
            return gather(self.access, wanted, write=file.write, progress=id, clock=self.clock)


def readings(folder: Path, access: Access, base: str, **wanted: Any) -> Readings:
    """Readings of a server of which nothing is remembered yet."""
    return Readings(
        folder,
        access,
        Wanted(**{"name": "test", "search_base": base, "unit": from_dn("ou"), **wanted}),
    )


def alike(path: Path) -> list[str]:
    """The lines of a snapshot without its times; accounts in the order of their text.

    A server may give them in any order, and what is new stands last in one.
    """
    header, *records, end = path.read_text(encoding="utf-8").splitlines()
    accounts = sorted(line for line in records if line.startswith('{"record":"account"'))
    others = [line for line in records if not line.startswith('{"record":"account"')]
    return [_timeless(header), *others, *accounts, _timeless(end)]


def _timeless(line: str) -> str:
    record = {name: value for name, value in json.loads(line).items() if name not in _TIMES}
    return json.dumps(record, indent=1, sort_keys=True)


def now() -> datetime:
    return datetime.now(timezone.utc)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How long assess takes for many accounts, and how much memory, with an earlier run to compare.

    python tests/bench/assess.py [ACCOUNTS]

The reference is a Python that does nothing but parse the same snapshots. Every tenth account has
something wrong with it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from ansible_collections.civic.mailbox.plugins.module_utils._module.assess import assess_run

NOW = "2019-01-08T01:00:00Z"
UNITS = ("Văn thư", "Địa chính", "Tư pháp", "Trường tiểu học", "Công an")
POLICY = """forwarding: {internal_domains: [town.example]}
exemptions:
  - {control: idle-mailbox, select: unit == 'Archive', reason: r, approver: a, expires: 2099-12-31}
"""
REFERENCE = "import json, sys\nfor path in sys.argv[1:]:\n for line in open(path): json.loads(line)"
ODD: tuple[dict[str, Any], ...] = (
    {"sign_ins": [{"at": "2018-09-01T01:00:00Z", "source": "pwdLastSuccess"}]},
    {"sign_ins": []},
    {"lock": "administrator"},
    {"forwards": [{"address": "me@home.example", "channel": "directory", "source": "mailForward"}]},
    {"password_changed_at": "2017-01-01T01:00:00Z"},
)


class Module:
    """What assess_run needs of a module."""

    _diff = True

    def __init__(self, folder: Path, run: str, previous: str | None) -> None:
        self.params = {
            "run_dir": folder / run,
            "policy_file": folder / "policy.yml",
            "sources": [],
            "previous": previous and folder / previous,
            "now": NOW,
        }

    def warn_clean(self, warning: str) -> None:
        print(warning, file=sys.stderr)


def account(number: int) -> dict[str, Any]:
    """One account's record."""
    good = {
        "record": "account",
        "dn": f"uid=user{number},ou=people,dc=town,dc=example",
        "unit": UNITS[number % len(UNITS)],
        "id": f"5d2a{number:028x}",
        "login": f"user{number}",
        "mail": [f"user{number}@town.example"],
        "name": f"Nguyễn Thị Lan {number}",
        "created_at": "2017-01-01T01:00:00Z",
        "password_changed_at": "2018-01-01T01:00:00Z",
        "password_policy": "cn=default,ou=policies,dc=town,dc=example",
        "sign_ins": [{"at": "2019-01-05T01:00:00Z", "source": "pwdLastSuccess"}],
    }
    return good | (ODD[number // 10 % len(ODD)] if number % 10 == 0 else {})


def write(path: Path, kind: str, records: Iterator[dict[str, Any]]) -> Path:
    """A snapshot of that kind."""
    header = {"record": "header", "schema": 1, "kind": kind, "name": kind}
    end = {"record": "end", "complete": True, "newest_sign_in": {"pwdLastSuccess": NOW}}
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for record in chain((header,), records, (end,)):
            file.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
    return path


def snapshots(run: Path, accounts: int) -> list[Path]:
    """The snapshots of a directory and of a mail host that every account has a mailbox on."""
    folder, numbers = run / "snapshot", range(accounts)
    mailboxes = ({"record": "mailbox", "mail": f"user{number}@town.example"} for number in numbers)
    return [
        write(folder / "accounts-ldap1.jsonl", "accounts", map(account, numbers)),
        write(folder / "mail-mail1.jsonl", "mail", mailboxes),
    ]


def measured(*command: object) -> tuple[float, float]:
    """Seconds on a processor, and peak MB, of a process."""
    process = subprocess.Popen([sys.executable, *map(str, command)], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command[0]} failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main(accounts: int) -> None:
    """Print what the first run and the one compared with it take."""
    with tempfile.TemporaryDirectory(prefix="civic-bench-") as name:
        folder = Path(name)
        (folder / "policy.yml").write_text(POLICY)
        files = snapshots(folder / "1", accounts)
        (folder / "2").mkdir()
        (folder / "2" / "snapshot").symlink_to(folder / "1" / "snapshot")
        seconds, memory = measured("-c", REFERENCE, *files)
        print(f"parsing alone, {accounts} accounts: {seconds:.1f} s, {memory:.0f} MB")
        for what, run in (("assess", ("1",)), ("assess and compare", ("2", "1"))):
            taken, peak = measured(__file__, "--assess", folder, *run)
            print(f"{what}: {taken:.1f} s, {peak:.0f} MB: {taken / seconds:.1f} times the time")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--assess"]:
        assess_run(Module(Path(sys.argv[2]), sys.argv[3], (sys.argv[4:] or [None])[0]))
    else:
        main(int((sys.argv[1:] or ["100000"])[0]))

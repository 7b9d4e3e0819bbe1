# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading many accounts, against ldapsearch reading the same beside it, plain and over TLS.

    PYTHONPATH=.:.venv/collections .venv/bin/python tests/bench/accounts_info.py [ACCOUNTS]

Both run in turn, each as a process of its own, start-up included (Ansible's own is not: it does
not grow with the accounts). The ratio is taken pair by pair, for machines drift. The exit status is
1 when a limit is passed. A lab of its own is started and thrown away.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from statistics import median
from typing import Any

from ansible_collections.civic.mailbox.lab import lifecycle
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialects.openldap import (
    OPENLDAP,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.gather import Wanted, gather
from ansible_collections.civic.mailbox.plugins.module_utils._directory.units import from_dn

PORT_BASE = int(os.environ.get("LAB_PORT_BASE", "23400"))
PAIRS = 5
MOST_RATIO = 2.0  # of the wall times
MOST_MEMORY = 80  # MB, at the peak


def main(accounts: int) -> int:
    """Print the ratio for each way to connect; 1 when one is past a limit."""
    with tempfile.TemporaryDirectory(prefix="civic-bench-") as folder:
        lab = Path(folder, "lab")
        lifecycle.up(lab, port_base=PORT_BASE, people=accounts)
        try:
            info = lifecycle.describe(lab)
            return max([compare(info, uri, Path(folder)) for uri in ("ldap", "ldaps")])
        finally:
            lifecycle.down(lab)


def compare(info: dict[str, Any], scheme: str, folder: Path) -> int:
    """Measure pairs over one scheme; 1 when a limit is passed."""
    directory = info["openldap"]
    settings = {
        "uri": directory[scheme],
        "ca_path": info["tls"]["ca"],
        "bind": directory["accounts"]["auditor"],
        "base": directory["search_base"],
        "snapshot": str(folder / "accounts.jsonl"),
    }
    ours, output = [sys.executable, __file__, "--read", json.dumps(settings)], folder / "output"
    pairs, memory = [], 0.0
    for _ in range(PAIRS):
        own = seconds(ours, output)
        memory = max(memory, float(output.read_text()))
        pairs.append((own, seconds(ldapsearch(settings), output)))
    ratio = median(own / other for own, other in pairs)
    print(
        f"{scheme}: accounts_info {median(own for own, _ in pairs):.2f} s,"
        f" ldapsearch {median(other for _, other in pairs):.2f} s,"
        f" ratio {ratio:.2f} (at most {MOST_RATIO:g}), peak {memory:.0f} MB (at most {MOST_MEMORY})"
    )
    return int(ratio > MOST_RATIO or memory > MOST_MEMORY)


def seconds(command: Sequence[str], output: Path) -> float:
    """How long a command takes, its output going to a file."""
    with output.open("wb") as file:
        started = time.monotonic()
        subprocess.run(command, stdout=file, check=True)
        return time.monotonic() - started


def ldapsearch(settings: dict[str, Any]) -> list[str]:
    """The command that reads the same attributes in the same pages."""
    attributes = [row.attribute for row in OPENLDAP.fields if row.name != "password_check"]
    return [
        *("env", f"LDAPTLS_CACERT={settings['ca_path']}", "ldapsearch", "-x", "-LLL"),
        *("-H", settings["uri"], "-b", settings["base"], "-E", "pr=1000/noprompt"),
        *("-D", settings["bind"]["dn"], "-w", settings["bind"]["password"]),
        *(OPENLDAP.account_filter, *attributes),
    ]


def read(settings: dict[str, Any]) -> None:
    """Read the accounts as the module does, and print the peak of memory in MB."""
    access = Access(
        uri=settings["uri"],
        bind_dn=settings["bind"]["dn"],
        bind_pw=settings["bind"]["password"],
        ca_path=settings["ca_path"],
    )
    wanted = Wanted(name="bench", search_base=settings["base"], unit=from_dn("ou"))
    with open(settings["snapshot"], "w", encoding="utf-8", buffering=1 << 18) as file:
        outcome = gather(
            access,
            wanted,
            write=file.write,
            progress=lambda accounts: None,
            clock=lambda: datetime.now(timezone.utc),
        )
    if outcome.message:
        raise SystemExit(outcome.message)
    # Not getrusage: that would count the process that started this one as well.
    status = Path("/proc/self/status").read_text()
    print(int(status.partition("VmHWM:")[2].split()[0]) / 1024)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read(json.loads(sys.argv[2]))
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))

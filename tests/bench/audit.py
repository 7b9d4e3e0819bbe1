# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How long the audit of many lab accounts takes, and how much memory: `make bench ACCOUNTS=N`.

A lab of its own is started and thrown away. Memory is the peak of the largest single process.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from lab import lifecycle

ROOT = Path(__file__).resolve().parents[2]
PORT_BASE = int(os.environ.get("LAB_PORT_BASE", "23400"))


def main(accounts: int) -> int:
    """Measure one audit; the exit status is that of the playbook."""
    with tempfile.TemporaryDirectory(prefix="civic-bench-") as folder:
        lab, reports = Path(folder, "lab"), Path(folder, "reports")
        lifecycle.up(lab, port_base=PORT_BASE, people=accounts)
        try:
            started = time.monotonic()
            status = audit(lab, reports)
            elapsed = time.monotonic() - started
        finally:
            lifecycle.down(lab)
        if status == 0:
            print("\n".join(results(reports / "latest", elapsed)))
        return status


def audit(lab: Path, reports: Path) -> int:
    """Run the playbook as an operator would; its exit status."""
    return subprocess.call(
        [
            str(Path(sys.executable).parent / "ansible-playbook"),
            "--inventory=inventory/lab",
            f"--extra-vars=mailbox_reports_dir={reports}",
            "civic.mailbox.audit",
        ],
        cwd=ROOT,
        env=os.environ | {"CIVIC_LAB": str(lab)},
    )


def results(run: Path, elapsed: float) -> Iterator[str]:
    """The lines to print: what was read in which time, and what the whole took."""
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    for snapshot in sorted(run.glob("snapshot/*.jsonl")):
        with snapshot.open("rb") as file:
            header, end = json.loads(next(file)), json.loads(deque(file, maxlen=1)[0])
        seconds = datetime.fromisoformat(end["ended_at"]) - datetime.fromisoformat(
            header["started_at"]
        )
        counts = ", ".join(f"{number} {record}" for record, number in end["counts"].items())
        yield f"{snapshot.stem}: {counts} in {seconds.seconds} s"
    yield f"the whole audit: {elapsed:.1f} s; largest process {peak:.0f} MB"


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))

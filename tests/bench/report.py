# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writing the report of many accounts: `report`, against parsing the findings and no more.

A run folder is made by hand: three of ten accounts have findings, with evidence and changes. How
large the page is, and how long Chromium takes to open it, goes to standard error.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tests.integration.browser import CHROMIUM, DRIVER, browser
from tests.unit.plugins.module_utils._report.sample import (
    assessment,
    changes,
    finding,
    seen,
    write_lines,
)

from . import plain, reporting
from .ground import Ground, versions
from .measure import Measure
from .running import Runner, calling, compare, run

ROUNDS = 3
UNITS = 400
OPENINGS = 5

TIMES = """
const [entry] = performance.getEntriesByType("navigation");
return [entry.loadEventEnd, document.querySelectorAll("#rows tr[id]").length];
"""


def report(ground: Ground) -> Iterator[Measure]:
    """No server is needed."""
    folder = ground.new_folder("report")
    made = folder / "reports" / "20190108T010000Z"
    total = write_run(made, ground.size)
    print(f"{ground.size:,} accounts, {total:,} findings that are no pass", file=sys.stderr)
    parsing = calling(plain.parse, paths=[str(made / "findings.jsonl")])
    yield compare(
        "report",
        ground.size,
        Runner(
            name="report",
            run=partial(run, calling(reporting.report, run_dir=str(made), language="vi")),
        ),
        Runner(name="parsing findings", run=partial(run, parsing)),
        versions=versions(),
        rounds=ROUNDS,
    )
    size = (made / "report.html").stat().st_size / 1e6
    print(f"report.html: {size:.2f} MB", file=sys.stderr)
    if CHROMIUM and DRIVER:
        print(opened(made / "report.html", folder / "browser"), file=sys.stderr)


def opened(page: Path, folder: Path) -> str:
    """How long the page takes from the request to the end of its script, the median of several."""
    times = []
    with browser(folder) as chromium:
        chromium.size(1400)
        for _ in range(OPENINGS):
            chromium.open("about:blank")
            started = time.monotonic()
            chromium.open(page.as_uri())
            elapsed = time.monotonic() - started
            loaded, rows = chromium.run(TIMES)
            times.append((elapsed, loaded / 1000, rows))
    elapsed, loaded, rows = sorted(times)[OPENINGS // 2]
    slowest = max(one for one, _, _ in times)
    return (
        f"  open in Chromium: {loaded:.2f} s to its load event, {elapsed:.2f} s to the driver's"
        f" answer (slowest {slowest:.2f} s), {rows} rows drawn at first"
    )


def write_run(run: Path, accounts: int) -> int:
    """A run folder of so many accounts; how many findings are no pass."""
    run.mkdir(parents=True)
    write_lines(run / "findings.jsonl", findings(accounts))
    write_lines(run / "gone.jsonl", [])
    with (run / "findings.jsonl").open(encoding="utf-8") as lines:
        worst = [json.loads(line) for line in lines if '"status":"pass"' not in line]
    write_lines(run / "plan.jsonl", changes(worst))
    per_unit = {unit(n): len(range(n, accounts, UNITS)) for n in range(UNITS)}
    with (run / "findings.jsonl").open(encoding="utf-8") as lines:
        content = assessment(map(json.loads, lines), accounts=accounts, accounts_by_unit=per_unit)
    write_lines(run / "assessment.json", [content])
    (run / "policy.yml").write_text("---\n", encoding="utf-8")
    return len(worst)


def unit(number: int) -> str:
    """The name of a unit."""
    return f"Trường Tiểu học phường Cẩm Bình số {number % UNITS + 1}"


def findings(accounts: int) -> Iterator[dict[str, Any]]:
    """The findings of each account: three of ten have one or more that are no pass."""
    for n in range(accounts):
        subject = f"nguyen.thi.bich.phuong{n}@quangninh.gov.vn"
        yield from _of_account(n, subject, unit(n))


def _of_account(n: int, subject: str, unit_: str) -> Iterator[dict[str, Any]]:
    made = seen("account made", at=f"2018-0{n % 9 + 1}-01T02:00:{n % 60:02}Z")
    about = (subject, unit_)
    if n % 10 == 0:
        yield finding(
            "default-password", *about, "fail", "default-password.guessed",
            params={"scheme": "SSHA"}, severity="critical",
            remedy={"field": "must_change", "action": "must_change: no -> yes"},
            evidence=[made, seen("stored hash compared", "match (SSHA)")],
        )  # fmt: skip
    else:
        yield finding(
            "default-password", *about, "pass", "default-password.changed",
            params={"changed": "2018-12-09"},
        )  # fmt: skip
    if n % 10 == 1:
        target = f"phuong.{n}@mail.example.com"
        source = f"sieve: /var/vmail/{subject}/.dovecot.sieve, line {n % 40}"
        yield finding(
            "external-forwarding", *about, "fail", "external-forwarding.outside",
            params={"address": target, "sources": source}, mark=target,
            remedy={"field": "forwards", "action": f"forwards: {target} -> none"},
            evidence=[seen("forward", target, source)],
        )  # fmt: skip
    else:
        yield finding("external-forwarding", *about, "pass", "external-forwarding.none")
    if n % 10 in (1, 2):
        last = f"2018-0{n % 9 + 1}-{n % 27 + 1:02}"
        yield finding(
            "idle-mailbox", *about, "fail", "idle-mailbox.idle",
            params={"last": last, "months": 3},
            remedy={"field": "lock", "action": "lock: active -> locked"},
            evidence=[
                seen("last sign-in (imap)", "", "dovecot", f"{last}T01:22:{n % 60:02}Z"), made,
            ],
        )  # fmt: skip
    elif n % 20 == 3:
        yield finding(
            "idle-mailbox", *about, "unknown", "idle-mailbox.no-record",
            params={"sources": "pwdLastSuccess"}, evidence=[made],
        )  # fmt: skip
    else:
        yield finding(
            "idle-mailbox", *about, "pass", "idle-mailbox.in-use",
            params={"last": "2019-01-07", "months": 3},
        )  # fmt: skip
    yield finding("locked-mailbox", *about, "pass", "locked-mailbox.open")

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a page can show of any number of findings."""

from __future__ import annotations

from datetime import date

from ansible_collections.civic.mailbox.plugins.module_utils._report.digest import Worst, digest
from ansible_collections.civic.mailbox.plugins.module_utils._report.records import Row

NO_LIMIT = 1000


def row(status: str = "fail", **other: object) -> Row:
    base = {
        "control": "idle-mailbox",
        "subject": "a@x.example",
        "unit": "Registry",
        "status": status,
        "message": "idle-mailbox.idle",
        "params": {},
        "summary": "",
        "fingerprint": "0" * 16,
        "severity": "high",
    }
    return Row(**{**base, **other})


def test_the_worst_come_first():
    expected = [
        row("fail", severity="critical"),
        row("fail", change="new"),
        row("fail", change="unchanged", control="default-password"),
        row("fail", change="unchanged"),
        row("fail", severity="low"),
        row("error"),
        row("manual", severity="critical"),
        row("unknown"),
        row("exempt"),
    ]

    assert digest(reversed(expected), limit=NO_LIMIT).rows == tuple(expected)


def test_only_the_worst_are_kept_and_all_are_counted():
    rows = [row(subject=f"{n:04}@x.example") for n in range(900)]

    found = digest(reversed(rows), limit=7)

    assert found.rows == tuple(rows[:7])
    assert found.total == 900


def test_memory_does_not_grow_with_the_stream():
    worst = Worst[int](10, lambda number: number)
    for number in range(100_000, 0, -1):
        worst.add(number)
        assert len(worst._kept) < 200

    assert worst.items() == tuple(range(1, 11))


def test_warnings_are_apart_nearest_first():
    later, soon = row("pass", due=date(2019, 2, 1)), row("pass", due=date(2019, 1, 9))

    found = digest([later, soon], limit=NO_LIMIT)

    assert found.soon == (soon, later)
    assert (found.soon_total, found.total, found.mailboxes_to_fix) == (2, 0, 0)


def test_a_mailbox_counts_once_and_what_is_none_apart():
    found = digest(
        [
            row(),
            row(control="external-forwarding"),
            row(subject="b@x.example"),
            row("manual", subject="c@x.example"),
            row(control="password-policy", subject="cn=default"),
            row(control="regular-use", subject="Registry"),
            row(control="external-forwarding", subject="alias@x.example", unit=""),
        ],
        limit=NO_LIMIT,
    )

    assert (found.mailboxes_to_fix, found.others_to_fix) == (2, 3)

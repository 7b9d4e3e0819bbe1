# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a page can show of any number of findings."""

from __future__ import annotations

from datetime import date

from ansible_collections.civic.mailbox.plugins.module_utils._report.digest import (
    Worst,
    digest,
    fair_share,
)
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
        "server": "ldap1",
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
        row("postponed", unit="of a newer version"),
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
            row(control="external-forwarding", subject="alias@x.example", unit="", server=""),
        ],
        limit=NO_LIMIT,
    )

    assert (found.mailboxes_to_fix, found.others_to_fix) == (2, 3)


def test_every_point_of_the_letter_has_its_share_of_the_rows():
    idle = [row(subject=f"{n:04}@x.example") for n in range(50)]
    forwarding = [row("unknown", control="external-forwarding", subject=f"{n}") for n in range(9)]

    found = digest([*idle, *forwarding], limit=12)

    shown = [one.control for one in found.rows]
    assert (shown.count("idle-mailbox"), shown.count("external-forwarding")) == (6, 6)
    assert [one.subject for one in found.rows[:6]] == [one.subject for one in idle[:6]]
    assert found.total == 59


def test_what_a_short_list_leaves_goes_to_the_others():
    assert fair_share([[1, 2, 3, 4], [5], []], 4) == [5, 1, 2, 3]
    assert fair_share([], 4) == []


def test_changes_are_counted_by_unit_those_that_are_gone_too():
    found = digest(
        [row(change="new"), row(change="new", unit="School"), row(change="")],
        limit=NO_LIMIT,
        gone=[row(change="resolved"), row(change="disappeared")],
    )

    assert found.changes == {
        "Registry": {"new": 1, "resolved": 1, "disappeared": 1},
        "School": {"new": 1},
    }

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the journals of several runs tell of one account's lock."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.dates import parse_time
from ansible_collections.civic.mailbox.plugins.module_utils._core.journal import (
    History,
    intent_line,
    read_journal,
    result_line,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.lock_journals import LockJournals
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change

DAY1, DAY2, DAY3 = (f"2019-01-0{day}T01:00:00Z" for day in (1, 2, 3))


def lines(
    at: str, control: str, *, mode: str = "apply", result: str = "done", field: str = "lock"
) -> list[str]:
    is_opening = control == "locked-mailbox"
    before, after = (("locked",), ("active",)) if is_opening else (("active",), ("locked",))
    change = Change(
        id=f"{control} {field}", control=control, subject="a@town.example", unit="", server="s",
        target="uid=a", field=field, before=before, after=after, reason="", undo="",
        fingerprint="", account_id="id-a", facts={"addresses": ["a@town.example"]},
    )  # fmt: skip
    done = result_line(at=at, mode=mode, change_id=change.id, result=result, reason="why not")
    intent = intent_line(at=at, mode=mode, change=change, before={}, after={})
    return [intent, *([done] if result else [])]


def history(*parts: list[str]) -> History:
    return read_journal("journal", [line for part in parts for line in part])


LOCK, OPEN = "idle-mailbox", "locked-mailbox"
CASES = [
    # what the case shows                runs                                                          lock is of  reopened
    ("nothing",                          {},                                                           None,       None),
    ("locked",                           {"r1": [lines(DAY1, LOCK)]},                                  "r1",       None),
    ("locked, and taken back",           {"r1": [lines(DAY1, LOCK), lines(DAY2, LOCK, mode="rollback")]}, None,    None),
    ("locked, and opened",               {"r1": [lines(DAY1, LOCK)], "r2": [lines(DAY2, OPEN)]},       None,       DAY2),
    ("in the same second",               {"r1": [lines(DAY1, LOCK)], "r0": [lines(DAY1, OPEN)]},       None,       DAY1),
    ("opened, and locked again",         {"r2": [lines(DAY2, OPEN)], "r3": [lines(DAY3, LOCK)]},       "r3",       None),
    ("opened, and that taken back",      {"r1": [lines(DAY1, LOCK)], "r2": [lines(DAY2, OPEN), lines(DAY3, OPEN, mode="rollback")]}, "r1", None),
    ("locked twice: the newest",         {"r3": [lines(DAY3, "default-password")], "r1": [lines(DAY1, LOCK)]}, "r3", None),
    ("a lock that failed",               {"r1": [lines(DAY1, LOCK, result="failed")]},                 None,       None),
    ("another change of the account",    {"r1": [lines(DAY1, LOCK)], "r2": [lines(DAY2, LOCK, field="must_change")]}, "r1", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("runs", "locked_by", "reopened"), [pytest.param(*case, id=name) for name, *case in CASES]
)
def test_what_was_done_last_and_stands(runs, locked_by, reopened):
    found = LockJournals((name, history(*parts)) for name, parts in runs.items())

    lock = found.lock("id-a")

    assert (lock and lock.run_id) == locked_by
    opened = [(one.intent.change.account_id, one.at) for one in found.reopened()]
    assert opened == ([("id-a", parse_time(reopened))] if reopened else [])


def test_an_account_without_an_id_is_nobody():
    assert LockJournals([("r1", history(lines(DAY1, LOCK)))]).lock("") is None


def test_changes_by_their_ids():
    found = LockJournals(
        {
            "r1": history(lines(DAY1, LOCK)),
            "r2": history(lines(DAY2, OPEN), lines(DAY3, OPEN, mode="rollback")),
            "r3": history(lines(DAY3, "default-password", result="skipped")),
        }.items()
    )

    assert found.made(f"{LOCK} lock").run_id == "r1"
    assert found.made(f"{OPEN} lock") is None
    assert found.taken_back(f"{OPEN} lock") == "r2"
    assert found.left("default-password lock") == "why not"
    assert [entry.run_id for entry in found.locks()] == ["r1"]


def test_a_lock_that_was_broken_off_is_unclear():
    found = LockJournals([("r1", history(lines(DAY1, LOCK, result="")))])

    assert (found.unclear("id-a"), found.lock("id-a")) == ("r1", None)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stands as done: of the plan of a run, and of locks in all runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core import journal, plan
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change
from ansible_collections.civic.mailbox.plugins.module_utils._module.deeds import deeds_of

AUDITED = datetime(2026, 11, 30, 1, tzinfo=timezone.utc)


def change(number: int, finding: str = "f", field: str = "forwards") -> Change:
    return Change(
        id=f"c{number}", control="external-forwarding", subject="a@x", unit="", server="s",
        target=f"t{number}", field=field, before=("y",), after=(), reason="", undo="",
        fingerprint=finding,
    )  # fmt: skip


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """The folder of a run, in a folder of reports."""
    folder = tmp_path / "first"
    folder.mkdir()
    return folder


def run(folder: Path, *planned: Change, **journals: list[str]) -> Path:
    (folder / "plan.jsonl").write_text("".join(f"{plan.to_line(one)}\n" for one in planned))
    for name, lines in journals.items():
        text = "".join(f"{one}\n" for one in lines)
        (folder / f"{name.replace('_', '-')}.jsonl").write_text(text)
    return folder


def wrote(one: Change, mode: str = "apply", result: str = "done") -> list[str]:
    at = "2026-11-30T01:00:00Z"
    return [
        journal.intent_line(at=at, mode=mode, change=one, before={}, after={}),
        journal.result_line(at=at, mode=mode, change_id=one.id, result=result, reason=""),
    ]


A, B = change(1), change(2)


def done(folder: Path) -> dict[str, frozenset[str]]:
    return dict(deeds_of(folder, AUDITED, print).done)


def test_without_a_journal_nothing_was_done(first):
    assert done(run(first, A)) == {}


def test_a_finding_is_done_when_all_its_changes_are_on_every_host(first):
    folder = run(first, A, B, journal=wrote(A), journal_mail1=wrote(B))

    assert done(folder) == {"f": frozenset({"forwards"})}


def test_a_part_is_not_all(first):
    assert done(run(first, A, B, journal=wrote(A))) == {"f": frozenset()}


def test_fields_are_told_apart(first):
    lock = change(3, field="lock")

    assert done(run(first, A, lock, journal=wrote(lock))) == {"f": frozenset({"lock"})}


def test_what_was_taken_back_failed_or_is_on_its_way_is_not_done(first):
    back = [*wrote(A), *wrote(A, mode="rollback")]
    under_way = [*wrote(B), wrote(B, mode="rollback")[0]]
    for lines in (back, wrote(A, result="failed"), wrote(A)[:1]):
        assert done(run(first, A, journal=lines)) == {"f": frozenset()}
    assert done(run(first, B, journal=under_way)) == {"f": frozenset()}


def lock(number: int, control: str, after: str = "locked") -> Change:
    before = "active" if after == "locked" else "locked"
    return replace(
        change(number, field="lock"), control=control, subject=f"{number}@x",
        account_id=f"account {number}", before=(before,), after=(after,),
    )  # fmt: skip


def test_why_a_mailbox_is_locked_is_known_from_the_journals_of_all_runs(tmp_path):
    idle, weak, opened = (
        lock(n, c) for n, c in enumerate(("idle-mailbox", "default-password", "idle-mailbox"))
    )
    earlier, this = tmp_path / "first", tmp_path / "second"
    for folder, lines in ((earlier, [*wrote(idle), *wrote(opened)]), (this, wrote(weak))):
        folder.mkdir()
        run(folder, journal=lines)
    again = tmp_path / "first-reopen"
    again.mkdir()
    opening = replace(lock(2, "locked-mailbox", "active"), id="c9")
    run(again, journal=[line.replace("T01:", "T02:") for line in wrote(opening)])

    deeds = deeds_of(this, AUDITED, print)
    assert deeds.causes == {"0@x": "idle-mailbox", "1@x": "default-password"}
    assert deeds.reopened == {"2@x"}
    assert deeds_of(this, AUDITED + timedelta(hours=2), print).reopened == frozenset()

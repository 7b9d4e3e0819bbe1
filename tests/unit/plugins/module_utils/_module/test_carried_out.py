# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What of a plan stands as done."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.civic.mailbox.plugins.module_utils._core import journal, plan
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change
from ansible_collections.civic.mailbox.plugins.module_utils._module.carried_out import carried_out


def change(number: int, finding: str = "f", field: str = "forwards") -> Change:
    return Change(
        id=f"c{number}", control="external-forwarding", subject="a@x", unit="", server="s",
        target=f"t{number}", field=field, before=("y",), after=(), reason="", undo="",
        fingerprint=finding,
    )  # fmt: skip


def run(folder: Path, *planned: Change, **journals: list[str]) -> Path:
    (folder / "plan.jsonl").write_text("".join(f"{plan.to_line(one)}\n" for one in planned))
    for name, lines in journals.items():
        (folder / f"{name.replace('_', '-')}.jsonl").write_text(
            "".join(f"{one}\n" for one in lines)
        )
    return folder


def wrote(one: Change, mode: str = "apply", result: str = "done") -> list[str]:
    at = "2026-11-30T01:00:00Z"
    return [
        journal.intent_line(at=at, mode=mode, change=one, before={}, after={}),
        journal.result_line(at=at, mode=mode, change_id=one.id, result=result, reason=""),
    ]


A, B = change(1), change(2)


def test_without_a_journal_nothing_was_done(tmp_path):
    assert carried_out(run(tmp_path, A)) == {}


def test_a_finding_is_done_when_all_its_changes_are_on_every_host(tmp_path):
    folder = run(tmp_path, A, B, journal=wrote(A), journal_mail1=wrote(B))

    assert carried_out(folder) == {"f": frozenset({"forwards"})}


def test_a_part_is_not_all(tmp_path):
    assert carried_out(run(tmp_path, A, B, journal=wrote(A))) == {"f": frozenset()}


def test_fields_are_told_apart(tmp_path):
    lock = change(3, field="lock")

    assert carried_out(run(tmp_path, A, lock, journal=wrote(lock))) == {"f": frozenset({"lock"})}


def test_what_was_taken_back_failed_or_is_on_its_way_is_not_done(tmp_path):
    back = [*wrote(A), *wrote(A, mode="rollback")]
    under_way = [*wrote(B), wrote(B, mode="rollback")[0]]
    for lines in (back, wrote(A, result="failed"), wrote(A)[:1]):
        assert carried_out(run(tmp_path, A, journal=lines)) == {"f": frozenset()}
    assert carried_out(run(tmp_path, B, journal=under_way)) == {"f": frozenset()}

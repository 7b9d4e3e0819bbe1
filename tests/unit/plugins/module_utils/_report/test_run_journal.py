# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the report tells of a run's journals."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._report.run_folder import RunFolder
from ansible_collections.civic.mailbox.plugins.module_utils._report.run_journal import in_order

from .sample import findings, journal, write_lines, write_run


@pytest.fixture
def run(tmp_path):
    folder = write_run(tmp_path / "run")
    write_lines(folder / "journal.jsonl", journal(findings()))
    return folder


def test_each_change_has_what_last_became_of_it_worst_first(run):
    told = RunFolder(run).journal()

    assert told.damaged == []
    assert [(one.mode, one.result, bool(one.reason)) for one in in_order(told)] == [
        ("rollback", "", False),
        ("apply", "failed", True),
        ("apply", "skipped", True),
        ("apply", "done", False),
        ("rollback", "done", False),
    ]


def test_one_that_was_never_begun_is_named_by_the_plan(run):
    told = RunFolder(run).journal()
    (left,) = [one for one in in_order(told) if one.result == "skipped"]
    change = list(RunFolder(run).changes())[2]

    assert (left.subject, left.field, left.after) == (change.subject, change.field, change.after)


def test_a_rollback_is_the_change_the_other_way_round(run):
    back = [one for one in in_order(RunFolder(run).journal()) if one.mode == "rollback"][-1]
    change = next(RunFolder(run).changes())

    assert (back.before, back.after) == (change.after, change.before)


def test_sessions_say_who_where_and_whether_they_ended(run):
    told = RunFolder(run).journal()

    assert [(s.mode, s.server, s.operator, s.ended, dict(s.results)) for s in told.sessions] == [
        ("apply", "ldap01", "an.nguyen", True, {"done": 2, "failed": 1, "skipped": 1}),
        ("rollback", "ldap01", "an.nguyen", False, {"done": 1}),
    ]


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "{}", '{"record":"dance","at":"2019-01-08T03:00:00Z","mode":"apply"}',
     '{"record":"result","at":"2019-01-08T03:00:00Z","mode":"apply","id":"x","result":"perhaps"}',
     '{"record":"end","at":"yesterday","mode":"apply"}', "[" * 100_000],
)  # fmt: skip
def test_a_line_that_cannot_be_understood_is_named_and_ends_its_journal(run, line):
    whole = (run / "journal.jsonl").read_text("utf-8").splitlines()
    (run / "journal.jsonl").write_text("\n".join([*whole[:3], line, *whole[3:]]), "utf-8")
    write_lines(run / "journal-mail01.jsonl", journal(findings()))

    told = RunFolder(run).journal()

    assert told.damaged == ["journal.jsonl, 4"]
    assert len(told.entries) == 5  # those of the other journal


def test_a_journal_that_cannot_be_read_is_named(run):
    (run / "journal-mail01.jsonl").mkdir()

    assert RunFolder(run).journal().damaged == ["journal-mail01.jsonl"]


def test_a_change_without_its_intent_is_lost_and_named_by_the_plan(run):
    whole = (run / "journal.jsonl").read_text("utf-8").splitlines(keepends=True)
    (run / "journal.jsonl").write_text("".join([whole[0], *whole[2:4], *whole[5:]]), "utf-8")
    first, *_ = RunFolder(run).changes()

    told = RunFolder(run).journal()

    # The first change was taken back after it was made: nothing of it stands.
    assert told.lost == []

    without_rollback = [one for one in whole if '"mode":"rollback"' not in one]
    (run / "journal.jsonl").write_text("".join([whole[0], *without_rollback[2:]]), "utf-8")
    told = RunFolder(run).journal()

    assert [(file, one.line, one.server, one.change_id) for file, one in told.lost] == [
        ("journal.jsonl", 2, "ldap01", first.id)
    ]
    assert (told.damaged, told.entries[first.id].subject) == ([], first.subject)


def test_more_that_was_counted_than_is_told_is_lost(run):
    whole = (run / "journal.jsonl").read_text("utf-8").splitlines(keepends=True)
    made = [one for one in whole if '"mode":"rollback"' not in one]
    (run / "journal.jsonl").write_text("".join([made[0], *made[3:]]), "utf-8")

    told = RunFolder(run).journal()

    assert [(file, one.server, one.change_id, one.number) for file, one in told.lost] == [
        ("journal.jsonl", "ldap01", "", 1)
    ]


def test_what_was_settled_by_hand_is_not_lost_and_needs_no_time(run):
    """The line as docs/enforcement.md has it."""
    whole = (run / "journal.jsonl").read_text("utf-8").splitlines(keepends=True)
    made = [one for one in whole if '"mode":"rollback"' not in one]
    settled = '{"record": "result", "mode": "rollback", "result": "done", "id": "line 7"}\n'
    (run / "journal.jsonl").write_text("".join([made[0], *made[3:], settled]), "utf-8")

    told = RunFolder(run).journal()

    assert (told.lost, told.damaged) == ([], [])
    assert [(one.subject, one.result, one.at) for one in in_order(told) if not one.at] == [
        ("line 7", "done", None)
    ]

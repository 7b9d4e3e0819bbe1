# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a folder of runs tells of locks."""

from __future__ import annotations

import json

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import (
    JournalError,
    MailboxError,
    SnapshotError,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.journal import History
from ansible_collections.civic.mailbox.plugins.module_utils._module.run_locks import (
    read_lock_journals,
    reopened_at,
    reopening_folder,
    seen_locked,
)
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.test_lock_journals import (
    DAY1,
    DAY2,
    LOCK,
    OPEN,
    lines,
)

from .._report.sample import digest_of


def journal(reports, run, *parts):
    (reports / run).mkdir()
    text = "".join(f"{line}\n" for part in parts for line in part)
    (reports / run / "journal.jsonl").write_text(text, "utf-8")


def test_the_journals_of_all_runs_are_read_each_once(tmp_path):
    journal(tmp_path, "r1", lines(DAY1, LOCK))
    (tmp_path / "latest").symlink_to("r1")

    found = read_lock_journals(tmp_path, print)

    assert found.lock("id-a").run_id == "r1"


def test_what_is_known_of_a_journal_counts_more_than_its_file(tmp_path):
    journal(tmp_path, "r1", lines(DAY1, LOCK))

    assert read_lock_journals(tmp_path, print, known={"r1": History()}).lock("id-a") is None


def test_who_was_reopened(tmp_path):
    journal(tmp_path, "r1", lines(DAY1, LOCK))
    assert reopened_at(tmp_path, print) == {}

    journal(tmp_path, "r1-reopen", lines(DAY2, OPEN))
    assert list(reopened_at(tmp_path, print)) == ["id-a"]


def test_without_a_reopening_no_journal_is_read(tmp_path):
    journal(tmp_path, "r1", ["damaged"])

    assert reopened_at(tmp_path, print) == {}
    with pytest.raises(JournalError, match="line 1 cannot be understood"):
        read_lock_journals(tmp_path, print)


def test_a_journal_that_lost_a_change_is_warned_of_and_the_others_are_known(tmp_path):
    journal(tmp_path, "r1", lines(DAY1, LOCK)[1:])
    journal(tmp_path, "r1-reopen", lines(DAY2, OPEN))
    warned: list[str] = []

    assert list(reopened_at(tmp_path, warned.append)) == ["id-a"]
    assert len(warned) == 1
    assert f"{tmp_path}/r1/journal.jsonl lacks the intents of changes" in warned[0]
    assert "undo them: line 1, change " in warned[0]
    assert "Put the lines back where they were" in warned[0]


def test_the_folder_is_named_after_the_run_that_latest_points_at(tmp_path):
    (tmp_path / "r1").mkdir()
    (tmp_path / "latest").symlink_to("r1")

    assert reopening_folder(tmp_path / "latest") == tmp_path / "r1-reopen"


def finding(**more):
    whole = {
        "control": "locked-mailbox", "subject": "an@town.example", "unit": "U", "status": "manual",
        "evidence": [
            {"what": "locked", "value": "administrator", "source": "", "at": DAY1},
            {"what": "last sign-in", "value": "", "source": "", "at": None},
        ],
        "facts": {"addresses": ["An@town.example", "b@town.example"], "login": "an"},
    }  # fmt: skip
    return json.dumps({**whole, **more}, separators=(",", ":"))


def write_findings(run, text):
    (run / "findings.jsonl").write_text(text, "utf-8")
    digest = digest_of(run / "findings.jsonl")
    assessed = {"run_id": "1", "now": DAY1, "statuses": {"manual": text.count("\n")}}
    (run / "assessment.json").write_text(json.dumps({**assessed, "findings_digest": digest}))


@pytest.mark.parametrize("change", [("an@", "binh@"), (f"{finding()}\n", ""), ("}\n", "}\n{}\n")])
def test_findings_that_somebody_changed_tell_of_nobody(tmp_path, change):
    write_findings(tmp_path, f"{finding()}\n{finding(status='exempt')}\n")
    path = tmp_path / "findings.jsonl"
    assert len(list(seen_locked(tmp_path))) == 2

    path.write_text(path.read_text("utf-8").replace(*change, 1), "utf-8")

    with pytest.raises(MailboxError, match=f"{path} is damaged"):
        list(seen_locked(tmp_path))


def test_the_audit_tells_who_is_locked(tmp_path):
    passed = '{"control":"locked-mailbox","subject":"x","unit":"U","status":"pass"}'
    other = finding(control="idle-mailbox")
    write_findings(tmp_path, "\n".join([passed, other, finding()]) + "\n")

    (found,) = seen_locked(tmp_path)

    assert found.addresses == ("an@town.example", "b@town.example")
    assert (found.unit, found.at, found.kind) == ("U", DAY1, "administrator")
    assert found.facts["login"] == "an"


def test_a_run_without_an_audit_or_with_a_damaged_one_is_told(tmp_path):
    with pytest.raises(MailboxError, match=r"civic\.mailbox\.audit makes a run"):
        list(seen_locked(tmp_path))

    write_findings(tmp_path, finding()[:-30])
    with pytest.raises(SnapshotError, match="line 1 is no finding"):
        list(seen_locked(tmp_path))

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A run that the office accepted: what is kept, and what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.earlier_findings import no_passes
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailboxError
from ansible_collections.civic.mailbox.plugins.module_utils._module.baseline import accept_baseline
from ansible_collections.civic.mailbox.plugins.module_utils._module.past_run import open_run

from .._report.sample import findings, write_run


class Module:
    def __init__(self, run_dir: Path, *, check_mode: bool = False, **params: Any) -> None:
        self.params = {"run_dir": str(run_dir), "baseline_dir": None, "accepted_by": "The chair",
                       "reason": "First audit", **params}  # fmt: skip
        self.check_mode = check_mode
        self._diff = True
        self.warnings: list[str] = []

    def warn_clean(self, warning: str) -> None:
        self.warnings.append(warning)


def accept(run_dir: Path, **params: Any) -> dict[str, Any]:
    return accept_baseline(Module(run_dir, **params))


@pytest.fixture
def run(tmp_path) -> Path:
    return write_run(tmp_path / "1", run_id="1")


def test_the_findings_are_kept_with_who_accepted_them_and_why(run):
    result = accept(run)

    kept = open_run(run.parent / "baseline")
    assert result["changed"] is True
    assert (kept.accepted.by, kept.accepted.reason, kept.run_id) == (
        "The chair",
        "First audit",
        "1",
    )
    assert list(no_passes(kept.lines())) == list(no_passes(open_run(run).lines()))
    assert sum(result["findings"].values()) == len(kept.earlier())
    assert "pass" not in result["findings"]


def test_it_stays_when_the_run_is_deleted(run):
    before = list(no_passes(open_run(run).lines()))
    accept(run)
    shutil.rmtree(run)

    baseline = open_run(run.parent / "baseline")
    assert list(no_passes(baseline.lines())) == before
    assert len(baseline.earlier()) == len(before)


def test_no_pass_is_kept(run):
    accept(run)

    lines = (run.parent / "baseline" / "findings.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == sum(line["status"] != "pass" for line in findings())
    assert not any(json.loads(line)["status"] == "pass" for line in lines)


def test_accepting_it_again_changes_nothing(run):
    first = accept(run)
    again = accept(run)

    assert again == {**first, "changed": False, "diff": again["diff"]}
    assert again["diff"]["before"] == again["diff"]["after"]


@pytest.mark.parametrize(
    "params", [{"reason": "Second thoughts"}, {"accepted_by": "The vice-chair"}]
)
def test_another_reason_or_person_is_another_acceptance(run, params):
    accept(run)

    result = accept(run, **params)

    assert result["changed"] is True
    assert result["diff"]["before"] != result["diff"]["after"]


def test_another_run_takes_its_place(run):
    accept(run)
    other = write_run(run.parent / "2", findings()[:40], run_id="2")

    assert accept(other)["changed"] is True
    assert open_run(run.parent / "baseline").run_id == "2"


def test_check_mode_writes_nothing_and_tells_the_same(run):
    result = accept(run, check_mode=True)

    assert result["changed"] is True
    assert result["diff"]["before"] == ""
    assert not (run.parent / "baseline").exists()


def test_a_change_by_hand_is_seen(run):
    accept(run)
    path = run.parent / "baseline" / "findings.jsonl"
    path.write_text(path.read_text("utf-8").replace("high", "low"), "utf-8")

    with pytest.raises(MailboxError, match="is not as it was accepted"):
        open_run(run.parent / "baseline").earlier()
    assert accept(run)["changed"] is True


def test_a_server_that_was_not_read_is_warned_of(run):
    module = Module(run)
    accept_baseline(module)

    assert any("could not read all of mail02" in warning for warning in module.warnings)


@pytest.mark.parametrize("name", ["accepted_by", "reason"])
@pytest.mark.parametrize("blank", ["", " \t\n"])
def test_who_and_why_must_be_said(run, name, blank):
    with pytest.raises(MailboxError, match=f"{name} is empty"):
        accept(run, **{name: blank})


def test_a_folder_that_is_something_else_is_left_alone(run):
    other = run.parent / "policies"
    other.mkdir()

    with pytest.raises(MailboxError, match="is no baseline"):
        accept(run, baseline_dir=str(other))
    assert not list(other.iterdir())


def test_a_baseline_is_not_accepted_again(run):
    accept(run)

    with pytest.raises(MailboxError, match="is a baseline"):
        accept(run.parent / "baseline", baseline_dir=str(run.parent / "b2"))


def test_a_damaged_run_is_not_accepted(run):
    (run / "findings.jsonl").write_text("")

    with pytest.raises(MailboxError, match="damaged"):
        accept(run)
    assert not (run.parent / "baseline").exists()

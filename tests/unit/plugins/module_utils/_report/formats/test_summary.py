# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""summary.json: the numbers of the run, for scripts."""

from __future__ import annotations

import io
import json

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._report.formats.summary import (
    SUMMARY,
    outcome,
)
from ansible_collections.civic.mailbox.plugins.module_utils._report.report import make_report
from ansible_collections.civic.mailbox.plugins.module_utils._report.run_folder import RunFolder

from ..sample import UNITS, finding, silent_workstation, write_run

FAIL = finding("idle-mailbox", "a@x.example", UNITS[0], "fail", "idle-mailbox.no-creation")
WHOLE = {"sources": []}
OFF = {"sources": [silent_workstation()]}
OUTCOMES = [
    ("a server is missing", [], {}, "incomplete"),
    ("something fails", [FAIL], WHOLE, "action"),
    ("something is for a person", [FAIL | {"status": "manual"}], WHOLE, "review"),
    ("something is unknown", [FAIL | {"status": "unknown"}], WHOLE, "review"),
    ("a workstation is off", [FAIL | {"status": "unknown"}], OFF, "review"),
    ("something was not assessed", [FAIL | {"status": "error"}], WHOLE, "review"),
    ("all is in order", [FAIL | {"status": "pass"}, FAIL | {"status": "exempt"}], WHOLE, "clean"),
]


@pytest.mark.parametrize(
    ("lines", "other", "expected"), [pytest.param(*case, id=name) for name, *case in OUTCOMES]
)
def test_the_outcome_is_the_worst_there_is(tmp_path, lines, other, expected):
    run = write_run(tmp_path / "run", lines, **other)

    assert outcome(make_report(RunFolder(run), code="en")) == expected


def test_the_share_in_use_of_each_unit_is_there_over_the_runs(tmp_path):
    numbers = {"used": 1, "unused": 2, "undecided": 0}
    run = write_run(tmp_path / "run", use_by_unit={"Registry": numbers, "New": numbers})
    for name, used in (("before", 2), ("older", 3)):
        folder = write_run(tmp_path / name)
        told = {
            "schema": 1,
            "now": f"2018-0{9 - used}-01T00:00:00Z",
            "accounts": 3,
            "complete": True,
        }
        states = dict.fromkeys(("fail", "manual", "unknown", "exempt", "pass"), 0)
        use = {"Registry": {**numbers, "used": used}, "Gone": numbers}
        told |= {"mailboxes": states, "use_by_unit": use}
        (folder / "summary.json").write_text(json.dumps(told))
    file = io.StringIO()

    SUMMARY.write(make_report(RunFolder(run), code="en"), file)

    assert json.loads(file.getvalue())["use_share_by_run"] == {
        "runs": ["older", "before", "20190108T010000Z"],
        "units": {"Registry": [60, 50, 33], "New": [None, None, 33]},
    }


def test_what_scripts_rely_on_is_there(tmp_path):
    file = io.StringIO()
    SUMMARY.write(make_report(RunFolder(write_run(tmp_path / "run")), code="vi"), file)

    found = json.loads(file.getvalue())

    assert found["schema"] == 1
    assert found["complete"] is False
    assert found["totals"] == {
        "fail": 21, "error": 1, "manual": 8, "unknown": 4, "exempt": 1, "pass": 195,
    }  # fmt: skip
    assert found["comparison"] == {"new": 14, "resolved": 1, "unchanged": 17, "not_assessed": 2}
    assert (found["mailboxes_to_fix"], found["others_to_fix"], found["due_soon"]) == (16, 4, 3)
    assert found["changes_planned"] == 17
    assert found["counts"]["idle-mailbox"]["unknown"] == 4
    assert set(found["units"]) == {*UNITS, ""}

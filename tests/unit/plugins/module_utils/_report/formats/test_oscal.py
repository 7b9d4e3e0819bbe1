# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""oscal.json, read with the models that are generated from NIST's schema; they refuse other keys."""

from __future__ import annotations

import io
import json
from pathlib import Path
from uuid import UUID

import pytest
from oscal_bindings import parse_oscal
from oscal_bindings.v1.models import Result

from ansible_collections.civic.mailbox.plugins.module_utils._report.formats.oscal import (
    OSCAL,
    VERSION,
)
from ansible_collections.civic.mailbox.plugins.module_utils._report.report import make_report
from ansible_collections.civic.mailbox.plugins.module_utils._report.run_folder import RunFolder

from ..sample import BACKWARDS, HARMFUL, finding, findings, write_run

APPROVAL = {"reason": "On leave", "approver": "The chair", "expires": "2019-06-30"}


def written(folder: Path, code: str = "en") -> str:
    file = io.StringIO()
    OSCAL.write(make_report(RunFolder(folder), code=code), file)
    return file.getvalue()


def result_of(folder: Path, code: str = "en") -> Result:
    (result,) = parse_oscal(written(folder, code)).root.assessment_results.results
    return result


def idle(status: str, subject: str = "a@x.example", unit: str = "Unit", **more):
    params = {"last": "2018-07-04", "months": 3}
    return finding(
        "idle-mailbox", subject, unit, status, "idle-mailbox.idle", params=params, **more
    )


def identifiers(value: object) -> list[str]:
    """Every value under the key uuid, which has to be there once in a document."""
    if isinstance(value, dict):
        own = [value["uuid"]] if "uuid" in value else []
        return own + [found for part in value.values() for found in identifiers(part)]
    return (
        [found for part in value for found in identifiers(part)] if isinstance(value, list) else []
    )


@pytest.mark.parametrize("code", ["vi", "en"])
def test_each_finding_that_is_no_pass_is_an_observation_on_its_subject(tmp_path, code):
    result = result_of(write_run(tmp_path / "run"), code)

    told = [line for line in findings() if line["status"] != "pass"]
    marks = [[p.value for p in one.props if p.name == "fingerprint"] for one in result.observations]
    assert marks == [[line["fingerprint"]] for line in told]
    items = {one.uuid for one in result.local_definitions.inventory_items}
    assert {s.subject_uuid for one in result.observations for s in one.subjects} == items
    assert len(items) == len({line["subject"] for line in told})


def test_the_version_is_the_one_it_is_written_for(tmp_path):
    document = json.loads(written(write_run(tmp_path / "run")))["assessment-results"]

    assert document["metadata"]["oscal-version"] == VERSION
    (resource,) = document["back-matter"]["resources"]
    assert document["import-ap"]["href"] == f"#{resource['uuid']}"


STATES = [
    (["pass"], "satisfied", "pass"),
    (["pass", "fail"], "not-satisfied", "fail"),
    (["pass", "unknown"], "not-satisfied", "other"),
    (["manual"], "not-satisfied", "other"),
    (["error"], "not-satisfied", "other"),
    (["pass", "exempt"], "not-satisfied", "other"),
    (["exempt", "unknown", "fail"], "not-satisfied", "fail"),
]


@pytest.mark.parametrize(("statuses", "state", "reason"), STATES)
def test_a_control_is_satisfied_only_if_all_is_in_order(tmp_path, statuses, state, reason):
    lines = [idle(status, mark=str(n)) for n, status in enumerate(statuses)]

    (found,) = result_of(write_run(tmp_path / "run", lines)).findings

    assert (found.target.target_id, found.target.status.state.value) == ("idle-mailbox", state)
    assert getattr(found.target.status.reason, "value", found.target.status.reason) == reason
    assert len(found.related_observations or []) == sum(one != "pass" for one in statuses)


def test_what_was_approved_is_a_deviation(tmp_path):
    result = result_of(
        write_run(tmp_path / "run", [idle("exempt", exemption=APPROVAL), idle("fail", mark="2")])
    )

    (risk,) = result.risks
    (found,) = result.findings
    assert risk.status == "deviation-approved"
    assert risk.statement == "Exempt: On leave. Approved by The chair, until 2019-06-30."
    assert [one.risk_uuid for one in found.related_risks] == [risk.uuid]
    (related,) = risk.related_observations
    assert related.observation_uuid in {one.uuid for one in result.observations}


def test_every_identifier_is_once_in_the_document_and_of_version_5(tmp_path):
    found = identifiers(json.loads(written(write_run(tmp_path / "run"))))

    assert len(found) == len(set(found))
    assert {UUID(one).version for one in found} == {5}


def test_a_mailbox_is_the_same_in_every_run_and_an_observation_is_not(tmp_path):
    first = result_of(write_run(tmp_path / "1", [idle("fail")], run_id="1"))
    then = result_of(write_run(tmp_path / "2", [idle("fail")], run_id="2"))

    subjects = [one.local_definitions.inventory_items[0].uuid for one in (first, then)]
    assert subjects[0] == subjects[1]
    assert first.observations[0].uuid != then.observations[0].uuid


def test_a_run_without_findings_is_valid(tmp_path):
    result = result_of(write_run(tmp_path / "run", [idle("pass")]))

    assert (result.observations, result.risks, result.local_definitions) == (None, None, None)


@pytest.mark.parametrize(
    "text",
    [HARMFUL, BACKWARDS, "\0", "\x1b[2J", "\ud800", '"}],', "a\r\nb", "", " ", " x "],
    ids=ascii,
)
def test_no_text_breaks_the_file(tmp_path, text):
    whole = text.replace("\ud800", "")
    lines = [idle(
        "exempt", subject=whole, unit=text, severity=text, change=text, exemption=APPROVAL | {"reason": text},
        evidence=[{"what": text, "value": text, "source": text, "at": None}],
    )]  # fmt: skip
    run = write_run(tmp_path / "run", lines, office=whole)

    (observation,) = result_of(run).observations

    assert observation.description.isprintable()


def test_the_same_run_gives_the_same_file(tmp_path):
    run = write_run(tmp_path / "run")

    assert written(run) == written(run)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""junit.xml, read as its consumers read it."""

from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped

from ansible_collections.civic.mailbox.plugins.module_utils._report.formats.junit import JUNIT
from ansible_collections.civic.mailbox.plugins.module_utils._report.report import make_report
from ansible_collections.civic.mailbox.plugins.module_utils._report.run_folder import RunFolder

from ..sample import BACKWARDS, HARMFUL, finding, findings, write_run

IDLE = ("idle-mailbox.idle", {"last": "2018-07-04", "months": 3})
# What the schema of Jenkins' xUnit plugin (junit-10.xsd) allows of what is written here:
# element -> required attributes, further ones, children.
DIALECT = {
    "testsuites": (set(), {"name", "tests", "failures", "errors", "time"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"skipped", "timestamp", "time"},
        {"properties", "testcase"},
    ),
    "properties": (set(), set(), {"property"}),
    "property": ({"name", "value"}, set(), set()),
    "testcase": ({"name"}, {"classname", "time"}, {"failure", "error", "skipped"}),
    "failure": (set(), {"type", "message"}, set()),
    "error": (set(), {"type", "message"}, set()),
    "skipped": (set(), {"type", "message"}, set()),
}


def written(folder: Path, code: str = "en") -> str:
    file = io.StringIO()
    JUNIT.write(make_report(RunFolder(folder), code=code), file)
    return file.getvalue()


def read(text: str) -> JUnitXml:
    return JUnitXml.fromstring(text.encode())


def idle(status: str, subject: str = "a@x.example", unit: str = "Unit", **more):
    message, params = ("idle-mailbox.in-use", {"last": "2019-01-07", "months": 3}) if (
        status == "pass"
    ) else IDLE  # fmt: skip
    return finding("idle-mailbox", subject, unit, status, message, params=params, **more)


@pytest.mark.parametrize("code", ["vi", "en"])
def test_it_keeps_to_the_dialect(tmp_path, code):
    root = ElementTree.fromstring(written(write_run(tmp_path / "run"), code).encode())

    for element in root.iter():
        required, further, children = DIALECT[element.tag]
        assert required <= set(element.attrib) <= required | further
        assert {child.tag for child in element} <= children
        if element.tag == "testcase":
            assert len(element) <= 1


def test_each_control_and_subject_is_one_case(tmp_path):
    suites = {suite.name: suite for suite in read(written(write_run(tmp_path / "run")))}

    lines = findings()
    for control in {line["control"] for line in lines}:
        subjects = {line["subject"] for line in lines if line["control"] == control}
        names = [case.name for case in suites[control]]
        assert len(names) == len(set(names)) == len(subjects)


def test_the_sums_are_those_of_the_cases(tmp_path):
    report = read(written(write_run(tmp_path / "run")))
    said = (report.tests, report.failures, report.errors)
    suites = [(s.name, s.tests, s.failures, s.errors, s.skipped) for s in report]

    report.update_statistics()

    assert said == (report.tests, report.failures, report.errors)
    assert suites == [(s.name, s.tests, s.failures, s.errors, s.skipped) for s in report]


OUTCOMES = [
    (["pass"], None),
    (["fail"], Failure),
    (["error"], Error),
    (["manual"], Skipped),
    (["unknown"], Skipped),
    (["exempt"], Skipped),
    (["a status of tomorrow"], Error),
    (["pass", "fail"], Failure),
    (["unknown", "exempt", "fail", "manual"], Failure),
    (["exempt", "unknown"], Skipped),
    (["pass", "pass"], None),
]


@pytest.mark.parametrize(("statuses", "kind"), OUTCOMES)
def test_a_case_is_as_its_worst_finding(tmp_path, statuses, kind):
    lines = [idle(status, mark=str(n)) for n, status in enumerate(statuses)]

    report = read(written(write_run(tmp_path / "run", lines)))

    ((case,),) = report
    assert [type(one) for one in case.result] == ([kind] if kind else [])
    assert (report.tests, report.failures, report.errors) == (
        1, int(kind is Failure), int(kind is Error),
    )  # fmt: skip


def test_a_failure_has_evidence_remedy_and_the_same_name_as_the_pass(tmp_path):
    evidence = [{"what": "last sign-in", "value": "", "source": "dovecot", "at": None}]
    remedy = {"field": "lock", "action": "lock: active -> locked"}
    bad = idle("fail", evidence=evidence, remedy=remedy)

    ((fails,),) = read(written(write_run(tmp_path / "1", [bad])))
    ((passes,),) = read(written(write_run(tmp_path / "2", [idle("pass")])))

    (failure,) = fails.result
    assert failure.type == "high"
    assert failure.message == "To fix: Last sign-in on 2018-07-04, more than 3 months ago"
    assert "last sign-in | dovecot" in failure.text
    assert "lock: active -> locked" in failure.text
    assert (fails.name, fails.classname) == (passes.name, passes.classname)


def test_what_is_exempt_says_by_whom(tmp_path):
    approval = {"reason": "On leave", "approver": "The chair", "expires": "2019-06-30"}

    ((case,),) = read(written(write_run(tmp_path / "run", [idle("exempt", exemption=approval)])))

    (skipped,) = case.result
    assert "Exempt: On leave. Approved by The chair, until 2019-06-30." in skipped.text


def test_two_directories_are_two_cases(tmp_path):
    lines = [idle("fail", place="ldap1", mark="1"), idle("pass", place="ldap2", mark="2")]

    (suite,) = read(written(write_run(tmp_path / "run", lines)))

    assert [case.name for case in suite] == ["a@x.example (ldap1)", "a@x.example (ldap2)"]


@pytest.mark.parametrize(
    "text",
    [HARMFUL, BACKWARDS, "\0", "\x1b[2J", "\ud800", "\ufffe", "]]>", "a\r\nb", "&amp;", "'\"<"],
    ids=ascii,
)
def test_no_text_breaks_the_file(tmp_path, text):
    whole = text.replace("\ud800", "")
    lines = [idle("fail", subject=f"{whole}@x.example", unit=text, severity=text, evidence=[
        {"what": text, "value": text, "source": text, "at": None}])]  # fmt: skip
    run = write_run(tmp_path / "run", lines, office=whole)

    ((case,),) = read(written(run))

    assert len(case.result) == 1
    assert case.name.isprintable()


def test_a_run_without_findings_is_a_file_without_cases(tmp_path):
    assert read(written(write_run(tmp_path / "run", []))).tests == 0


def test_the_same_run_gives_the_same_file(tmp_path):
    run = write_run(tmp_path / "run")

    assert written(run) == written(run)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading a run folder: each damage has one clear message."""

from __future__ import annotations

import json

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailboxError
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import SCHEMA
from ansible_collections.civic.mailbox.plugins.module_utils._report.report import make_report
from ansible_collections.civic.mailbox.plugins.module_utils._report.run_folder import RunFolder

from .sample import finding, findings, write_lines, write_run


@pytest.fixture
def run(tmp_path):
    return RunFolder(write_run(tmp_path / "run"))


def test_every_finding_is_read_and_a_notable_one_is_no_plain_pass(run):
    lines = findings()

    assert [row.subject for row in run.findings()] == [line["subject"] for line in lines]
    assert [row.fingerprint for row in run.notable(run.assessment())] == [
        line["fingerprint"] for line in lines if line["status"] != "pass" or line["due"]
    ]


def test_a_value_that_looks_like_a_pass_hides_nothing(tmp_path):
    sly = '"status":"pass","due":null'
    line = finding("idle-mailbox", sly, sly, "fail", "idle-mailbox.no-creation")
    run = RunFolder(write_run(tmp_path / "run", [line]))

    assert [row.subject for row in run.notable(run.assessment())] == [sly]


EDITS = [
    # what somebody did            line -> lines
    ("a finding left out",         lambda line: []),
    ("a finding twice",            lambda line: [line, line]),
    ("another subject",            lambda line: [line.replace(b"@quangninh", b"@q", 1)]),
    ("another status",             lambda line: [line.replace(b'"status":"fail"', b'"status":"pass"')]),
    ("another parameter",          lambda line: [line.replace(b'"SSHA"', b'"CRYPT"', 1)]),
]  # fmt: skip


@pytest.mark.parametrize("edit", [pytest.param(edit, id=name) for name, edit in EDITS])
def test_findings_that_somebody_changed_are_refused_at_their_end(run, edit):
    path, told = run.path / "findings.jsonl", run.assessment()
    lines = path.read_bytes().splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if b'"status":"fail"' in line)
    assert list(run.notable(told))

    path.write_bytes(b"".join([*lines[:at], *edit(lines[at]), *lines[at + 1 :]]))

    with pytest.raises(MailboxError, match=f"{path} is damaged: .*or audit again"):
        list(run.notable(told))


def test_passes_that_are_silent_on_a_message_are_counted(run):
    message, other = "default-password.guessed", "service-signup.quota"
    passed = finding("idle-mailbox", "a@x.example", "", "pass", "idle-mailbox.no-creation")
    silent = ([message], [other, message], [other], [f"{message}-not"])
    write_lines(run.path / "findings.jsonl", [
        passed,
        *(passed | {"silent_on": messages} for messages in silent),
        passed | {"subject": f'"silent_on":["{message}"]@x.example'},
        passed | {"status": "fail", "silent_on": [message]},
    ])  # fmt: skip

    assert run.passes_silent_on(message) == 2
    assert run.passes_silent_on("no-such.message") == 0


def test_the_findings_of_one_control_are_no_other_ones(run):
    lines = findings()
    sly = finding("idle-mailbox", '{"control":"locked-mailbox",', "", "pass", "idle-mailbox.in-use",
                  params={"last": "2019-01-07", "months": 3})  # fmt: skip
    write_lines(run.path / "findings.jsonl", [*lines, sly])

    for control in {line["control"] for line in lines}:
        told = [line["fingerprint"] for line in [*lines, sly] if line["control"] == control]
        assert [row.fingerprint for row in run.findings(control)] == told


def test_a_run_of_a_newer_version_is_told(run):
    path = run.path / "assessment.json"
    document = json.loads(path.read_text("utf-8")) | {"schema": SCHEMA + 1}
    path.write_text(json.dumps(document), "utf-8")

    with pytest.raises(MailboxError, match=r"assessment.json is of version .* install the release"):
        run.assessment()


DAMAGE = [
    ("no JSON", "findings.jsonl", "{}\n{", "findings.jsonl, line 1"),
    ("cut off", "findings.jsonl", None, "findings.jsonl, line 2"),
    ("another kind of line", "findings.jsonl", "[]\n", "findings.jsonl, line 1"),
    ("no object at all", "assessment.json", "[]", "assessment.json"),
    (
        "a time without zone",
        "assessment.json",
        '{"run_id":"x","now":"2019-01-08T01:00:00"}',
        "Z or",
    ),
]


@pytest.mark.parametrize(
    ("name", "text", "told"), [pytest.param(*case, id=id_) for id_, *case in DAMAGE]
)
def test_a_damaged_file_is_named_with_the_way_out(run, name, text, told):
    if text is None:
        whole = (run.path / name).read_text("utf-8").splitlines(keepends=True)
        text = whole[0] + whole[1][:40]
    (run.path / name).write_text(text, "utf-8")

    with pytest.raises(MailboxError, match=told) as raised:
        make_report(run, code="en")

    assert "again" in str(raised.value)


@pytest.mark.parametrize("name", ["findings.jsonl", "assessment.json"])
def test_a_missing_file_is_named_with_the_way_out(run, name):
    (run.path / name).unlink()

    with pytest.raises(MailboxError, match=rf"{name}.*No such file.*civic\.mailbox\.assess"):
        make_report(run, code="en")


def test_without_a_previous_run_nothing_needs_to_be_gone(run):
    (run.path / "gone.jsonl").unlink()

    assert list(run.gone()) == []


def test_an_unknown_time_zone_is_named(tmp_path):
    run = write_run(tmp_path / "run", time_zone="Asia/Cam_Binh")

    with pytest.raises(MailboxError, match="Asia/Cam_Binh"):
        make_report(RunFolder(run), code="en")

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A run to compare with: read in every version that there was, and never empty when damaged."""

from __future__ import annotations

import json

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailboxError
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import SCHEMA
from ansible_collections.civic.mailbox.plugins.module_utils._core.names import Names
from ansible_collections.civic.mailbox.plugins.module_utils._module.past_run import open_run

from .._report.sample import findings, write_run


@pytest.fixture
def folder(tmp_path):
    return write_run(tmp_path / "1")


def changed(folder, **keys):
    path = folder / "assessment.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | keys), encoding="utf-8")


def test_its_findings_that_are_no_pass_are_read(folder):
    open_findings = [line for line in findings() if line["status"] != "pass"]

    earlier = open_run(folder).earlier()

    assert len(earlier) == len(open_findings)
    assert [line for line in open_findings if not earlier.of(line["fingerprint"])] == []


def test_a_run_without_a_version_is_an_old_one(folder):
    assert "schema" not in json.loads((folder / "assessment.json").read_text("utf-8"))

    run = open_run(folder)

    assert (run.run_id, run.accepted) == ("20190108T010000Z", None)
    assert run.subjects(Names()).knows_forwards("a@b.example") is False


@pytest.mark.parametrize("schema", [SCHEMA + 1, "3", None, [1]])
def test_a_run_of_a_newer_version_is_told(folder, schema):
    changed(folder, schema=schema)

    with pytest.raises(MailboxError, match=r"assessment.json is of version .* install the release"):
        open_run(folder)


DAMAGED = [
    ("findings.jsonl", "is not there", None, "cannot be read: No such file"),
    ("findings.jsonl", "is empty", b"", "is damaged: it has 0 "),
    ("findings.jsonl", "is of another kind", b"[]\n", "is damaged, or was not written"),
    ("findings.jsonl", "is no JSON", b"x\n", "is damaged, or was not written"),
    ("findings.jsonl", "was cut off", b'{"control":"idle-mailbox","sub', "is damaged"),
    ("findings.jsonl", "is no text", b"\xff\xfe\n", "is damaged"),
    ("assessment.json", "is not there", None, "cannot be read: No such file"),
    ("assessment.json", "is empty", b"", "is damaged"),
    ("assessment.json", "is of another kind", b"[]", "is damaged"),
    ("assessment.json", "lacks something", b'{"run_id": "1"}', "it lacks now"),
    ("assessment.json", "has a wrong value", b'{"run_id": 1}', "is damaged"),
    ("accepted.json", "lacks something", b"{}", "it lacks run_id"),
    ("accepted.json", "is no JSON", b"{", "is damaged"),
]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [pytest.param(name, *case, id=f"{name} {what}") for name, what, *case in DAMAGED],
)
def test_a_damaged_run_is_named_and_not_taken_for_an_empty_one(folder, name, content, told):
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)

    with pytest.raises(MailboxError, match=told) as raised:
        open_run(folder).earlier()
    assert str(folder / name) in str(raised.value)


@pytest.mark.parametrize("name", ["latest", "baseline"])
def test_a_folder_that_is_not_there_is_told_with_the_way_out(tmp_path, name):
    with pytest.raises(MailboxError) as raised:
        open_run(tmp_path / name)

    told = str(raised.value)
    assert told.startswith(f"{tmp_path / name / 'assessment.json'} cannot be read: No such file")
    assert [
        word
        for word in ("mailbox_reports_dir", "civic.mailbox.audit", "civic.mailbox.baseline")
        if word not in told
    ] == []


def test_a_file_that_lost_its_last_lines_is_damaged(folder):
    path = folder / "findings.jsonl"
    path.write_text("".join(path.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")

    with pytest.raises(
        MailboxError, match=r"it has \d+ findings, and assessment.json counts \d+\."
    ):
        open_run(folder).earlier()


def test_a_file_with_a_finding_turned_into_another_is_damaged(folder):
    path = folder / "findings.jsonl"
    path.write_text(path.read_text("utf-8").replace('"fail"', '"manual"', 1), "utf-8")

    with pytest.raises(MailboxError, match=r"not those that the audit wrote, by findings_digest"):
        open_run(folder).earlier()


def test_of_an_older_version_without_a_digest_the_findings_are_counted(folder):
    path = folder / "findings.jsonl"
    path.write_text(path.read_text("utf-8").replace('"fail"', '"manual"', 1), "utf-8")
    changed(folder, findings_digest=None)

    assert open_run(folder).earlier()

    path.write_text(path.read_text("utf-8").partition("\n")[2], "utf-8")
    with pytest.raises(MailboxError, match=r"it has \d+ findings, and"):
        open_run(folder).earlier()

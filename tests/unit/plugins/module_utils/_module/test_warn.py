# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is refused before a warning is sent; the sending is tested on a real mail server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import (
    MailboxError,
    SnapshotError,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module.warn import _notices

ADDRESS = "nguyenthithanhhuyen@cambinh.quangninh.gov.vn"
FINDING = {
    "control": "idle-mailbox", "subject": ADDRESS, "unit": "Registry", "status": "pass",
    "due": "2019-01-06", "params": {"last": "2018-10-05", "months": 3}, "evidence": [],
}  # fmt: skip
NONSENSE = [
    # what is wrong                 the line
    ("no JSON",                     "nonsense"),
    ("empty",                       ""),
    ("a list",                      "[]"),
    ("nothing",                     "null"),
    ("without a control",           "{}"),
    ("without what it is about",    json.dumps({"control": "idle-mailbox"})),
    ("a day that is none",          json.dumps({**FINDING, "due": "2019-02-30"})),
    ("a day that is a number",      json.dumps({**FINDING, "due": 20190106})),
    ("evidence that is a text",     json.dumps({**FINDING, "evidence": "x"})),
    ("evidence of nothing",         json.dumps({**FINDING, "evidence": [{"what": 1, "at": "x"}]})),
    ("numbers that are a list",     json.dumps({**FINDING, "params": []})),
]  # fmt: skip


@pytest.mark.parametrize("line", [pytest.param(line, id=name) for name, line in NONSENSE])
def test_a_line_that_is_no_finding_is_named(tmp_path, line):
    path = tmp_path / "findings.jsonl"
    path.write_text(f"{json.dumps(FINDING)}\n{line}\n")

    with pytest.raises(SnapshotError, match=f"^{path}, line 2 is no finding .*: audit again"):
        list(_notices(path, {"pass": 2}, False))


def test_without_findings_the_audit_is_to_be_run(tmp_path: Path):
    path = tmp_path / "findings.jsonl"

    with pytest.raises(SnapshotError, match=f"^cannot read {path}: .*Run the audit first"):
        list(_notices(path, {"pass": 2}, False))


@pytest.mark.parametrize("counted", [{"pass": 1}, {"pass": 3}, {"pass": 2, "fail": 1}, {}])
def test_of_findings_that_somebody_changed_nobody_is_warned(tmp_path: Path, counted):
    path = tmp_path / "findings.jsonl"
    path.write_text(f"{json.dumps(FINDING)}\n" * 2)

    with pytest.raises(MailboxError, match=f"^{path} is damaged: it has "):
        list(_notices(path, counted, False))
    assert len(list(_notices(path, {"pass": 2}, False))) == 2

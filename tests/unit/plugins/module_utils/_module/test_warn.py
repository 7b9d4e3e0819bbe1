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
from ansible_collections.civic.mailbox.plugins.module_utils._module.past_run import (
    PastRun,
    open_run,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module.warn import _notices

from .._report.sample import digest_of

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


def run(folder: Path, text: str) -> PastRun:
    """A run with these findings."""
    (folder / "findings.jsonl").write_text(text)
    assessed = {"run_id": "1", "now": "2019-01-08T01:00:00Z", "statuses": {"pass": 2}}
    digest = digest_of(folder / "findings.jsonl")
    (folder / "assessment.json").write_text(json.dumps({**assessed, "findings_digest": digest}))
    return open_run(folder)


@pytest.mark.parametrize("line", [pytest.param(line, id=name) for name, line in NONSENSE])
def test_a_line_that_is_no_finding_is_named(tmp_path, line):
    path = tmp_path / "findings.jsonl"

    with pytest.raises(SnapshotError, match=f"^{path}, line 2 is no finding .*: audit again"):
        list(_notices(run(tmp_path, f"{json.dumps(FINDING)}\n{line}\n"), False))


def test_findings_that_are_not_there_are_told(tmp_path: Path):
    made = run(tmp_path, "")
    (tmp_path / "findings.jsonl").unlink()

    with pytest.raises(MailboxError, match=r"findings\.jsonl cannot be read: No such file"):
        list(_notices(made, False))


WHOLE = f"{json.dumps(FINDING)}\n{json.dumps({**FINDING, 'subject': 'b@town.example'})}\n"
EDITS = [
    WHOLE.partition("\n")[2],
    WHOLE * 2,
    WHOLE.replace("b@", "c@"),
    WHOLE.replace("-06", "-07"),
]


@pytest.mark.parametrize("edited", EDITS)
def test_of_findings_that_somebody_changed_nobody_is_warned(tmp_path: Path, edited):
    made = run(tmp_path, WHOLE)
    assert len(list(_notices(made, False))) == 2
    path = tmp_path / "findings.jsonl"

    path.write_text(edited)

    with pytest.raises(MailboxError, match=f"^{path} is damaged: "):
        list(_notices(made, False))

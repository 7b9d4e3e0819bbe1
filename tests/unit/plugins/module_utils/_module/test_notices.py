# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module's way through the layers: a run folder in, letters out."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailboxError
from ansible_collections.civic.mailbox.plugins.module_utils._module import notices
from ansible_collections.civic.mailbox.plugins.module_utils._module.notice_folder import read_index
from ansible_collections.civic.mailbox.plugins.module_utils._module.notices import (
    ARGUMENTS,
    write_notices,
)

from .._report.sample import UNITS, write_run

LETTER = {"contact": "CNTT", "deadline": "2019-01-31"}
NO_UNIT = ""


class Module(SimpleNamespace):
    """What write_notices asks of an AnsibleModule."""

    def __init__(
        self, run_dir: Path, *, check_mode: bool = False, diff: bool = False, **params: Any
    ):
        defaults = {name: spec.get("default") for name, spec in ARGUMENTS.items()}
        given = {**defaults, "run_dir": str(run_dir), "letter": LETTER, **params}
        super().__init__(params=given, check_mode=check_mode, _diff=diff, warnings=[])

    def warn_clean(self, warning: str) -> None:
        self.warnings.append(warning)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_run(tmp_path / "run-1")


def test_each_unit_gets_its_letter_and_the_same_again_is_no_change(run):
    result = write_notices(Module(run))

    assert result["changed"]
    assert result["total"] == len(result["units"]) == len(UNITS) + 1
    assert {line["unit"] for line in result["units"]} == {*UNITS, NO_UNIT}
    for line in result["units"]:
        names = {path.name for path in (run / "notices" / line["folder"]).iterdir()}
        assert {"letter-vi.html", "letter-vi.docx", "letter-en.html", "letter-en.docx"} <= names
        assert ("answer-vi.csv" in names) is (line["counts"]["locked"] > 0)
    assert not write_notices(Module(run))["changed"]


def test_check_mode_tells_the_same_and_writes_nothing(run):
    before = sorted(run.rglob("*"))

    checked = write_notices(Module(run, check_mode=True, diff=True))

    assert sorted(run.rglob("*")) == before
    diff = checked.pop("diff")
    assert checked == write_notices(Module(run))
    assert len(diff) == 2 * checked["total"]
    assert all(part["after"].endswith(".\n") for part in diff)


def turned(text: str) -> str:
    return text.replace('"status":"fail"', '"status":"pass"', 1)


def without_one(text: str) -> str:
    return text.partition("\n")[2]


def of_another(text: str) -> str:
    return text.replace("nguyenvanan4@", "binh.tran@", 1)


@pytest.mark.parametrize("change", [turned, without_one, of_another])
@pytest.mark.parametrize("check_mode", [True, False])
def test_of_findings_that_somebody_changed_no_letter_is_written(run, change, check_mode):
    path = run / "findings.jsonl"
    path.write_text(change(path.read_text("utf-8")), "utf-8")

    with pytest.raises(MailboxError, match=f"{path} is damaged: .*or audit again"):
        write_notices(Module(run, check_mode=check_mode))
    assert not (run / "notices").exists()


def test_a_server_that_was_not_read_in_full_and_a_unit_that_is_none_are_warned_of(run):
    module = Module(run, letter={**LETTER, "units": [{"unit": "Trạm Y tế"}]})

    write_notices(module)

    assert any("mail02 was not read in full" in text for text in module.warnings)
    assert any("names a unit that the run does not: Trạm Y tế" in text for text in module.warnings)


@pytest.mark.parametrize(("days", "is_told"), [(-1, True), (0, False), (14, False)])
def test_a_deadline_that_is_past_is_warned_of_with_file_and_key(
    run, tmp_path, monkeypatch, days, is_told
):
    evening = datetime(2026, 11, 30, 20, tzinfo=timezone.utc)  # 1 December at the office
    monkeypatch.setattr(notices, "now", lambda: evening)
    deadline = date(2026, 12, 1) + timedelta(days=days)
    file = tmp_path / "letter.yml"
    file.write_text(f"contact: CNTT\ndeadline: {deadline}\n", encoding="utf-8")
    module = Module(run, letter=None, letter_file=str(file))

    write_notices(module)

    start = f"{file}: deadline: {deadline} is past"
    assert any(text.startswith(start) for text in module.warnings) is is_told


def test_a_unit_of_which_nothing_was_found_gets_no_letter_and_is_listed(run):
    path = run / "assessment.json"
    known = json.loads(path.read_text("utf-8"))
    known["units"]["Trạm Y tế"] = {}
    path.write_text(json.dumps(known), encoding="utf-8")

    result = write_notices(Module(run))

    assert result["without"] == ["Trạm Y tế"]
    line = next(line for line in read_index(run).units if line.unit == "Trạm Y tế")
    assert line.files == {}
    assert not (run / "notices" / line.folder).exists()
    assert "Trạm Y tế" in (run / "notices" / "index.html").read_text("utf-8")


def test_without_python_docx_html_is_written_and_it_is_said(run, monkeypatch):
    monkeypatch.setattr(notices, "HAS_DOCX", False)
    module = Module(run)

    write_notices(module)

    assert any(
        "HTML alone" in text and "pip install python-docx" in text for text in module.warnings
    )
    assert not list((run / "notices").rglob("*.docx"))
    assert list((run / "notices").rglob("letter-vi.html"))


def test_docx_that_is_asked_for_and_cannot_be_written_is_an_error(run, monkeypatch):
    monkeypatch.setattr(notices, "HAS_DOCX", False)

    with pytest.raises(MailboxError, match="pip install python-docx"):
        write_notices(Module(run, formats=["html", "docx"]))
    assert write_notices(Module(run, formats=["html"]))["changed"]


def test_a_template_that_fails_stops_before_anything_is_written(run, tmp_path):
    template = tmp_path / "own.txt"
    template.write_text("Khóa\n\nGửi ${who}\n", encoding="utf-8")

    with pytest.raises(MailboxError) as refused:
        write_notices(Module(run, template_vi=str(template)))

    assert str(refused.value).startswith(
        f"{template}, line 3: ${{who}} is no placeholder. There are ${{unit}}"
    )
    assert not (run / "notices").exists()


def test_a_folder_that_was_not_assessed_is_told(tmp_path):
    with pytest.raises(MailboxError, match=r"assessment\.json"):
        write_notices(Module(tmp_path))


def test_harmful_values_reach_no_file_as_they_are(run):
    write_notices(Module(run))

    for path in (run / "notices").rglob("*.html"):
        text = path.read_text("utf-8")
        assert "<script" not in text
        assert "\u202e" not in text

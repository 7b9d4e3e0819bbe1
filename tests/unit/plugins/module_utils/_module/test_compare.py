# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two run folders compared: what is told, what is written, and when it fails."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.comparison import WORDS
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import (
    ComparisonError,
    MailboxError,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import SCHEMA
from ansible_collections.civic.mailbox.plugins.module_utils._module.baseline import accept_baseline
from ansible_collections.civic.mailbox.plugins.module_utils._module.compare import (
    ARGUMENTS,
    SHOWN,
    compare_runs,
)

from .._report.sample import finding, write_run

READ = [{"name": "ldap01", "kind": "accounts", "server": "", "software": "", "complete": True,
         "message": "", "accounts": 9, "read_at": None, "unread": []}]  # fmt: skip
CUT = [{**READ[0], "complete": False, "message": "the connection was lost"}]


def idle(name: str, status: str, **more: Any) -> dict[str, Any]:
    message = "idle-mailbox.in-use" if status == "pass" else "idle-mailbox.idle"
    params = {"last": "2018-07-04", "months": 3}
    return finding(
        "idle-mailbox", f"{name}@town.example", "Registry", status, message, params=params, **more
    ) | ({} if status == "pass" else {"server": "ldap01"})


BEFORE = [
    idle("same", "fail"), idle("cured", "fail"), idle("worse", "manual"), idle("better", "fail"),
    idle("graver", "fail", severity="low"), idle("covered", "fail"), idle("ended", "exempt"),
    idle("gone", "fail"), idle("dark", "fail"), idle("fine", "pass"),
    idle("blind", "fail"), idle("milder", "fail"), idle("away", "unknown"), idle("broken", "error"),
]  # fmt: skip
SILENT = {"silent_on": ["idle-mailbox.idle"]}
NOW = [
    idle("same", "fail"), idle("cured", "pass"), idle("worse", "fail"), idle("better", "manual"),
    idle("graver", "fail"), idle("covered", "exempt"), idle("ended", "fail"),
    idle("dark", "unknown"), idle("fine", "pass"), idle("fresh", "fail"),
    idle("blind", "pass") | SILENT, idle("milder", "fail", severity="low") | SILENT,
    idle("away", "pass"), idle("broken", "pass"),
]  # fmt: skip
TOLD = {
    "cured": "resolved", "worse": "worse", "better": "better", "graver": "worse",
    "covered": "exempted", "ended": "expired", "gone": "disappeared", "dark": "not_assessed",
    "fresh": "new", "blind": "not_assessed", "milder": "not_assessed",
    "away": "decided", "broken": "decided",
}  # fmt: skip
NAMES = (
    "new", "worse", "expired", "not_assessed", "disappeared", "exempted", "better", "decided",
    "resolved",
)  # fmt: skip


@pytest.fixture
def reports(tmp_path) -> Path:
    write_run(tmp_path / "1", BEFORE, run_id="1", previous=None, sources=READ)
    write_run(tmp_path / "2", NOW, run_id="2", previous="1", sources=READ, schema=SCHEMA)
    return tmp_path


def compare(run_dir: Path, *, diff: bool = False, **params: Any) -> dict[str, Any]:
    defaults = {name: spec.get("default") for name, spec in ARGUMENTS.items()}
    return compare_runs(
        SimpleNamespace(params={**defaults, "run_dir": str(run_dir), **params}, _diff=diff)
    )


def words(path: Path) -> dict[str, str]:
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return {line["subject"].partition("@")[0]: line["change"] for line in lines}


def test_each_finding_that_differs_has_its_word(reports):
    result = compare(reports / "2")

    assert words(reports / "2" / "difference.jsonl") == TOLD
    assert result["comparison"] == {
        word: list(TOLD.values()).count(word) for word in WORDS
    } | {"unchanged": 1}  # fmt: skip
    assert (result["run"], result["previous"], result["changed"]) == ("2", "1", False)
    assert [one["change"] for one in result["differences"]] == sorted(
        TOLD.values(), key=WORDS.index
    )


def test_each_tells_what_it_was_and_is(reports):
    found = {
        one["subject"].partition("@")[0]: (one["before"], one["after"])
        for one in compare(reports / "2")["differences"]
    }

    assert found == {
        "fresh": ("", "fail (high)"),
        "worse": ("manual (high)", "fail (high)"),
        "graver": ("fail (low)", "fail (high)"),
        "ended": ("exempt (high)", "fail (high)"),
        "dark": ("fail (high)", "unknown (high)"),
        "blind": ("fail (high)", ""),
        "milder": ("fail (high)", "fail (low)"),
        "gone": ("fail (high)", ""),
        "covered": ("fail (high)", "exempt (high)"),
        "better": ("fail (high)", "manual (high)"),
        "cured": ("fail (high)", ""),
        "away": ("unknown (high)", ""),
        "broken": ("error (high)", ""),
    }


def test_a_run_cut_off_tells_neither_gone_nor_resolved(reports):
    lines = [{**line, "partial": True} if line["status"] == "pass" else line for line in NOW]
    write_run(reports / "3", lines, run_id="3", sources=CUT, schema=SCHEMA)

    result = compare(reports / "3", previous=str(reports / "1"), language="en")

    assert words(reports / "3" / "difference.jsonl") == TOLD | dict.fromkeys(
        ("gone", "cured", "away", "broken"), "not_assessed"
    )
    assert "Not everything could be read from ldap01" in " ".join(result["summary"].split())


def test_the_other_way_round_is_the_other_way_round(reports):
    compare(reports / "1", previous=str(reports / "2"))

    assert words(reports / "1" / "difference.jsonl") == {
        "cured": "new", "worse": "better", "better": "worse", "graver": "better",
        "covered": "expired", "ended": "exempted", "gone": "new", "dark": "worse",
        "fresh": "disappeared", "blind": "new", "milder": "worse",
        "away": "new", "broken": "new",
    }  # fmt: skip


@pytest.mark.parametrize("formats", [[], ["jsonl"], ["html"], ["text"], ["html", "jsonl", "text"]])
def test_the_files_asked_for_are_written_and_no_other(reports, formats):
    before = set(os.listdir(reports / "2"))

    result = compare(reports / "2", formats=formats)

    written = set(os.listdir(reports / "2")) - before
    assert written == {Path(path).name for path in result["files"].values()}
    assert sorted(result["files"]) == sorted(formats)


def test_the_same_runs_give_the_same_files(reports):
    formats = ["html", "jsonl", "text"]
    first, again = (
        {name: Path(path).read_bytes() for name, path in files.items()}
        for files in (compare(reports / "2", formats=formats)["files"] for _ in range(2))
    )

    assert first == again


FAILS = [
    ("new", NOW, True),
    ("any", NOW, True),
    ("none", NOW, False),
    ("new", BEFORE, False),
    ("any", BEFORE, False),
    ("new", BEFORE[1:], False),
    ("any", BEFORE[1:], True),
    ("any", [*BEFORE[:-1], idle("fine", "fail")], True),
    ("new", [*BEFORE[:-1], idle("fine", "exempt")], False),
]


@pytest.mark.parametrize(("fail_on", "now", "fails"), FAILS)
def test_a_pipeline_fails_when_it_was_told_to_and_has_its_files(reports, fail_on, now, fails):
    write_run(reports / "3", now, run_id="3", sources=READ)

    def run():
        return compare(reports / "3", previous=str(reports / "1"), fail_on=fail_on)

    if not fails:
        run()
    else:
        with pytest.raises(ComparisonError, match=f"Run 3 differs from 1 .*fail_on={fail_on}") as e:
            run()
        assert e.value.result["comparison"]
        assert e.value.result["summary"]
    assert (reports / "3" / "difference.jsonl").exists()


def accept(run_dir: Path) -> None:
    accept_baseline(
        SimpleNamespace(
            params={"run_dir": str(run_dir), "baseline_dir": None, "accepted_by": "The chair",
                    "reason": "First audit"},
            check_mode=False, _diff=False, warn_clean=lambda text: None,
        )
    )  # fmt: skip


def test_a_baseline_is_compared_with_as_its_run_and_says_who_accepted_it(reports):
    accept(reports / "1")

    result = compare(reports / "2", previous=str(reports / "baseline"), language="en")

    assert words(reports / "2" / "difference.jsonl") == TOLD
    assert result["previous"] == "baseline (1)"
    assert "Accepted as the baseline by The chair" in result["summary"]


def wrong_cases(reports: Path) -> dict[str, tuple[dict[str, Any], str]]:
    one, two = str(reports / "1"), str(reports / "2")
    return {
        "a first run": ({"run_dir": one}, "was compared with none"),
        "itself": ({"run_dir": two, "previous": two}, "with itself"),
        "a baseline on the wrong side": (
            {"run_dir": str(reports / "baseline"), "previous": one}, "is a baseline",
        ),
        "a run that is not there": ({"run_dir": two, "previous": one + "0"}, "No such file"),
    }  # fmt: skip


@pytest.mark.parametrize("name", wrong_cases(Path()))
def test_what_cannot_be_compared_is_told(reports, name):
    accept(reports / "1")
    params, told = wrong_cases(reports)[name]

    with pytest.raises(MailboxError, match=told):
        compare(**params)


@pytest.mark.parametrize("name", ["1", "2"])
@pytest.mark.parametrize("text", ["", "x\n", "[]\n", '{"status":"pass"}\n'])
def test_a_damaged_run_is_told_and_nothing_is_written(reports, name, text):
    (reports / name / "findings.jsonl").write_text(text)

    with pytest.raises(MailboxError, match="damaged"):
        compare(reports / "2")
    assert not (reports / "2" / "difference.jsonl").exists()


@pytest.mark.parametrize("name", ["1", "2"])
@pytest.mark.parametrize("becomes", ["pass", "manual"])
def test_a_run_whose_findings_somebody_changed_is_told_and_nothing_is_written(
    reports, name, becomes
):
    path = reports / name / "findings.jsonl"
    changed = path.read_text("utf-8").replace('"status":"fail"', f'"status":"{becomes}"', 1)
    path.write_text(changed, "utf-8")

    with pytest.raises(MailboxError, match=rf"{path} is damaged: its findings are not"):
        compare(reports / "2")
    assert not list(reports.glob("2/difference*"))


def test_many_differences_are_cut_short_where_the_file_has_all(reports):
    lines = [idle(f"n{n}", "fail") for n in range(SHOWN + 5)]
    write_run(reports / "3", lines, run_id="3", sources=READ)

    result = compare(reports / "3", previous=str(reports / "1"), diff=True)

    assert len(result["differences"]) == len(result["diff"]) == SHOWN
    assert result["truncated"] is True
    assert result["differences_total"] == len(words(reports / "3" / "difference.jsonl"))


def test_the_diff_shows_before_and_after(reports):
    blocks = {block["before_header"]: block for block in compare(reports / "2", diff=True)["diff"]}

    block = blocks["ended@town.example: idle-mailbox"]
    assert block["before"] == "exempt (high)\n"
    assert block["after"].startswith("fail (high)\nLast sign-in")
    assert block["after_header"].endswith("(expired)")

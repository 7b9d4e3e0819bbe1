# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Earlier runs: those that can be drawn, and each that cannot with its reason."""

from __future__ import annotations

import json
import os
from datetime import datetime, timezone

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._report import trend
from ansible_collections.civic.mailbox.plugins.module_utils._report.records import Use
from ansible_collections.civic.mailbox.plugins.module_utils._report.trend import earlier_runs

NOW = datetime(2019, 1, 8, tzinfo=timezone.utc)
STATES = {"fail": 3, "manual": 1, "unknown": 2, "exempt": 0, "pass": 4}


def summary(day="2018-12-01", **other):
    return {
        "schema": 1, "now": f"{day}T00:00:00Z", "accounts": 10, "complete": True,
        "mailboxes": STATES, **other,
    }  # fmt: skip


@pytest.fixture
def reports(tmp_path):
    def add(name, content):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "assessment.json").write_text("{}")
        if content is not None:
            text = content if isinstance(content, str) else json.dumps(content)
            (folder / "summary.json").write_text(text)
        return folder

    add("this", summary("2019-01-08"))
    return add


def found(tmp_path):
    return earlier_runs(tmp_path / "this", NOW)


def test_runs_come_oldest_first_and_later_ones_not_at_all(tmp_path, reports):
    reports("b", summary("2018-11-01", complete=False))
    reports("a", summary("2018-12-01"))
    reports("later", summary("2019-02-01"))
    os.symlink("a", tmp_path / "latest")
    (tmp_path / "notices").mkdir()  # no run
    (tmp_path / "warned.jsonl").touch()
    (reports("baseline", None) / "accepted.json").touch()  # what was accepted of a run

    runs = found(tmp_path)

    assert [(one.run_id, one.complete) for one in runs.points] == [("b", False), ("a", True)]
    assert runs.points[0].mailboxes == STATES
    assert runs.left_out == ()


@pytest.mark.parametrize(
    ("reason", "content"),
    [
        ("older", {key: one for key, one in summary().items() if key != "mailboxes"}),
        ("older", summary(schema=0)),
        ("newer", summary(schema=2)),
        ("damaged", ""),
        ("damaged", '{"schema": 1'),
        ("damaged", "[]"),
        ("damaged", "[" * 100_000),
        ("damaged", "\udcff".encode("utf-8", "surrogateescape").decode("latin-1")),
        ("damaged", {}),
        ("damaged", summary(schema="1")),
        ("damaged", summary(now="yesterday")),
        ("damaged", summary(accounts=None)),
        ("damaged", summary(accounts=-1)),
        ("damaged", summary(mailboxes={})),
        ("damaged", summary(mailboxes={**STATES, "fail": "3"})),
        ("damaged", summary(use_by_unit={"Registry": {"used": "many"}})),
        ("damaged", summary(use_by_unit={"Registry": 1})),
        ("unwritten", None),
    ],
)
def test_a_run_that_cannot_be_drawn_is_said_and_is_not_taken_for_empty(
    tmp_path, reports, reason, content
):
    reports("odd", content)

    runs = found(tmp_path)

    assert runs.points == ()
    assert [(one.run_id, one.reason) for one in runs.left_out] == [("odd", reason)]


def test_the_use_of_units_is_there_where_the_version_wrote_it(tmp_path, reports):
    numbers = {"used": 4, "unused": 1, "undecided": 3}
    reports("old", summary("2018-11-01"))
    reports(
        "new", summary("2018-12-01", use_by_unit={"Công an": numbers, "Co\u0302ng an": numbers})
    )

    old, new = found(tmp_path).points

    assert old.use == {}
    assert new.use == {"Công an": Use(used=8, unused=2, undecided=6)}  # written in two ways
    assert (new.use["Công an"].open, new.use["Công an"].share) == (16, 50)


def test_a_summary_that_cannot_be_read_is_said(tmp_path, reports):
    (reports("odd", None) / "summary.json").mkdir()

    assert [one.reason for one in found(tmp_path).left_out] == ["unreadable"]


def test_only_the_last_ones_are_drawn_and_the_others_counted(tmp_path, reports, monkeypatch):
    monkeypatch.setattr(trend, "SHOWN", 2)
    for month in range(1, 6):
        reports(f"run-{month}", summary(f"2018-0{month}-01"))

    runs = found(tmp_path)

    assert [one.run_id for one in runs.points] == ["run-4", "run-5"]
    assert runs.earlier == 3

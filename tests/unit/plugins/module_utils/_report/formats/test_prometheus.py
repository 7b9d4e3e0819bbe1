# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""mailbox.prom, read with the parser of Prometheus' own client."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ansible_collections.civic.mailbox.plugins.module_utils._core.comparison import WORDS
from ansible_collections.civic.mailbox.plugins.module_utils._report.formats.prometheus import (
    MOST_UNITS,
    NO_UNIT,
    OTHERS,
    PROMETHEUS,
)
from ansible_collections.civic.mailbox.plugins.module_utils._report.report import make_report
from ansible_collections.civic.mailbox.plugins.module_utils._report.run_folder import RunFolder

from ..sample import BACKWARDS, HARMFUL, UNITS, finding, findings, write_run

Samples = dict[str, dict[tuple[str, ...], float]]


def written(folder: Path) -> str:
    file = io.StringIO()
    PROMETHEUS.write(make_report(RunFolder(folder), code="vi"), file)
    return file.getvalue()


def samples(folder: Path) -> Samples:
    """Metric without its prefix -> label values -> value."""
    found: Samples = {}
    for family in text_string_to_metric_families(written(folder)):
        assert (family.type, bool(family.documentation)) == ("gauge", True)
        of_family = found.setdefault(family.name.removeprefix("civic_mailbox_"), {})
        for sample in family.samples:
            labels = tuple(sample.labels.values())
            assert labels not in of_family
            of_family[labels] = sample.value
    return found


def fail(unit: str, n: int = 0):
    params = {"last": "2018-07-04", "months": 3}
    return finding(
        "idle-mailbox", f"n{n}@x.example", unit, "fail", "idle-mailbox.idle", params=params
    )


def test_the_numbers_are_those_of_the_run(tmp_path):
    found = samples(write_run(tmp_path / "run"))

    assert found["run_timestamp_seconds"] == {(): 1546909200}
    assert found["run_complete"] == {(): 0}
    assert found["source_complete"] == {
        ("accounts", "ldap01"): 1, ("mail", "mail01"): 1, ("mail", "mail02"): 0,
    }  # fmt: skip
    assert (found["accounts"], found["mailboxes_to_fix"]) == ({(): 61}, {(): 16})
    assert (found["changes_planned"], found["due_soon"]) == ({(): 17}, {(): 3})
    assert found["exemptions"] == {("in_force",): 1, ("expired",): 1}
    assert {word for (word,) in found["difference"]} == set(WORDS)
    for line in findings():
        assert found["findings"][line["control"], line["status"]] > 0
    assert sum(found["findings"].values()) == len(findings())


def test_a_status_that_does_not_occur_is_nought_and_not_missing(tmp_path):
    found = samples(write_run(tmp_path / "run", [fail("A")]))["findings"]

    assert found["idle-mailbox", "error"] == 0
    assert len(found) == 6


def test_without_an_earlier_run_there_is_no_difference(tmp_path):
    assert "difference" not in samples(write_run(tmp_path / "run", comparison=None))


def test_no_label_is_an_address(tmp_path):
    lines = [*findings(), fail("clerk@town.example"), fail("x@y.example")]

    found = samples(write_run(tmp_path / "run", lines))

    assert "@" not in written(tmp_path / "run")
    assert {unit for unit, _ in found["unit_findings"]} == {*UNITS, NO_UNIT, OTHERS}
    assert found["unit_findings"][OTHERS, "fail"] == 2


def test_many_units_do_not_make_many_series(tmp_path):
    lines = [fail(f"Unit {n:04}", n) for n in range(MOST_UNITS + 7)]
    lines += [fail("Unit 0305", 2000), fail("Unit 0305", 2001)]

    found = samples(write_run(tmp_path / "run", lines))["unit_findings"]

    fails = {unit: value for (unit, status), value in found.items() if status == "fail"}
    assert len(fails) == MOST_UNITS + 1
    assert fails["Unit 0305"] == 3
    assert fails[OTHERS] == 7
    assert sum(fails.values()) == len(lines)


@pytest.mark.parametrize(
    "text", [HARMFUL, BACKWARDS, '"} 1\nx 2', "a\nb", "\\", "\\n", "\0", "x" * 5000], ids=repr
)
def test_no_unit_breaks_the_file(tmp_path, text):
    found = samples(write_run(tmp_path / "run", [fail(text)]))

    assert len(found) == 11
    assert sum(found["unit_findings"].values()) == 1
    assert max(map(len, written(tmp_path / "run").splitlines())) < 300


def test_a_backslash_and_a_quote_come_back_as_they_are(tmp_path):
    assert ('say "\\n"', "fail") in samples(write_run(tmp_path / "r", [fail('say "\\n"')]))[
        "unit_findings"
    ]


def test_the_same_run_gives_the_same_file(tmp_path):
    run = write_run(tmp_path / "run")

    assert written(run) == written(run)

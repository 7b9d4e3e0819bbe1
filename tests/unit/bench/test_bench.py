# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What `make bench` takes and prints; the figures are the machine's."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import __main__ as bench
from tests.bench.catalogue import MEASURES
from tests.bench.measure import Measure, line, table

# What scripts and documents call them.
NAMES = {
    "read",
    "read_tls",
    "incremental",
    "assess",
    "lock",
    "sieve",
    "logs",
    "empty_audit",
    "audit",
}

# How many accounts marks are stated for; those of others are for any number.
STATED = dict.fromkeys(("read", "read_tls", "gather", "incremental", "assess", "audit"), 100_000)
STATED["lock"] = 10_000


def measured(**changes):
    values = {
        "name": "read",
        "size": 100_000,
        "seconds": 0.98765,
        "peak_mb": 30.04,
        "reference": "ldapsearch",
        "reference_seconds": 1.0,
        "ratio": 0.98765,
        "versions": {"Python": "3.13.1"},
        "at_most": 1.1,
        "stated_for": 100_000,
    }
    return Measure(**values | changes)


def test_every_measure_has_its_name():
    assert set(MEASURES) >= NAMES


def test_a_line_has_its_keys_and_no_false_precision():
    assert json.loads(line(measured())) == {
        "name": "read",
        "size": 100_000,
        "seconds": 0.988,
        "peak_mb": 30.0,
        "reference": "ldapsearch",
        "reference_seconds": 1.0,
        "ratio": 0.988,
        "versions": {"Python": "3.13.1"},
    }


def test_the_table_has_a_row_for_each_and_the_versions_once():
    second = measured(name="lock", reference="ldapmodify", at_most=None)

    rows = list(table([measured(), second]))

    assert rows[2] == "| `read` | 100,000 | 0.988 | 30 | ldapsearch | 1.0 | 0.988 | 1.1 |"
    assert rows[3].startswith("| `lock` |")
    assert rows[3].endswith("| 0.988 |  |")
    assert rows[4:] == ["", "Python 3.13.1"]


IN_SECONDS = {"name": "empty_audit", "at_most": None, "at_most_seconds": 8.0, "stated_for": None}
CELLS = [
    # what is measured                                  s         ratio     at most
    ({"ratio": 1.2},                                    "0.988",  "**1.2**", "1.1"),
    ({"ratio": 1.1},                                    "0.988",  "1.1",    "1.1"),
    ({"ratio": 1.2, "size": 20_000},                    "0.988",  "1.2",    "1.1 at 100,000"),
    ({"ratio": 1.2, "size": 20_000, "stated_for": None}, "0.988", "**1.2**", "1.1"),
    ({**IN_SECONDS, "size": 0, "ratio": 2.32},          "0.988",  "2.32",   "8 s"),
    ({**IN_SECONDS, "size": 0, "seconds": 8.1},         "**8.1**", "0.988", "8 s"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "seconds", "ratio", "at_most"), CELLS)
def test_the_table_has_in_bold_what_misses_a_mark_that_is_stated_for_this_size(
    changes, seconds, ratio, at_most
):
    cells = list(table([measured(**changes)]))[2].strip("| ").split(" | ")

    assert (cells[2], *cells[-2:]) == (seconds, ratio, at_most)


DOCUMENTED = [
    [cell.strip().strip("`") for cell in row.strip().strip("|").split("|")]
    for row in (Path(__file__).parents[3] / "docs/benchmarks.md").read_text("utf-8").splitlines()
    if row.startswith("| `") and row.count("|") == 9
]


@pytest.mark.parametrize("row", DOCUMENTED, ids=lambda row: f"{row[0]}-{row[1]}-{row[4]}")
def test_the_documented_tables_are_as_this_one_would_be(row):
    name, size, seconds, peak_mb, reference, reference_seconds, ratio, mark = row
    number, _, stated_for = mark.partition(" at ")
    in_seconds = number.removesuffix(" s")
    given_size = int(size.replace(",", ""))
    given = measured(
        name=name,
        size=given_size,
        seconds=float(seconds.strip("*")),
        peak_mb=float(peak_mb),
        reference=reference,
        reference_seconds=float(reference_seconds),
        ratio=float(ratio.strip("*")),
        at_most=float(number) if number == in_seconds and number else None,
        at_most_seconds=float(in_seconds) if number != in_seconds else None,
        # In a domain of Samba no more are measured, so the mark is judged by them.
        stated_for=given_size if reference == "all of ad" else STATED.get(name),
    )

    cells = [cell.strip() for cell in list(table([given]))[2].split("|")[1:-1]]
    assert [cell.strip("`") for cell in cells] == row
    assert bool(stated_for) == bool(mark and given.stated_for not in (None, given.size))


def test_the_documented_tables_are_found():
    assert {row[0] for row in DOCUMENTED} >= NAMES


@pytest.mark.parametrize(
    ("marks", "changes", "status", "said"),
    [
        pytest.param("1", {"ratio": 1.2}, 1, "1.20 times ldapsearch, not 1.1", id="missed"),
        pytest.param("1", {"ratio": 1.1}, 0, "", id="reached"),
        pytest.param("", {"ratio": 1.2}, 0, "1.20 times ldapsearch, not 1.1", id="not asked for"),
        pytest.param("1", {"ratio": 1.2, "size": 20_000}, 0, "is stated for 100,000", id="other"),
        pytest.param("", {"ratio": 1.2, "size": 20_000}, 0, "", id="other, not asked for"),
        pytest.param("1", {**IN_SECONDS, "size": 0, "ratio": 9.0}, 0, "", id="seconds reached"),
        pytest.param(
            "1", {**IN_SECONDS, "size": 0, "seconds": 8.1}, 1, "took 8.10 s, not 8 s", id="missed s"
        ),
    ],
)
def test_a_missed_mark_is_told_of_and_fails_where_asked(
    monkeypatch, capfd, marks, changes, status, said
):
    one = measured(**changes)
    monkeypatch.setitem(MEASURES, "read", lambda ground: [one])

    assert bench.main(["read"], {"BENCH_MARKS": marks}) == status

    out, told = capfd.readouterr()
    assert [json.loads(line)["name"] for line in out.splitlines()] == [one.name]
    assert said in told
    assert bool(said) == bool(told)


def test_what_else_is_printed_is_no_result(monkeypatch, capfd):
    def noisy(ground):
        subprocess.run([sys.executable, "-c", "print('noise')"], check=True)
        sys.stdout.write("more\n")
        return [measured()]

    monkeypatch.setitem(MEASURES, "read", noisy)

    assert bench.main(["read"], {}) == 0

    assert len(capfd.readouterr().out.splitlines()) == 1


@pytest.mark.parametrize(
    ("names", "settings", "said"),
    [
        pytest.param(["raed"], {}, "BENCH takes read, ", id="name"),
        pytest.param(["read"], {"SIZE": "999"}, "SIZE is 1000 to 1000000", id="size"),
        pytest.param(["read"], {"SIZE": "many"}, "not many", id="no number"),
    ],
)
def test_what_cannot_be_measured_is_refused(capsys, names, settings, said):
    assert bench.main(names, settings) == 2

    assert said in capsys.readouterr().err

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What `make bench` takes and prints; the figures are the machine's."""

from __future__ import annotations

import json
import subprocess
import sys

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


@pytest.mark.parametrize(
    ("marks", "ratio", "status"),
    [
        pytest.param("1", 1.2, 1, id="missed"),
        pytest.param("1", 1.1, 0, id="reached"),
        pytest.param("", 1.2, 0, id="not asked for"),
    ],
)
def test_a_missed_mark_is_told_of_and_fails_where_asked(monkeypatch, capfd, marks, ratio, status):
    monkeypatch.setitem(MEASURES, "read", lambda ground: [measured(ratio=ratio)])

    assert bench.main(["read"], {"BENCH_MARKS": marks}) == status

    said = capfd.readouterr()
    assert [json.loads(one)["ratio"] for one in said.out.splitlines()] == [ratio]
    assert ("1.20 times ldapsearch" in said.err) == (ratio > 1.1)


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

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""findings.csv: for spreadsheets and scripts."""

from __future__ import annotations

import csv
import io
import re

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._report import run_folder
from ansible_collections.civic.mailbox.plugins.module_utils._report.formats.csv import (
    COLUMNS,
    CSV,
    safe,
)
from ansible_collections.civic.mailbox.plugins.module_utils._report.report import make_report
from ansible_collections.civic.mailbox.plugins.module_utils._report.run_folder import RunFolder

from ..sample import finding, findings, write_run


def written(folder, code="vi"):
    file = io.StringIO(newline="")
    CSV.write(make_report(RunFolder(folder), code=code), file)
    return file.getvalue()


def rows(text):
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_what_is_made_of_a_kind_of_passes_is_what_is_made_of_each(tmp_path, monkeypatch):
    odd = (
        ("clerk@town.example", "Văn thư"), ("=1+1", "-unit"), ("a\u202eb", "Va\u0306n thu\u031b"),
        ('uid="x\\,y"', 'Trường "1"'), ("\t", ""),
    )  # fmt: skip
    passes = [
        finding("idle-mailbox", subject, unit, "pass", "idle-mailbox.in-use", params={"last": day})
        for subject, unit in odd
        for day in ("2019-01-07", "2019-01-06", "2019-01-07")
    ]
    run = write_run(tmp_path / "run", [*findings(), *passes])
    quick = written(run)

    monkeypatch.setattr(run_folder, "_PLAIN_PASS", re.compile(rb"\Z.never"))

    assert written(run) == quick
    assert len(rows(quick)) == len([*findings(), *passes])


CELLS = [
    ("a formula", "=1+1", "'=1+1"),
    ("a plus", "+84", "'+84"),
    ("a minus", "-1", "'-1"),
    ("a function of old", "@SUM(A1)", "'@SUM(A1)"),
    ("a full-width sign", "＝1", "'＝1"),
    ("an apostrophe, so that one can always be taken off", "'=1", "''=1"),
    ("a sign further on", "a=1", "a=1"),
    ("nothing", "", ""),
    ("a tab, made visible", "\t=1", "‹U+0009›=1"),
]


@pytest.mark.parametrize(("cell", "expected"), [pytest.param(*case, id=n) for n, *case in CELLS])
def test_no_cell_is_a_formula(cell, expected):
    assert safe(cell) == expected


def test_the_file_begins_with_a_byte_order_mark_and_the_stable_heads(tmp_path):
    text = written(write_run(tmp_path / "run"))

    assert text.startswith('\ufeff"status","severity","control","subject","unit","summary",')
    assert rows(text)[0].keys() == set(COLUMNS)
    assert text.endswith("\r\n")


def test_every_finding_is_a_line_passes_too(tmp_path):
    lines = findings()

    found = rows(written(write_run(tmp_path / "run", lines)))

    assert [row["fingerprint"] for row in found] == [line["fingerprint"] for line in lines]
    assert {row["status"] for row in found} == {line["status"] for line in lines}


def test_no_line_breaks_inside_a_cell(tmp_path):
    line = finding("idle-mailbox", "a\r\nb", 'say "x"', "fail", "idle-mailbox.no-creation")

    text = written(write_run(tmp_path / "run", [line]))

    assert text.count("\r\n") == text.count("\n") == 2
    assert rows(text)[0]["subject"] == "a‹U+000D›‹U+000A›b"
    assert rows(text)[0]["unit"] == 'say "x"'


def test_the_sentence_is_in_the_language_and_the_keys_are_not(tmp_path):
    run = write_run(tmp_path / "run")

    in_english, in_vietnamese = rows(written(run, "en")), rows(written(run, "vi"))

    assert [row["control"] for row in in_english] == [row["control"] for row in in_vietnamese]
    assert in_vietnamese[0]["summary"].startswith("Đã đổi mật khẩu ngày 09/12/2018")
    assert in_english[0]["summary"].startswith("Password changed on 2018-12-09")

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The summary that an operator reads in ten seconds."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._report.formats.terminal import (
    LINES,
    terminal,
)
from ansible_collections.civic.mailbox.plugins.module_utils._report.report import make_report
from ansible_collections.civic.mailbox.plugins.module_utils._report.run_folder import RunFolder
from ansible_collections.civic.mailbox.plugins.module_utils._report.visible import columns
from ansible_collections.civic.mailbox.plugins.module_utils._report.wrapping import WIDTH

from ..sample import finding, incremental_source, write_run

PLACE = "/srv/mailbox/reports/20190108T010000Z/report.html"


def summary(folder, code):
    return terminal(make_report(RunFolder(folder), code=code), PLACE).splitlines()


@pytest.mark.parametrize("code", ["vi", "en"])
def test_it_fits_a_small_terminal(tmp_path, code):
    lines = summary(write_run(tmp_path / "run"), code)

    assert len(lines) <= LINES
    assert max(map(columns, lines)) <= WIDTH
    assert lines[-1].endswith(PLACE)
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize("code", ["vi", "en"])
def test_it_fits_whatever_there_is(tmp_path, code):
    lines = [
        finding("idle-mailbox", f"{n}\x1b[2J" * 40, f"{n}", "fail", "idle-mailbox.no-creation")
        | {"control": f"control-{n}" * 9}
        for n in range(40)
    ]
    broken = [
        incremental_source()
        | {
            "name": f"mail{n}\n" * 9, "kind": "mail", "server": "", "software": "",
            "complete": False, "message": "", "accounts": 0, "read_at": None,
        }
        for n in range(90)
    ]  # fmt: skip
    run = write_run(tmp_path / "run", lines, sources=broken, office="文字" * 90)

    found = summary(run, code)

    assert len(found) <= LINES
    assert max(map(columns, found)) <= WIDTH


def test_a_server_that_is_missing_comes_first(tmp_path):
    lines = summary(write_run(tmp_path / "run"), "en")

    assert lines[1].startswith("! This report is not complete")
    assert "mail02" in lines[1] + lines[2]


def test_each_control_has_its_numbers(tmp_path):
    lines = summary(write_run(tmp_path / "run"), "en")

    assert (
        "Idle mailboxes".ljust(24) + "        4        0        0        4        0       47"
        in lines
    )


def test_the_worst_findings_are_named(tmp_path):
    lines = summary(write_run(tmp_path / "run"), "en")

    worst = lines[lines.index("Worst first:") + 1 :][:3]
    assert all(line.startswith("  critical") for line in worst)


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({}, "new 0, resolved 0, unchanged 0."),
        ({"new": 2, "worse": 1, "disappeared": 3}, "new 2, worse 1, account gone 3, resolved 0,"),
    ],
)
def test_what_became_of_the_findings_is_told_as_far_as_there_is_something(tmp_path, counts, told):
    lines = summary(write_run(tmp_path / "run", comparison=counts, sources=[]), "en")

    assert f"Since 20181208T010000Z: {told}" in " ".join(lines)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "Of ldap01 only what changed since the last run was read."),
        ("vi", "Riêng ldap01 chỉ đọc phần thay đổi từ lần trước."),
    ],
)
def test_a_directory_of_which_only_what_changed_was_read_is_named(tmp_path, code, said):
    changes = [incremental_source(), {**incremental_source("ldap02"), "incremental": None}]

    assert said in summary(write_run(tmp_path / "run", sources=changes), code)
    assert said not in summary(write_run(tmp_path / "all", sources=changes[1:]), code)

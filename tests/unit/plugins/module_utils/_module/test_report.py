# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The report module's way through the layers: its files and the link to the last run."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailboxError
from ansible_collections.civic.mailbox.plugins.module_utils._module.report import (
    ARGUMENTS,
    write_report,
)

from .._report.sample import write_run


def report(run_dir, *, check_mode=False, **params):
    defaults = {name: spec.get("default") for name, spec in ARGUMENTS.items()}
    return write_report(
        SimpleNamespace(
            params={**defaults, "run_dir": str(run_dir), **params}, check_mode=check_mode
        )
    )


def test_the_files_asked_for_are_written_and_no_other(tmp_path):
    run = write_run(tmp_path / "run-1")
    before = set(os.listdir(run))

    result = report(run, formats=["csv", "html"])

    assert set(os.listdir(run)) - before == {"report.html", "findings.csv", "SHA256SUMS"}
    assert result["files"] == {
        "html": str(run / "report.html"),
        "csv": str(run / "findings.csv"),
    }
    assert result["changed"] is False
    assert str(run / "report.html") in result["summary"]


def test_the_link_moves_to_the_last_run(tmp_path):
    for name in ("run-1", "run-2"):
        report(write_run(tmp_path / name), formats=["json"])

        assert os.readlink(tmp_path / "latest") == name
    assert sorted(os.listdir(tmp_path)) == ["latest", "run-1", "run-2"]


def test_a_run_given_by_the_link_is_the_run_behind_it(tmp_path):
    run = write_run(tmp_path / "run-1")
    report(run, formats=["json"])

    again = report(tmp_path / "latest", formats=["json"])

    assert again["run_dir"] == str(run)
    assert os.readlink(tmp_path / "latest") == "run-1"


def test_a_report_that_fails_leaves_the_link_alone(tmp_path):
    report(write_run(tmp_path / "run-1"), formats=["json"])
    broken = write_run(tmp_path / "run-2")
    (broken / "findings.jsonl").write_text("{", "utf-8")

    with pytest.raises(MailboxError):
        report(broken)

    assert os.readlink(tmp_path / "latest") == "run-1"
    assert not (broken / "report.html").exists()


def test_a_folder_in_the_links_place_is_named_with_the_way_out(tmp_path):
    run = write_run(tmp_path / "run-1")
    (tmp_path / "latest").mkdir()

    with pytest.raises(MailboxError, match=r"latest a link to run-1: .* move it away"):
        report(run)
    assert sorted(os.listdir(tmp_path)) == ["latest", "run-1"]


def test_the_same_run_gives_the_same_files(tmp_path):
    run = write_run(tmp_path / "run-1")

    def contents():
        result = report(run, formats=["html", "csv", "json", "text"])
        return {path: Path(path).read_text("utf-8") for path in result["files"].values()}

    assert contents() == contents()


def test_the_numbers_are_written_for_node_exporter_which_is_another_user(tmp_path):
    folder = tmp_path / "textfile"
    folder.mkdir()

    result = report(write_run(tmp_path / "run-1"), formats=["prometheus"], textfile_dir=str(folder))

    (file,) = folder.iterdir()
    assert result["files"]["textfile"] == str(file)
    assert file.read_bytes() == (tmp_path / "run-1" / "mailbox.prom").read_bytes()
    assert file.stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "run-1" / "mailbox.prom").stat().st_mode & 0o777 == 0o600


def test_check_mode_writes_nothing_for_node_exporter(tmp_path):
    folder = tmp_path / "textfile"
    folder.mkdir()

    report(write_run(tmp_path / "run-1"), check_mode=True, textfile_dir=str(folder))

    assert list(folder.iterdir()) == []


def test_a_folder_of_node_exporter_that_is_not_there_is_told_and_not_made(tmp_path):
    folder = tmp_path / "textfile"

    with pytest.raises(MailboxError, match=r"textfile_dir: .* is no folder"):
        report(write_run(tmp_path / "run-1"), textfile_dir=str(folder))
    assert not folder.exists()


def test_the_page_has_the_hash_of_the_list_that_has_all_other_files(tmp_path):
    run = write_run(tmp_path / "run-1")

    report(run, formats=["html", "csv", "json"])

    listed = (run / "SHA256SUMS").read_bytes()
    assert sha256(listed).hexdigest() in (run / "report.html").read_text("utf-8")
    names = {line.partition("  ")[2] for line in listed.decode().splitlines()}
    assert names == set(os.listdir(run)) - {"report.html", "SHA256SUMS"}


def test_an_older_run_can_be_written_again_without_becoming_the_last(tmp_path):
    report(write_run(tmp_path / "run-1"), formats=["json"])
    report(write_run(tmp_path / "run-2"), formats=["json"])

    report(tmp_path / "run-1", formats=["html"], latest=False)

    assert os.readlink(tmp_path / "latest") == "run-2"

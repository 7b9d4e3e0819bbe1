# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The list of hashes, as the program checks it that people have."""

from __future__ import annotations

import subprocess

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailboxError
from ansible_collections.civic.mailbox.plugins.module_utils._report.seal import (
    NAME,
    digest_of,
    seal_lines,
)

from .sample import write_run

ODD = "accounts-a b\\c\nd ế.jsonl"


@pytest.fixture
def run(tmp_path):
    folder = write_run(tmp_path / "run")
    (folder / "snapshot").mkdir()
    (folder / "snapshot" / ODD).write_text("x")
    (folder / "journal-mail01.jsonl").write_text("{}\n")
    (folder / "findings.csv").write_text("x")
    (folder / "report.html").write_text("x")
    (folder / "locked.txt").write_text("x")
    (folder / NAME).write_text(
        "".join(f"{line}\n" for line in seal_lines(folder, ["findings.csv"]))
    )
    return folder


def check(folder):
    return subprocess.run(
        ["sha256sum", "--strict", "-c", NAME], cwd=folder, capture_output=True, text=True
    )  # fmt: skip


def test_sha256sum_finds_every_file_unchanged(run):
    done = check(run)

    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": OK") == 8
    for name in ("policy.yml", "findings.csv", "journal-mail01.jsonl", "assessment.json"):
        assert f"{name}: OK" in done.stdout
    assert "report.html" not in done.stdout
    assert "locked.txt" not in done.stdout


@pytest.mark.parametrize("name", ["findings.jsonl", "policy.yml", f"snapshot/{ODD}"])
def test_one_changed_byte_is_found(run, name):
    with (run / name).open("a") as file:
        file.write(" ")

    assert check(run).returncode == 1


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(MailboxError, match=r"findings\.csv"):
        digest_of(tmp_path / "findings.csv")

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Journals as systemd's own programs write and read them: no systemd has to run for that.

systemd-journal-remote makes a journal of entries in the export format, and journalctl reads it.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.modules import log_info

from .module_run import Ran, run_module

REMOTE = Path("/lib/systemd/systemd-journal-remote")
START = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
USER = "clerk@town.example"


def entry(number: int, message: bytes, program: str = "dovecot", facility: int = 2) -> bytes:
    """An entry for systemd-journal-remote, which gives it its cursor."""
    at = int((START + timedelta(minutes=number)).timestamp()) * 10**6
    fields = (
        f"__REALTIME_TIMESTAMP={at}\n__MONOTONIC_TIMESTAMP={number + 1}\n"
        f"_BOOT_ID={'ab' * 16}\n_TRANSPORT=syslog\nSYSLOG_FACILITY={facility}\n"
        f"SYSLOG_IDENTIFIER={program}\n"
    )
    size = len(message).to_bytes(8, "little")
    return fields.encode() + b"MESSAGE\n" + size + message + b"\n\n"


def signed_in(number: int) -> bytes:
    said = f"imap-login: Login: user=<{USER}>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.1, TLS"
    return entry(number, said.encode())


@dataclass
class Journal:
    """A journal in a folder, and log_info on it."""

    folder: Path

    def write(self, name: str, *entries: bytes) -> None:
        subprocess.run(
            [REMOTE, f"--output={self.folder / name}.journal", "-"],
            input=b"".join(entries),
            check=True,
            capture_output=True,
        )

    def exported(self, form: str) -> Path:
        """What journalctl writes of it, in a file."""
        command = [
            "journalctl",
            "--no-pager",
            f"--file={self.folder}/*.journal",
            f"--output={form}",
        ]
        path = self.folder / f"mail.{form}"
        path.write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)
        return path

    def read(self, **options: Any) -> Ran:
        return run_module(
            log_info.main,
            {
                "run_dir": str(self.folder / "run"),
                "name": "lab",
                "ledger": str(self.folder / "logs.sqlite"),
                **options,
            },
        )

    def follow(self) -> tuple[int, list[str]]:
        """The sign-ins that were counted so far, and why something is missing."""
        ran = self.read(journal_files=[f"{self.folder}/*.journal"])
        assert ran.status == 0, ran.message
        return self.sign_ins(), [one["why"] for one in ran.result["coverage"]["missing"]]

    def sign_ins(self) -> int:
        text = (self.folder / "run/snapshot/log-lab.jsonl").read_text("utf-8")
        found = [line for line in text.splitlines() if '"traffic","mail"' in line]
        return sum(int(line.partition('"sign_ins":')[2].partition(",")[0]) for line in found)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path)


def test_a_journal_is_followed_from_the_entry_that_was_read_last(journal):
    journal.write("a", *map(signed_in, range(3)), entry(4, b"imap(x): Logged out"))
    assert journal.follow() == (3, [])
    assert journal.follow() == (3, [])

    journal.write("b", *map(signed_in, range(10, 12)))
    assert journal.follow() == (5, [])


def test_what_a_journal_lost_since_it_was_read_is_missing(journal):
    journal.write("a", *map(signed_in, range(3)))
    journal.follow()
    (journal.folder / "a.journal").unlink()
    journal.write("b", *map(signed_in, range(20, 22)))

    assert journal.follow() == (5, ["file"])


HOSTILE = [
    entry(5, b"x\n\n" + signed_in(6)),
    entry(7, b"imap-login: Login: user=<a@x>\n, method=PLAIN, rip=192.0.2.7, lip=192.0.2.1"),
    entry(8, b"\xff\xfe imap-login: Login: \0"),
    entry(9, b"z" * 2**20 + b" imap-login: Login: x"),
    entry(10, signed_in(1), facility=3),
]


@pytest.mark.parametrize("form", ["export", "json", "short-iso"])
def test_what_journalctl_writes_is_read_once_and_hostile_entries_are_counted(journal, form):
    journal.write("a", *map(signed_in, range(3)), *HOSTILE)
    ran = journal.read(paths=[str(journal.exported(form))])

    assert ran.status == 0, ran.message
    assert journal.sign_ins() == 3
    coverage = ran.result["coverage"]
    assert coverage["untimed"] + coverage["overlong"] > 0
    assert coverage["failures"] == []
    if form == "short-iso":
        return
    journal.write("a", signed_in(30))
    assert journal.read(paths=[str(journal.exported(form))]).status == 0
    assert journal.sign_ins() == 4, "the export tells all entries again, and one more"


def test_a_journal_that_cannot_be_read_is_warned_of_and_stands_in_the_coverage(journal):
    ran = journal.read(journal_files=["/nowhere/at/all.journal"])

    assert ran.status == 0
    (failure,) = ran.result["coverage"]["failures"]
    assert "the journal cannot be read: journalctl: " in failure


def test_the_programs_of_systemd_are_there():
    assert shutil.which("journalctl")
    assert REMOTE.exists()

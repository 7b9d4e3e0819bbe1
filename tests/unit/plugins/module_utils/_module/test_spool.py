# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import fcntl
import os
import subprocess
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailboxError
from ansible_collections.civic.mailbox.plugins.module_utils._module.spool import whole_file


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request):
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_a_file_and_its_folders_are_their_owners_only(tmp_path):
    path = tmp_path / "reports" / "run" / "findings.jsonl"

    with whole_file(path) as file:
        file.write("Cẩm Bình\n")

    assert path.read_bytes() == "Cẩm Bình\n".encode()
    assert mode(path) == 0o600
    assert mode(path.parent) == mode(path.parent.parent) == 0o700


@pytest.mark.usefixtures("umask")
def test_a_file_can_be_for_everybody(tmp_path):
    with whole_file(tmp_path / "mailbox.prom", mode=0o644) as file:
        file.write("x 1\n")

    assert mode(tmp_path / "mailbox.prom") == 0o644


def test_a_folder_that_is_there_keeps_its_mode(tmp_path):
    tmp_path.chmod(0o755)

    with whole_file(tmp_path / "a"):
        pass

    assert mode(tmp_path) == 0o755


def test_a_file_that_others_could_read_is_replaced_by_one_they_cannot(tmp_path):
    path = tmp_path / "a"
    path.write_text("old")
    path.chmod(0o644)

    with whole_file(path) as file:
        file.write("new")

    assert (path.read_text(), mode(path)) == ("new", 0o600)


@pytest.mark.parametrize("old", ["old", None])
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, MailboxError])
def test_a_block_that_fails_leaves_the_old_file_and_no_litter(tmp_path, old, error):
    path = tmp_path / "a"
    if old:
        path.write_text(old)

    def fail():
        with whole_file(path) as file:
            file.write("half")
            file.flush()
            raise error

    with pytest.raises(error):
        fail()

    assert {one.name: one.read_text() for one in tmp_path.iterdir()} == ({"a": old} if old else {})


def test_the_file_appears_only_at_the_end(tmp_path):
    path = tmp_path / "a"

    with whole_file(path) as file:
        file.write("new")
        file.flush()
        assert not path.exists()

    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_a_text_that_no_encoding_has_leaves_no_litter(tmp_path):
    with pytest.raises(UnicodeEncodeError), whole_file(tmp_path / "a") as file:
        file.write("\ud800")

    assert list(tmp_path.iterdir()) == []


UNWRITABLE = [
    # what the case shows                    made beforehand    the file
    ("a file where a folder should be",      "reports",         "reports/run/findings.jsonl"),
    ("a file right above it",                "run",             "run/findings.jsonl"),
    ("a folder where the file should be",    "run/a/",          "run/a"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("made", "name"), [pytest.param(*case, id=name) for name, *case in UNWRITABLE]
)
def test_a_file_that_cannot_be_written_is_named(tmp_path, made, name):
    there = tmp_path / made
    if made.endswith("/"):
        there.mkdir(parents=True)
    else:
        there.touch()

    with (
        pytest.raises(MailboxError, match=f"^cannot write {tmp_path}/.*: "),
        whole_file(tmp_path / name),
    ):
        pass

    assert not list(tmp_path.rglob("*.part"))


def test_a_full_disk_is_told(tmp_path):
    with (
        pytest.raises(MailboxError, match=r"cannot write .*: No space left on device"),
        whole_file(tmp_path / "a"),
        open("/dev/full", "w", buffering=1) as full,
    ):
        full.write("x\n")

    assert list(tmp_path.iterdir()) == []


def test_what_killed_processes_left_of_the_file_is_cleared_and_nothing_else(tmp_path):
    """Also of a file whose name is a pattern."""
    path, gone = tmp_path / "plan-[a]*.jsonl", _number_of_a_process_that_is_gone()
    abandoned = tmp_path / f".{path.name}.{gone}.part"
    kept = {
        tmp_path / f".{path.name}.{os.getppid()}.part",  # of a process at work
        tmp_path / f".plan-a.jsonl.{gone}.part",  # of another file
        tmp_path / f".{path.name}.mine.part",
    }
    other = _number_of_a_process_that_is_gone()
    link = tmp_path / f".{path.name}.{other}.part"  # that `latest` was to be
    link.symlink_to("nowhere")
    for one in (abandoned, tmp_path / f".{path.name}.{gone}.copy", *kept):
        one.write_text("half")
    held = tmp_path / f".{path.name}.{gone}0000000.part"  # of a process of another container
    with held.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with whole_file(path) as whole:
            whole.write("new")

    assert set(tmp_path.iterdir()) == {path, held, *kept}


def _number_of_a_process_that_is_gone() -> int:
    with subprocess.Popen(["true"]) as process:
        process.wait()
    return process.pid


def test_a_file_that_is_being_written_is_held(tmp_path):
    with whole_file(tmp_path / "a"):
        (part,) = tmp_path.iterdir()
        with part.open() as file, pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

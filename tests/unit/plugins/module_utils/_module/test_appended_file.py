# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import JournalError
from ansible_collections.civic.mailbox.plugins.module_utils._module.appended_file import (
    AppendedFile,
    appended_file,
    lines_of,
)

from .disk import full_from

STOPS = "Nothing more is written to the server"
# Another run: it holds the file, adds half a line without its end, says so, and waits to be ended.
OTHER_RUN = f"""\
import os, sys
from pathlib import Path
from {appended_file.__module__} import appended_file
with appended_file(Path(sys.argv[1]), stops="") as file:
    file.append(["whole"])
    os.write(file._descriptor, b"half")
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def opened(path: Path) -> Any:
    return appended_file(path, stops=STOPS)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The steps that reach the kernel, in their order: what, and with which file."""
    made: list[tuple[str, str]] = []

    def logged(name: str) -> Callable[..., Any]:
        call = getattr(os, name)

        def at_call(descriptor: int, *arguments: Any) -> Any:
            made.append((name, Path(os.readlink(f"/proc/self/fd/{descriptor}")).name))
            return call(descriptor, *arguments)

        return at_call

    for name in ("write", "fsync", "ftruncate"):
        monkeypatch.setattr(os, name, logged(name))
    return made


def test_what_was_added_is_on_disk_before_it_returns_and_so_is_the_name(path, calls):
    with opened(path) as file:
        assert calls == [("fsync", path.parent.name)]
        calls.clear()

        file.append(["a", "b"])
        assert calls == [("write", path.name), ("fsync", path.name)]
        file.append(["c"])
        assert calls == [("write", path.name), ("fsync", path.name)] * 2

    assert path.read_bytes() == b"a\nb\nc\n"


def test_a_write_that_takes_a_part_goes_on_with_the_rest_and_then_forces(path, calls, monkeypatch):
    whole_write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: whole_write(descriptor, data[:3]))
    with opened(path) as file:
        calls.clear()
        file.append(["Cẩm Bình", "b"])

    assert path.read_text("utf-8") == "Cẩm Bình\nb\n"
    assert [name for name, _ in calls] == ["write"] * 5 + ["fsync"]


LONG = b"x" * (3 << 20)
ENDS = [
    # what the run before left          the file               what holds
    ("nothing",                         b"",                   b""),
    ("whole lines",                     b"a\nb\n",             b"a\nb\n"),
    ("half a line",                     b"a\nb\nhal",          b"a\nb\n"),
    ("half of its first line",          b"hal",                b""),
    ("half a letter",                   "a\nỦ".encode()[:-1],  b"a\n"),
    ("an empty line",                   b"a\n\n",              b"a\n\n"),
    ("another kind of end",             b"a\nb\r",             b"a\n"),
    ("half a very long line",           b"a\n" + LONG,         b"a\n"),
    ("half of a very long first line",  LONG,                  b""),
    ("a very long line, whole",         LONG + b"\nb",         LONG + b"\n"),
]  # fmt: skip


@pytest.mark.parametrize(("left", "holds"), [pytest.param(*case, id=name) for name, *case in ENDS])
def test_a_last_line_that_is_half_written_is_cut_off(path, left, holds):
    path.write_bytes(left)

    assert "".join(f"{line}\n" for line in lines_of(path)) == holds.decode()
    with opened(path) as file:
        assert path.read_bytes() == holds
        file.append(["next"])

    assert path.read_bytes() == holds + b"next\n"


LINE = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]))


@given(st.lists(LINE))
def test_lines_are_read_as_they_were_added(tmp_path_factory, lines):
    path = tmp_path_factory.mktemp("folder") / "a"
    with opened(path) as file:
        file.append(lines)

    assert list(lines_of(path)) == lines


def test_it_is_its_owners_only(path):
    before = os.umask(0)
    try:
        with opened(path):
            assert path.stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(before)


# Two runs


@contextmanager
def another_run(path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the file, with half a line at its end."""
    run = subprocess.Popen(
        [sys.executable, "-c", OTHER_RUN, path],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with run:
        assert run.stdout.readline() == "held\n"
        try:
            yield run
        finally:
            run.kill()


def test_while_another_run_holds_it_it_is_refused_and_left_as_it_is(path):
    with another_run(path):
        with (
            pytest.raises(JournalError, match=f"another run is at work with {path}: wait for its"),
            opened(path),
        ):
            pass
        assert path.read_bytes() == b"whole\nhalf", "the line that it is writing"
        assert list(lines_of(path)) == ["whole"], "to read it nobody has to wait"


def test_what_a_killed_run_held_is_free(path):
    with another_run(path) as run:
        run.kill()
        run.wait()
        with opened(path):
            assert path.read_bytes() == b"whole\n"


def test_it_is_free_again_after_a_run_that_failed(path):
    with pytest.raises(ZeroDivisionError), opened(path) as file:
        file.append([1 / 0])

    with opened(path):
        pass


# A disk that fails


def test_a_full_disk_is_told_with_what_stops_and_the_way_out(path):
    with opened(path) as file, full_from(5), pytest.raises(JournalError) as refused:
        file.append(["abc", "def"])

    assert str(refused.value) == (
        f"cannot write {path}: File too large. {STOPS}. Make room, then run it again: it goes on"
        " where it stopped"
    )


def test_nothing_more_is_added_after_a_failure_until_it_is_opened_anew(path):
    with opened(path) as file:
        with full_from(5), pytest.raises(JournalError):
            file.append(["abc", "def"])
        _refuses(file, "ghi")  # there is room by now
    assert path.read_bytes() == b"abc\nd"

    with opened(path) as file:
        file.append(["ghi"])
    assert path.read_bytes() == b"abc\nghi\n"


def test_what_cannot_be_forced_to_disk_is_told_even_if_it_could_be_the_next_time(path, monkeypatch):
    """Linux tells of a page that it could not write once; a second fsync() would be content."""
    with opened(path) as file:
        with monkeypatch.context() as broken:
            broken.setattr(os, "fsync", _fail)
            _refuses(file, "abc")
        _refuses(file, "def")


def test_a_disk_that_fails_when_it_is_opened_is_told(path, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", _fail)
        with (
            pytest.raises(JournalError, match=f"^cannot open {path}: Input/output error"),
            opened(path),
        ):
            pass

    with opened(path):
        pass


def _refuses(file: AppendedFile, line: str) -> None:
    with pytest.raises(JournalError, match=f"cannot write {file.path}: .*{STOPS}"):
        file.append([line])


def _fail(_: int) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


# A place that is none

NOWHERE = [
    # what the case shows             made       the file     the reason
    ("a folder that is missing",      None,      "no/a",      "No such file or directory"),
    ("a folder in its place",         "a/",      "a",         "Is a directory"),
    ("a file where a folder should be", "no",    "no/a",      "Not a directory"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("made", "name", "reason"), [pytest.param(*case, id=name) for name, *case in NOWHERE]
)
def test_a_file_that_cannot_be_opened_is_named(tmp_path, made, name, reason):
    if made:
        (tmp_path / made).mkdir() if made.endswith("/") else (tmp_path / made).touch()

    with (
        pytest.raises(JournalError, match=f"^cannot open {tmp_path / name}: {reason}"),
        opened(tmp_path / name),
    ):
        pass


def test_what_is_not_there_has_no_lines_and_what_cannot_be_read_is_named(tmp_path):
    assert list(lines_of(tmp_path / "none")) == []
    with pytest.raises(JournalError, match=f"^cannot read {tmp_path}: Is a directory"):
        list(lines_of(tmp_path))

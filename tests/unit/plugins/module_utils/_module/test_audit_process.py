# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An audit whose process has ended, and those of which nothing is known."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.lookup.audit_process import LookupModule
from ansible_collections.civic.mailbox.plugins.module_utils._module import audit_process
from ansible_collections.civic.mailbox.plugins.module_utils._module.audit_process import (
    broken_off,
    is_over,
    name_of,
    this_audit,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module.spool import whole_file

SPACE = "pid:[4026531836]"


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "60"]) as one:
        yield one
        one.kill()


def test_a_process_is_over_when_it_is_killed_even_if_nobody_asked_what_became_of_it(process):
    name = name_of(process.pid)
    assert not is_over(name)

    process.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it stays, as a zombie
    assert is_over(name)

    process.wait()
    assert is_over(name)


def test_another_process_of_the_same_number_is_another_one():
    *where, started = this_audit().split()

    assert not is_over(" ".join([*where, started]))
    assert is_over(" ".join([*where, str(int(started) - 1)]))


HERE = ["host", "machine", "boot", SPACE, "1", "1"]
ELSEWHERE = [
    # what                          its name, in place of HERE's
    ("another machine",             {0: "h2"}),
    ("one of the same name",        {1: "m2"}),
    ("a container of this machine", {3: "pid:[4026532000]"}),
    ("a container, started again",  {2: "b2", 3: "pid:[4026532000]"}),
    ("no number",                   {4: "x"}),
]  # fmt: skip


@pytest.mark.parametrize("other", [pytest.param(other, id=name) for name, other in ELSEWHERE])
def test_what_is_not_seen_from_here_may_be_at_work(monkeypatch, other):
    monkeypatch.setattr(audit_process, "name_of", lambda _: " ".join(HERE))
    monkeypatch.setattr(audit_process, "_started", lambda _: "")

    assert is_over(" ".join(HERE))
    assert not is_over(" ".join(other.get(at, one) for at, one in enumerate(HERE)))


@pytest.mark.parametrize(("space", "over"), [(SPACE, True), ("pid:[4026532000]", False)])
def test_after_a_boot_none_is_left_but_a_container_may_be_beside_others(monkeypatch, space, over):
    here = [*HERE[:3], space, *HERE[4:]]
    monkeypatch.setattr(audit_process, "name_of", lambda _: " ".join(here))

    assert is_over(" ".join([*here[:2], "before", *here[3:]])) is over


def test_where_the_machine_does_not_tell_nothing_is_over(monkeypatch, process):
    name = name_of(process.pid)
    process.kill()
    process.wait()
    monkeypatch.setattr(audit_process, "name_of", lambda _: "")

    assert not is_over(name)
    assert not is_over("")


def test_a_marker_says_what_it_holds_where_its_audit_has_ended(tmp_path: Path, process):
    marker = tmp_path / "audit-under-way"
    content = f"2019-01-08T01:00:00Z {name_of(process.pid)}"
    marker.write_text(f"{content}\n")
    look = LookupModule().run
    assert look([str(marker)]) == [""]

    process.kill()
    process.wait()

    assert look([str(marker)]) == [content]
    assert look([str(tmp_path / "none")]) == [""]
    for nothing_told in ("", "2019-01-08T01:00:00Z\n"):
        marker.write_text(nothing_told)
        assert look([str(marker)]) == [""]


def test_what_still_writes_holds_it(tmp_path: Path, process):
    marker = tmp_path / "audit-under-way"
    marker.write_text(f"2019-01-08T01:00:00Z {name_of(process.pid)}\n")
    process.kill()
    process.wait()

    with whole_file(tmp_path / "snapshot" / "accounts-ldap1.jsonl"):
        assert broken_off(marker) == ""
    assert broken_off(marker)


def test_without_a_path_it_names_this_process():
    assert LookupModule().run([]) == [name_of(os.getpid())]


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_in_a_worker_it_names_the_one_that_made_it():
    fork = multiprocessing.get_context("fork")
    told = fork.SimpleQueue()
    worker = fork.Process(target=lambda: told.put(this_audit()))

    worker.start()

    assert told.get() == name_of(os.getpid())
    worker.join()

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs of forwarding that are killed anywhere and run again: nothing is lost, nothing made twice.

Between a table's text and the table, too: a step is whatever the process does to a file, and each
start of a program.
"""

from __future__ import annotations

import random
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab.population import DOMAIN, MAIL_HOST
from ansible_collections.civic.mailbox.plugins.module_utils._module import enforcement
from ansible_collections.civic.mailbox.plugins.module_utils._module.journal_file import read_history

from .forwarding_lab import ForwardingLab, forwarding_lab
from .module_run import Ran, die_at, note_steps, turning_points
from .planned import standing

KILLED = -signal.SIGKILL
TIMES = 15  # kills at random times
# Files of users, and rows of two tables, three of them beside each other.
USERS = ("plain", "compiled")
SUBJECTS = (
    f"games@{MAIL_HOST}",
    f"uucp@{MAIL_HOST}",
    f"proxy@{MAIL_HOST}",
    f"soon-75@{DOMAIN}",
    f"idle-95@{DOMAIN}",
    f"idle-200@{DOMAIN}",
)
COUNT = len(USERS) + len(SUBJECTS) + 1  # "proxy" has two targets


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForwardingLab]:
    with forwarding_lab(tmp_path_factory.mktemp("lab") / "lab") as running:
        yield running


@pytest.fixture(scope="module")
def done(lab: ForwardingLab, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The state of a run that nothing disturbed."""
    run_dir, before = tmp_path_factory.mktemp("runs") / "run", lab.state()
    assert _apply(lab, run_dir).result["total"] == COUNT
    found = lab.state()
    assert lab.restore(run_dir).status == 0
    assert lab.state() == before != found
    return found


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some batches, and results of the journal in pieces of their own."""
    monkeypatch.setattr(enforcement, "BATCH", 5)
    monkeypatch.setattr(enforcement, "GROUP", 2)


def _apply(lab: ForwardingLab, run_dir: Path, **how: Any) -> Ran:
    accounts = [*SUBJECTS, *(lab.mail.users[name] for name in USERS)]
    return lab.take_away(run_dir, accounts=accounts, how=how)


def _restore(lab: ForwardingLab, run_dir: Path, **how: Any) -> Ran:
    return lab.restore(run_dir, how=how)


def _is_settled(run_dir: Path, done: int) -> None:
    history = read_history(run_dir)
    assert (len(history.pending()), len(history.done())) == (0, done)
    assert Counter(standing(run_dir).values()) == {1 if done else 0: COUNT}


def _nothing_beside(lab: ForwardingLab) -> None:
    folder = Path(lab.info["directory"])
    assert [path for path in folder.rglob("*") if path.name.endswith(".part")] == []


Act = Callable[..., Ran]
Kinds = Callable[[Act, Path], list[str]]


@pytest.fixture
def kinds(lab: ForwardingLab, done: object, tmp_path: Path) -> Kinds:
    """The kinds of steps of a run that nothing disturbs."""

    def found(act: Act, run_dir: Path) -> list[str]:
        assert act(lab, run_dir, prepare=note_steps(tmp_path / "kinds")).status == 0
        return (tmp_path / "kinds").read_text().splitlines()

    return found


# A kind of step is what is done, and to what: a new name of a script, a new name of a table, its
# postmap, an intent and a result in the journal. To die before the first and before the last of each
# kind is to die at each border between kinds, of the first changes and of the last: between intent
# and place, between a table's text and the table, between place and result, between two batches.


def test_killed_at_any_kind_of_step_a_run_is_finished_by_running_it_again(
    lab, done, kinds, tmp_path
):
    before = lab.state()
    steps = kinds(_apply, tmp_path / "whole")
    assert lab.restore(tmp_path / "whole").status == 0
    _has_all_kinds(steps)

    for step in turning_points(steps):
        run_dir = tmp_path / str(step)
        killed = _apply(lab, run_dir, prepare=die_at(step, on_files=True))
        assert killed.status == KILLED, killed.output
        assert _apply(lab, run_dir).status == 0
        assert lab.state() == done
        _is_settled(run_dir, COUNT)
        _nothing_beside(lab)
        assert lab.restore(run_dir).status == 0
        assert lab.state() == before
        _is_settled(run_dir, 0)


def test_killed_at_any_kind_of_step_a_restoring_is_finished_by_running_it_again(
    lab, done, kinds, tmp_path
):
    before = lab.state()
    assert _apply(lab, tmp_path / "whole").status == 0
    steps = kinds(_restore, tmp_path / "whole")
    _has_all_kinds(steps)

    for step in turning_points(steps):
        run_dir = tmp_path / str(step)
        assert _apply(lab, run_dir).status == 0
        killed = _restore(lab, run_dir, prepare=die_at(step, on_files=True))
        assert killed.status == KILLED, killed.output
        assert lab.restore(run_dir).status == 0
        assert lab.state() == before
        _is_settled(run_dir, 0)
        _nothing_beside(lab)


def _has_all_kinds(steps: list[str]) -> None:
    assert len(steps) > 60
    renamed = {f"rename {name}" for name in ("main.sieve", ".forward", "aliases", "virtual")}
    assert renamed | {"write intent", "write result", "run postmap", "run postalias"} <= set(steps)


def test_killed_again_and_again_at_random_times(lab, done, tmp_path):
    dice, kills, before = random.Random(2019), 0, lab.state()
    while kills < TIMES:
        run_dir = tmp_path / "run"
        for act, state, number in ((_apply, done, COUNT), (_restore, before, 0)):
            latest = 1.5  # seconds; later from run to run, or a busy machine would not end one
            while (ran := act(lab, run_dir, kill_after=dice.uniform(0, latest))).status:
                assert ran.status == KILLED, ran.output
                kills += 1
                latest *= 1.1
            assert lab.state() == state
            _is_settled(run_dir, number)
        shutil.rmtree(run_dir)

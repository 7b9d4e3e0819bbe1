# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs that are killed anywhere and run again: no change is lost, none is made twice.

The witnesses are the entries, the journal and, for what was made twice, slapd's own record of its
writes.
"""

from __future__ import annotations

import itertools
import os
import random
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change
from ansible_collections.civic.mailbox.plugins.module_utils._module import enforcement
from ansible_collections.civic.mailbox.plugins.module_utils._module.journal_file import (
    read_history,
)

from .module_run import Prepare, Ran, at_first_result, at_first_write, die_at, die_somewhere
from .planned import (
    LOCK,
    LOCKED_FOR_GOOD,
    RESET,
    Town,
    dn,
    people,
    planned,
    standing,
    town_of,
)

COUNT = 12
RESETS = range(0, COUNT, 2)  # of every second one a new password is forced, too
AT_RANDOM_STEPS, AT_RANDOM_TIMES = 120, 40  # kills; of the latter so many by each signal
STEPS = 90  # that a run has, about
KILLED = -signal.SIGKILL
TARGETS = [*map(dn, RESETS), *map(dn, range(COUNT))]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town_of(tmp_path_factory.mktemp("town"), people(COUNT)) as running:
        yield running


@pytest.fixture(scope="module")
def changes(town: Town) -> list[Change]:
    resets = planned(town, map(dn, RESETS), "must_change")
    return [*resets, *planned(town, map(dn, range(COUNT)), "lock")]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """More batches, and more results of the journal in files of their own: more steps."""
    monkeypatch.setattr(enforcement, "BATCH", 8)
    monkeypatch.setattr(enforcement, "GROUP", 4)


LATE = [
    # while the broken-off run's writes are on their way, the next run      its method
    ("has looked for them, and not yet at the accounts",                    "carry_out"),
    ("has looked at the accounts, and not yet written",                     "_write"),
]  # fmt: skip


class Round:
    """A run folder of its own, on accounts as they were at first."""

    def __init__(self, town: Town, changes: list[Change], name: str) -> None:
        self.town, self.name = town, name
        self.kills = 0
        self._restore()
        self.run_dir = town.plan(changes, name)
        self._since = town.record_size()

    def apply(self, prepare: Prepare = int, **how: Any) -> Ran:
        return self._seen(self.town.apply(self.name, how={"prepare": prepare, **how}))

    def roll_back(self, prepare: Prepare = int, **how: Any) -> Ran:
        return self._seen(self.town.roll_back(self.name, how={"prepare": prepare, **how}))

    def is_applied_once(self) -> None:
        assert self.town.values(LOCK, *map(dn, range(COUNT))) == [[LOCKED_FOR_GOOD]] * COUNT
        assert self.town.values(RESET, *map(dn, RESETS)) == [[b"TRUE"]] * len(RESETS)
        assert self.town.written(self._since) == Counter(TARGETS)
        assert sorted(standing(self.run_dir).values()) == [1] * len(TARGETS)
        self._is_settled(len(TARGETS))

    def is_rolled_back_once(self, before: object) -> None:
        assert self.town.export() == before
        assert self.town.written(self._since) == Counter(TARGETS * 2)
        assert sorted(standing(self.run_dir).values()) == [0] * len(TARGETS)
        self._is_settled(0)

    def _is_settled(self, done: int) -> None:
        history = read_history(self.run_dir)
        assert (len(history.pending()), len(history.done())) == (0, done)

    def _seen(self, ran: Ran) -> Ran:
        assert ran.status in (0, KILLED, -signal.SIGTERM), ran.output
        self.kills += ran.status < 0
        return ran

    def _restore(self) -> None:
        self.town.set_all(LOCK, list(map(dn, range(COUNT))))
        self.town.set_all(RESET, list(map(dn, RESETS)))


@pytest.mark.parametrize("how", ["before", "middle"])
def test_killed_at_each_step_a_run_is_finished_by_running_it_again(town, changes, how):
    for step in itertools.count(1):
        one = Round(town, changes, f"{how}-{step}")
        killed = one.apply(die_at(step, how))
        if killed.status == 0:
            break
        assert one.apply().status == 0
        one.is_applied_once()

    assert step > (45 if how == "before" else 20)


@pytest.mark.parametrize("moment", [pytest.param(one, id=name) for name, one in LATE])
def test_what_the_server_still_carried_out_for_a_killed_run_is_not_lost(town, changes, moment):
    """slapd goes on with what it has of a client that is gone, while the next run looks."""
    one = Round(town, changes, f"late-{moment}")
    one.apply(at_first_write(lambda: os.kill(os.getpid(), signal.SIGKILL)))
    assert read_history(one.run_dir).pending()
    write = getattr(enforcement.Enforcement, moment)

    def arrive() -> None:
        def after_the_writes(self: Any, *arguments: Any) -> None:
            town.set_all(RESET, [dn(0)], b"TRUE")
            setattr(enforcement.Enforcement, moment, write)
            write(self, *arguments)

        town.__dict__.pop("directory", None)  # the connection is the other process's
        setattr(enforcement.Enforcement, moment, after_the_writes)

    assert one.apply(arrive).result["counts"] == {"changed": len(TARGETS)}
    assert one.apply().result["counts"] == {"already": len(TARGETS)}
    one.is_applied_once()


@pytest.mark.parametrize("how", ["before", "middle"])
def test_killed_at_each_step_a_rollback_is_finished_by_running_it_again(town, changes, how):
    for step in itertools.count(1):
        one = Round(town, changes, f"back-{how}-{step}")
        before = town.export()
        assert one.apply().status == 0
        killed = one.roll_back(die_at(step, how))
        if killed.status == 0:
            break
        assert one.roll_back().status == 0
        one.is_rolled_back_once(before)

    assert step > (45 if how == "before" else 20)


def test_killed_again_and_again_at_random_steps(town, changes):
    dice = random.Random(2019)

    def somewhere(_: int) -> dict[str, Any]:
        return {"prepare": die_somewhere(dice, STEPS)}

    assert kill_again_and_again(town, changes, somewhere, AT_RANDOM_STEPS) >= AT_RANDOM_STEPS


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGTERM], ids=["SIGKILL", "SIGTERM"])
def test_killed_again_and_again_at_random_times(town, changes, kind):
    dice = random.Random(2019)

    def sometime(number: int) -> dict[str, Any]:
        # Later from run to run: also where others keep the machine busy one comes to its end.
        return {"kill_after": dice.uniform(0, 0.2 * 1.1**number), "kill_with": kind}

    assert kill_again_and_again(town, changes, sometime, AT_RANDOM_TIMES) >= AT_RANDOM_TIMES


def kill_again_and_again(
    town: Town, changes: list[Change], how: Callable[[int], dict[str, Any]], least: int
) -> int:
    """Apply and roll back, each run again until one is let live; how many were killed."""
    kills = 0
    while kills < least:
        one = Round(town, changes, f"again-{kills}")
        before = town.export()
        next(number for number in itertools.count() if one.apply(**how(number)).status == 0)
        one.is_applied_once()
        next(number for number in itertools.count() if one.roll_back(**how(number)).status == 0)
        one.is_rolled_back_once(before)
        kills += one.kills
        shutil.rmtree(one.run_dir)
    return kills


def test_an_undo_of_the_latest_run_finds_one_that_was_killed(town, changes):
    """Even where its journal does not know yet what came of what it sent."""
    one = Round(town, changes, "latest")
    before = town.export()
    one.apply(at_first_result(lambda: os.kill(os.getpid(), signal.SIGKILL)))
    assert town.written(one._since)
    assert not read_history(one.run_dir).done()

    assert town.roll_back("latest").status == 0
    assert town.export() == before

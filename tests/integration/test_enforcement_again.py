# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What comes after other steps of the same plan: previews, the same run again, undoing in part."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab.process import run
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change
from ansible_collections.civic.mailbox.plugins.modules import password_policy

from .module_run import Ran, at_first_result
from .planned import (
    LOCK,
    LOCKED_FOR_GOOD,
    NAME,
    POLICY,
    Town,
    dn,
    people,
    planned,
    town_of,
)
from .slapd import ADMIN, DEFAULT_POLICY, PASSWORD, PEOPLE, SUFFIX, Entries

COUNT = 4
CHECK = {"_ansible_check_mode": True}
LAX = {**POLICY, "pwdLockout": "FALSE", "pwdMustChange": "FALSE"}
SETTINGS = {  # setting -> before, after
    "must_change_after_reset": ("no", "yes"),
    "lockout_threshold": ("0", "5"),
}


def entries() -> Entries:
    return people(COUNT)


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Town]:
    """Under its default policy all marks have their effects."""
    with town_of(tmp_path, entries()) as running:
        yield running


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """Under its default policy no mark on an account has an effect."""
    with town_of(tmp_path, {**entries(), DEFAULT_POLICY: LAX}) as running:
        yield running


def settings(*names: str) -> list[Change]:
    """What a plan has for the default policy."""
    return [
        Change(
            id=f"policy-{name}", control="password-policy", subject=DEFAULT_POLICY, unit="",
            server=NAME, target=DEFAULT_POLICY, field=name, before=(SETTINGS[name][0],),
            after=(SETTINGS[name][1],), reason="planned by a test", undo="", fingerprint="f",
        )
        for name in names
    ]  # fmt: skip


def plan(town: Town, *names: str) -> Path:
    """A plan that sets these settings, and forces and locks accounts."""
    return town.plan(
        [
            *settings(*names),
            *planned(town, [dn(0)], "must_change"),
            *planned(town, [dn(1), dn(2)], "lock"),
        ]
    )


def set_policy(town: Town, **more: Any) -> Ran:
    plan_file = {"plan": str(town.reports / "run" / "plan.jsonl"), "search_base": PEOPLE}
    return town._run(password_policy.main, {**plan_file, **more})


def outcome(ran: Ran) -> tuple[int, dict[str, int], list[str], list[Any]]:
    """Exit status, counts, what is changed and what is left."""
    found = ran.result
    return ran.status, found["counts"], sorted(c["id"] for c in found["changes"]), found["left"]


# Check mode


@pytest.mark.parametrize("chosen", [(), ("lockout_threshold",), tuple(SETTINGS)])
def test_a_preview_counts_with_the_policies_that_the_same_plan_sets(town, chosen):
    plan(town, *chosen)

    shown = [set_policy(town, **CHECK), town.apply(**CHECK)]
    assert town.record_size() == 0
    made = [set_policy(town), town.apply()]

    assert list(map(outcome, shown)) == list(map(outcome, made))
    assert made[1].result["counts"].get("changed", 0) == {0: 0, 1: 2, 2: 3}[len(chosen)]


def test_a_preview_of_other_controls_alone_counts_with_no_policy(town):
    plan(town, *SETTINGS)
    locks_alone = {"controls": ["idle-mailbox"]}

    shown, made = town.apply(**locks_alone, **CHECK), town.apply(**locks_alone)

    assert outcome(shown) == outcome(made)
    assert made.result["counts"] == {"refused": 2}


def killed(run: Callable[..., Ran]) -> None:
    """All was written, and the journal does not know it yet."""
    run(how={"prepare": at_first_result(lambda: os.kill(os.getpid(), signal.SIGKILL))})


@pytest.mark.parametrize("broken_off", ["apply", "roll_back"])
def test_a_preview_knows_what_a_killed_run_has_written(strict, broken_off):
    run_dir = strict.plan(planned(strict, map(dn, range(COUNT)), "lock"))
    if broken_off == "roll_back":
        assert strict.apply().status == 0
    killed(getattr(strict, broken_off))
    strict.wait_until_quiet()
    journal, size = (run_dir / "journal.jsonl").read_bytes(), strict.record_size()
    come = [strict.apply, strict.roll_back] if broken_off == "apply" else [strict.roll_back]

    shown = [run(**CHECK) for run in come]
    assert ((run_dir / "journal.jsonl").read_bytes(), strict.record_size()) == (journal, size)
    made = [run() for run in come]

    assert list(map(outcome, shown)) == list(map(outcome, made))
    assert [one.result["total"] for one in made] == [COUNT] * len(come)
    assert strict.values(LOCK, *map(dn, range(COUNT))) == [[]] * COUNT


# The same run again


def unlocked_by_hand(town: Town) -> None:
    town.set_all(LOCK, [dn(1)])


def rolled_back(town: Town) -> None:
    assert town.roll_back(accounts=["p1@odd.example"]).result["total"] == 1


TAKEN_BACK = [
    # by whom               by                what is said
    ("an administrator",    unlocked_by_hand, "taken back since by somebody"),
    ("a rollback",          rolled_back,      "undone by a rollback of this run"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("happens", "said"), [pytest.param(*case, id=name) for name, *case in TAKEN_BACK]
)
def test_what_was_taken_back_is_not_made_a_second_time_by_the_same_plan(strict, happens, said):
    strict.plan(planned(strict, map(dn, range(COUNT)), "lock"))
    assert strict.apply().result["counts"] == {"changed": COUNT}
    happens(strict)

    shown, made = strict.apply(**CHECK), strict.apply()

    assert outcome(shown) == outcome(made)
    assert made.result["counts"] == {"already": COUNT - 1, "changed_since": 1}
    (left,) = made.result["left"]
    assert (left["subject"], said in left["reason"]) == ("p1@odd.example", True)
    assert strict.values(LOCK, dn(0), dn(1)) == [[LOCKED_FOR_GOOD], []]
    assert strict.roll_back().result["total"] == COUNT - 1
    assert strict.values(LOCK, dn(0), dn(1)) == [[], []]


# Undoing


def made_at(run_dir: Path, at: str) -> None:
    """As if what stands in the journal by now had been written then."""
    journal = run_dir / "journal.jsonl"
    journal.write_text(re.sub('"at":"[^"]*"', f'"at":"{at}"', journal.read_text("utf-8")), "utf-8")


def test_the_latest_run_is_the_one_that_made_changes_last(strict):
    for number, run_id in enumerate(("first", "second")):
        run_dir = strict.plan(planned(strict, [dn(number), dn(number + 2)], "lock"), run_id)
        assert strict.apply(run_id).status == 0
        made_at(run_dir, f"2019-01-0{number + 1}T01:00:00Z")
    assert strict.roll_back("first", accounts=["p0@odd.example"]).result["total"] == 1

    assert [strict.roll_back("latest").result["run"] for _ in range(2)] == ["second", "first"]
    assert strict.values(LOCK, *map(dn, range(COUNT))) == [[]] * COUNT


def test_a_policy_is_not_undone_while_marks_of_the_run_need_it(town):
    plan(town, *SETTINGS)
    before = town.export()
    policy_alone, all_controls = {"controls": ["password-policy"]}, {"controls": []}
    assert (set_policy(town).status, town.apply().result["total"]) == (0, 3)

    shown, ran = town.roll_back(**policy_alone, **CHECK), town.roll_back(**policy_alone)

    assert outcome(shown) == outcome(ran)
    assert (ran.status, ran.result["counts"]) == (0, {"refused": 2})
    reasons = {one["field"]: one["reason"] for one in ran.result["left"]}
    assert "(lock) would have no effect: p1@odd.example, p2@" in reasons["lockout_threshold"]
    assert "(must_change) would have no effect: p0@" in reasons["must_change_after_reset"]
    assert "Undo that with it" in reasons["lockout_threshold"]
    assert town.values("pwdLockout", DEFAULT_POLICY) == [[b"TRUE"]]

    shown, ran = town.roll_back(**all_controls, **CHECK), town.roll_back(**all_controls)

    assert outcome(shown) == outcome(ran)
    assert ran.result["counts"] == {"changed": 5}
    assert town.export() == before


def test_a_policy_that_nothing_stands_by_any_more_is_undone_alone(town):
    plan(town, *SETTINGS)
    assert (set_policy(town).status, town.apply().result["total"]) == (0, 3)
    town.set_all(LOCK, [dn(1)])  # unlocked by hand
    town.set_all("pwdPolicySubentry", [dn(2)], f"cn=other,{SUFFIX}".encode())
    assert town.roll_back(accounts=["p0@odd.example"]).result["total"] == 1

    assert town.roll_back(controls=["password-policy"]).result["counts"] == {"changed": 2}


# What mail hosts follow


def lists(run_dir: Path) -> list[list[str]]:
    """The accounts in locked.txt and in unlocked.txt, as pN."""
    return [
        [name.partition("@")[0] for name in (run_dir / f"{kind}.txt").read_text().split()]
        for kind in ("locked", "unlocked")
    ]


def test_mail_hosts_are_told_what_the_directory_has_now(strict):
    run_dir = strict.plan(planned(strict, map(dn, range(COUNT)), "lock"))
    assert strict.apply().status == 0
    assert lists(run_dir) == [["p0", "p1", "p2", "p3"], []]

    unlocked_by_hand(strict)  # p1
    assert strict.apply().status == 0
    assert lists(run_dir) == [["p0", "p2", "p3"], ["p1"]]

    assert strict.roll_back(accounts=["p2@odd.example"]).status == 0
    assert lists(run_dir) == [["p0", "p3"], ["p1", "p2"]]

    strict.set_all(LOCK, [dn(2)], LOCKED_FOR_GOOD)  # by somebody, for another reason
    run("ldapdelete", "-H", strict.uri, "-D", ADMIN, "-w", PASSWORD, dn(3))
    strict.apply(**CHECK)
    assert lists(run_dir) == [["p0", "p3"], ["p1", "p2"]]
    assert strict.apply().status == 0
    assert lists(run_dir) == [["p0"], ["p1"]]


def test_who_is_unlocked_by_name_is_not_told_as_locked(strict):
    run_dir = strict.reports / "by-hand"
    strict.set_all(LOCK, [dn(0)], LOCKED_FOR_GOOD)

    assert strict.set_state("unlocked", "p0@odd.example", run_dir=str(run_dir)).status == 0
    assert lists(run_dir) == [[], ["p0"]]
    assert strict.roll_back("by-hand").status == 0
    assert lists(run_dir) == [["p0"], []]

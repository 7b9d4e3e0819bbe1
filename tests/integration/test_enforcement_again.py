# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What comes after other steps of the same plan: previews, the same run again, undoing in part."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change
from ansible_collections.civic.mailbox.plugins.modules import password_policy

from .module_run import Ran
from .planned import (
    NAME,
    POLICY,
    Town,
    dn,
    people,
    planned,
    town_of,
)
from .slapd import DEFAULT_POLICY, PEOPLE, Entries

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

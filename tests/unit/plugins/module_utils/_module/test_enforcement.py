# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How an enforcement batches and tells; all else of it is tested on real servers."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import EnforcementError
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change
from ansible_collections.civic.mailbox.plugins.module_utils._core.step import Step
from ansible_collections.civic.mailbox.plugins.module_utils._module import enforcement
from ansible_collections.civic.mailbox.plugins.module_utils._module.enforcement import (
    SHOWN,
    Enforcement,
    Tally,
    result_of,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module.enforcement_run import finished


def change(target: str, number: int = 0) -> Change:
    return Change(
        id=f"{target}{number}", control="idle-mailbox", subject=f"{target}@town.example",
        unit="Registry", server="ldap1", target=target, field="lock", before=("active",),
        after=("locked",), reason="idle", undo="lock: active", fingerprint="f",
    )  # fmt: skip


CASES = [
    ("none", "", []),
    ("as many as fit", "abc", ["abc"]),
    ("one more than fits", "abcd", ["abc", "d"]),
    ("an entry that comes twice waits for its first change", "aba", ["ab", "a"]),
    ("and the third time for its second", "aaab", ["a", "a", "ab"]),
]


@pytest.mark.parametrize(
    ("targets", "batches"), [pytest.param(*case, id=name) for name, *case in CASES]
)
def test_no_entry_comes_twice_in_a_batch(monkeypatch, targets, batches):
    monkeypatch.setattr(enforcement, "BATCH", 3)
    changes = [change(target, number) for number, target in enumerate(targets)]

    found = list(enforcement._batches(changes))

    assert ["".join(one.target for one in batch) for batch in found] == batches
    assert [one for batch in found for one in batch] == changes


def test_a_result_shows_the_first_changes_and_counts_all():
    tally = Tally()
    for number in range(SHOWN + 1):
        tally.done(Step(change=change("a", number), before={}, after={}))
    tally.skip(change("b"), "already", "lock is locked")
    tally.skip(change("c"), "refused", "exempt")

    result = result_of(tally, show_diff=True)

    assert (result["changed"], result["total"], result["truncated"]) == (True, SHOWN + 1, True)
    assert len(result["changes"]) == SHOWN
    assert result["counts"] == {"changed": SHOWN + 1, "already": 1, "refused": 1}
    assert [item["subject"] for item in result["left"]] == ["c@town.example"]
    assert result["diff"][0]["before"] == "active\n"
    assert result["diff"][-1] == {"prepared": "... and 1 more changes\n"}


def test_changes_are_shown_in_the_order_of_the_plan_and_not_of_the_servers_answers():
    tally, batches = Tally(), [[], []]
    for number in range(SHOWN + 10):
        step = Step(change=change("a", number), before={}, after={})
        batches[number >= 5].append(step)
    for batch in batches:
        for step in reversed(batch):
            tally.done(step)
        tally.end_batch(batch)

    assert tally.steps == [*batches[0], *batches[1]][:SHOWN]


def test_the_first_failure_is_told_though_what_is_shown_ended_before_it():
    tally = Tally()
    for number in range(SHOWN):
        tally.skip(change("a", number), "changed_since", "signed in")
    tally.skip(change("b"), "failed", "insufficientAccessRights")
    tally.skip(change("c"), "failed", "busy")

    with pytest.raises(EnforcementError, match=r"2 of 102 .* of b@town.example: insufficientAcc"):
        finished(Module(), tally, None)


class Module:
    """What `finished` needs of a module."""

    check_mode, _diff = False, False


def test_a_long_run_tells_how_far_it_is(monkeypatch):
    monkeypatch.setattr(enforcement, "BATCH", 2)
    told: list[str] = []
    run = Enforcement(Writer(), None, check_mode=True, mode="apply", begin={}, progress=told.append)

    run.carry_out([change(name) for name in "abc"], lambda batch: iter(()))

    assert [line.partition(" changes")[0] for line in told] == ["2 of 3", "3 of 3"]


class Writer:
    """One that finds nothing to write."""

    def standing(self, steps, *, look_only=False):
        return iter(())

    def assume(self, steps):
        assert steps == []

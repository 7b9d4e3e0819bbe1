# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan's sums, its first changes, and those of the findings that are shown."""

from __future__ import annotations

from ansible_collections.civic.mailbox.plugins.module_utils._report import planned as module
from ansible_collections.civic.mailbox.plugins.module_utils._report.planned import planned
from ansible_collections.civic.mailbox.plugins.module_utils._report.records import planned_change

from .sample import changes, findings

PLAN = [planned_change(line) for line in changes(findings())]


def test_all_are_counted_and_the_first_ones_keep_their_order(monkeypatch):
    monkeypatch.setattr(module, "FIRST", 4)

    found = planned(iter(PLAN), set())

    assert found.total == len(PLAN) == sum(found.by_control.values())
    assert found.first == tuple(PLAN[:4])
    assert found.by_finding == {}


def test_a_finding_has_all_of_its_changes():
    same = PLAN[1].fingerprint

    found = planned([PLAN[0], PLAN[1], PLAN[1], PLAN[2]], {same})

    assert found.by_finding == {same: (PLAN[1], PLAN[1])}

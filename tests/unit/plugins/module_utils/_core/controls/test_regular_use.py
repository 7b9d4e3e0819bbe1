# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.control import Status, UnitUse
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls import regular_use
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import render
from ansible_collections.civic.mailbox.plugins.module_utils._core.policy import RegularUsePolicy
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    context,
    policy,
)

CASES = [
    # what the case shows                           used unused undecided  status          message                 share
    ("nobody has an open mailbox",                  0,   0,     0,         Status.PASS,    regular_use.EMPTY,      None),
    ("all in use",                                  4,   0,     0,         Status.PASS,    regular_use.USED,       100),
    ("exactly the share",                           5,   5,     0,         Status.PASS,    regular_use.USED,       50),
    ("just below it",                               49,  51,    0,         Status.FAIL,    regular_use.SELDOM,     49),
    ("below it by less than one in a hundred",      999, 1001,  0,         Status.FAIL,    regular_use.SELDOM,     49),
    ("enough, whatever the undecided do",           5,   2,     3,         Status.PASS,    regular_use.USED,       50),
    ("too few, whatever the undecided do",          1,   7,     2,         Status.FAIL,    regular_use.SELDOM,     10),
    ("the undecided decide",                        4,   5,     1,         Status.UNKNOWN, regular_use.UNDECIDED,  40),
    ("of nobody it is known",                       0,   0,     9,         Status.UNKNOWN, regular_use.UNDECIDED,  0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("used", "unused", "undecided", "status", "message", "share"),
    [pytest.param(*case, id=name) for name, *case in CASES],
)
def test_a_unit_is_judged_where_the_undecided_cannot_change_it(
    used, unused, undecided, status, message, share
):
    use = UnitUse(unit="Registry", used=used, unused=unused, undecided=undecided)

    (verdict,) = regular_use.REGULAR_USE.unit(use, context())

    assert (verdict.status, verdict.message) == (status, message)
    assert verdict.params.get("share") == share
    assert render(verdict.message.english, verdict.params)


def test_the_policy_states_the_share():
    use = UnitUse(unit="Registry", used=5, unused=5, undecided=0)
    stated = policy(regular_use=RegularUsePolicy(within_days=10, min_share_percent=51))

    (verdict,) = regular_use.REGULAR_USE.unit(use, context(stated=stated))

    assert verdict.status is Status.FAIL
    assert (verdict.params["wanted"], verdict.params["days"]) == (51, 10)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.control import Status, UnitUse
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.free_mail import (
    FREE_MAIL,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import render
from ansible_collections.civic.mailbox.plugins.module_utils._core.log_policies import FreeMailPolicy
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    context,
    coverage,
    policy,
)

STATED = policy(free_mail=FreeMailPolicy(domains=frozenset({"free.example"}), unit_messages=10))
CASES = [
    # what the case shows                  sent to                                       status         sent, received
    ("nothing",                            {},                                           Status.PASS,   0,  4),
    ("as much as may be",                  {"free.example": 10},                         Status.PASS,   10, 4),
    ("one more",                           {"free.example": 11},                         Status.MANUAL, 11, 4),
    ("below the domain, too",              {"free.example": 6, "eu.free.example": 5},    Status.MANUAL, 11, 4),
    ("what the policy does not list",      {"other.example": 99},                        Status.PASS,   0,  4),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sent_to", "status", "sent", "received"),
    [pytest.param(*case, id=name) for name, *case in CASES],
)
def test_a_unit_is_asked_from_so_many_messages_on(sent_to, status, sent, received):
    from_there = {"free.example": 4, "other.example": 9}
    use = UnitUse(
        unit="Registry", used=1, unused=0, undecided=0, sent_to=sent_to, received_from=from_there
    )

    (verdict,) = FREE_MAIL.unit(use, replace(context(stated=STATED), logs=(coverage(),)))

    assert (verdict.status, verdict.params) == (status, {"sent": sent, "received": received})
    assert render(verdict.message.english, verdict.params)


def test_the_evidence_is_domains_with_counts_and_the_log_it_rests_on():
    use = UnitUse(
        unit="Registry", used=1, unused=0, undecided=0,
        sent_to={f"{n}.free.example": n for n in range(1, 9)},
    )  # fmt: skip

    (verdict,) = FREE_MAIL.unit(use, replace(context(stated=STATED), logs=(coverage(),)))

    assert verdict.evidence[0].value == "8.free.example: 8"
    assert len(verdict.evidence) == 6
    assert verdict.evidence[-1].source == "mail1"

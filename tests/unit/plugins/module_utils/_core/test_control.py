# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.control import (
    Control,
    Severity,
    Status,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.catalogue import CONTROLS

GOOD = {
    "name": "x", "title": "X", "clause": "1", "severity": Severity.LOW, "rationale": "r",
    "references": (), "limit": "l", "reads": frozenset({"lock"}), "holds_despite_gaps": frozenset(),
    "account": lambda account, context: (),
}  # fmt: skip


def test_a_control_that_judges_something_is_one():
    assert Control(**GOOD).name == "x"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        pytest.param({"reads": frozenset({"colour"})}, "colour", id="reads what no account has"),
        pytest.param({"account": None}, "judges nothing", id="judges nothing"),
    ],
)
def test_a_contradiction_is_refused(changed, told):
    with pytest.raises(ValueError, match=told):
        Control(**GOOD | changed)


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.name)
def test_a_title_states_the_secure_condition(control):
    assert len(control.title) <= 150
    assert not control.title.startswith("Ensure")
    assert control.rationale
    assert control.limit.endswith(".")
    assert control.references


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.name)
def test_no_gap_lets_an_unknown_hold_or_an_error(control):
    assert control.holds_despite_gaps <= {Status.PASS, Status.FAIL, Status.MANUAL}


def test_names_tell_controls_apart():
    assert len({control.name for control in CONTROLS}) == len(CONTROLS)

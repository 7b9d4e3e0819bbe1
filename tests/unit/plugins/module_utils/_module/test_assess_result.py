# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the module gives back to Ansible: a sample, a diff, plain values."""

from __future__ import annotations

import json

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._module.finding_files import SHOWN
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    account,
    forward,
)
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._module.assessed_office import (
    IDLE,
    Office,
    many,
)


@pytest.fixture
def office(tmp_path) -> Office:
    return Office(tmp_path)


def test_the_worst_findings_come_first_and_are_cut_short(office):
    failing = many(SHOWN + 5, sign_ins=(IDLE,))
    unknown = account(sign_ins=(), created_at=None)
    office.gather("1", unknown, *failing)

    result = office.assess("1", diff=True)

    assert result["truncated"]
    assert [len(result[key]) for key in ("findings", "changes")] == [SHOWN, SHOWN]
    assert {found["status"] for found in result["findings"]} == {"fail"}
    assert result["changes_total"] == SHOWN + 5 == len(office.lines("1", "plan.jsonl"))
    assert len(result["diff"]) == SHOWN + 1
    assert "5 more" in result["diff"][-1]["prepared"]


def test_changes_are_cut_short_where_findings_are_not(office):
    places = tuple(
        forward("me@home.example", channel="dot_forward", place=f"/f{n}") for n in range(SHOWN + 1)
    )
    office.gather("1", account(forwards=places))

    result = office.assess("1")

    assert (len(result["findings"]), len(result["changes"])) == (1, SHOWN)
    assert result["truncated"]


def test_at_the_cap_nothing_is_cut_short(office):
    office.gather("1", *many(SHOWN, sign_ins=(IDLE,)), *[account(dn=f"uid=x{n}", mail=(f"x{n}@town.example",)) for n in range(SHOWN)])  # fmt: skip

    result = office.assess("1", diff=True)

    assert not result["truncated"]
    assert len(result["findings"]) == len(result["diff"]) == SHOWN


def test_the_diff_shows_before_and_after_of_each_change(office):
    forwarding = account(forwards=(forward("me@home.example"), forward("desk@town.example")))
    office.gather("1", forwarding, *many(1, sign_ins=(IDLE,)))

    forwards, lock = office.assess("1", diff=True)["diff"]

    assert forwards["before_header"] == "clerk@town.example: forwards"
    assert forwards["before"] == "me@home.example\ndesk@town.example\n"
    assert forwards["after"] == "desk@town.example\n"
    assert (lock["before_header"], lock["before"], lock["after"]) == (
        "n0@town.example: lock", "active\n", "locked\n",
    )  # fmt: skip
    assert "more than 3 months" in lock["after_header"]


def test_the_result_is_nothing_but_plain_values(office):
    office.gather("1", account(forwards=(forward("me@home.example"),)))

    result = office.assess("1", diff=True)

    assert json.loads(json.dumps(result)).keys() == result.keys()
    assert all(type(one["status"]) is str for one in result["findings"])

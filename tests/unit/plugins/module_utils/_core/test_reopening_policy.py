# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The section `reopening` of a policy file."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.reopening_policy import (
    ReopeningPolicy,
    read_reopening,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.section import Located, Section

from .facts import noon

WHOLE = {
    "sign_in_within_days": 7,
    "approvers": [
        {"name": "Chủ tịch", "all_units": True},
        {"name": "Trưởng Công an", "units": ["Công an phường", "Dân quân"]},
    ],
    "by_state": True,
    "keep_locked": [{"address": " Old@Town.example", "reason": "hijacked"}],
}


def read(data: object) -> tuple[ReopeningPolicy, list[str]]:
    section = Section.top(Located(file="policy.yml", data=data, lines={(): 1}))
    return read_reopening(section), section.mistakes


def test_all_of_it():
    stated, mistakes = read(WHOLE)

    assert mistakes == []
    chairman, police = stated.approvers
    assert chairman.may_approve("Trường học")
    assert police.may_approve("CÔNG AN  phường")
    assert not police.may_approve("Trường học")
    assert (stated.sign_in_within_days, stated.by_state) == (7, True)
    assert stated.keep_locked == {"old@town.example": "hijacked"}


def test_nothing_stated_nobody_may_approve():
    stated, mistakes = read({})

    assert (stated, mistakes) == (ReopeningPolicy(), [])
    assert stated.named("Chủ tịch") == []


@pytest.mark.parametrize(
    ("known", "strange"),
    [
        (["CÔNG AN  phường", "Dân quân"], ()),
        (["Công an", "Dân quân"], ("Công an phường",)),
        ([], ("Công an phường", "Dân quân")),
    ],
)
def test_a_unit_that_nothing_is_called_is_told_as_it_was_written(known, strange):
    assert read(WHOLE)[0].strange_units(known) == strange


MISTAKES = [
    ("no units", {"approvers": [{"name": "A"}]}, "approvers.0: name the units"),
    ("all and some", {"approvers": [{"name": "A", "units": ["U"], "all_units": True}]}, "approvers.0: name the units"),
    ("an empty list is not all", {"approvers": [{"name": "A", "units": []}]}, "approvers.0: name the units"),
    ("no name", {"approvers": [{"units": ["U"]}]}, "approvers.0: the key name is required"),
    ("no days", {"sign_in_within_days": 0}, "expected a whole number from 1 to 366"),
    ("no reason", {"keep_locked": [{"address": "a@b"}]}, "the key reason is required"),
    ("a misspelt key", {"aprovers": []}, "did you mean approvers?"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "text"), [pytest.param(*case, id=n) for n, *case in MISTAKES])
def test_mistakes_are_told(data, text):
    assert any(text in mistake for mistake in read(data)[1])


def test_the_last_day_to_sign_in_is_of_the_offices_calendar():
    zone = ZoneInfo("Asia/Ho_Chi_Minh")

    assert ReopeningPolicy().sign_in_by(noon("2019-01-08"), zone) == date(2019, 1, 22)

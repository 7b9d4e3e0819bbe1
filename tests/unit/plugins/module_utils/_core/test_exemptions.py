# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from datetime import date

import jmespath
import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.exemptions import Exemption

TODAY = date(2019, 1, 8)
CLERK = {
    "mail": "clerk@town.example", "addresses": ["clerk@town.example", "c@town.example"],
    "login": "clerk", "name": "Nguyễn Thị Lan", "unit": "Registry", "dn": "uid=clerk",
}  # fmt: skip


def exemption(select: str, expires: str = "2019-12-31") -> Exemption:
    return Exemption(
        control="idle-mailbox", select=select, reason="r", approver="a",
        expires=date.fromisoformat(expires), expression=jmespath.compile(select),
    )  # fmt: skip


SELECTORS = [
    # what the case shows                      the selector                                     covered
    ("the address",                            "mail == 'clerk@town.example'",                  True),
    ("another address",                        "mail == 'desk@town.example'",                   False),
    ("any of the addresses",                   "contains(addresses, 'c@town.example')",         True),
    ("a name in Vietnamese",                   "name == 'Nguyễn Thị Lan'",                      True),
    ("a unit or an address",                   "unit == 'Archive' || login == 'clerk'",         True),
    ("not of that unit",                       "unit != 'Registry'",                            False),
    ("a value that is there covers nobody",    "unit",                                          False),
    ("a list that is there covers nobody",     "addresses[?@ == 'c@town.example']",             False),
    ("nor does a fact that no subject has",    "colour == 'red'",                               False),
    ("nor a function that gets another kind",  "starts_with(addresses, 'c')",                   False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("select", "covered"), [pytest.param(*case, id=name) for name, *case in SELECTORS]
)
def test_an_exemption_covers_only_what_its_selector_is_true_of(select, covered):
    assert exemption(select).covers("idle-mailbox", CLERK) is covered


def test_an_exemption_is_from_one_control():
    assert not exemption("mail == 'clerk@town.example'").covers("default-password", CLERK)


def test_of_a_subject_without_the_fact_nothing_is_true():
    assert not exemption("starts_with(unit, 'A')").covers("idle-mailbox", {"name": "cn=default"})


@pytest.mark.parametrize(
    ("expires", "expired"),
    [
        pytest.param("2019-01-07", True, id="the day after is too late"),
        pytest.param("2019-01-08", False, id="the day itself is in time"),
        pytest.param("2019-01-09", False, id="the day before"),
    ],
)
def test_an_exemption_holds_up_to_and_including_its_day(expires, expired):
    assert exemption("unit", expires).is_expired(TODAY) is expired

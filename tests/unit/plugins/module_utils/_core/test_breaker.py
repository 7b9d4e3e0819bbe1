# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.breaker import Limits, exceeded
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change

LIMITS = Limits(max_changes=100, max_percent=10, unit_max_changes=50, unit_max_percent=50)


def changes(number: int, unit: str = "Registry", server: str = "ldap1", field: str = "lock"):
    return [
        Change(
            id=f"{unit}{one}{field}", control="idle-mailbox", subject=f"n{one}@town.example",
            unit=unit, server=server, target=f"uid=n{one},ou={unit}", field=field, before=("a",),
            after=("b",), reason="", undo="", fingerprint="",
        )
        for one in range(number)
    ]  # fmt: skip


CASES = [
    # what the case shows                       changes                        accounts             limits passed
    ("nothing changes",                         [],                            {"Registry": 5},     []),
    ("just as many as may be, in two units",    changes(50) + changes(50, "B"), {"Registry": 900, "B": 900}, []),
    ("one too many in the run",                 changes(50) + changes(51, "B"), {"Registry": 900, "B": 900},
     [("max_changes", 100, 101), ("unit_max_changes", 50, 51)]),
    ("too many of a hundred",                   changes(30),                   {"Registry": 200},   [("max_percent", 10, 15)]),
    ("exactly ten of a hundred",                changes(20),                   {"Registry": 200},   []),
    ("a small office is spared percentages",    changes(19),                   {"Registry": 38},    []),
    ("and a small unit",                        changes(4),                    {"Registry": 4, "B": 900}, []),
    ("but not from five changes in it on",      changes(5),                    {"Registry": 9, "B": 900}, [("unit_max_percent", 50, 56)]),
    ("and half of it may be changed",           changes(5),                    {"Registry": 10, "B": 900}, []),
    ("a whole unit of nineteen",                changes(19),                   {"Registry": 19, "B": 900}, [("unit_max_percent", 50, 100)]),
    ("but from twenty changes on is not",       changes(20),                   {"Registry": 30},
     [("max_percent", 10, 67), ("unit_max_percent", 50, 67)]),
    ("more than half of one unit",              changes(30),                   {"Registry": 50, "B": 900}, [("unit_max_percent", 50, 60)]),
    ("an account that is changed twice is one", changes(50) + changes(50, field="must_change"), {"Registry": 900}, []),
    ("the same name on another server is two",  changes(50) + changes(50, server="ldap2"), {"Registry": 2000}, [("unit_max_changes", 50, 100)]),
    ("a policy belongs to no unit",             changes(51, ""),               {"Registry": 900},   [("unit_max_changes", 50, 51)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("planned", "accounts", "past"), [pytest.param(*case, id=name) for name, *case in CASES]
)
def test_each_limit_that_is_passed_is_told(planned, accounts, past):
    found = exceeded(planned, accounts, LIMITS)

    assert [(one.option, one.limit, one.needed) for one in found] == past


def test_the_message_has_count_limit_and_the_way_to_raise_it_for_this_run():
    (run,) = exceeded(changes(30), {"Registry": 200}, LIMITS)
    (unit,) = exceeded(changes(30), {"Registry": 50, "B": 900}, LIMITS)

    assert run.message == (
        "the plan changes 30 entries, 15 % of 200 accounts; max_percent is 10."
        " To raise it for this run: -e enforce_max_percent=15"
    )
    assert unit.message.startswith("the plan for the unit Registry changes 30 entries, 60 % of 50")
    assert unit.message.endswith("-e enforce_unit_max_percent=60")


def test_the_limit_that_the_message_names_lets_the_plan_pass():
    planned, accounts = changes(47), {"Registry": 313}
    needed = {one.option: one.needed for one in exceeded(planned, accounts, LIMITS)}

    raised = replace(LIMITS, **needed)

    assert needed
    assert exceeded(planned, accounts, raised) == []

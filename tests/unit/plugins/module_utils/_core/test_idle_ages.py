# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import Lock, SignIn
from ansible_collections.civic.mailbox.plugins.module_utils._core.dates import is_past
from ansible_collections.civic.mailbox.plugins.module_utils._core.idle_ages import IdleAges
from ansible_collections.civic.mailbox.plugins.module_utils._core.policy import IdlePolicy
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import account

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = date(2019, 3, 1)


def signed_in(*days: str, **more):
    """An account with sign-ins at the noon of those days, on the office's clocks."""
    times = [datetime.fromisoformat(f"{day}T05:00:00+00:00") for day in days]
    return account(sign_ins=tuple(SignIn(at=at, source="dovecot") for at in times), **more)


def ages(*mailboxes, today=TODAY, idle=IdlePolicy()):  # noqa: B008
    counted = IdleAges(today, ZONE, idle)
    for accounts in mailboxes:
        counted.add(accounts)
    return counted.summary()


@pytest.mark.parametrize(
    ("what", "day", "place"),
    [
        ("today", "2019-03-01", 0),
        ("tomorrow, for clocks differ", "2019-03-02", 0),
        ("a month to the day", "2019-02-01", 0),
        ("a day more", "2019-01-31", 1),
        ("three months to the day", "2018-12-01", 2),
        ("idle since today: 30 November and three months end on 28 February", "2018-11-30", 3),
        ("half a year", "2018-09-01", 3),
        ("two years and more", "2009-01-01", 6),
        ("the beginning of time", "0001-01-02", 6),
    ],
)
def test_a_mailbox_is_in_the_class_of_its_last_sign_in(what, day, place):
    found = ages([signed_in(day)])

    assert found["edges_months"] == [1, 2, 3, 6, 12, 24]
    assert found["open"] == [int(index == place) for index in range(7)], what
    assert found["no_record"] == {"open": 0, "locked": 0}


@pytest.mark.parametrize(
    ("what", "known"),
    [("no sign-in", signed_in()), ("one that is still to come", signed_in("2019-03-09"))],
)
def test_without_a_usable_record_it_is_in_no_class(what, known):
    found = ages([known])

    assert sum(found["open"]) == 0, what
    assert found["no_record"] == {"open": 1, "locked": 0}


def test_the_latest_sign_in_of_all_the_owners_accounts_counts():
    found = ages([signed_in("2018-01-01", "2018-08-01"), signed_in("2019-02-27")])

    assert found["open"] == [1, 0, 0, 0, 0, 0, 0]


def test_what_an_administrator_locked_is_counted_apart():
    found = ages(
        [signed_in("2018-11-01", lock=Lock.ADMINISTRATOR)],
        [signed_in("2018-11-01", lock=Lock.FAILURES)],
        [signed_in(lock=Lock.ADMINISTRATOR)],
    )

    assert found["locked"] == found["open"] == [0, 0, 0, 1, 0, 0, 0]
    assert found["no_record"] == {"open": 0, "locked": 1}


def test_the_limits_of_the_policy_are_edges_too():
    found = ages(idle=IdlePolicy(limit_months=4, warn_months=0))

    assert found["edges_months"] == [1, 2, 3, 4, 6, 12, 24]
    assert found["limit_months"] == 4


@given(
    st.dates(date(1970, 1, 1), date(2999, 12, 31)),
    st.dates(date(1970, 1, 1), date(2999, 12, 31)),
)
def test_an_edge_is_passed_when_the_control_says_so(today, day):
    at = datetime(day.year, day.month, day.day, 5, tzinfo=timezone.utc)
    known = account(sign_ins=(SignIn(at=at, source="dovecot"),))

    found = ages([known], today=today)

    if sum(found["open"]):
        passed = [edge for edge in found["edges_months"] if is_past(day, edge, today)]
        assert found["open"].index(1) == len(passed)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.dates import (
    add_months,
    format_time,
    is_past,
    local_day,
    parse_time,
)

OFFICE = ZoneInfo("Asia/Ho_Chi_Minh")
MONTHS = [
    # what the case shows                         day           months  expected
    ("the letter's own example",                  "2018-11-30", 3,      "2019-02-28"),
    ("a leap year's February has a day more",     "2019-11-30", 3,      "2020-02-29"),
    ("1900 was no leap year",                     "1899-11-30", 3,      "1900-02-28"),
    ("2000 was one",                              "1999-11-30", 3,      "2000-02-29"),
    ("a leap day, a year on",                     "2020-02-29", 12,     "2021-02-28"),
    ("a leap day, four years on",                 "2020-02-29", 48,     "2024-02-29"),
    ("the 31st before a month of 30 days",        "2018-08-31", 3,      "2018-11-30"),
    ("the 30th stays the 30th",                   "2018-09-30", 3,      "2018-12-30"),
    ("into December",                             "2018-09-15", 3,      "2018-12-15"),
    ("past December",                             "2018-10-15", 3,      "2019-01-15"),
    ("no month at all",                           "2018-12-31", 0,      "2018-12-31"),
    ("the last day there is",                     "9999-12-31", 0,      "9999-12-31"),
    ("past the last year there is",               "9999-11-30", 3,      "9999-12-31"),
    ("the first day there is",                    "0001-01-01", 3,      "0001-04-01"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "months", "expected"), [pytest.param(*case, id=name) for name, *case in MONTHS]
)
def test_months_are_those_of_the_calendar(day, months, expected):
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(expected)


@given(st.dates(), st.integers(0, 1200))
def test_the_day_of_the_month_is_kept_or_is_the_last_one(day, months):
    later = add_months(day, months)

    assert later >= day
    if later != date.max:
        assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
        assert later.day == day.day or (later + timedelta(days=1)).day == 1


@given(st.dates(), st.dates(), st.integers(0, 1200))
def test_a_later_start_never_ends_earlier(one, other, months):
    first, second = sorted((one, other))

    assert add_months(first, months) <= add_months(second, months)


EDGES = [
    # what the case shows                       start         today         past
    ("the day that completes three months",     "2018-11-30", "2019-02-28", False),
    ("the day after it",                        "2018-11-30", "2019-03-01", True),
    ("ninety days are not three months",        "2018-07-01", "2018-09-30", False),
    ("nor are ninety-two, from July on",        "2018-07-01", "2018-10-01", False),
    ("ninety-three are",                        "2018-07-01", "2018-10-02", True),
    ("the same day",                            "2018-07-01", "2018-07-01", False),
    ("a start that is still to come",           "2019-07-01", "2018-07-01", False),
    ("a start at the end of the calendar",      "9999-12-31", "2019-01-08", False),
    ("a start at its beginning",                "0001-01-01", "2019-01-08", True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "today", "past"), [pytest.param(*case, id=name) for name, *case in EDGES]
)
def test_three_months_are_over_on_the_day_after_they_are_complete(start, today, past):
    assert is_past(date.fromisoformat(start), 3, date.fromisoformat(today)) is past


DAYS = [
    # what the case shows                         time                         zone                day
    ("an evening in UTC is the office's morning", "2018-11-30T23:30:00+00:00", "Asia/Ho_Chi_Minh", "2018-12-01"),
    ("the last second of the office's day",       "2018-11-30T16:59:59+00:00", "Asia/Ho_Chi_Minh", "2018-11-30"),
    ("the first second of its next day",          "2018-11-30T17:00:00+00:00", "Asia/Ho_Chi_Minh", "2018-12-01"),
    ("west of Greenwich it is the day before",    "2018-12-01T03:00:00+00:00", "America/Lima",     "2018-11-30"),
    ("a time with an offset of its own",          "2018-12-01T01:00:00+09:00", "Asia/Ho_Chi_Minh", "2018-11-30"),
    ("the last moment there is",                  "9999-12-31T23:59:59+00:00", "Asia/Ho_Chi_Minh", "9999-12-31"),
    ("the first moment there is",                 "0001-01-01T00:00:00+00:00", "America/Lima",     "0001-01-01"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("time", "zone", "day"), [pytest.param(*case, id=name) for name, *case in DAYS]
)
def test_a_day_is_the_one_of_the_offices_time_zone(time, zone, day):
    assert local_day(datetime.fromisoformat(time), ZoneInfo(zone)) == date.fromisoformat(day)


@given(st.datetimes(timezones=st.just(timezone.utc)))
def test_a_time_comes_back_from_its_text_in_whole_seconds(time):
    assert parse_time(format_time(time)) == time.replace(microsecond=0)


def test_a_time_is_written_in_utc():
    assert format_time(datetime(2019, 1, 8, 8, 2, 3, 999, tzinfo=OFFICE)) == "2019-01-08T01:02:03Z"


@pytest.mark.parametrize(
    "text", ["2019-01-08T01:02:03", "2019-01-08", "20190108010203Z", "yesterday", "", "Z"]
)
def test_a_text_without_a_zone_or_no_time_at_all_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        parse_time(text)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""FILETIMEs, intervals and GUIDs, with values as Windows' own tools show them."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._directory.codecs import UnclearError
from ansible_collections.civic.mailbox.plugins.module_utils._directory.windows_values import (
    BITS,
    FILETIME,
    GUID,
    duration,
    filetime,
    interval,
    moment_of,
    number,
)

TIMES = [
    # value                    the time
    (b"0",                     None),                      # no time
    (b"9223372036854775807",   None),                      # never
    (b"1",                     "1601-01-01T00:00:00Z"),
    (b"116444736000000000",    "1970-01-01T00:00:00Z"),
    (b"116444735999999999",    "1969-12-31T23:59:59Z"),    # the fraction is cut off
    (b"128166372003061629",    "2007-02-22T17:00:00Z"),    # Microsoft's own example
    (b"132223104000000000",    "2020-01-01T00:00:00Z"),
    (b"132274080000000000",    "2020-02-29T00:00:00Z"),
    (b"2650467743999999999",   "9999-12-31T23:59:59Z"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), TIMES)
def test_a_filetime_is_a_time_in_utc(value, expected):
    assert json.loads(filetime(value)) == expected
    assert json.loads(FILETIME.decode([value])) == expected
    at = moment_of(value)
    assert (at and f"{at:%Y-%m-%dT%H:%M:%SZ}") == expected


@pytest.mark.parametrize(
    "value",
    [b"", b"-1", b"-9223372036854775808", b"2650467744000000000", b"20200101000000.0Z", b"0x1",
     b" 1", "١".encode(), b"1" * 21],
)  # fmt: skip
def test_what_is_no_filetime_is_unclear(value):
    for decode in (filetime, moment_of):
        with pytest.raises(UnclearError):
            decode(value)


@given(st.datetimes(datetime(1601, 1, 1, 0, 0, 0, 1), datetime(9999, 12, 31, 23, 59, 59)))
def test_every_time_comes_back(at):
    units = (at - datetime(1601, 1, 1)) // timedelta(microseconds=1) * 10
    value = str(units).encode()

    assert moment_of(value) == at.replace(tzinfo=timezone.utc)
    assert json.loads(filetime(value)) == f"{at.replace(microsecond=0).isoformat()}Z"


@given(st.integers(1, 2650467743999999998))
def test_later_is_later_as_text_too(units):
    """Snapshots compare times as text."""
    assert filetime(str(units).encode()) <= filetime(str(units + 1).encode())


@given(st.binary(max_size=24))
def test_any_bytes_are_a_time_or_unclear(value):
    with suppress(UnclearError):
        assert json.loads(filetime(value)) is None or value.isdigit()


INTERVALS = [
    (b"-864000000000",        timedelta(days=1)),
    (b"-36000000000",         timedelta(hours=1)),
    (b"-10",                  timedelta(microseconds=1)),
    (b"0",                    timedelta(0)),
    (b"-9223372036854775808", timedelta(0)),  # without an end
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), INTERVALS)
def test_an_interval_is_counted_below_zero(value, expected):
    assert duration(value) == expected


def test_a_positive_interval_is_unclear():
    with pytest.raises(UnclearError):
        duration(b"864000000000")


@given(st.integers(0, 10**9))
def test_an_interval_comes_back(seconds):
    assert duration(interval(seconds)) == timedelta(seconds=seconds)


def test_no_interval_is_one_without_an_end():
    assert interval(0) == b"-9223372036854775808"


def test_a_guid_has_its_first_parts_turned_round():
    value = bytes.fromhex("33221100554477668899aabbccddeeff")
    assert json.loads(GUID.decode([value])) == "00112233-4455-6677-8899-aabbccddeeff"


@given(st.uuids())
def test_every_guid_comes_back(uuid: UUID):
    assert json.loads(GUID.decode([uuid.bytes_le])) == str(uuid)


@pytest.mark.parametrize("value", [b"", b"x" * 15, b"x" * 17])
def test_what_is_no_guid_is_unclear(value):
    with pytest.raises(UnclearError):
        GUID.decode([value])


def test_bits_are_a_number():
    assert (BITS.decode([b"66050"]), number(b"-2147483646")) == ("66050", -2147483646)

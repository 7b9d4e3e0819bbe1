# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From values to JSON text: every form of RFC 4517 that servers send, and what is none."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._directory import codecs

TIMES = [
    # what it shows               the value                      the time
    ("the usual form",            b"20190108010203Z",            "2019-01-08T01:02:03Z"),
    ("no seconds",                b"201901080102Z",              "2019-01-08T01:02:00Z"),
    ("no minutes",                b"2019010801Z",                "2019-01-08T01:00:00Z"),
    ("a fraction of a second",    b"20190108010203.999999Z",     "2019-01-08T01:02:03Z"),
    ("a fraction with a comma",   b"20190108010203,5Z",          "2019-01-08T01:02:03Z"),
    ("a very long fraction",      b"20190108010203.12345678901Z", "2019-01-08T01:02:03Z"),
    ("a fraction of a minute",    b"201901080102.5Z",            "2019-01-08T01:02:30Z"),
    ("a fraction of an hour",     b"2019010801.25Z",             "2019-01-08T01:15:00Z"),
    ("east of Greenwich",         b"20190108080203+0700",        "2019-01-08T01:02:03Z"),
    ("west of Greenwich",         b"20190107203203-0430",        "2019-01-08T01:02:03Z"),
    ("an offset of hours",        b"20190108080203+07",          "2019-01-08T01:02:03Z"),
    ("over midnight",             b"20190101003000+0700",        "2018-12-31T17:30:00Z"),
    ("a leap day",                b"20200229000000Z",            "2020-02-29T00:00:00Z"),
    ("a leap second",             b"20161231235960Z",            "2017-01-01T00:00:00Z"),
    ("the first year",            b"00010101000000Z",            "0001-01-01T00:00:00Z"),
    ("the last second",           b"99991231235959Z",            "9999-12-31T23:59:59Z"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "expected"), [pytest.param(*case, id=name) for name, *case in TIMES]
)
def test_a_generalized_time_is_utc_in_whole_seconds(value, expected):
    assert json.loads(codecs.time(value)) == expected


NO_TIMES = [
    ("nothing",               b""),
    ("a word",                b"yesterday"),
    ("ISO 8601",              b"2019-01-08T01:02:03Z"),
    ("no time zone",          b"20190108010203"),
    ("no hour",               b"20190108Z"),
    ("30 February",           b"20190230010203Z"),
    ("29 February of no leap year", b"20190229010203Z"),
    ("month 13",              b"20191301010203Z"),
    ("month 0",               b"20190001010203Z"),
    ("hour 24",               b"20190108240000Z"),
    ("minute 60",             b"20190108016000Z"),
    ("second 61",             b"20190108010261Z"),
    ("year 0",                b"00000101000000Z"),
    ("OpenLDAP's lock for good", b"000001010000Z"),
    ("before the first year", b"00010101000000+0100"),
    ("after the last year",   b"99991231235959-0100"),
    ("an offset of 24 hours", b"20190108010203+2400"),
    ("an offset of 60 minutes", b"20190108010203+0060"),
    ("a dot and no fraction", b"20190108010203.Z"),
    ("a sign in the year",    b"+0190108010203Z"),
    ("a space",               b"2019010801020 Z"),
    ("more behind it",        b"20190108010203Zx"),
    ("a line end behind it",  b"20190108010203Z\n"),
    ("small z",               b"20190108010203z"),
    ("digits of another script", "２０１９".encode() + b"Z  "),
    ("no UTF-8",              b"\xff\xfe"),
]  # fmt: skip


@pytest.mark.parametrize("value", [pytest.param(value, id=name) for name, value in NO_TIMES])
def test_what_is_no_time_is_unclear_and_not_written(value):
    with pytest.raises(codecs.UnclearError, match="no generalized time") as caught:
        codecs.time(value)

    assert caught.value.shown == ""


@given(
    st.datetimes(timezones=st.just(timezone.utc), min_value=datetime(1000, 1, 1)),
    st.integers(-23 * 60, 23 * 60),
)
def test_every_time_is_read_in_every_zone(moment, ahead):
    whole = moment.replace(microsecond=0)
    try:
        local = (whole + timedelta(minutes=ahead)).strftime("%Y%m%d%H%M%S")
    except OverflowError:
        return
    sign, (hours, minutes) = "-" if ahead < 0 else "+", divmod(abs(ahead), 60)

    zoned = codecs.time(f"{local}{sign}{hours:02}{minutes:02}".encode())

    expected = whole.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert json.loads(zoned) == expected
    assert json.loads(codecs.time(whole.strftime("%Y%m%d%H%M%SZ").encode())) == expected


@given(st.binary(max_size=20) | st.from_regex(rb"[0-9]{8,16}[.,]?[0-9]{0,3}(Z|[+-][0-9]{2,4})?"))
def test_no_bytes_raise_anything_else(value):
    try:
        text = json.loads(codecs.time(value))
    except codecs.UnclearError:
        return

    assert datetime.fromisoformat(text).microsecond == 0


@given(st.text())
def test_a_text_is_the_same_in_json(text):
    assert json.loads(codecs.text(text.encode("utf-8", "surrogatepass"))) == text


def test_bytes_that_are_no_utf8_are_shown_escaped():
    with pytest.raises(codecs.UnclearError, match=r"B\\xecnh is not UTF-8") as caught:
        codecs.TEXT.decode([b"B\xecnh"])

    assert json.loads(caught.value.shown) == r"B\xecnh"


TEXTS = [
    ("one",                [b"a@x"],              ["a@x"],              False),
    ("two in their order", [b"b@x", b"a@x"],      ["b@x", "a@x"],       False),
    ("one that is none",   [b"\xff"],             [r"\xff"],            True),
    ("one of two is none", [b"a@x", b"\xff@x"],   ["a@x", r"\xff@x"],   True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "expected", "unclear"), [pytest.param(*case, id=name) for name, *case in TEXTS]
)
def test_texts_are_all_kept(values, expected, unclear):
    try:
        written, raised = codecs.TEXTS.decode(values), False
    except codecs.UnclearError as error:
        written, raised = error.shown, True

    assert (json.loads(written), raised) == (expected, unclear)


def test_a_boolean_is_true_or_false_in_capitals():
    assert [codecs.BOOLEAN.decode([value]) for value in (b"TRUE", b"FALSE")] == ["true", "false"]
    with pytest.raises(codecs.UnclearError, match="neither TRUE nor FALSE"):
        codecs.BOOLEAN.decode([b"true"])


def test_a_hash_is_never_written():
    with pytest.raises(codecs.UnclearError) as caught:
        codecs.HASH.decode([b"{SSHA}secret"])

    assert "secret" not in str(caught.value) + caught.value.shown

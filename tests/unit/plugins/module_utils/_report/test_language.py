# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How a language writes days, times, numbers and the sentences of findings."""

from __future__ import annotations

from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._report import records
from ansible_collections.civic.mailbox.plugins.module_utils._report.messages.catalogue import (
    language,
)

from .sample import finding

VI, EN = language("vi"), language("en")


def row(message: str, **params: object) -> records.Row:
    control = message.partition(".")[0]
    return records.row(finding(control, "a@x.example", "U", "fail", message, params=params))


def test_days_times_and_numbers():
    day, time = date(2026, 11, 23), datetime(2018, 12, 31, 17, 5, tzinfo=timezone.utc)
    zone = ZoneInfo("Asia/Ho_Chi_Minh")

    assert (VI.day(day), EN.day(day)) == ("23/11/2026", "2026-11-23")
    assert (VI.time(time, zone), EN.time(time, zone)) == ("01/01/2019 00:05", "2019-01-01 00:05")
    assert (VI.number(1234567), EN.number(1234567), VI.number(999)) == (
        "1.234.567", "1,234,567", "999",
    )  # fmt: skip


def test_a_sentence_has_its_days_and_words_in_the_language():
    idle = row("idle-mailbox.idle", last="2018-07-04", months=3)
    classes = row("password-policy.classes", missing="digits, specials")

    assert VI.sentence(idle) == "Đăng nhập lần cuối ngày 04/07/2018, đã quá 3 tháng"
    assert "chữ số, ký tự đặc biệt" in VI.sentence(classes)
    assert EN.sentence(idle) == "Last sign-in on 2018-07-04, more than 3 months ago"


@pytest.mark.parametrize("address", ["{0}", "{address.__class__}", "%s", "{"])
def test_a_value_is_never_looked_into(address):
    found = row("external-forwarding.outside", address=address, sources="x")

    assert VI.sentence(found) == f"Chuyển tiếp thư đến {address} (x)"


def test_a_message_that_the_language_lacks_is_told_in_english():
    known = row("idle-mailbox.no-creation")
    newer = records.Row(
        **{name: getattr(known, name) for name in ("control", "subject", "unit", "status")},
        fingerprint="0" * 16, message="idle-mailbox.of-tomorrow", params={}, summary="In English",
    )  # fmt: skip

    assert VI.sentence(newer) == "In English"


def test_params_of_another_version_give_the_english_sentence():
    found = row("idle-mailbox.idle", last="2018-07-04", months=3)
    older = records.Row(
        **{name: getattr(found, name) for name in ("control", "subject", "unit", "status")},
        fingerprint="0" * 16, message=found.message, params={"last": "x"}, summary="In English",
    )  # fmt: skip

    assert VI.sentence(older) == "In English"


TERMS = [
    ("a word of ours", "locked", "khóa"),
    ("a list of them", "digits, letters", "chữ số, chữ cái"),
    ("one with a detail", "last sign-in (imap)", "đăng nhập lần cuối (imap)"),
    ("one around a number", "up to 14 days late", "có thể trễ đến 14 ngày"),
    (
        "one after a name",
        "X: 1 (conflicts: no composition rules)",
        "X: 1 (trái với công văn: không quy định thành phần mật khẩu)",
    ),
    ("a server's word", "pwdLastSuccess", "pwdLastSuccess"),
    ("a list with a server's word", "digits, x", "digits, x"),
    ("a word inside another", "unlocked", "unlocked"),
]


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*c, id=n) for n, *c in TERMS])
def test_only_our_own_words_are_translated(text, expected):
    assert VI.term(text) == expected
    assert EN.term(text) == text


def test_what_looks_like_a_day_and_is_none_stays():
    assert "2018-13-45" in VI.sentence(row("idle-mailbox.in-use", last="2018-13-45"))

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Zimbra's password settings: read, written, and those of an account over its COS's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._directory import zimbra_policy
from ansible_collections.civic.mailbox.plugins.module_utils._directory.codecs import UnclearError
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialects.zimbra import (
    ZIMBRA,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.zimbra_policy import (
    POLICY_WRITING,
    enforced_policy,
    seconds_of,
)

COS = {
    "objectClass": [b"zimbraCOS"],
    "zimbraId": [b"c-1"],
    "zimbraPasswordMinLength": [b"6"],
    "zimbraPasswordMaxLength": [b"64"],
    "zimbraPasswordMinUpperCaseChars": [b"1"],
    "zimbraPasswordLockoutEnabled": [b"FALSE"],
    "zimbraPasswordLockoutMaxFailures": [b"10"],
    "zimbraPasswordLockoutDuration": [b"1h"],
}

DURATIONS = [
    # as written, in seconds
    (b"0",     0),
    (b"30",    30),
    (b"20s",   20),
    (b"90m",   5400),
    (b"12h",   43200),
    (b"7d",    604800),
    (b"1500ms", 1),
]  # fmt: skip


@pytest.mark.parametrize(("written", "seconds"), DURATIONS)
def test_a_duration_is_read_with_its_unit(written, seconds):
    assert seconds_of(written) == seconds


@pytest.mark.parametrize(
    "written", [b"", b"d", b"1w", b"-1d", b"1.5h", b"7 d", b"7d\n", b"9999999999"]
)
def test_what_is_no_duration_is_unclear(written):
    with pytest.raises(UnclearError, match="no duration"):
        seconds_of(written)


@given(st.integers(min_value=0, max_value=10**9 - 1))
def test_a_duration_that_was_written_is_read_again(seconds):
    written = POLICY_WRITING.wanted("lockout_duration", f"{seconds} seconds", COS)

    assert POLICY_WRITING.present("lockout_duration", {**COS, **written}) == f"{seconds} seconds"


def test_a_class_of_service_is_a_password_policy():
    policy = enforced_policy(b"cn=default,cn=cos,cn=zimbra", COS)

    record = policy.record
    assert (record.name, policy.called) == ("cn=default,cn=cos,cn=zimbra", "c-1")
    assert (record.min_length, record.classes, record.history) == (6, {"letters"}, 0)
    assert (record.lockout_threshold, record.lockout_duration) == (0, timedelta(hours=1))
    assert record.must_change_after_reset is None


def test_one_that_is_not_shown_demands_nothing_that_is_known():
    policy = enforced_policy(b"cn=default,cn=cos,cn=zimbra", {"objectClass": [b"zimbraCOS"]})

    assert (policy.is_shown, policy.record.min_length) == (False, None)


def test_settings_of_the_account_win_over_those_of_its_class_of_service():
    shared = enforced_policy(b"cn=default,cn=cos,cn=zimbra", COS)

    own = ZIMBRA.policy_for(b"uid=a", {"zimbraPasswordMinLength": [b"4"]}, shared)
    none = ZIMBRA.policy_for(b"uid=a", {"mail": [b"a@x"]}, shared)
    unknown = ZIMBRA.policy_for(b"uid=a", {"zimbraPasswordMinLength": [b"4"]}, None)
    unshown = enforced_policy(b"cn=hidden", {"objectClass": [b"zimbraCOS"]})
    hidden = ZIMBRA.policy_for(b"uid=a", {"zimbraPasswordMinLength": [b"4"]}, unshown)

    assert own is not None
    assert (own.record.name, own.record.min_length, own.record.classes) == ("uid=a", 4, {"letters"})
    assert none is shared
    assert unknown is None
    assert hidden is unshown


WRITTEN = [
    # setting               present        wanted                written
    ("min_length",          "6",           "9",                  {"zimbraPasswordMinLength": [b"9"]}),
    ("min_length",          "6",           "6",                  {}),
    ("classes",             "letters",     "digits, letters",    {"zimbraPasswordMinNumericChars": [b"1"]}),
    ("classes",             "letters",     "specials",           {"zimbraPasswordMinPunctuationChars": [b"1"],
                                                                  "zimbraPasswordMinUpperCaseChars": [b"0"]}),
    ("classes",             "letters",     "none",               {"zimbraPasswordMinUpperCaseChars": [b"0"]}),
    ("lockout_threshold",   "0",           "10",                 {"zimbraPasswordLockoutEnabled": [b"TRUE"]}),
    ("lockout_threshold",   "0",           "5",                  {"zimbraPasswordLockoutEnabled": [b"TRUE"],
                                                                  "zimbraPasswordLockoutMaxFailures": [b"5"]}),
    ("lockout_duration",    "3600 seconds", "0 seconds",         {"zimbraPasswordLockoutDuration": [b"0"]}),
    ("lockout_duration",    "3600 seconds", "900 seconds",       {"zimbraPasswordLockoutDuration": [b"900s"]}),
    ("max_age",             "0 days",      "90 days",            {"zimbraPasswordMaxAge": [b"90"]}),
    ("history",             "0",           "3",                  {"zimbraPasswordEnforceHistory": [b"3"]}),
    ("blocklist",           "no",          "yes",                {"zimbraPasswordBlockCommonEnabled": [b"TRUE"]}),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "present", "wanted", "written"), WRITTEN)
def test_a_setting_is_read_and_written_in_the_words_of_a_plan(setting, present, wanted, written):
    assert POLICY_WRITING.present(setting, COS) == present
    assert POLICY_WRITING.wanted(setting, wanted, COS) == written
    assert POLICY_WRITING.present(setting, {**COS, **written}) == wanted


REFUSED = [
    # what it shows                     what stands there                          said
    ("longer than the longest",         {**COS, "zimbraPasswordMaxLength": [b"8"]}, "MaxLength 8"),
    ("settings of an account",          {**COS, "objectClass": [b"zimbraAccount"]}, "of an account itself"),
    ("a COS that is not shown",         {"objectClass": [b"zimbraCOS"]},            "not shown"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "said"), [pytest.param(*case, id=name) for name, *case in REFUSED]
)
def test_what_would_do_harm_is_not_written(values, said):
    with pytest.raises(UnclearError, match=said):
        zimbra_policy.wanted("min_length", "9", values)

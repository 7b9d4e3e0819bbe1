# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Active Directory's password settings in words and in the units of the server."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._directory.codecs import UnclearError
from ansible_collections.civic.mailbox.plugins.module_utils._directory.domain_policy import (
    POLICY_WRITING,
    at_once,
    enforced_policy,
    present,
    wanted,
)

ENDLESS, DAY, TEN_MINUTES = b"-9223372036854775808", b"-864000000000", b"-6000000000"
DOMAIN = {
    "minPwdLength": [b"7"],
    "pwdHistoryLength": [b"24"],
    "maxPwdAge": [b"-36288000000000"],  # 42 days
    "minPwdAge": [DAY],
    "lockoutThreshold": [b"0"],
    "lockoutDuration": [b"-18000000000"],
    "lockOutObservationWindow": [b"-18000000000"],
    "pwdProperties": [b"1"],
}
FINE = {
    "msDS-MinimumPasswordLength": [b"12"],
    "msDS-PasswordHistoryLength": [b"0"],
    "msDS-MaximumPasswordAge": [ENDLESS],
    "msDS-MinimumPasswordAge": [b"0"],
    "msDS-LockoutThreshold": [b"3"],
    "msDS-LockoutDuration": [ENDLESS],
    "msDS-LockoutObservationWindow": [TEN_MINUTES],
    "msDS-PasswordComplexityEnabled": [b"FALSE"],
    "msDS-PasswordReversibleEncryptionEnabled": [b"TRUE"],
}


def test_the_domain_s_policy_as_windows_makes_it():
    policy = enforced_policy(b"DC=x", DOMAIN)

    assert policy.is_shown
    assert (policy.record.name, policy.record.min_length, policy.record.history) == ("DC=x", 7, 24)
    assert policy.record.classes == {"letters"}
    assert policy.record.max_age == timedelta(days=42)
    assert policy.record.lockout_threshold == 0
    assert policy.record.lockout_duration == timedelta(minutes=30)


def test_a_fine_grained_policy():
    record = enforced_policy(b"CN=p", FINE).record

    assert (record.min_length, record.history, record.lockout_threshold) == (12, 0, 3)
    assert (record.max_age, record.lockout_duration) == (timedelta(0), timedelta(0))
    assert record.classes == frozenset()
    assert any("reversible" in note for note in record.notes)


def test_an_entry_without_attributes_is_not_shown():
    assert not enforced_policy(b"CN=p", {}).is_shown
    for ask in (lambda: present("history", {}), lambda: wanted("history", "3", {})):
        with pytest.raises(UnclearError, match="not shown"):
            ask()


PRESENT = [
    (DOMAIN, "min_length", "7"),
    (DOMAIN, "history", "24"),
    (DOMAIN, "max_age", "42 days"),
    (DOMAIN, "lockout_threshold", "0"),
    (DOMAIN, "lockout_duration", "1800 seconds"),
    (FINE, "min_length", "12"),
    (FINE, "max_age", "0 days"),
    (FINE, "lockout_duration", "0 seconds"),
]


@pytest.mark.parametrize(("values", "setting", "words"), PRESENT)
def test_a_setting_in_words_and_nothing_to_do_for_it(values, setting, words):
    assert present(setting, values) == words
    assert wanted(setting, words, values) == {}


WANTED = [
    (DOMAIN, "min_length",       "9",           {"minPwdLength": [b"9"]}),
    (DOMAIN, "max_age",          "0 days",      {"maxPwdAge": [ENDLESS]}),
    (DOMAIN, "max_age",          "90 days",     {"maxPwdAge": [b"-77760000000000"]}),
    (DOMAIN, "lockout_duration", "0 seconds",   {"lockoutDuration": [ENDLESS]}),
    # not shorter than the time for which failures are remembered
    (DOMAIN, "lockout_duration", "60 seconds",  {"lockoutDuration": [b"-600000000"],
                                                 "lockOutObservationWindow": [b"-600000000"]}),
    (DOMAIN, "lockout_duration", "3600 seconds", {"lockoutDuration": [b"-36000000000"]}),
    (FINE,   "min_length",       "15",          {"msDS-MinimumPasswordLength": [b"15"]}),
    (FINE,   "lockout_duration", "300 seconds", {"msDS-LockoutDuration": [b"-3000000000"],
                                                 "msDS-LockoutObservationWindow": [b"-3000000000"]}),
]  # fmt: skip


@pytest.mark.parametrize(("values", "setting", "words", "edits"), WANTED)
def test_what_is_written_for_a_setting(values, setting, words, edits):
    assert wanted(setting, words, values) == edits


def test_a_password_may_not_expire_before_it_may_be_changed():
    with pytest.raises(UnclearError, match="minPwdAge"):
        wanted("max_age", "1 days", DOMAIN)


def test_what_happens_at_once_is_told():
    told = list(at_once({"maxPwdAge": [DAY]}))
    assert ["1 days" in told[0], "group policy" in told[1]] == [True, True]
    assert list(at_once({"msDS-LockoutThreshold": [b"3"]})) == []


def test_the_right_to_write_is_named_as_a_delegation():
    told = POLICY_WRITING.rights("DC=town", ("minPwdLength", "maxPwdAge"), "CN=e,DC=town")

    assert told.endswith(
        'dsacls "DC=town" /G "CN=e,DC=town:WP;minPwdLength" "CN=e,DC=town:WP;maxPwdAge"'
    )

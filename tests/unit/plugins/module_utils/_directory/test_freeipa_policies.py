# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""FreeIPA's password policies: what they ask for, and what is written to them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._directory.codecs import UnclearError
from ansible_collections.civic.mailbox.plugins.module_utils._directory.freeipa_policies import (
    LDAP_LETS_IN,
    POLICY_WRITING,
    judge,
    suffix_of,
)

GLOBAL = {
    "cn": [b"global_policy"],
    "krbPwdMinLength": [b"8"],
    "krbPwdMinDiffChars": [b"0"],
    "krbPwdHistoryLength": [b"0"],
    "krbMaxPwdLife": [b"7776000"],
    "krbPwdMaxFailure": [b"6"],
    "krbPwdLockoutDuration": [b"600"],
    "passwordGraceLimit": [b"0"],
}

SETTINGS = [
    # field                      what stands there besides             value
    ("min_length",               {},                                   8),
    ("min_length",               {"krbPwdMinLength": []},              0),
    ("history",                  {"krbPwdHistoryLength": [b"5"]},      5),
    ("max_age",                  {},                                   timedelta(days=90)),
    ("lockout_threshold",        {},                                   6),
    ("lockout_duration",         {},                                   timedelta(minutes=10)),
    ("must_change_after_reset",  {},                                   True),
    ("blocklist",                {},                                   False),
    ("blocklist",                {"ipaPwdDictCheck": [b"TRUE"]},       True),
    ("classes",                  {"krbPwdMinDiffChars": [b"3"]},       set()),
    ("classes",                  {"krbPwdMinDiffChars": [b"4"]},       {"letters"}),
    ("classes",                  {"krbPwdMinDiffChars": [b"5"]},       {"letters", "digits", "specials"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "more", "expected"), SETTINGS)
def test_what_a_policy_asks_for(name, more, expected):
    assert getattr(judge(b"cn=global_policy", {**GLOBAL, **more}).record, name) == expected


NOTES = [
    # what it shows                    what stands there besides           whether LDAP lets in, kinds are counted
    ("no sign-in after expiry",        {},                                 False, False),
    ("as many as they like",           {"passwordGraceLimit": [b"-1"]},    True,  False),
    ("an older FreeIPA has no limit",  {"passwordGraceLimit": []},         True,  False),
    ("three kinds, whichever",         {"krbPwdMinDiffChars": [b"3"]},     False, True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "lets_in", "counts"), [pytest.param(*case, id=name) for name, *case in NOTES]
)
def test_what_a_reader_would_miss_is_noted(more, lets_in, counts):
    values = {name: value for name, value in {**GLOBAL, **more}.items() if value}

    notes = judge(b"cn=global_policy", values).record.notes

    assert (LDAP_LETS_IN in notes) is lets_in
    assert any("krbPwdMinDiffChars" in note for note in notes) is counts


def test_one_that_is_not_shown_asks_for_nothing_that_is_known():
    policy = judge(b"cn=global_policy", {"krbPwdMinLength": [b"8"]})

    assert (policy.is_shown, policy.record.min_length) == (False, None)
    with pytest.raises(UnclearError, match="not shown"):
        POLICY_WRITING.present("min_length", {"krbPwdMinLength": [b"8"]})


WRITTEN = [
    # setting              present        wanted          written
    ("min_length",         "8",           "9",            {"krbPwdMinLength": [b"9"]}),
    ("min_length",         "8",           "8",            {}),
    ("history",            "0",           "5",            {"krbPwdHistoryLength": [b"5"]}),
    ("max_age",            "90 days",     "0 days",       {"krbMaxPwdLife": [b"0"]}),
    ("max_age",            "90 days",     "365 days",     {"krbMaxPwdLife": [b"31536000"]}),
    ("lockout_threshold",  "6",           "4",            {"krbPwdMaxFailure": [b"4"]}),
    ("lockout_duration",   "600 seconds", "0 seconds",    {"krbPwdLockoutDuration": [b"0"]}),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "present", "wanted", "written"), WRITTEN)
def test_a_setting_is_read_and_written_in_the_words_of_a_plan(setting, present, wanted, written):
    assert POLICY_WRITING.present(setting, GLOBAL) == present
    assert POLICY_WRITING.wanted(setting, wanted, GLOBAL) == written
    assert POLICY_WRITING.present(setting, {**GLOBAL, **written}) == wanted


@pytest.mark.parametrize("words", ["nine", "-1", "9 days", ""])
def test_what_is_no_value_is_not_written(words):
    with pytest.raises(UnclearError, match="no value of krbPwdMinLength"):
        POLICY_WRITING.wanted("min_length", words, GLOBAL)


SUFFIXES = [
    # root DSE                                                                   suffix
    ({"defaultNamingContext": [b"dc=town"], "namingContexts": [b"o=ipaca"]},     "dc=town"),
    ({"namingContexts": [b"o=ipaca", b"DC=town,dc=example"]},                    "DC=town,dc=example"),
    ({},                                                                         "cn=users,dc=base"),
]  # fmt: skip


@pytest.mark.parametrize(("root", "suffix"), SUFFIXES)
def test_its_own_entries_are_below_the_domains_suffix(root, suffix):
    assert suffix_of(root, "cn=users,dc=base") == suffix


def test_the_right_to_write_is_named_as_freeipa_gives_it():
    told = POLICY_WRITING.rights("cn=global_policy", ("krbPwdMinLength", "krbMaxPwdLife"), "uid=e")

    assert "System: Modify Group Password Policy" in told
    assert "--attrs=krbPwdMinLength --attrs=krbMaxPwdLife" in told


def test_an_age_that_is_set_is_told():
    assert "90 days" in next(POLICY_WRITING.at_once({"krbMaxPwdLife": [b"7776000"]}))
    assert list(POLICY_WRITING.at_once({"krbMaxPwdLife": [b"0"], "krbPwdMinLength": [b"9"]})) == []

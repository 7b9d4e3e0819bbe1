# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is written to a password policy of 389 Directory Server: an amount, and its switch."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._directory.codecs import UnclearError
from ansible_collections.civic.mailbox.plugins.module_utils._directory.ds389_policy_writing import (
    POLICY_WRITING,
)

BARE = {"cn": [b"policy"]}
LETTERS = {**BARE, "passwordCheckSyntax": [b"on"], "passwordMinAlphas": [b"1"]}
LOCKS = {**BARE, "passwordLockout": [b"on"], "passwordMaxFailure": [b"5"]}

WRITTEN = [
    # setting                  what stands there  present          wanted               written
    ("min_length",              BARE,             "0",             "8",                 {"passwordCheckSyntax": [b"on"]}),
    ("min_length",              BARE,             "0",             "9",                 {"passwordMinLength": [b"9"], "passwordCheckSyntax": [b"on"]}),
    ("min_length",              LETTERS,          "8",             "0",                 {"passwordCheckSyntax": [b"off"]}),
    ("history",                 BARE,             "0",             "6",                 {"passwordHistory": [b"on"]}),
    ("history",                 BARE,             "0",             "24",                {"passwordInHistory": [b"24"], "passwordHistory": [b"on"]}),
    ("max_age",                 BARE,             "0 days",        "100 days",          {"passwordExp": [b"on"]}),
    ("max_age",                 BARE,             "0 days",        "90 days",           {"passwordMaxAge": [b"7776000"], "passwordExp": [b"on"]}),
    ("lockout_threshold",       LOCKS,            "5",             "4",                 {"passwordMaxFailure": [b"4"]}),
    ("lockout_threshold",       LOCKS,            "5",             "0",                 {"passwordLockout": [b"off"]}),
    ("lockout_duration",        BARE,             "3600 seconds",  "900 seconds",       {"passwordLockoutDuration": [b"900"]}),
    ("lockout_duration",        BARE,             "3600 seconds",  "0 seconds",         {"passwordUnlock": [b"off"]}),
    ("must_change_after_reset", BARE,             "no",            "yes",               {"passwordMustChange": [b"on"]}),
    ("must_change_after_reset", BARE,             "no",            "no",                {}),
    ("classes",                 BARE,             "none",          "digits, letters",   {"passwordMinDigits": [b"1"], "passwordMinAlphas": [b"1"],
                                                                                         "passwordCheckSyntax": [b"on"]}),
    ("classes",                 LETTERS,          "letters",       "letters, specials", {"passwordMinSpecials": [b"1"]}),
    ("classes",                 BARE,             "none",          "none",              {}),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "values", "present", "wanted", "written"), WRITTEN)
def test_a_setting_is_read_and_written_in_the_words_of_a_plan(
    setting, values, present, wanted, written
):
    assert POLICY_WRITING.present(setting, values) == present
    assert POLICY_WRITING.wanted(setting, wanted, values) == written
    assert POLICY_WRITING.present(setting, {**values, **written}) == wanted


REFUSED = [
    # setting                   wanted         what stands there  said
    ("min_length",              "1",           BARE,              "it is 2 to 512, or 0"),
    ("min_length",              "513",         BARE,              "it is 2 to 512, or 0"),
    ("history",                 "25",          BARE,              "1 to 24"),
    ("max_age",                 "90",          BARE,              "90 is no value of passwordMaxAge"),
    ("max_age",                 "-1 days",     BARE,              "no value"),
    ("lockout_threshold",       "32768",       BARE,              "1 to 32767"),
    ("must_change_after_reset", "perhaps",     BARE,              "perhaps is no value"),
    ("classes",                 "runes",       BARE,              "no class runes"),
    ("classes",                 "digits",      LETTERS,           "letters are demanded now"),
    ("min_length",              "9",           {},                "not shown"),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "wanted", "values", "said"), REFUSED)
def test_what_the_server_would_not_take_or_does_not_show_is_not_written(
    setting, wanted, values, said
):
    with pytest.raises(UnclearError, match=said):
        POLICY_WRITING.wanted(setting, wanted, values)


AT_ONCE = [
    # what is written                                        how what is said begins
    ({"passwordMinLength": [b"9"]},                          []),
    ({"passwordExp": [b"on"], "passwordMaxAge": [b"864000"]}, ["passwords expire from now on: 10 days"]),
    ({"passwordLockout": [b"on"]},                           ["who has had too many wrong passwords"]),
    ({"passwordLockout": [b"off"]},                          ["who was kept out after wrong passwords"]),
    ({"passwordMustChange": [b"on"]},                        ["who is marked to set a new password"]),
    ({"passwordMustChange": [b"off"]},                       ["who had to set a new password"]),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "said"), AT_ONCE)
def test_what_happens_to_accounts_at_once_is_told(edits, said):
    told = list(POLICY_WRITING.at_once(edits))

    assert [one[: len(start)] for one, start in zip(told, said, strict=True)] == said


def test_the_right_to_write_is_named_as_a_rule_of_the_entry():
    told = POLICY_WRITING.rights("cn=config", ("passwordMinLength", "passwordExp"), "cn=e,dc=x")

    assert told == (
        'add to aci of cn=config: (targetattr="passwordMinLength || passwordExp")(version 3.0; acl'
        ' "password policy"; allow (write) userdn="ldap:///cn=e,dc=x";)'
    )

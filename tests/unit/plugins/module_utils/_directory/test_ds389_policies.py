# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a password policy of 389 Directory Server comes to, by the attributes that stand in it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._directory.ds389_policies import (
    classes_among,
    classes_of,
    is_on,
    judge,
)

BARE = {"cn": [b"policy"]}
CHECKED = {**BARE, "passwordCheckSyntax": [b"on"]}

SETTINGS = [
    # what it shows                          what stands there besides                                field, value
    ("no rules without the switch",          {**BARE, "passwordMinLength": [b"12"]},                  "min_length", 0),
    ("the server's own length",              CHECKED,                                                 "min_length", 8),
    ("a length",                             {**CHECKED, "passwordMinLength": [b"12"]},               "min_length", 12),
    ("no history without the switch",        {**BARE, "passwordInHistory": [b"5"]},                   "history", 0),
    ("the server's own history",             {**BARE, "passwordHistory": [b"on"]},                    "history", 6),
    ("no end without the switch",            {**BARE, "passwordMaxAge": [b"86400"]},                  "max_age", timedelta(0)),
    ("an end",                               {**BARE, "passwordExp": [b"on"]},                        "max_age", timedelta(days=100)),
    ("no lockout without the switch",        {**BARE, "passwordMaxFailure": [b"5"]},                  "lockout_threshold", 0),
    ("a lockout",                            {**BARE, "passwordLockout": [b"on"]},                    "lockout_threshold", 3),
    ("that ends by itself",                  BARE,                                                    "lockout_duration", timedelta(hours=1)),
    ("until somebody unlocks",               {**BARE, "passwordUnlock": [b"off"]},                    "lockout_duration", timedelta(0)),
    ("nobody made to change",                BARE,                                                    "must_change_after_reset", False),
    ("made to change",                       {**BARE, "passwordMustChange": [b"on"]},                 "must_change_after_reset", True),
    ("a word list",                          {**CHECKED, "passwordDictCheck": [b"on"]},               "blocklist", True),
    ("words of its own",                     {**CHECKED, "passwordBadWords": [b"cambinh"]},           "blocklist", True),
    ("neither",                              CHECKED,                                                 "blocklist", False),
    ("a word list without the switch",       {**BARE, "passwordDictCheck": [b"on"]},                  "blocklist", False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "name", "expected"), [pytest.param(*case, id=name) for name, *case in SETTINGS]
)
def test_what_a_policy_asks_for(values, name, expected):
    assert getattr(judge(b"cn=policy", values).record, name) == expected


def test_one_that_is_not_shown_asks_for_nothing_that_is_known():
    policy = judge(b"cn=policy", {"passwordMinLength": [b"12"]})

    assert (policy.is_shown, policy.record.min_length) == (False, None)


CLASSES = [
    # what it shows                          what stands there besides             classes
    ("three kinds of five: any",             {},                                   set()),
    ("four of five: letters are sure",       {"passwordMinCategories": [b"4"]},    {"letters"}),
    ("all five",                             {"passwordMinCategories": [b"5"]},    {"letters", "digits", "specials"}),
    ("a letter",                             {"passwordMinAlphas": [b"1"]},        {"letters"}),
    ("a capital one",                        {"passwordMinUppers": [b"1"]},        {"letters"}),
    ("a digit and a special",                {"passwordMinDigits": [b"1"], "passwordMinSpecials": [b"2"]},
                                                                                   {"digits", "specials"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "classes"), [pytest.param(*case, id=name) for name, *case in CLASSES]
)
def test_classes_are_those_that_no_password_can_do_without(more, classes):
    assert judge(b"cn=policy", {**CHECKED, **more}).record.classes == classes
    assert classes_of({**BARE, **more}) == frozenset()  # nothing holds without the switch


@pytest.mark.parametrize(("categories", "count"), [(0, 0), (1, 0), (2, 0), (3, 0), (4, 1), (5, 3)])
def test_of_five_kinds_two_are_letters(categories, count):
    assert len(classes_among(categories)) == count


@pytest.mark.parametrize(
    ("value", "on"),
    [(b"on", True), (b"ON", True), (b"true", True), (b"1", True), (b"off", False), (b"yes", False)],
)
def test_a_switch_is_on_by_the_servers_own_words(value, on):
    assert is_on({"passwordHistory": [value]}, "passwordHistory") is on
    assert is_on({}, "passwordHistory") is False

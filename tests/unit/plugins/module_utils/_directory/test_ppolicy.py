# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a pwdPolicy entry comes to: slapo-ppolicy(5), and what slapd was seen to do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import PasswordPolicy
from ansible_collections.civic.mailbox.plugins.module_utils._directory.ppolicy import (
    enforced_policy,
)

LENIENT = {
    "name": "cn=p",
    "min_length": 0,
    "classes": frozenset(),
    "history": 0,
    "max_age": timedelta(0),
    "lockout_threshold": 0,
    "lockout_duration": timedelta(0),
    "must_change_after_reset": False,
    "max_idle": timedelta(0),
    "blocklist": False,
    "checks_quality": False,
}  # what a policy without any setting enforces
CHECKS, LOCKS = {"pwdCheckQuality": b"2"}, {"pwdLockout": b"TRUE"}

POLICIES = [
    # what it shows                the settings                                       differs in
    ("nothing set",                {},                                                {}),
    ("a length that is checked",   {**CHECKS, "pwdMinLength": b"9"},                  {"min_length": 9, "checks_quality": True}),
    ("checked where possible",     {"pwdCheckQuality": b"1", "pwdMinLength": b"9"},   {"min_length": 9}),
    ("a length nobody checks",     {"pwdMinLength": b"9"},                            {}),
    ("history and ages",           {"pwdInHistory": b"5", "pwdMaxAge": b"86400"},     {"history": 5, "max_age": timedelta(days=1)}),
    ("failures lock",              {**LOCKS, "pwdMaxFailure": b"5", "pwdLockoutDuration": b"900"},
                                                                                      {"lockout_threshold": 5, "lockout_duration": timedelta(minutes=15)}),
    ("failures that do not",       {"pwdMaxFailure": b"5"},                           {}),
    ("a lock switched off",        {"pwdLockout": b"FALSE", "pwdMaxFailure": b"5"},   {}),
    ("idle accounts lock",         {**LOCKS, "pwdMaxIdle": b"7776000"},               {"max_idle": timedelta(days=90)}),
    ("idle accounts that do not",  {"pwdMaxIdle": b"7776000"},                        {}),
    ("a change after a reset",     {"pwdMustChange": b"TRUE"},                        {"must_change_after_reset": True}),
    ("a module of the policy",     {**CHECKS, "pwdCheckModule": b"ppm.so"},           {"classes": None, "blocklist": None, "checks_quality": True}),
    ("a module of the overlay",    {**CHECKS, "pwdUseCheckModule": b"TRUE"},          {"classes": None, "blocklist": None, "checks_quality": True}),
    ("a module that is not asked", {"pwdCheckModule": b"ppm.so"},                     {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "differs"), [pytest.param(*case, id=name) for name, *case in POLICIES]
)
def test_a_policy_is_what_the_server_enforces(settings, differs):
    values = {"pwdAttribute": [b"userPassword"], **{k: [v] for k, v in settings.items()}}

    policy = enforced_policy(b"cn=p", values)

    found = {name: getattr(policy.record, name) for name in LENIENT}
    assert found == LENIENT | differs
    assert policy.honours_lock is (settings.get("pwdLockout") == b"TRUE")
    assert policy.honours_must_change is (settings.get("pwdMustChange") == b"TRUE")


NOTES = [
    ("a length without effect",  {"pwdMinLength": b"9", **LOCKS},          "pwdMinLength 9 has no effect"),
    ("locks without effect",     {"pwdLockout": b"FALSE"},                 "no lock on an account"),
    ("a module",                 {**CHECKS, **LOCKS, "pwdCheckModule": b"ppm.so"}, "ppm.so"),
    ("the overlay's module",     {**CHECKS, **LOCKS, "pwdUseCheckModule": b"TRUE"}, "olcPPolicyCheckModule"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "said"), [pytest.param(*case, id=name) for name, *case in NOTES]
)
def test_what_a_reader_would_miss_is_noted(settings, said):
    values = {"pwdAttribute": [b"userPassword"], **{k: [v] for k, v in settings.items()}}

    (note,) = enforced_policy(b"cn=p", values).record.notes

    assert said in note


def test_a_policy_that_shows_nothing_is_not_taken_for_an_empty_one():
    policy = enforced_policy(b"cn=p", {})

    assert policy.record == PasswordPolicy(name="cn=p")
    assert policy.honours_lock  # a lock is believed until the policy is known
    assert not policy.is_shown  # and none is made

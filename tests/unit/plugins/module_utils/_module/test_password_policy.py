# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options and the settings of servers: none is lost on the way."""

from __future__ import annotations

from dataclasses import fields

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import PasswordPolicy
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialects.catalogue import (
    DIALECTS,
)
from ansible_collections.civic.mailbox.plugins.module_utils._module.password_policy import (
    SETTINGS,
    UNITS,
    value_of,
    words,
)

VALUES = [
    # what it shows     setting                    value   in words
    ("a number",        "min_length",              9,      "9"),
    ("days",            "max_age",                 90,     "90 days"),
    ("more days",       "max_idle",                0,      "0 days"),
    ("seconds",         "lockout_duration",        900,    "900 seconds"),
    ("on",              "must_change_after_reset", True,   "yes"),
    ("off",             "checks_quality",          False,  "no"),
    ("classes, sorted", "classes",                 ["digits", "letters"], "digits, letters"),
    ("no classes",      "classes",                 [],     "none"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("setting", "value", "text"), [pytest.param(*case, id=name) for name, *case in VALUES]
)
def test_an_option_is_put_in_the_words_of_a_plan_and_back(setting, value, text):
    assert words(setting, value) == text
    assert value_of(text) is value if isinstance(value, bool) else value_of(text) == value


def test_options_are_named_as_the_facts_are():
    facts = {item.name for item in fields(PasswordPolicy)} - {"name", "notes", "sets_classes"}

    assert set(SETTINGS) == facts | {"specials"}
    assert set(SETTINGS) > set(UNITS)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_a_server_either_has_a_setting_or_says_why_not(dialect):
    writing = dialect.policy_writing

    assert sorted([*writing.settings, *writing.unsupported]) == sorted(SETTINGS)

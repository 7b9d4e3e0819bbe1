# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.section import Located, Section
from ansible_collections.civic.mailbox.plugins.module_utils._core.spam_handling import (
    SpamHandlingPolicy,
    read_spam_handling,
)


def read(**data: object) -> tuple[SpamHandlingPolicy, list[str]]:
    section = Section.top(Located(file="policy.yml", data=data, lines={}))
    return read_spam_handling(section), section.mistakes


def test_what_is_stated_takes_the_defaults_place():
    assert read() == (SpamHandlingPolicy(), [])
    stated = {"report_spam": False, "junk_days": 0, "trash_days": 7, "quota_warning_percent": 50}
    assert read(**stated) == (SpamHandlingPolicy(**stated), [])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("quota_warning_percent", 49),
        ("quota_warning_percent", 101),
        ("junk_days", -1),
        ("trash_days", "30 days"),
        ("report_spam", "rspamd"),
        ("spam_days", 30),
    ],
)
def test_what_cannot_be_followed_is_a_mistake_of_its_key(key, value):
    _, (mistake,) = read(**{key: value})

    assert f", {key}: " in mistake

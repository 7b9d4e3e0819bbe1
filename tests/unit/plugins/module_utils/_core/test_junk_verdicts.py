# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.control import SeenMailHost
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import render
from ansible_collections.civic.mailbox.plugins.module_utils._core.junk_verdicts import (
    assess_host,
    assess_quota,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.spam_handling import (
    FilledQuota,
    SeenFolder,
    SeenQuotas,
    SeenSpamHandling,
    SpamHandlingPolicy,
)
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    context,
    policy,
)

DAY = 86400
JUNK = SeenFolder(name="Junk", use="junk", seconds=30 * DAY, learns=True)
TRASH = SeenFolder(name="Trash", use="trash", seconds=7 * DAY)
GOOD = SeenSpamHandling(
    folders=(JUNK, TRASH), filters=("rspamd",), quotas=("User quota",), warnings=(90,)
)
COUNTS = SeenQuotas(limited=5)


def verdicts(found: SeenSpamHandling | None, counts: SeenQuotas | None = COUNTS, **stated) -> dict:
    """Mark -> status and message."""
    around = context(stated=policy(spam_handling=SpamHandlingPolicy(**stated)))
    host = SeenMailHost(name="mail1", spam_handling=found, quotas=counts)
    told = list(assess_host(host, around))
    assert all(render(one.message.english, one.params) for one in told)
    assert len({one.mark for one in told}) == len(told)
    assert len({render(one.message.english, one.params) for one in told}) == len(told)
    return {one.mark: f"{one.status.value} {one.message.key.partition('.')[2]}" for one in told}


IN_ORDER = {
    "report": "pass reported",
    "junk": "pass deleted",
    "trash": "pass deleted",
    "quota": "pass warned",
}


def test_a_host_in_order():
    assert verdicts(GOOD) == IN_ORDER


def folders(*found: SeenFolder) -> SeenSpamHandling:
    return replace(GOOD, folders=found)


OTHERS = [
    # what the case shows            what the host says                                     what is told of it
    ("a second longer",              folders(replace(JUNK, seconds=30 * DAY + 1), TRASH),   {"junk": None, "junk Junk": "fail kept-long"}),
    ("for ever",                     folders(JUNK, replace(TRASH, seconds=0)),              {"trash": None, "trash Trash": "fail kept"}),
    ("one of two for ever",          folders(JUNK, replace(JUNK, name="Spam", seconds=0), TRASH), {"junk": None, "junk Spam": "fail kept"}),
    ("no folder for trash",          folders(JUNK),                                         {"trash": "fail no-trash"}),
    ("none for junk",                folders(TRASH),                                        {"junk": "fail no-junk", "report": "fail no-junk-to-learn"}),
    ("a filter that gets nothing",   folders(replace(JUNK, learns=False), TRASH),           {"report": "fail not-reported"}),
    ("one of two learns",            folders(JUNK, replace(JUNK, name="Spam", learns=False), TRASH), {"report": "fail not-reported"}),
    ("no filter, a script",          replace(GOOD, filters=()),                             {}),
    ("no filter, no script",         replace(folders(replace(JUNK, learns=False), TRASH), filters=()), {"report": "manual no-filter"}),
    ("no filter, no folder",         replace(folders(TRASH), filters=()),                   {"report": "manual no-filter", "junk": "fail no-junk"}),
    ("a warning before that",        replace(GOOD, warnings=(95, 80)),                      {}),
    ("a warning too late",           replace(GOOD, warnings=(95,)),                         {"quota": "fail not-warned"}),
    ("no warning",                   replace(GOOD, warnings=()),                            {"quota": "fail not-warned"}),
    ("no quota",                     replace(GOOD, quotas=(), warnings=()),                 {"quota": "manual no-quota"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("found", "told"), [pytest.param(*case, id=name) for name, *case in OTHERS]
)
def test_what_is_not_in_order_is_told_by_itself(found, told):
    expected = {mark: said for mark, said in (IN_ORDER | told).items() if said}

    assert verdicts(found) == expected


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        (None, "unknown quotas-unread"),
        (SeenQuotas(failure="doveadm failed"), "unknown quotas-unread"),
        (SeenQuotas(limited=5, unread=1), "unknown quotas-unread"),
        (SeenQuotas(unlimited=5), "manual no-quota"),
        (SeenQuotas(limited=1, unlimited=5), "pass warned"),
    ],
)
def test_quotas_that_were_not_counted_are_no_pass(counts, told):
    assert verdicts(GOOD, counts)["quota"] == told


def test_a_host_of_which_nothing_was_read_is_unknown():
    assert verdicts(None) == {"dovecot": "unknown no-dovecot"}


def test_what_the_office_does_not_ask_for_is_not_told():
    nothing = {"report_spam": False, "junk_days": 0, "trash_days": 0, "quota_warning_percent": 0}

    assert verdicts(SeenSpamHandling(), **nothing) == {}


@pytest.mark.parametrize(
    ("percent", "limit", "told"), [(90, 90, True), (89, 90, False), (100, 0, False)]
)
def test_a_mailbox_is_nearly_full_from_the_limit_on(percent, limit, told):
    around = context(stated=policy(spam_handling=SpamHandlingPolicy(quota_warning_percent=limit)))

    found = list(assess_quota(FilledQuota(percent=percent, host="mail1"), around))

    assert bool(found) is told

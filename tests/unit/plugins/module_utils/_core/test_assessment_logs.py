# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What mail logs prove, and what their silence does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.assessment import NO_LOG
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import Status
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.catalogue import CONTROLS
from ansible_collections.civic.mailbox.plugins.module_utils._core.fate import LOGS
from ansible_collections.civic.mailbox.plugins.module_utils._core.log_policies import (
    OutboundSpamPolicy,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import ORDER, changes_for
from ansible_collections.civic.mailbox.plugins.module_utils._core.snapshot import Source
from ansible_collections.civic.mailbox.plugins.module_utils._core.traffic import Missing
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.assessed import (
    CUT,
    LOG,
    SPAM,
    Run,
)
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    NOW,
    account,
    coverage,
)

OTHER_LOG = replace(LOG, name="mail2", coverage=coverage("mail2"))
NO_SPAN = coverage(first=None, last=None)


def lacking(since: int, until: int, why: str) -> Source:
    """The log, in which something is missing from so many days ago to so many."""
    day = timedelta(days=1)
    gone = Missing(since=NOW - since * day, until=NOW - until * day, why=why)
    return replace(LOG, coverage=coverage(missing=(gone,)))


LOGS_READ = [
    # what the case shows           logs                                                    of the spammer, of the clerk, said of the clerk
    ("all of them",                 (LOG, OTHER_LOG),                                       "fail", "pass", ""),
    ("one of two in part",          (LOG, replace(OTHER_LOG, **CUT)),                       "fail", "unknown", "mail2 was not read in full"),
    ("since yesterday",             (replace(LOG, coverage=coverage(first=NOW - timedelta(days=1))),), "fail", "unknown", "cover_days asks for the last 14"),
    ("until two weeks ago",         (replace(LOG, coverage=coverage(last=NOW - timedelta(days=14))),), "fail", "unknown", "cover_days asks for the last 14"),
    ("a silence like a holiday's",  (replace(LOG, coverage=coverage(last=NOW - timedelta(days=2))),),  "fail", "pass", ""),
    ("a file is missing",           (lacking(9, 8, "file"),),                               "fail", "unknown", "tells nothing of 2018-12-30T01:00:00Z to 2018-12-31T01:00:00Z: a file"),
    ("since before those days",     (lacking(15, 13, "file"),),                             "fail", "unknown", "a file of it is missing"),
    ("nobody knows what was",       (lacking(9, 4, "silence"),),                            "fail", "unknown", "nothing was written, or"),
    ("what was before those days",  (lacking(20, 14, "file"),),                             "fail", "pass", ""),
    ("nothing is in it",            (replace(LOG, coverage=NO_SPAN),),                      "fail", "unknown", "tells of ? to ?"),
    ("a damaged file",              (replace(LOG, coverage=coverage(failures=("mail.log.2.gz: damaged",))),), "fail", "unknown", "mail.log.2.gz"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("logs", "spammer", "clerk", "said"),
    [pytest.param(*case, id=name) for name, *case in LOGS_READ],
)
def test_silence_of_logs_counts_only_where_they_tell_of_all_the_days(logs, spammer, clerk, said):
    run = Run(account(id="2", mail=("spam@town.example",), traffic=(SPAM,)), account(), logs=logs)

    assert run.status("outbound-spam", "spam@town.example") == spammer
    (found,) = run.of("outbound-spam", "clerk@town.example")
    assert (found.status.value, said in found.summary) == (clerk, True)


@pytest.mark.parametrize("control", [c.name for c in CONTROLS if c.reads_logs])
def test_where_no_log_was_read_that_is_said_once(control):
    run = Run(account(), account(id="2", mail=("b@town.example",)), logs=())

    (found,) = [one for one in run.of(control) if one.status is not Status.PASS]
    assert (found.status, found.verdict.message) == (Status.UNKNOWN, NO_LOG)
    assert found.subject == LOGS


def test_addresses_in_the_directory_are_judged_without_a_log_and_with_one_that_is_cut():
    told = account(mail=("c@town.example", "me@gmail.com"))
    for logs in ((), (LOG,), (replace(LOG, **CUT),)):
        run = Run(told, account(), logs=logs)

        assert run.status("free-mail", "c@town.example") == "manual"
        assert run.status("free-mail", "clerk@town.example") == "pass"


def test_a_log_that_could_not_be_read_at_all_is_an_error_and_no_verdict_on_anybody():
    run = Run(account(traffic=(SPAM,)), logs=(replace(LOG, **CUT),))

    (found,) = run.of("outbound-spam")
    assert (found.subject, found.status) == ("mail1", Status.ERROR)
    assert run.status("external-forwarding") == "pass"
    assert run.assessment.forwards_known


def test_the_reader_is_told_what_part_of_the_past_a_log_tells_of():
    (note,) = Run(account()).assessment.notes

    assert note.startswith("mail1: 9 lines of its mail log were read, which tells of 2018-12-08")


def test_a_proposed_lock_of_a_mailbox_that_sends_spam_is_a_change_of_the_plan():
    stated = OutboundSpamPolicy(propose_lock=True)

    (found,) = Run(account(traffic=(SPAM,)), outbound_spam=stated).of("outbound-spam")

    (change,) = changes_for(found)
    assert (change.field, change.before, change.after) == ("lock", ("active",), ("locked",))
    assert (change.control, change.target) == ("outbound-spam", account().dn)
    assert change.control in ORDER

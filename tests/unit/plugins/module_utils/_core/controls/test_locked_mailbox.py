# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import Lock
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import Status
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls import locked_mailbox
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import render
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    account,
    context,
    noon,
    sign_in,
)

CASES = [
    # what the case shows                     what is known                                                status         message                            params
    ("open",                                  {"lock": None},                                              Status.PASS,   locked_mailbox.OPEN,               {}),
    ("by an administrator",                   {"lock": Lock.ADMINISTRATOR, "sign_ins": (sign_in("2018-05-01"), sign_in("2018-09-10"))}, Status.MANUAL, locked_mailbox.BY_ADMINISTRATOR, {"last": "2018-09-10"}),
    ("by an administrator, never signed in",  {"lock": Lock.ADMINISTRATOR, "sign_ins": ()},                Status.MANUAL, locked_mailbox.BY_ADMINISTRATOR,   {"last": "none on record"}),
    ("by failures",                           {"lock": Lock.FAILURES, "locked_at": noon("2019-01-06")},    Status.MANUAL, locked_mailbox.BY_FAILURES,        {"at": "2019-01-06"}),
    ("by failures, at an unknown time",       {"lock": Lock.FAILURES},                                     Status.MANUAL, locked_mailbox.BY_FAILURES,        {"at": "?"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("known", "status", "message", "params"),
    [pytest.param(*case, id=name) for name, *case in CASES],
)
def test_whoever_is_locked_is_listed(known, status, message, params):
    (verdict,) = locked_mailbox.LOCKED_MAILBOX.account(account(**known), context())

    assert (verdict.status, verdict.message, verdict.params) == (status, message, params)
    assert verdict.remedies == ()
    assert render(verdict.message.english, verdict.params)


def test_the_two_locks_are_two_findings():
    marks = {
        next(iter(locked_mailbox.LOCKED_MAILBOX.account(account(lock=lock), context()))).mark
        for lock in Lock
    }

    assert marks == {lock.value for lock in Lock}


def test_the_lock_and_each_sign_in_are_shown():
    seen = account(lock=Lock.ADMINISTRATOR, locked_at=noon("2019-01-05"))

    (verdict,) = locked_mailbox.LOCKED_MAILBOX.account(seen, context())

    assert [(e.what, e.at) for e in verdict.evidence] == [
        ("locked", noon("2019-01-05")), ("last sign-in", noon("2019-01-07")),
    ]  # fmt: skip

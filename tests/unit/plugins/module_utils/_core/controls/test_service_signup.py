# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.control import Status
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.service_signup import (
    SERVICE_SIGNUP,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import render
from ansible_collections.civic.mailbox.plugins.module_utils._core.traffic import Traffic
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    account,
    context,
    coverage,
)


def received(**counts: int) -> Traffic:
    return Traffic(
        host="mail1", received_from={name.replace("_", "."): n for name, n in counts.items()}
    )


CASES = [
    # what the case shows                traffic                                               status         domains
    ("nothing",                          [],                                                   Status.PASS,   None),
    ("two messages may be anything",     [received(facebookmail_com=2)],                       Status.PASS,   None),
    ("a third one",                      [received(facebookmail_com=3)],                       Status.MANUAL, "facebookmail.com"),
    ("by two of its names",              [received(tiki_vn=2), received(tiki_vn=1)],           Status.MANUAL, "tiki.vn"),
    ("a domain below it, and another",   [received(mail_tiki_vn=3, voz_vn=5)],                 Status.MANUAL, "mail.tiki.vn, voz.vn"),
    ("free mail is another matter",      [received(gmail_com=99)],                             Status.PASS,   None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("traffic", "status", "domains"), [pytest.param(*case, id=name) for name, *case in CASES]
)
def test_an_owner_is_asked_and_not_accused(traffic, status, domains):
    found = account(traffic=tuple(traffic))

    (verdict,) = SERVICE_SIGNUP.account(found, replace(context(), logs=(coverage(),)))

    assert (verdict.status, verdict.params.get("domains")) == (status, domains)
    assert render(verdict.message.english, verdict.params)
    assert not verdict.remedies
    assert not verdict.evidence or verdict.evidence[-1].source == "mail1"

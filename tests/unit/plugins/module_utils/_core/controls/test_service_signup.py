# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.control import (
    SeenMailHost,
    Status,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.service_signup import (
    SERVICE_SIGNUP,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import render
from ansible_collections.civic.mailbox.plugins.module_utils._core.listed_senders import (
    SenderTable,
    rows_of,
)
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


def test_newsletters_are_asked_about_but_those_of_the_office():
    told = {"shop.example": 3, "news.example": 2, "town.example": 9, "list.town.example": 9}
    found = account(traffic=(Traffic(host="mail1", newsletters_from=told),))

    (verdict,) = SERVICE_SIGNUP.account(found, replace(context(), logs=(coverage(),)))

    assert (verdict.status, verdict.mark) == (Status.MANUAL, "newsletters")
    assert verdict.params == {"domains": "shop.example", "number": 3}


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


DOMAINS = frozenset({"shop.example"})


def of_senders(host, asked):
    return [one for one in SERVICE_SIGNUP.mail_host(host, asked) if one.mark == "listed senders"]


@pytest.mark.parametrize(
    ("way", "found", "status"),
    [
        ("leave", (), None),
        ("tag", (), Status.FAIL),
        ("tag", rows_of(DOMAINS, "tag"), Status.PASS),
        ("reject", rows_of(DOMAINS, "tag"), Status.FAIL),
        ("reject", rows_of({"old.example"}, "reject"), Status.FAIL),
    ],
)
def test_a_mail_host_is_to_do_with_listed_senders_what_is_asked(way, found, status):
    asked = context()
    wanted = replace(asked.policy.service_signup, domains=DOMAINS, listed_senders=way)
    asked = replace(asked, policy=replace(asked.policy, service_signup=wanted))
    senders = SenderTable(file="/etc/postfix/table", rows=found, unasked=("smtps/inet",))
    host = SeenMailHost(name="mail1", submissions=(), senders=senders)

    verdicts = of_senders(host, asked)

    assert [one.status for one in verdicts] == [status] * (status is not None)
    for one in verdicts:
        assert render(one.message.english, one.params)
        assert [seen.value for seen in one.evidence] == ["smtps/inet"]
        changes = [(it.server, it.target, it.before, it.after) for it in one.remedies]
        asked_for = ("mail1", "/etc/postfix/table", found, rows_of(DOMAINS, way))
        assert changes == [asked_for] * (status is Status.FAIL)


def test_a_mail_host_that_was_not_asked_is_not_judged():
    assert not of_senders(SeenMailHost(name="mail1", submissions=()), context())

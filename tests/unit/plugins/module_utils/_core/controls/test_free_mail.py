# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import Contact
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import Status, UnitUse
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.free_mail import (
    FREE_MAIL,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import render
from ansible_collections.civic.mailbox.plugins.module_utils._core.log_policies import FreeMailPolicy
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    account,
    context,
    coverage,
    policy,
)

STATED = policy(free_mail=FreeMailPolicy(domains=frozenset({"free.example"}), unit_messages=10))
CASES = [
    # what the case shows                  sent to                                       status         sent, received
    ("nothing",                            {},                                           Status.PASS,   0,  4),
    ("as much as may be",                  {"free.example": 10},                         Status.PASS,   10, 4),
    ("one more",                           {"free.example": 11},                         Status.MANUAL, 11, 4),
    ("below the domain, too",              {"free.example": 6, "eu.free.example": 5},    Status.MANUAL, 11, 4),
    ("what the policy does not list",      {"other.example": 99},                        Status.PASS,   0,  4),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sent_to", "status", "sent", "received"),
    [pytest.param(*case, id=name) for name, *case in CASES],
)
def test_a_unit_is_asked_from_so_many_messages_on(sent_to, status, sent, received):
    from_there = {"free.example": 4, "other.example": 9}
    use = UnitUse(
        unit="Registry", used=1, unused=0, undecided=0, sent_to=sent_to, received_from=from_there
    )

    (verdict,) = FREE_MAIL.unit(use, replace(context(stated=STATED), logs=(coverage(),)))

    assert (verdict.status, verdict.params) == (status, {"sent": sent, "received": received})
    assert render(verdict.message.english, verdict.params)


SECOND = Contact(domain="free.example", source="mozillaSecondEmail")
RECOVERY = Contact(domain="eu.free.example", source="recovery", recovers=True)
OTHER = Contact(domain="other.example", source="mozillaSecondEmail")
ADDRESSES = [
    # what the case shows              contacts                 mail                            said
    ("none",                           (),                      ("c@town.example",),            [("pass", "")]),
    ("one elsewhere",                  (OTHER,),                ("c@town.example",),            [("pass", "")]),
    ("one at a free mailbox",          (SECOND, OTHER),         ("c@town.example",),            [("manual", "contact")]),
    ("a further address of the mailbox", (),                    ("c@town.example", "c@Free.Example"), [("manual", "contact")]),
    ("one that recovers the password", (RECOVERY,),             ("c@town.example",),            [("fail", "recovery")]),
    ("one of each",                    (SECOND, RECOVERY),      (),                             [("fail", "recovery"), ("manual", "contact")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("contacts", "mail", "said"), [pytest.param(*case, id=name) for name, *case in ADDRESSES]
)
def test_addresses_at_free_mailboxes_are_told_of_each_account(contacts, mail, said):
    known = account(contacts=contacts, mail=mail)

    verdicts = list(FREE_MAIL.account(known, context(stated=STATED)))

    assert [(one.status.value, one.mark) for one in verdicts] == said
    assert all(render(one.message.english, one.params) for one in verdicts)


def test_the_evidence_of_an_address_is_its_domain_unless_it_was_asked_for():
    told = replace(SECOND, address="private@free.example", source="otherMailbox")
    for contact, shown in ((SECOND, "free.example"), (told, "private@free.example")):
        (verdict,) = FREE_MAIL.account(account(contacts=(contact,)), context(stated=STATED))

        (evidence,) = verdict.evidence
        assert (evidence.value, evidence.source) == (shown, contact.source)
        assert verdict.params == {"domains": "free.example"}


def test_the_evidence_is_domains_with_counts_and_the_log_it_rests_on():
    use = UnitUse(
        unit="Registry", used=1, unused=0, undecided=0,
        sent_to={f"{n}.free.example": n for n in range(1, 9)},
    )  # fmt: skip

    (verdict,) = FREE_MAIL.unit(use, replace(context(stated=STATED), logs=(coverage(),)))

    assert verdict.evidence[0].value == "8.free.example: 8"
    assert len(verdict.evidence) == 6
    assert verdict.evidence[-1].source == "mail1"

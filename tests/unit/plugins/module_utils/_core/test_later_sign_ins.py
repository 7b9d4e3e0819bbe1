# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.later_sign_ins import (
    LaterSignIns,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.mail_facts import MailFacts
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change
from ansible_collections.civic.mailbox.plugins.module_utils._core.step import Why

KNOWN = "2018-09-01T01:00:00Z"
LATER = "2019-01-08T02:00:00Z"
FACTS = {"addresses": ["Clerk@town.example", "desk@town.example"], "login": "clerk1"}


def change(**known: Any) -> Change:
    content: dict[str, Any] = {
        "id": "1", "control": "idle-mailbox", "subject": "clerk@town.example", "unit": "",
        "server": "town", "target": "uid=clerk", "field": "lock", "before": ("active",),
        "after": ("locked",), "reason": "", "undo": "", "fingerprint": "", "facts": FACTS,
        "seen": {"sign_ins": KNOWN},
    }  # fmt: skip
    return Change(**content | known)


def sign_in(mail: str, at: str) -> dict[str, str]:
    return {"record": "sign_in", "mail": mail, "at": at, "source": "dovecot", "detail": "imap"}


def problem(mail: str) -> dict[str, str]:
    message = "master signed in, and Dovecot does not tell who that is"
    return {"record": "problem", "field": "sign_ins", "subject": mail, "message": message}


ADDRESS = "clerk@town.example"
TOLD = [
    # what the mail host tells           records                                   change                        why
    ("nothing",                         [],                                        change(),                     None),
    ("what the audit knew",             [sign_in(ADDRESS, KNOWN)],                 change(),                     None),
    ("an earlier one",                  [sign_in(ADDRESS, "2018-01-01T00:00:00Z")], change(),                    None),
    ("a later one",                     [sign_in(ADDRESS, LATER)],                 change(),                     Why.CHANGED),
    ("two, the later one first",        [sign_in(ADDRESS, LATER), sign_in(ADDRESS, KNOWN)], change(),            Why.CHANGED),
    ("one by another address",          [sign_in("desk@town.example", LATER)],     change(),                     Why.CHANGED),
    ("one by the login name",           [sign_in("clerk1", LATER)],                change(),                     Why.CHANGED),
    ("somebody else's",                 [sign_in("chief@town.example", LATER)],    change(),                     None),
    ("the first one ever",              [sign_in(ADDRESS, KNOWN)],                 change(seen={"sign_ins": ""}), Why.CHANGED),
    ("a lock that rests on no sign-in", [sign_in(ADDRESS, LATER)],                 change(seen={}),              None),
    ("one of which it is not sure whose", [problem(ADDRESS)],                      change(),                     Why.REFUSED),
]  # fmt: skip


@pytest.mark.parametrize(
    ("records", "asked", "why"), [pytest.param(*case, id=name) for name, *case in TOLD]
)
def test_a_later_sign_in_stops_what_rests_on_it(records, asked, why):
    facts = MailFacts()
    facts.add(records, "mail1")

    skip = LaterSignIns(facts=facts).skip(asked)

    assert (skip.why if skip else None) == why


def test_it_says_when_and_how():
    facts = MailFacts()
    facts.add([sign_in(ADDRESS, LATER)], "mail1")
    skip = LaterSignIns(facts=facts).skip(change())

    assert skip is not None
    assert skip.reason == (
        f"signed in since the audit: the last time was {KNOWN} and is {LATER} now (dovecot, imap)."
        " Left as it is"
    )


def test_where_a_host_cannot_tell_nothing_that_rests_on_it_is_done():
    later = LaterSignIns(facts=MailFacts(), unread="mail1: sign-ins are not recorded")

    assert (later.skip(change()) or change()).reason.endswith("mail1: sign-ins are not recorded")
    assert later.skip(change(seen={})) is None

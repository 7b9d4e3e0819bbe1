# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import SnapshotError
from ansible_collections.civic.mailbox.plugins.module_utils._core.mail_facts import MailFacts
from ansible_collections.civic.mailbox.plugins.module_utils._core.traffic import Traffic
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    account,
    sign_in,
)

SEEN = {"record": "sign_in", "mail": "Clerk@Town.example", "at": "2019-01-05T01:00:00Z",
        "source": "dovecot", "detail": "imap"}  # fmt: skip
SENT_ON = {"record": "forward", "mail": "DESK@town.example", "address": "me@home.example",
           "channel": "alias", "source": "/etc/aliases:3"}  # fmt: skip


def facts(*records: dict) -> MailFacts:
    gathered = MailFacts()
    gathered.add(records)
    return gathered


def test_an_account_gains_what_is_known_of_any_of_its_addresses_in_any_case():
    known = account(mail=("CLERK@town.example", "desk@town.example"))

    joined = facts(SEEN, SENT_ON).joined(known)

    assert [seen.source for seen in joined.sign_ins] == ["pwdLastSuccess", "dovecot"]
    assert [forward.address for forward in joined.forwards] == ["me@home.example"]


def test_an_account_that_no_mail_host_knows_is_left_as_it_is():
    known = account(mail=("other@town.example",), sign_ins=(sign_in("2019-01-01"),))

    assert facts(SEEN, SENT_ON).joined(known) is known


def test_what_the_logs_of_a_host_tell_is_joined_by_address_and_login():
    told = {
        "clerk@town.example": [Traffic(host="mail1", messages=3)],
        "clerk": [Traffic(host="mail1", sign_ins=2), Traffic(host="mail2", sign_ins=1)],
        "other@town.example": [Traffic(host="mail1", messages=9)],
    }

    joined = MailFacts(traffic=lambda name: told.get(name, ())).joined(account())

    assert joined.traffic == (*told["clerk@town.example"], *told["clerk"])


def test_several_hosts_add_up():
    gathered = facts(SEEN)
    gathered.add([{**SEEN, "at": "2019-01-06T01:00:00Z"}])

    assert len(gathered.joined(account(sign_ins=())).sign_ins) == 2


PROBLEMS = [
    # what the case shows                 field       whose                 a gap of the clerk, of all
    ("of one address",                    "forwards", "Clerk@town.example", {"forwards"}, set()),
    ("of another address",                "forwards", "desk@town.example",  set(), set()),
    ("of a whole mailbox",                "",         "clerk@town.example", {"forwards", "sign_ins"}, set()),
    ("of the host",                       "sign_ins", "",                   set(), {"sign_ins"}),
    ("a note for the reader, no more",     "",         "",                   set(), set()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "subject", "own", "of_all"),
    [pytest.param(*case, id=name) for name, *case in PROBLEMS],
)
def test_a_problem_is_a_gap_of_whom_it_concerns(field, subject, own, of_all):
    gathered = facts(
        {"record": "problem", "field": field, "subject": subject, "message": "no right"}
    )

    assert gathered.gaps(["clerk@town.example"]) == dict.fromkeys(own, "no right")
    assert {unread.field for unread in gathered.unread} == of_all


def test_the_reader_is_told_how_scripts_were_read():
    gathered, way = MailFacts(), {"record": "way", "channel": "sieve"}
    counts = {"files": 37, "doveadm": 1}
    gathered.add([way | {"by": by, "mailboxes": count} for by, count in counts.items()], "mail1")
    gathered.add([way | {"by": "doveadm", "mailboxes": 0}], "mail2")

    assert gathered.notes == [
        "mail1: the Sieve scripts of 37 mailboxes were read as the files that they are",
        "mail1: the Sieve scripts of 1 mailbox were read by doveadm, for they are no files that"
        " can be told",
    ]


@pytest.mark.parametrize(
    "record",
    [{"record": "sign_in"}, {"record": "forward"}, {"record": "problem"}, {"record": "way"}],
)
def test_a_record_that_misses_its_parts_is_refused(record):
    with pytest.raises(SnapshotError, match="gather it again"):
        facts(record)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import Lock
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import (
    Context,
    SeenMailHost,
    Severity,
    Status,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.outbound_spam import (
    COUNTS_ADDRESSES,
    LOCK,
    OUTBOUND_SPAM,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import render
from ansible_collections.civic.mailbox.plugins.module_utils._core.log_policies import (
    OutboundSpamPolicy,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.outbound_limits import (
    OutboundLimits,
    PolicyService,
    SubmissionService,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.traffic import Peak, Traffic
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    NOW,
    account,
    context,
    coverage,
    policy,
)

LOCKS = policy(outbound_spam=OutboundSpamPolicy(propose_lock=True))


def peak(number: int) -> Peak:
    return Peak(number=number, at=NOW)


def traffic(**known) -> Traffic:
    return Traffic(**{"host": "mail1", **known})


def seen(stated=None, **known) -> Context:
    return replace(context(stated=stated), logs=(coverage("mail1"), coverage("mail2")), **known)


CASES = [
    # what the case shows                    traffic                                                    marks, without the control
    ("nothing at all",                       [],                                                        []),
    ("the most in an hour that may be",      [traffic(busiest_hour=peak(200))],                         []),
    ("one more",                             [traffic(busiest_hour=peak(201))],                         ["hour"]),
    ("too much on the other host",           [traffic(busiest_hour=peak(2)), traffic(host="mail2", busiest_hour=peak(201))], ["hour"]),
    ("ten times the usual",                  [traffic(busiest_day=peak(150), usual_day=15)],            []),
    ("more than that",                       [traffic(busiest_day=peak(151), usual_day=15)],            ["unusual"]),
    ("more, but few",                        [traffic(busiest_day=peak(99), usual_day=1)],              []),
    ("nobody knows what is usual",           [traffic(busiest_day=peak(999))],                          []),
    ("a fifth bounced",                      [traffic(bounced=20, delivered=80)],                       []),
    ("more bounced",                         [traffic(bounced=21, delivered=79)],                       ["bounced"]),
    ("more bounced, of few",                 [traffic(bounced=30, delivered=19)],                       []),
    ("on two hosts together",                [traffic(bounced=30), traffic(host="mail2", delivered=20)], ["bounced"]),
    ("as many networks as may be",           [traffic(networks=peak(10))],                              []),
    ("one more network",                     [traffic(networks=peak(11))],                              ["networks"]),
    ("as many wrong passwords as may be",    [traffic(wrong_passwords=peak(100))],                      []),
    ("one more wrong password",              [traffic(wrong_passwords=peak(101))],                      ["wrong-passwords"]),
    ("mistyped as often as may be",          [traffic(guessed=peak(20))],                               []),
    ("once more, and signed in",             [traffic(guessed=peak(21))],                               ["guessed"]),
    ("all at once",
     [traffic(busiest_hour=peak(999), busiest_day=peak(999), usual_day=1, bounced=999, networks=peak(999), wrong_passwords=peak(999))],
     ["hour", "unusual", "bounced", "networks", "wrong-passwords"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("known", "marks"), [pytest.param(*case, id=name) for name, *case in CASES]
)
def test_each_limit_that_was_passed_is_a_finding(known, marks):
    verdicts = list(OUTBOUND_SPAM.account(account(traffic=tuple(known)), seen()))

    assert [one.mark for one in verdicts] == ([f"outbound-spam.{mark}" for mark in marks] or [""])
    assert {one.status for one in verdicts} == ({Status.FAIL} if marks else {Status.PASS})
    assert all(render(one.message.english, one.params) for one in verdicts)
    assert not any(one.remedies for one in verdicts)


def test_a_finding_says_when_by_the_clocks_of_the_office_and_what_log_it_rests_on():
    known = traffic(busiest_hour=peak(201))

    (verdict,) = OUTBOUND_SPAM.account(account(traffic=(known,)), seen())

    assert (verdict.params["day"], verdict.params["time"]) == ("2019-01-08", "08:00")
    assert verdict.evidence[0].value == "201"
    last = verdict.evidence[-1]
    assert (last.source, last.at) == ("mail1", NOW - timedelta(days=31))
    assert last.what.startswith("this is what the log of one server shows")


def test_that_others_guess_passwords_weighs_less():
    known = traffic(wrong_passwords=peak(101))

    (verdict,) = OUTBOUND_SPAM.account(account(traffic=(known,)), seen(LOCKS))

    assert (verdict.severity, verdict.remedies) == (Severity.MEDIUM, ())


SENT = traffic(busiest_hour=peak(999), busiest_day=peak(999), usual_day=1, networks=peak(99))
PROPOSED = [
    # what the case shows               stated  traffic                       account           context                   locks
    ("only where the policy says so",   policy(), SENT,                       {},               {},                       0),
    ("once, for what was sent",         LOCKS,  SENT,                         {},               {},                       1),
    ("not for who signed in",           LOCKS,  traffic(networks=peak(99)),   {},               {},                       0),
    ("not of one that is locked",       LOCKS,  SENT,                         {"lock": Lock.ADMINISTRATOR}, {},           0),
    ("not of one that was given back",  LOCKS,  SENT,                         {},               {"reopened_at": NOW},     0),
    ("not while that is looked back on", LOCKS, SENT,                         {},               {"reopened_at": NOW - timedelta(days=30)}, 0),
    ("of one given back long ago",      LOCKS,  SENT,                         {},               {"reopened_at": NOW - timedelta(days=31)}, 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "known", "of_account", "of_context", "locks"),
    [pytest.param(*case, id=name) for name, *case in PROPOSED],
)
def test_a_lock_is_proposed(stated, known, of_account, of_context, locks):
    found = account(traffic=(known,), **of_account)

    verdicts = list(OUTBOUND_SPAM.account(found, seen(stated, **of_context)))

    assert [remedy for one in verdicts for remedy in one.remedies] == [LOCK] * locks


# --- mail hosts


def submission(**known) -> SubmissionService:
    limits = {"messages": 300, "recipients": 1000, "sign_ins": 300}
    return SubmissionService(
        **{"name": "submission/inet", "limits": limits, "seconds": 3600, **known}
    )


NONE = {"messages": 0, "recipients": 1000, "sign_ins": 0, "recipients_per_message": 1000}
POSTFWD = PolicyService(address="inet:127.0.0.1:10040", program="postfwd", counts_senders=True)
SPF = PolicyService(address="unix:spf", program="an SPF checker", counts_senders=False)
HOSTS = [
    # what the case shows                        service                                                     message        status
    ("the limits that are asked for",            submission(),                                               "limited",     Status.PASS),
    ("without the service that counts",          submission(is_counted=False),                               "unlimited",   Status.FAIL),
    ("none of two",                              submission(limits=NONE),                                    "unlimited",   Status.FAIL),
    ("where nothing else could be",              submission(limits=NONE, takes_mail_from_outside=True),      "with-outside", Status.FAIL),
    ("a program with rules of its own",          submission(limits=NONE, asks=(SPF, POSTFWD)),               "by-program",  Status.MANUAL),
    ("limits beside such a program",             submission(asks=(POSTFWD,)),                                "limited",     Status.PASS),
    ("a program that counts nothing",            submission(limits=NONE, asks=(SPF,)),                       "unlimited",   Status.FAIL),
]  # fmt: skip


@pytest.mark.parametrize(
    ("service", "message", "status"), [pytest.param(*case, id=name) for name, *case in HOSTS]
)
def test_a_mail_host_limits_what_one_address_hands_in_where_users_sign_in(service, message, status):
    (verdict,) = OUTBOUND_SPAM.mail_host(SeenMailHost(name="mail1", submissions=(service,)), seen())

    assert (verdict.message.key, verdict.status) == (f"outbound-spam.{message}", status)
    assert verdict.remedies == ()
    assert verdict.evidence[-1].what == COUNTS_ADDRESSES
    assert render(verdict.message.english, verdict.params)


def test_what_is_set_and_what_is_asked_for_are_told_side_by_side():
    known = submission(limits=NONE, exempt=("127.0.0.0/8",), asks=(POSTFWD,))
    (verdict,) = OUTBOUND_SPAM.mail_host(SeenMailHost(name="mail1", submissions=(known,)), seen())

    told = {one.what: one.value for one in verdict.evidence}
    assert told["smtpd_client_message_rate_limit"] == "0 / 3600 s; 300 / 3600 s asked for"
    assert told["not limited"] == "127.0.0.0/8"
    assert told["asks a policy service"] == "inet:127.0.0.1:10040: postfwd"
    assert {one.source for one in verdict.evidence} == {"mail1"}


def test_where_nobody_signs_in_nothing_is_to_be_limited():
    (verdict,) = OUTBOUND_SPAM.mail_host(SeenMailHost(name="mail1", submissions=()), seen())

    assert verdict.status is Status.PASS


def test_an_office_that_asks_for_no_limit_hears_nothing_of_them():
    stated = policy(outbound_limits=OutboundLimits(messages=0, recipients=0, sign_ins=0))
    host = SeenMailHost(name="mail1", submissions=(submission(limits=NONE),))

    assert list(OUTBOUND_SPAM.mail_host(host, seen(stated))) == []

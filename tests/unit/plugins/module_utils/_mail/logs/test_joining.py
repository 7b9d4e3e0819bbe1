# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from datetime import date, datetime, timezone

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.logs import joining
from ansible_collections.civic.mailbox.plugins.module_utils._mail.logs.events import (
    Delivered,
    Event,
    Queued,
    Removed,
    SignIn,
    SignInFailed,
    Submitted,
    ToMany,
)
from ansible_collections.civic.mailbox.plugins.module_utils._mail.logs.joining import (
    DayCounts,
    Joiner,
    Message,
    domain,
    network,
)

AT = datetime(2026, 11, 23, 20, 30, tzinfo=timezone.utc)
DAY = date(2026, 11, 23)
LISTED = frozenset({"free.example"})
USERS = frozenset({"u@x", "v@x"})


def joined(*events: Event, open_messages: dict[str, Message] | None = None) -> Joiner:
    joiner = Joiner(open_messages or {}, domains=LISTED, users=USERS)
    for event in events:
        joiner.add(AT, event)
    return joiner


def handed_in(queue_id: str = "A", user: str = "U@x") -> Submitted:
    return Submitted(queue_id=queue_id, user=user, address="192.0.2.7")


def queued(queue_id: str = "A", sender: str = "u@x", recipients: int = 3) -> Queued:
    return Queued(queue_id=queue_id, sender=sender, recipients=recipients)


def delivered(recipient: str, outcome: str = "sent", queue_id: str = "A") -> Delivered:
    return Delivered(queue_id=queue_id, recipient=recipient, outcome=outcome, dsn="2.0.0")


def test_a_message_is_counted_for_who_handed_it_in():
    joiner = joined(
        handed_in(),
        queued(),
        delivered("a@y"),
        delivered("b@y", "bounced"),
        delivered("c@y", "deferred"),
        queued(),  # told again at the next try
        delivered("c@y", "expired"),
        Removed(queue_id="A"),
    )

    assert joiner.batch.days == {
        ("u@x", DAY): DayCounts(messages=1, recipients=3, delivered=1, bounced=2)
    }
    assert joiner.batch.hours == {("u@x", AT.replace(minute=0)): 3}
    assert joiner.open == {}


def test_a_message_from_elsewhere_is_nobodys():
    joiner = joined(queued(sender="s@other.example"), delivered("a@y"), Removed(queue_id="A"))

    assert (joiner.batch.days, joiner.batch.hours, joiner.batch.domains) == ({}, {}, {})


def test_mail_from_and_to_listed_domains_is_counted_by_domain_alone():
    joiner = joined(
        handed_in(),
        queued(),
        delivered("friend@mail.FREE.example."),
        delivered("other@not-free.example"),
        queued("B", sender="someone@free.example", recipients=1),
        delivered("u@x", queue_id="B"),
        delivered("v@x", "bounced", queue_id="B"),
    )

    assert joiner.batch.domains == {
        ("u@x", DAY, "to", "free.example"): 1,
        ("u@x", DAY, "from", "free.example"): 1,
    }


def test_sign_ins_count_by_network_and_wrong_passwords_by_attempt():
    joiner = joined(
        SignIn(user="u@x", service="imap", address="192.0.2.7"),
        SignIn(user="u@x", service="imap", address="192.0.2.99"),
        SignIn(user="u@x", service="imap", address="198.51.100.1"),
        SignInFailed(user="u@x", service="imap", address="192.0.2.7", attempts=3),
    )

    assert joiner.batch.days["u@x", DAY] == DayCounts(sign_ins=3, failed=3)
    assert {place for _, _, place in joiner.batch.networks} == {"192.0.2.0/24", "198.51.100.0/24"}


def test_who_is_nobody_takes_no_room():
    joiner = joined(
        *(
            SignInFailed(user=f"guess{number}@x", service="imap", address="192.0.2.7", attempts=2)
            for number in range(5)
        )
    )

    assert (joiner.batch.days, joiner.batch.strangers) == ({}, 10)


def test_a_message_of_an_earlier_reading_goes_on():
    joiner = joined(
        delivered("a@y"), open_messages={"A": Message(user="u@x", sender_domain="x", queued=True)}
    )

    assert joiner.batch.days["u@x", DAY] == DayCounts(delivered=1)


def test_a_queue_id_that_is_used_again_is_a_new_message():
    joiner = joined(handed_in(), queued(), handed_in(user="v@x"), queued(recipients=1))

    assert joiner.batch.days["v@x", DAY] == DayCounts(messages=1, recipients=1)
    assert joiner.batch.days["u@x", DAY] == DayCounts(messages=1, recipients=3)


def test_the_oldest_of_too_many_messages_is_let_go(monkeypatch):
    monkeypatch.setattr(joining, "MOST_OPEN", 2)

    assert list(joined(handed_in("A"), handed_in("B"), handed_in("C")).open) == ["B", "C"]


def test_what_is_taken_is_not_taken_again():
    joiner = joined(handed_in())

    assert (joiner.take().size, joiner.take().size) == (2, 0)


NETWORKS = [
    # what the case shows   address               network
    ("IPv4",                "192.0.2.7",          "192.0.2.0/24"),
    ("IPv6",                "2001:db8:1:2::3",    "2001:db8:1::/48"),
    ("as Postfix has it",   "IPv6:2001:db8::3",   "2001:db8::/48"),
    ("a UNIX socket",       "unknown",            "unknown"),
    ("no end of text",      "x" * 1000,           "x" * 64),
]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "place"), [pytest.param(*case, id=name) for name, *case in NETWORKS]
)
def test_the_network_of_an_address(address, place):
    assert network(address) == place


DOMAINS = [
    # address               domain
    ("a@B.example",         "b.example"),
    ("a@b.example.",        "b.example"),
    ('"a@c"@b.example',     "b.example"),
    ("MAILER-DAEMON",       ""),
    ("",                    ""),
]  # fmt: skip


@pytest.mark.parametrize(("address", "expected"), DOMAINS)
def test_the_domain_of_an_address(address, expected):
    assert domain(address) == expected


def test_a_newsletter_is_counted_for_who_gets_it_by_the_domain_that_sent_it():
    sent = [
        ToMany(queue_id="A"),
        queued(sender="b@shop.example"),
        delivered("U@x"),
        Removed(queue_id="A"),
    ]

    assert joined(*sent).batch.domains == {("u@x", DAY, "many", "shop.example"): 1}


@pytest.mark.parametrize(
    "events",
    [
        [ToMany(queue_id="B"), queued(sender="b@shop.example"), delivered("u@x")],
        [handed_in(), ToMany(queue_id="A"), queued(sender="u@x"), delivered("v@x")],
        [ToMany(queue_id="A"), queued(sender="b@shop.example"), delivered("u@x", "bounced")],
        [ToMany(queue_id="A"), queued(sender=""), delivered("u@x")],
    ],
    ids=["another message", "of a user of ours", "it did not arrive", "nobody sent it"],
)
def test_what_is_no_newsletter_from_outside_is_not_counted(events):
    assert not joined(*events).batch.domains


def test_a_newsletter_of_a_listed_domain_counts_once():
    joiner = joined(ToMany(queue_id="A"), queued(sender="b@free.example"), delivered("u@x"))

    assert joiner.batch.domains == {("u@x", DAY, "from", "free.example"): 1}

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Handing mails in at the lab's submission port: StartTLS, the certificate, a name and password."""

from __future__ import annotations

import ssl
from datetime import datetime
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import population
from ansible_collections.civic.mailbox.lab.clients import Info, sunk, trust, wait_for
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailHostError
from ansible_collections.civic.mailbox.plugins.module_utils._mail.submission import (
    RefusedError,
    Relay,
    Submission,
)

FRIEND = "submitted@else.example"
UNKNOWN_PASSWORD = "not-the-password-2026"


def sender(lab: Info) -> population.Person:
    people = population.people(lab["people"], datetime.fromisoformat(lab["now"]))
    return next(person for person in people if person.uid == "active")


def relay(lab: Info, **options: Any) -> Relay:
    whole = {
        "host": "localhost",
        "port": lab["ports"]["submission"],
        "secure": "starttls",
        "username": sender(lab).subject,
        "password": sender(lab).password,
        "context": trust(lab),
    }
    return Relay(**{**whole, **options})


def send(lab: Info, recipient: str, **options: Any) -> str:
    submission = Submission(relay(lab, **options))
    try:
        mail = f"To: {recipient}\r\nSubject: a test\r\n\r\nHello.\r\n".encode()
        return submission.send(sender(lab).subject, recipient, mail, lambda: None)
    finally:
        submission.close()


def test_a_mail_is_handed_in_under_a_name_and_leaves(lab):
    assert send(lab, FRIEND).startswith("250 2.0.0 Ok")
    assert wait_for(lambda: FRIEND in sunk(lab))


def test_without_a_name_nothing_is_sent_on(lab):
    with pytest.raises(RefusedError, match=r"^554 .*Access denied"):
        send(lab, "never@else.example", username="", password="")


def strangers(lab: Info) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=lab["tls"]["other_ca"])


REFUSED = [
    # what is not as it should be     options                                         what is said
    ("a certificate of a stranger",   {"context": strangers},                         "the certificate of localhost port .* cannot be trusted: .* ca_path"),
    ("no protection, and a password", {"secure": "never"},                            "cannot do it: .* secure"),
    ("TLS where it is to be started", {"secure": "always"},                           "cannot send by localhost port .* secure"),
    ("a password that is none",       {"username": "nobody@in.example", "password": UNKNOWN_PASSWORD},
                                      "refuses username nobody@in.example with this password: 535 "),
]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "said"), [pytest.param(*case, id=name) for name, *case in REFUSED]
)
def test_where_nothing_can_be_sent_it_says_what_to_look_at(lab, options, said):
    given = {name: value(lab) if callable(value) else value for name, value in options.items()}

    with pytest.raises(MailHostError, match=said) as error:
        send(lab, "never@else.example", **given)

    assert UNKNOWN_PASSWORD not in str(error.value)
    assert sender(lab).password not in str(error.value)
    assert "never@else.example" not in sunk(lab)

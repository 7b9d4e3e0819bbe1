# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._mail.logs.events import (
    Delivered,
    Queued,
    Removed,
    SignIn,
    SignInFailed,
    Submitted,
    ToMany,
    event_of,
)

SENT = "relay=h[192.0.2.1]:25, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent (250 ok)"
CLIENT = "rip=192.0.2.7, lip=192.0.2.1, TLS, session=<abc>"
FAILED = SignInFailed(user="u@x", service="imap", address="192.0.2.7", attempts=2)
EVENTS = [
    # what the case shows        the line, without its time
    ("handed in",
     "vm postfix/submission/smtpd[1]: 7A44D24C191: client=h[192.0.2.7], sasl_method=PLAIN, sasl_username=u@x",
     Submitted(queue_id="7A44D24C191", user="u@x", address="192.0.2.7")),
    ("with a port",
     "vm postfix/smtps/smtpd[1]: 7A44D24C191: client=h[192.0.2.7]:4711, sasl_method=LOGIN, sasl_username=u@x",
     Submitted(queue_id="7A44D24C191", user="u@x", address="192.0.2.7")),
    ("over IPv6, a long queue id",
     "vm postfix/submission/smtpd[1]: 4Zk2Xy1Bb9z1cTg: client=h[IPv6:2001:db8::1], sasl_method=PLAIN, sasl_username=u",
     Submitted(queue_id="4Zk2Xy1Bb9z1cTg", user="u", address="IPv6:2001:db8::1")),
    ("for somebody else",
     "vm postfix/submission/smtpd[1]: 7A44D24C191: client=h[1.2.3.4], sasl_method=PLAIN, sasl_username=u, sasl_sender=v",
     Submitted(queue_id="7A44D24C191", user="u", address="1.2.3.4")),
    ("queued",
     "vm postfix/qmgr[1]: 7A44D24C191: from=<u@x>, size=422, nrcpt=3 (queue active)",
     Queued(queue_id="7A44D24C191", sender="u@x", recipients=3)),
    ("a bounce",
     "vm postfix/qmgr[1]: 7A44D24C191: from=<>, size=422, nrcpt=1 (queue active)",
     Queued(queue_id="7A44D24C191", sender="", recipients=1)),
    ("delivered",
     f"vm postfix/smtp[1]: 7A44D24C191: to=<r@y>, {SENT}",
     Delivered(queue_id="7A44D24C191", recipient="r@y", outcome="sent", dsn="2.0.0")),
    ("delivered by an alias, over a connection used again",
     f"vm postfix/lmtp[1]: 7A44D24C191: to=<r@y>, orig_to=<a@y>, {SENT.replace(', delay=', ', conn_use=2, delay=')}",
     Delivered(queue_id="7A44D24C191", recipient="r@y", outcome="sent", dsn="2.0.0")),
    ("bounced",
     "vm postfix/smtp[1]: 7A44D24C191: to=<r@y>, relay=none, delay=0.1, delays=0/0/0/0, dsn=5.1.1, status=bounced (host h said: 550 5.1.1 no (x))",
     Delivered(queue_id="7A44D24C191", recipient="r@y", outcome="bounced", dsn="5.1.1")),
    ("removed", "vm postfix/qmgr[1]: 7A44D24C191: removed", Removed(queue_id="7A44D24C191")),
    ("a newsletter", "vm postfix/cleanup[1]: 7A44D24C191: info: header List-Unsubscribe: <https://shop.example/u?x=1> from mx.shop.example[192.0.2.9]; from=<b@shop.example> to=<r@y> proto=ESMTP helo=<mx>", ToMany(queue_id="7A44D24C191")),
    ("a list, with the office's text", "vm postfix/cleanup[1]: 7A44D24C191: warning: header List-Id: a from b; from=<c> d from unknown[192.0.2.9]; from=<b@shop.example> to=<r@y> proto=ESMTP helo=<mx>: bulk", ToMany(queue_id="7A44D24C191")),
    ("bulk mail", "vm postfix/cleanup[1]: 7A44D24C191: info: header Precedence: Bulk from mx[192.0.2.9]; from=<b@shop.example> to=<r@y> proto=ESMTP helo=<mx>", ToMany(queue_id="7A44D24C191")),
    ("canceled", "vm postfix/cleanup[1]: 7A44D24C191: removed (canceled)", Removed(queue_id="7A44D24C191")),
    ("another instance of Postfix", "vm postfix-out/qmgr[1]: 7A44D24C191: removed", Removed(queue_id="7A44D24C191")),
    ("without a host, as Postfix's own log file", "postfix/qmgr[1]: 7A44D24C191: removed", Removed(queue_id="7A44D24C191")),
    ("a wrong password for SMTP",
     "vm postfix/submission/smtpd[1]: warning: h[192.0.2.7]: SASL PLAIN authentication failed: (reason unavailable), sasl_username=u@x",
     SignInFailed(user="u@x", service="submission", address="192.0.2.7", attempts=1)),
    ("signed in, Dovecot 2.3",
     f"vm dovecot: imap-login: Login: user=<u@x>, method=PLAIN, {CLIENT}",
     SignIn(user="u@x", service="imap", address="192.0.2.7")),
    ("signed in, Dovecot 2.4",
     f"vm dovecot: pop3-login: Logged in: user=<u@x>, method=PLAIN, {CLIENT}",
     SignIn(user="u@x", service="pop3", address="192.0.2.7")),
    ("signed in, Dovecot's own log file",
     f"managesieve-login: Info: Login: user=<u@x>, method=PLAIN, {CLIENT}",
     SignIn(user="u@x", service="managesieve", address="192.0.2.7")),
    ("a wrong password, Dovecot 2.3",
     f"vm dovecot: imap-login: Disconnected: Connection closed (auth failed, 2 attempts in 0 secs): user=<u@x>, method=PLAIN, {CLIENT}",
     FAILED),
    ("a wrong password, Dovecot 2.4",
     f"vm dovecot: imap-login: Login aborted: Connection closed (auth failed, 2 attempts in 0 secs) (auth_failed): user=<u@x>, method=PLAIN, {CLIENT}",
     FAILED),
    ("a quoted local part that imitates a delivery",
     f'vm postfix/smtp[1]: 7A44D24C191: to=<"r>, {SENT} x"@y>, {SENT.replace("2.0.0", "4.7.1").replace("sent", "deferred")}',
     Delivered(queue_id="7A44D24C191", recipient=f'"r>, {SENT} x"@y', outcome="deferred", dsn="4.7.1")),
    ("a quoted sender that imitates a queue entry",
     'vm postfix/qmgr[1]: 7A44D24C191: from=<"u>, size=1, nrcpt=999 (queue active)"@x>, size=4, nrcpt=1 (queue active)',
     Queued(queue_id="7A44D24C191", sender='"u>, size=1, nrcpt=999 (queue active)"@x', recipients=1)),
    ("a user name that imitates another's",
     "vm postfix/submission/smtpd[1]: warning: h[192.0.2.7]: SASL PLAIN authentication failed: x, sasl_username=a, sasl_username=victim@x",
     SignInFailed(user="a, sasl_username=victim@x", service="submission", address="192.0.2.7", attempts=1)),
]  # fmt: skip
NOTHING = [
    # what the case shows                the line, without its time
    ("a greeting that imitates a user",  "vm postfix/smtpd[1]: NOQUEUE: reject: RCPT from h[1.2.3.4]: 554 5.7.1 <r@y>: no; from=<s@z> to=<r@y> proto=ESMTP helo=<x, sasl_method=PLAIN, sasl_username=victim@x>"),
    ("mail that is not for many",        "vm postfix/cleanup[1]: 7A44D24C191: info: header Precedence: first-class from h[1.2.3.4]; from=<s@z> to=<r@y> proto=ESMTP helo=<x>"),
    ("a subject like such a field",      "vm postfix/cleanup[1]: 7A44D24C191: info: header Subject: List-Id: x from h[1.2.3.4]; from=<s@z> to=<r@y> proto=ESMTP helo=<x>"),
    ("one in the text of the message",   "vm postfix/cleanup[1]: 7A44D24C191: info: body List-Id: x from h[1.2.3.4]; from=<s@z> to=<r@y> proto=ESMTP helo=<x>"),
    ("a subject that imitates a line",   "vm postfix/cleanup[1]: 7A44D24C191: info: header Subject: postfix/qmgr[1]: 7A44D24C191: removed from h[1.2.3.4]; from=<s@z> to=<r@y> proto=ESMTP helo=<x>"),
    ("a server's answer that does",      "vm postfix/smtp[1]: 7A44D24C191: host h[1.2.3.4] said: 450 vm dovecot: imap-login: Login: user=<victim@x>, method=PLAIN, rip=1.2.3.4, lip=1.2.3.4"),
    ("another program that does",        f"vm myapp[1]: imap-login: Login: user=<victim@x>, method=PLAIN, {CLIENT}"),
    ("a program named like one",         f"vm x-imap-login-y[1]: Login: user=<victim@x>, method=PLAIN, {CLIENT}"),
    ("a message without a queue id",     f"vm postfix/smtp[1]: NOQUEUE: to=<r@y>, {SENT}"),
    ("from a client that did not sign in", "vm postfix/smtpd[1]: 7A44D24C191: client=h[1.2.3.4]"),
    ("a host name that imitates",        "vm postfix/smtpd[1]: 7A44D24C191: client=h[1.2.3.4], sasl_method=PLAIN, sasl_username=a, x=[5.6.7.8], sasl_username=b c"),
    ("a client that left",               f"vm dovecot: imap-login: Disconnected: Inactivity (no auth attempts in 3 secs): user=<>, {CLIENT}"),
    ("nothing",                          ""),
    ("a line cut short",                 "vm postfix/qmgr[1]: 7A44D24C191: from=<u@x>, size=4"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "event"), [pytest.param(*case, id=name) for name, *case in EVENTS]
)
def test_what_a_line_says(line, event):
    assert event_of(line) == event


@pytest.mark.parametrize("line", [pytest.param(line, id=name) for name, line in NOTHING])
def test_lines_that_say_nothing_for_certain(line):
    assert event_of(line) is None


HOSTILE = st.text(
    alphabet=st.sampled_from('<>"\\ab@,:=()[] ') | st.characters(codec="utf-8"), max_size=60
)


@given(HOSTILE)
def test_no_text_in_a_greeting_is_taken_for_an_event(text):
    line = f"vm postfix/smtpd[1]: NOQUEUE: reject: RCPT from h[1.2.3.4]: 554 no; helo=<{text}>"

    assert event_of(line) is None


@given(HOSTILE.map(lambda text: text.replace("\\", "").replace('"', "")))
def test_a_quoted_address_stays_one(text):
    event = event_of(f'vm postfix/smtp[1]: 7A44D24C191: to=<"{text}"@y>, {SENT}')

    assert event is None or event.recipient == f'"{text}"@y'

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.channels.transport import (
    leads_to,
)

PROGRAMS = {
    "smtp": "smtp",
    "relay": "smtp -o smtp_fallback_relay=",
    "lmtp": "lmtp",
    "local": "local",
    "virtual": "virtual",
    "error": "error",
    "discard": "discard",
    "dovecot": "pipe flags=DRhu user=vmail argv=/usr/lib/dovecot/dovecot-lda -d ${recipient}",
    "lists": "pipe user=list argv=/usr/lib/lists/to-list ${nexthop}",
}
VALUES = [
    # what the case shows            value                            who gets the mail
    ("another server", "smtp:[a.example]", "[a.example] gets the mail"),
    ("with a port", "relay:[a.example]:26", "[a.example]:26 gets the mail"),
    ("another server by LMTP", "lmtp:inet:a.example:24", "inet:a.example:24 gets the mail"),
    ("the usual way, other server", ":[a.example]", "[a.example] gets the mail"),
    ("no server named", "smtp:", "the server of its domain gets the mail"),
    ("a proxy on this host", "smtp:[127.0.0.1]:10025", "[127.0.0.1]:10025 gets the mail"),
    ("a command", "lists:x", "a command gets the mail (lists)"),
    ("delivery by a command", "dovecot:", ""),
    ("delivery by LMTP", "lmtp:unix:private/dovecot", ""),
    ("delivery by LMTP on loopback", "lmtp:inet:127.0.0.1:24", ""),
    ("delivery by LMTP on a loopback name", "lmtp:[localhost]:24", ""),
    ("delivery by LMTP on IPv6 loopback", "lmtp:inet:[::1]:24", ""),
    ("a name that begins alike", "lmtp:localhosts.example", "localhosts.example gets the mail"),
    ("delivery", "virtual:", ""),
    ("a refusal", "error:5.2.1 no more", ""),
    ("nowhere", "discard:", ""),
    ("the usual way", ":", ""),
    ("a service that is not there", "none:a.example", ""),
]


@pytest.mark.parametrize(("value", "expected"), [pytest.param(*c, id=n) for n, *c in VALUES])
def test_mail_that_leaves_the_host_is_told_from_what_stays(value, expected):
    assert leads_to(value, PROGRAMS) == expected

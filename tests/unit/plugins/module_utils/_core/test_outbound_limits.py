# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import PolicyError
from ansible_collections.civic.mailbox.plugins.module_utils._core.outbound_limits import (
    OutboundLimits,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.policy import read_policy
from ansible_collections.civic.mailbox.plugins.module_utils._core.section import Located

LEAST = {"forwarding": {"internal_domains": ["town.example"]}}


def read(**stated: object) -> OutboundLimits:
    data = LEAST | {"outbound_limits": stated}
    return read_policy(Located(file="policy.yml", data=data, lines={(): 1}), ()).outbound_limits


def test_networks_are_taken_as_they_are_usually_written():
    stated = read(exempt=["192.0.2.7", " 2001:db8::/48 "])

    assert stated.exempt == ("192.0.2.7/32", "2001:db8::/48")
    assert stated == OutboundLimits(exempt=stated.exempt)


MISTAKES = [
    # what the case shows               key                       value
    ("no time at all",                  "per_minutes",            0),
    ("longer than a day",               "per_minutes",            1441),
    ("below nothing",                   "messages",               -1),
    ("no number",                       "recipients",             "many"),
    ("fewer than a server has to take", "recipients_per_message", 99),
    ("a name",                          "exempt",                 ["relay.town.example"]),
    ("an address within its network",   "exempt",                 ["192.0.2.7/24"]),
    ("no such key",                     "messages_per_hour",      5),
]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value"), [pytest.param(*case, id=name) for name, *case in MISTAKES]
)
def test_mistakes_are_told_by_key(key, value):
    with pytest.raises(PolicyError, match=f"outbound_limits.{key}"):
        read(**{key: value})


ASKED = OutboundLimits(messages=300, recipients=0, sign_ins=0, recipients_per_message=200)
MISSED = [
    # what the case shows        messages  in seconds  in a message  missed
    ("just as asked",            300,      3600,       200,          []),
    ("stricter",                 1,        3600,       1,            []),
    ("one too many",             301,      3600,       201,          ["messages", "recipients_per_message"]),
    ("none at all",              0,        3600,       0,            ["messages", "recipients_per_message"]),
    ("the same in a minute",     5,        60,         200,          []),
    ("more in a minute",         6,        60,         200,          ["messages"]),
    ("in a day",                 7200,     86400,      200,          []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("messages", "seconds", "in_one", "missed"),
    [pytest.param(*case, id=name) for name, *case in MISSED],
)
def test_a_limit_is_missed_where_more_could_be_handed_in(messages, seconds, in_one, missed):
    seen = {"messages": messages, "recipients_per_message": in_one}

    assert [limit.name for limit in ASKED.missed(seen, seconds)] == missed

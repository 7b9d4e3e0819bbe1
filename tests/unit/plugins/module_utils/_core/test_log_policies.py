# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import PolicyError
from ansible_collections.civic.mailbox.plugins.module_utils._core.policy import Policy, read_policy
from ansible_collections.civic.mailbox.plugins.module_utils._core.section import Located

LEAST = {"forwarding": {"internal_domains": ["town.example"]}}


def read(**stated) -> Policy:
    return read_policy(Located(file="policy.yml", data=LEAST | stated, lines={(): 1}), ())


def test_what_is_not_stated_has_its_default_and_no_lock_is_proposed():
    policy = read(outbound_spam={"recipients_per_hour": 50})

    assert policy.outbound_spam.recipients_per_hour == 50
    assert policy.outbound_spam.networks_per_day == 10
    assert policy.outbound_spam.propose_lock is False
    assert policy.mail_logs.cover_days == 14


MISTAKES = [
    # what the case shows          section          key                        value
    ("no number",                  "outbound_spam", "networks_per_day",        "many"),
    ("more than all of it",        "outbound_spam", "bounced_percent",         101),
    ("a day like every other one", "outbound_spam", "times_usual_day",         1),
    ("no such key",                "outbound_spam", "recipients_an_hour",      5),
    ("no domain",                  "free_mail",     "domains",                 ["free mail"]),
    ("none of them either",        "service_signup", "domains",                ["a..b"]),
    ("no messages",                "service_signup", "messages",               0),
    ("no day at all",              "mail_logs",     "cover_days",              0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("section", "key", "value"), [pytest.param(*case, id=name) for name, *case in MISTAKES]
)
def test_mistakes_are_told_by_section_and_key(section, key, value):
    with pytest.raises(PolicyError, match=f"{section}.{key}"):
        read(**{section: {key: value}})


def test_a_list_of_domains_takes_the_place_of_the_one_that_comes_with_the_product():
    stated = read(free_mail={"domains": ["Bücher.Example."]}, service_signup={"domains": []})

    assert stated.free_mail.domains == {"xn--bcher-kva.example"}
    assert stated.service_signup.domains == frozenset()
    assert "gmail.com" in read().free_mail.domains
    assert "tiki.vn" in read().service_signup.domains

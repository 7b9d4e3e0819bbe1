# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import (
    Account,
    Lock,
    PasswordPolicy,
    SignIn,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.traffic import Traffic
from ansible_collections.civic.mailbox.plugins.module_utils._core.usage import Usage
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    NOW,
    account,
    context,
)

NO_GAP: Mapping[str, str] = MappingProxyType({})
HIDDEN = {"sign_ins": "no right"}
RECORD = {"": "no right"}
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def seen(ago: timedelta, late: timedelta = timedelta(0)) -> dict:
    """A last sign-in so long ago."""
    return {"sign_ins": (SignIn(at=NOW - ago, source="dovecot", precision=late),)}


def sent(ago: timedelta) -> dict:
    """By the log of one host, mail was handed in last on the day so long ago."""
    return {"traffic": (Traffic(), Traffic(host="mail1", last_sent=NOW.replace(hour=0) - ago))}


USES = [
    # what the case shows                           the account                                    gaps           counted as
    ("today",                                       seen(0 * DAY),                                 NO_GAP,        "used"),
    ("30 days ago to the second",                   seen(30 * DAY),                                NO_GAP,        "used"),
    ("a second before",                             seen(30 * DAY + SECOND),                       NO_GAP,        "unused"),
    ("long ago, but late records hide some days",   seen(40 * DAY, late=14 * DAY),                 NO_GAP,        "used"),
    ("long ago, and a witness is missing",          seen(40 * DAY),                                HIDDEN,        "undecided"),
    ("long ago, and its record has a problem",      seen(40 * DAY),                                RECORD,        "undecided"),
    ("long ago, and something else is missing",     seen(40 * DAY),                                {"lock": "r"}, "unused"),
    ("today, and a witness is missing",             seen(0 * DAY),                                 HIDDEN,        "used"),
    ("tomorrow, for clocks differ",                 seen(-1 * DAY),                                NO_GAP,        "used"),
    ("in days to come",                             seen(-2 * DAY),                                NO_GAP,        "undecided"),
    ("never, as far as is known",                   {"sign_ins": ()},                              NO_GAP,        "undecided"),
    ("never, but mail was sent today",              {"sign_ins": (), **sent(0 * DAY)},             NO_GAP,        "used"),
    ("long ago, but mail was sent lately",          {**seen(40 * DAY), **sent(30 * DAY)},          HIDDEN,        "used"),
    ("long ago, as all mail",                       {**seen(40 * DAY), **sent(32 * DAY)},          NO_GAP,        "unused"),
    ("never, and mail was sent in days to come",    {"sign_ins": (), **sent(-3 * DAY)},            NO_GAP,        "undecided"),
    ("locked by an administrator",                  {**seen(0 * DAY), "lock": Lock.ADMINISTRATOR}, NO_GAP,        None),
    ("locked by failures, for a while",             {**seen(0 * DAY), "lock": Lock.FAILURES},      NO_GAP,        "used"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("known", "gaps", "counted"), [pytest.param(*case, id=name) for name, *case in USES]
)
def test_an_open_account_is_used_unused_or_undecided(known, gaps, counted):
    usage = Usage(context())
    usage.add("ldap1", account(**known), gaps)

    (use,) = usage.of_units()

    counts = {name: getattr(use, name) for name in ("used", "unused", "undecided")}
    assert counts == {name: int(name == counted) for name in counts}
    assert use.unit == "Registry"


def test_mail_to_and_from_listed_domains_is_counted_by_unit_and_once_for_each_person():
    usage = Usage(context())
    traffic = Traffic(sent_to={"free.example": 2}, received_from={"free.example": 1})
    usage.add("ldap1", account(traffic=(traffic, traffic)), NO_GAP)
    usage.add("ldap2", account(traffic=(traffic, traffic)), NO_GAP, counted=True)
    usage.add("ldap1", account(unit="School"), NO_GAP)

    registry, school = usage.of_units()

    assert (registry.sent_to, registry.received_from) == ({"free.example": 4}, {"free.example": 2})
    assert (school.sent_to, school.received_from) == ({}, {})


def governed(*accounts: Account, gaps: Mapping[str, str] = NO_GAP) -> list[tuple]:
    usage = Usage(context())
    usage.add_policy("ldap1", PasswordPolicy(name="cn=Default"))
    for one in accounts:
        usage.add("ldap1", one, gaps)
    return [
        (name, use.policy and use.policy.name, dict(use.units), readable)
        for name, use, readable in usage.of_policies()
    ]


GOVERNED = [
    # what the case shows                    the policy's DN  gaps                     name, policy, whether it is known
    ("a policy by another spelling",         "CN=default",    NO_GAP,                  ("cn=Default", "cn=Default", True)),
    ("a policy that was not shown",          "cn=hidden",     NO_GAP,                  ("cn=hidden", None, False)),
    ("no policy",                            None,            NO_GAP,                  ("ldap1", None, True)),
    ("it cannot be read which",              None,            {"password_policy": ""}, ("ldap1", None, False)),
    ("the record cannot be read",            None,            RECORD,                  ("ldap1", None, False)),
    ("something else cannot be read",        None,            {"lock": "no right"},    ("ldap1", None, True)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("dn", "gaps", "expected"), [pytest.param(*case, id=name) for name, *case in GOVERNED]
)
def test_accounts_are_counted_by_the_policy_that_governs_them(dn, gaps, expected):
    name, policy, readable = expected
    accounts = [account(password_policy=dn, unit=unit) for unit in ("Registry", "School", "School")]

    found = governed(*accounts, gaps=gaps)

    assert found == [(name, policy, {"Registry": 1, "School": 2}, readable)]


def test_the_same_name_on_two_servers_is_two_policies():
    usage = Usage(context())
    usage.add_policy("ldap1", PasswordPolicy(name="cn=default", min_length=9))
    for server in ("ldap1", "ldap2"):
        usage.add(server, account(password_policy="cn=default"), NO_GAP)

    assert [(use.server, readable) for _, use, readable in usage.of_policies()] == [
        ("ldap1", True), ("ldap2", False),
    ]  # fmt: skip

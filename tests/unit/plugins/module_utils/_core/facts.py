# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Good base objects for the tests of the core: a case states what differs from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import (
    Account,
    Forward,
    SignIn,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import Context
from ansible_collections.civic.mailbox.plugins.module_utils._core.dates import local_day
from ansible_collections.civic.mailbox.plugins.module_utils._core.forwarding_policy import (
    ForwardingPolicy,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.mail_facts import MailFacts
from ansible_collections.civic.mailbox.plugins.module_utils._core.onward import Onward
from ansible_collections.civic.mailbox.plugins.module_utils._core.policy import (
    IdlePolicy,
    Policy,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.snapshot import Source
from ansible_collections.civic.mailbox.plugins.module_utils._core.traffic import LogCoverage

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
INSIDE = "town.example"
NOW = datetime(2019, 1, 8, 1, tzinfo=timezone.utc)  # 08:00 on the letter's day, in the office


def noon(day: str) -> datetime:
    """Noon of a day in the office's time zone."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), ZONE) + timedelta(
        hours=12
    )


def policy(**stated: Any) -> Policy:
    """The letter's policy for one internal domain."""
    forwarding = ForwardingPolicy(internal_domains=frozenset({INSIDE}))
    return Policy(**{"forwarding": forwarding, **stated})


def recorded_since(**witnesses: str) -> IdlePolicy:
    """An idle policy that states since when each witness records."""
    return IdlePolicy(
        sign_ins_recorded_since={name: date.fromisoformat(day) for name, day in witnesses.items()}
    )


def coverage(host: str = "mail1", **known: Any) -> LogCoverage:
    """The coverage of a log of the last month, in which nothing is missing."""
    base = {
        "first": NOW - timedelta(days=31),
        "last": NOW,
        "lines": 9,
        "untimed": 0,
        "overlong": 0,
        "strangers": 0,
    }
    return LogCoverage(host=host, **{**base, **known})


def onward(mail: MailFacts, accounts: Iterable[Account], stated: Policy) -> Onward:
    """Where mail goes on to, from these accounts and from what the mail hosts know."""
    return Onward.of(
        mail.holders(accounts),
        mailboxes=mail.mailboxes,
        policy=stated.forwarding,
        today=local_day(NOW, stated.time_zone),
    )


def sharing(
    accounts: Iterable[tuple[Source, Account]],
) -> Callable[[str], list[tuple[Source, Account]]]:
    """Those that have an address, as Assessment asks for them."""
    known = list(accounts)
    return lambda address: [
        (source, one) for source, one in known if address in map(str.lower, one.mail)
    ]


def context(*, now: datetime = NOW, stated: Policy | None = None, **newest: datetime) -> Context:
    """A context at `now`; `newest` is each witness's newest sign-in of anybody."""
    stated = stated or policy()
    return Context(
        policy=stated, now=now, today=local_day(now, stated.time_zone), newest_sign_in=newest
    )


def account(**known: Any) -> Account:
    """An account in good order as far as nothing else is stated: in use, password changed."""
    base = {
        "id": "5d2a",
        "dn": "uid=clerk,ou=Registry,dc=town,dc=example",
        "login": "clerk",
        "mail": ("clerk@town.example",),
        "name": "Nguyễn Thị Lan",
        "unit": "Registry",
        "created_at": noon("2018-01-02"),
        "password_changed_at": noon("2018-02-03"),
        "sign_ins": (sign_in("2019-01-07"),),
        "password_policy": "cn=default,ou=policies,dc=town,dc=example",
    }
    return Account(**{**base, **known})


def sign_in(day: str, source: str = "pwdLastSuccess", late: int = 0, detail: str = "") -> SignIn:
    """A sign-in at noon of a day, recorded up to `late` days late."""
    return SignIn(at=noon(day), source=source, precision=timedelta(days=late), detail=detail)


def forward(address: str, source: str = "mailForwardingAddress", **known: Any) -> Forward:
    """A forward set in a directory attribute."""
    return Forward(**{"address": address, "channel": "directory", "source": source, **known})


def as_json(value: Any) -> Any:
    """A fact in the form that the head of snapshot.py describes."""
    if is_dataclass(value):
        return {field.name: as_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (tuple, frozenset)):
        return [as_json(item) for item in (value if isinstance(value, tuple) else sorted(value))]
    return value

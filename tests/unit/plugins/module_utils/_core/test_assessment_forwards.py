# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Aliases, and forwards inside that lead outside."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import (
    Account,
    Forward,
    Lock,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import Status
from ansible_collections.civic.mailbox.plugins.module_utils._core.forwarding_policy import (
    ForwardingPolicy,
)
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.assessed import (
    IDLE,
    OUTSIDE,
    Run,
    alias,
    partners,
    problem,
)
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    account,
    forward,
)


def test_what_a_mail_host_knows_of_any_address_is_the_accounts():
    run = Run(
        account(mail=("clerk@town.example", "Office@town.example"), sign_ins=(IDLE,)),
        mail=[
            alias("office@town.example", "me@home.example"),
            {"record": "sign_in", "mail": "OFFICE@town.example", "at": "2019-01-05T01:00:00Z",
             "source": "dovecot"},
        ],
    )  # fmt: skip

    assert run.status("idle-mailbox") == "pass"
    assert run.status("external-forwarding") == "fail"  # once: not for the alias's own sake too


def test_an_alias_without_an_account_is_judged_by_itself():
    run = Run(
        account(),
        mail=[alias("Info@town.example", "me@home.example"), alias("in@town.example", "clerk@town.example")],
    )  # fmt: skip

    assert run.status("external-forwarding", "info@town.example") == "fail"
    assert run.status("external-forwarding", "in@town.example") == "pass"
    assert [f.subject for f in run.of("idle-mailbox")] == ["clerk@town.example"]


def test_an_alias_has_gaps_of_its_own():
    run = Run(
        account(),
        mail=[alias("info@town.example", "clerk@town.example"), problem("forwards", "info@town.example")],
    )  # fmt: skip

    assert run.status("external-forwarding", "info@town.example") == "unknown"
    assert run.status("external-forwarding", "clerk@town.example") == "pass"


def other(name: str, *forwards: Forward, mail: tuple[str, ...] = ()) -> Account:
    """Another account of the town."""
    addresses = (f"{name}@town.example", *mail)
    return account(id=name, dn=f"uid={name}", login=name, mail=addresses, forwards=forwards)


TO_DESK = forward("desk@town.example")
THROUGH = [
    # what the case shows                    besides the clerk, who forwards to desk@town.example                          the clerk
    ("to an account that forwards",          {"accounts": [other("desk", OUTSIDE)]},                                       "fail"),
    ("to one that keeps its mail",           {"accounts": [other("desk")]},                                                "pass"),
    ("to a mailbox with a script",           {"accounts": [other("desk")], "mail": [alias("desk@town.example", OUTSIDE.address)]}, "fail"),
    ("to another address of such a mailbox", {"accounts": [other("office", mail=("desk@town.example",))], "mail": [alias("office@town.example", OUTSIDE.address)]}, "fail"),
    ("to an alias of an account",            {"accounts": [other("office", OUTSIDE)], "mail": [alias("desk@town.example", "office@town.example")]}, "fail"),
    ("to an alias",                          {"mail": [alias("DESK@town.example", OUTSIDE.address)]},                      "fail"),
    ("to one that forwards to a partner",    {"mail": [alias("desk@town.example", "x@p.example")]},                        "pass"),
    ("to one that forwards back",            {"mail": [alias("desk@town.example", "clerk@town.example")]},                 "pass"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("around", "status"), [pytest.param(*case, id=name) for name, *case in THROUGH]
)
def test_a_forward_inside_is_followed_to_where_it_leaves(around, status):
    clerk = account(forwards=(TO_DESK,))
    run = Run(
        clerk, *around.get("accounts", ()), mail=around.get("mail", ()),
        forwarding=partners("2019-01-08"),
    )  # fmt: skip

    assert run.status("external-forwarding", "clerk@town.example") == status
    assert not any(found.remedies for found in run.of("external-forwarding", "clerk@town.example"))


def test_the_remedy_is_where_the_mail_leaves_and_nowhere_else():
    leaving = {**alias("desk@town.example", OUTSIDE.address), "place": "hash:/etc/aliases desk"}
    run = Run(account(forwards=(TO_DESK,)), mail=[leaving])

    assert [found.subject for found in run.of("external-forwarding") if found.remedies] == [
        "desk@town.example"
    ]


def test_a_domain_inside_that_the_mail_server_rewrites_to_outside_fails_for_who_forwards_there():
    rewritten = {**alias("@old.example", "@home.example"), "channel": "canonical"}
    inside = ForwardingPolicy(internal_domains=frozenset({"town.example", "old.example"}))
    run = Run(account(forwards=(forward("x@old.example"),)), mail=[rewritten], forwarding=inside)

    (found,) = run.of("external-forwarding", "clerk@town.example")

    assert found.summary == (
        "Forwards to @home.example through @old.example (mailForwardingAddress)"
    )
    assert run.status("external-forwarding", "@old.example") == "fail"


def test_a_locked_mailbox_that_forwards_fails():
    run = Run(account(forwards=(OUTSIDE,), lock=Lock.ADMINISTRATOR))

    (found,) = run.of("external-forwarding")

    assert found.status is Status.FAIL
    assert found.remedies

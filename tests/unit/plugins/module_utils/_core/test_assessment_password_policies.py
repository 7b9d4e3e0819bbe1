# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each password policy in use is judged once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import Problem
from ansible_collections.civic.mailbox.plugins.module_utils._core.assessment import (
    POLICY_UNREADABLE,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import Status
from ansible_collections.civic.mailbox.plugins.module_utils._core.snapshot import Unread
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.assessed import (
    CUT,
    LDAP,
    MAIL,
    POLICY,
    Run,
    records,
)
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import account

WEAK = replace(POLICY, name="cn=weak,ou=policies", min_length=6)


def test_each_password_policy_in_use_is_judged_once_by_its_name():
    run = Run(
        WEAK,
        replace(POLICY, name="cn=unused", min_length=1),
        account(),
        account(dn="uid=b", mail=("b@town.example",), password_policy="CN=Weak,ou=policies"),
        account(dn="uid=c", mail=("c@town.example",), password_policy="cn=weak,ou=policies", unit="School"),
    )  # fmt: skip

    assert run.status("password-policy", POLICY.name) == "pass"
    assert run.status("password-policy", WEAK.name) == "fail"
    assert len(run.of("password-policy")) == 2


@pytest.mark.parametrize(
    ("units", "unit"), [(("Registry", "Registry"), "Registry"), (("Registry", "School"), "")]
)
def test_a_policys_unit_is_that_of_all_its_accounts(units, unit):
    accounts = [
        account(dn=f"uid={n}", mail=(f"{n}@town.example",), unit=unit)
        for n, unit in enumerate(units)
    ]

    assert Run(*accounts).of("password-policy")[0].unit == unit


def test_accounts_without_a_policy_are_counted_at_their_server():
    run = Run(account(password_policy=None), account(dn="uid=b", mail=(), password_policy=None))

    (found,) = run.of("password-policy")

    assert (found.subject, found.status, found.about.server) == ("ldap1", Status.FAIL, "ldap1")
    assert found.verdict.params == {"accounts": 2}


UNREAD_POLICY = [
    # what the case shows                              the account                                         unread of the directory
    ("the policy was not shown",                       {"password_policy": "cn=hidden"},                   False),
    ("which one it is cannot be read",                 {"password_policy": None},                          True),
    ("the whole record cannot be understood",          {"password_policy": None, "problems": (Problem(field="", message="r"),)}, False),
    ("which one it is cannot be read of one account",  {"password_policy": None, "problems": (Problem(field="password_policy", message="r"),)}, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("known", "unread"), [pytest.param(*case, id=name) for name, *case in UNREAD_POLICY]
)
def test_a_policy_that_cannot_be_read_is_neither_good_nor_missing(known, unread):
    gap = (Unread(field="password_policy", unit=None, reason="no right"),) if unread else ()
    run = Run(account(**known), ldap=replace(LDAP, unread=gap))

    (found,) = run.of("password-policy")

    assert (found.status, found.verdict.message) == (Status.UNKNOWN, POLICY_UNREADABLE)
    assert found.subject == (known["password_policy"] or "ldap1")


def test_a_policy_of_the_same_name_on_two_servers_is_two_findings():
    other = replace(LDAP, name="ldap2")
    lines = records(replace(POLICY, min_length=6), account(dn="uid=b", mail=("b@town.example",)))

    run = Run(account(), others=[(other, lines)])

    found = run.of("password-policy", POLICY.name)
    assert [(one.about.server, one.status.value) for one in found] == [
        ("ldap1", "pass"),
        ("ldap2", "fail"),
    ]


@pytest.mark.parametrize(
    ("cut", "status"),
    [
        pytest.param({"ldap": replace(LDAP, **CUT)}, "unknown", id="its own directory"),
        pytest.param({"hosts": (replace(MAIL, **CUT),)}, "pass", id="a mail host"),
        pytest.param({"others": [(replace(LDAP, name="ldap2", **CUT), [])]}, "pass", id="another directory"),
    ],
)  # fmt: skip
def test_a_policy_passes_only_where_its_directory_was_read_in_full(cut, status):
    assert Run(account(), **cut).status("password-policy", POLICY.name) == status


def test_a_policy_fails_even_where_its_directory_was_read_in_part():
    run = Run(replace(POLICY, min_length=6), account(), ldap=replace(LDAP, **CUT))

    assert run.status("password-policy", POLICY.name) == "fail"

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is judged, by whom a finding is called, and what is planned."""

from __future__ import annotations

from dataclasses import replace
from string import Formatter

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import (
    Lock,
    Problem,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.assessment import (
    NOT_READ,
    POLICY_UNREADABLE,
    UNREADABLE,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import Status
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import ORDER
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.assessed import (
    BAD,
    CUT,
    IDLE,
    LDAP,
    MAIL,
    NAMES,
    POLICY,
    Run,
    staff,
)
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    account,
    sign_in,
)


def test_an_account_in_good_order_passes_every_control():
    run = Run(account())

    assert {(f.control.name, f.status) for f in run.findings} == {
        (name, Status.PASS) for name in NAMES
    }
    assert run.assessment.accounts == 1


def test_an_account_with_several_addresses_is_told_and_goes_by_the_first():
    run = Run(account(mail=("clerk@town.example", "desk@town.example")), account(mail=("a@b.c",)))

    note = run.assessment.notes[0]
    assert note.startswith("1 accounts have several mail addresses, as clerk@town.example")


def test_an_accounts_findings_name_its_entry_and_its_server():
    (found,) = Run(account(sign_ins=(IDLE,))).of("idle-mailbox")

    assert (found.subject, found.unit) == ("clerk@town.example", "Registry")
    assert (found.about.dn, found.about.server) == (account().dn, "ldap1")
    assert found.status is Status.FAIL


def test_two_accounts_with_the_same_address_are_told_apart():
    run = Run(account(), account(dn="uid=other", sign_ins=(IDLE,)))

    statuses = {found.subject: found.status.value for found in run.of("idle-mailbox")}
    assert statuses == {
        f"clerk@town.example ({account().dn})": "pass",
        "clerk@town.example (uid=other)": "fail",
    }
    assert run.assessment.accounts == 2


def test_an_account_without_an_address_is_called_by_its_entry():
    run = Run(account(mail=(), sign_ins=(IDLE,)))

    assert run.status("idle-mailbox", account().dn) == "fail"


def test_an_account_is_called_by_its_first_address_in_lower_case():
    run = Run(account(mail=("Clerk@Town.example", "office@town.example")))

    assert run.status("idle-mailbox", "clerk@town.example") == "pass"


LOCKED = [account(dn=f"uid=locked{n}", mail=(), lock=Lock.ADMINISTRATOR, sign_ins=()) for n in "ab"]
USE = [
    # what the case shows                         the accounts                                            around them                           status
    ("used 30 days ago",                          staff(a="2018-12-10"),                                  {},                                   "pass"),
    ("used too long ago",                         staff(a="2018-12-07"),                                  {},                                   "fail"),
    ("a late record may hide its use",            [account(sign_ins=(sign_in("2018-12-01", late=14),))],  {},                                   "pass"),
    ("said to be used in days to come",           staff(a="2019-01-10"),                                  {},                                   "unknown"),
    ("a problem with the whole record",           [account(sign_ins=(IDLE,), problems=(Problem(field="", message="r"),))], {},                   "unknown"),
    ("half of them",                              staff(a="2019-01-01", b="2018-09-01"),                  {},                                   "pass"),
    ("no sign-in on record",                      staff(a=None),                                          {},                                   "unknown"),
    ("a mail host is missing: unused is unsure",  staff(a="2018-09-01"),                                  {"hosts": (replace(MAIL, **CUT),)},   "unknown"),
    ("a mail host is missing: used is sure",      staff(a="2019-01-01"),                                  {"hosts": (replace(MAIL, **CUT),)},   "pass"),
    ("accounts of the unit may be missing",       staff(a="2019-01-01"),                                  {"ldap": replace(LDAP, **CUT)},       "unknown"),
    ("those missing may be in use",               staff(a="2018-09-01"),                                  {"ldap": replace(LDAP, **CUT)},       "unknown"),
    ("locked ones do not count",                  [*staff(a="2019-01-01"), *LOCKED], {},                                                        "pass"),
    ("none is open",                              [account(lock=Lock.ADMINISTRATOR)],                     {},                                   "pass"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("accounts", "around", "status"), [pytest.param(*case, id=name) for name, *case in USE]
)
def test_a_units_use_is_counted_over_its_open_accounts(accounts, around, status):
    assert Run(*accounts, **around).status("regular-use", "Registry") == status


def test_only_the_controls_that_are_asked_for_are_assessed():
    run = Run(account(sign_ins=(IDLE,)), controls=["locked-mailbox"], hosts=(replace(MAIL, **CUT),))

    assert {found.control.name for found in run.findings} == {"locked-mailbox"}


def test_every_control_whose_findings_are_changed_has_its_place_in_the_plan():
    run = Run(replace(POLICY, min_length=6), *BAD.values())

    assert {f.control.name for f in run.findings if f.remedies} <= set(ORDER)


@pytest.mark.parametrize("message", [UNREADABLE, NOT_READ, POLICY_UNREADABLE], ids=lambda m: m.key)
def test_the_assessments_own_messages_are_reached_with_all_that_they_name(message):
    run = Run(account(password_policy="cn=hidden"), hosts=(replace(MAIL, **CUT),))

    (params, *_) = [f.verdict.params for f in run.findings if f.verdict.message is message]

    assert {name for _, name, _, _ in Formatter().parse(message.english) if name} <= set(params)

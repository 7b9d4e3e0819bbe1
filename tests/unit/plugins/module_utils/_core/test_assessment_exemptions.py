# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What exemptions and partners cover, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import Lock
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import Status
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.assessed import (
    IDLE,
    LDAP,
    NAMES,
    POLICY,
    Run,
    alias,
    exemption,
    partners,
    problem,
    staff,
)
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    account,
    forward,
)

CLERKS = "unit == 'Registry'"
EXEMPTIONS = [
    # what the case shows                      the exemptions                                               status    matched
    ("one in force",                           [exemption(CLERKS)],                                         "exempt", [1]),
    ("its last day",                           [exemption(CLERKS, "2019-01-08")],                           "exempt", [1]),
    ("one that expired",                       [exemption(CLERKS, "2019-01-07")],                           "fail",   [1]),
    ("one after one that expired",             [exemption(CLERKS, "2019-01-07"), exemption(CLERKS)],        "exempt", [1, 1]),
    ("the first of two counts",                [exemption(CLERKS), exemption(CLERKS)],                      "exempt", [1, 0]),
    ("one for others",                         [exemption("unit == 'School'")],                             "fail",   [0]),
    ("one from another control",               [exemption(CLERKS, control="default-password")],             "fail",   [0]),
    ("by address",                             [exemption("mail == 'clerk@town.example'")],                 "exempt", [1]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("exemptions", "status", "matched"),
    [pytest.param(*case, id=name) for name, *case in EXEMPTIONS],
)
def test_an_exemption_in_force_covers_a_failure_and_counts_it(exemptions, status, matched):
    run = Run(account(sign_ins=(IDLE,)), exemptions=tuple(exemptions))

    (found,) = run.of("idle-mailbox")

    assert found.status.value == status
    assert bool(found.remedies) is (status == "fail")
    assert [run.assessment.counted.exempted[index] for index in range(len(exemptions))] == matched


def test_an_exemption_that_expired_is_shown_with_the_failure():
    run = Run(account(sign_ins=(IDLE,)), exemptions=(exemption(CLERKS, "2019-01-07"),))

    (found,) = run.of("idle-mailbox")

    assert found.verdict.evidence[-1].value == "2019-01-07, approved by the chairman"


def test_a_forward_to_a_partner_is_exempt_until_its_day_and_counted():
    known = account(forwards=(forward("x@p.example"),))
    run = Run(
        known, forwarding=partners("2019-01-08"), mail=[alias("info@town.example", "x@p.example")]
    )

    exempt, rest = run.of("external-forwarding", "clerk@town.example")

    assert (exempt.status, rest.status) == (Status.EXEMPT, Status.PASS)
    assert exempt.remedies == ()
    assert (exempt.exemption.approver, exempt.exemption.expires) == (
        "the chairman",
        date(2019, 1, 8),
    )
    assert run.assessment.counted.partners == {"p.example": 2}


def test_after_its_day_it_fails_and_is_counted_and_told_as_expired():
    run = Run(account(forwards=(forward("x@p.example"),)), forwarding=partners("2019-01-07"))

    (found,) = run.of("external-forwarding")

    assert (found.status, found.exemption) == (Status.FAIL, None)
    assert found.remedies
    last = found.verdict.evidence[-1]
    assert (last.what, last.value) == ("exemption expired", "2019-01-07, approved by the chairman")
    assert run.assessment.counted.partners == {"p.example": 1}


def test_an_exemption_covers_what_a_partners_approval_no_longer_does():
    run = Run(
        account(forwards=(forward("x@p.example"),)),
        forwarding=partners("2019-01-07"),
        exemptions=(exemption("`true`", control="external-forwarding"),),
    )

    (found,) = run.of("external-forwarding")

    assert found.exemption.expires == date(2019, 12, 31)
    assert run.assessment.counted.exempted[0] == 1


def test_a_partners_approval_hides_nothing_that_could_not_be_read():
    run = Run(
        account(forwards=(forward("x@p.example"),)),
        forwarding=partners("2019-01-08"),
        mail=[problem("forwards", "clerk@town.example")],
    )

    exempt, rest = run.of("external-forwarding")

    assert (exempt.status, rest.status) == (Status.EXEMPT, Status.UNKNOWN)


def test_an_exemption_is_for_what_fails_or_is_to_be_judged_and_for_nothing_else():
    exempt_all = tuple(exemption("`true`", control=name) for name in NAMES)
    run = Run(
        account(lock=Lock.ADMINISTRATOR), staff(b=None)[0], ldap=replace(LDAP, newest_sign_in={}),
        exemptions=exempt_all,
    )  # fmt: skip

    assert run.status("locked-mailbox", "clerk@town.example") == "exempt"
    assert run.status("locked-mailbox", "b@town.example") == "pass"
    assert run.status("idle-mailbox", "b@town.example") == "unknown"


def test_an_exemption_by_address_covers_both_accounts_that_have_it():
    run = Run(
        account(sign_ins=(IDLE,)), account(dn="uid=other", sign_ins=(IDLE,)),
        exemptions=(exemption("mail == 'clerk@town.example'"),),
    )  # fmt: skip

    assert [found.status.value for found in run.of("idle-mailbox")] == ["exempt", "exempt"]


def test_an_exemption_can_name_an_alias_a_policy_or_a_unit():
    exempt = (
        exemption("mail == 'info@town.example'", control="external-forwarding"),
        exemption(f"name == '{POLICY.name}'", control="password-policy"),
        exemption("name == 'Registry'", control="regular-use"),
    )
    run = Run(
        replace(POLICY, min_length=6), account(sign_ins=(IDLE,)),
        mail=[alias("info@town.example", "me@home.example")], exemptions=exempt,
    )  # fmt: skip

    assert run.status("external-forwarding", "info@town.example") == "exempt"
    assert run.status("password-policy") == "exempt"
    assert run.status("regular-use") == "exempt"

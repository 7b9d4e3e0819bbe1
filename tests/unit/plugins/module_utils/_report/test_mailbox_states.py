# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The state of a mailbox is that of its worst finding."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._report.mailbox_states import (
    MailboxTally,
    is_mailbox,
)

from .test_digest import row


def states(rows, accounts=10, **by_unit):
    tally = MailboxTally()
    for one in rows:
        tally.add(one)
    return tally.states(accounts, by_unit)


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        (["fail"], "fail"),
        (["exempt", "unknown", "manual", "fail"], "fail"),
        (["manual", "unknown"], "manual"),
        (["exempt", "error"], "unknown"),
        (["postponed"], "unknown"),  # of a newer version: not known to be good
        (["exempt"], "exempt"),
        (["pass"], "pass"),
        ([], "pass"),
    ],
)
def test_a_mailbox_is_in_the_state_of_its_worst_finding(statuses, state):
    found = states([row(status) for status in statuses], accounts=1).totals

    assert found == {**dict.fromkeys(found, 0), state: 1}


def test_each_mailbox_is_in_one_state_and_all_add_up():
    rows = [
        row(),
        row("manual", control="locked-mailbox"),
        row("manual", subject="b@x.example", unit="School"),
        row(subject="b@x.example", unit="School", place="ldap2"),  # another one, of that name
        row(subject="cn=default", control="password-policy"),
    ]

    found = states(rows, accounts=10, Registry=4, School=6)

    assert found.totals == {"fail": 2, "manual": 1, "unknown": 0, "exempt": 0, "pass": 7}
    assert found.of_unit("Registry")["pass"] == 3
    assert found.of_unit("School") == {
        "fail": 1, "manual": 1, "unknown": 0, "exempt": 0, "pass": 4,
    }  # fmt: skip
    assert found.of_unit("nowhere")["pass"] == 0
    assert found.units == {"Registry", "School"}


def test_a_unit_with_nothing_and_an_address_in_no_unit():
    found = states([row(unit="")], accounts=3, Registry=2, **{"": 1})

    assert found.of_unit("Registry") == {**found.of_unit("nowhere"), "pass": 2}
    assert found.of_unit("")["fail"] == 1


@pytest.mark.parametrize(
    ("what", "known", "expected"),
    [
        ("an account", row(), True),
        ("an account in no unit", row(unit="", control="external-forwarding"), True),
        ("an alias", row(unit="", control="external-forwarding", server=""), False),
        ("a server that was not read", row(subject="mail1", server=""), False),
        ("a password policy", row(control="password-policy"), False),
        ("a unit", row(control="regular-use", server=""), False),
        ("an account, by a control of a newer version", row(control="moon-phase"), True),
        ("something else, by one", row(control="moon-phase", subject="cn=moon"), False),
    ],
)
def test_what_is_a_mailbox(what, known, expected):
    assert is_mailbox(known) is expected, what

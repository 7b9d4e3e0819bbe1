# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Mail hosts and workstations are judged by their own facts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.browser_passwords import (
    SeenBrowser,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import Status, Workstation
from ansible_collections.civic.mailbox.plugins.module_utils._core.fate import LOGS
from ansible_collections.civic.mailbox.plugins.module_utils._core.spam_handling import (
    SeenFolder,
    SeenSpamHandling,
)
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.assessed import (
    CUT,
    MAIL,
    Run,
)
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import account

IN_ORDER = SeenSpamHandling(
    folders=(
        SeenFolder(name="Junk", use="junk", seconds=86400, learns=True),
        SeenFolder(name="Trash", use="trash", seconds=86400),
    ),
    quotas=("q",),
    warnings=(80,),
)
FILLED = [
    {"record": "quota", "mail": "Clerk@town.example", "percent": 91, "quota": "q"},
    {"record": "quota", "mail": "info@town.example", "percent": 95, "quota": "q"},
    {"record": "quota", "mail": "desk@town.example", "percent": 89, "quota": "q"},
]


def test_a_mail_host_is_judged_by_its_name_and_a_full_mailbox_with_its_unit():
    run = Run(account(), mail=FILLED, spam_handling={"mail1": IN_ORDER}, logs=())

    found = {(f.subject, f.unit, f.status.value) for f in run.of("service-signup")}

    assert found == {
        ("mail1", "", "pass"),
        ("mail1", "", "unknown"),  # its quotas: how many have one was not told
        ("clerk@town.example", "Registry", "fail"),
        ("info@town.example", "", "fail"),
        (LOGS, "", "unknown"),
    }


@pytest.mark.parametrize(
    ("around", "known"),
    [
        ({}, True),
        ({"spam_handling": {"mail1": IN_ORDER}}, False),
        ({"spam_handling": {"mail1": replace(IN_ORDER, quotas=())}}, True),
        ({"hosts": (replace(MAIL, **CUT),)}, False),
    ],
    ids=["no quota", "a quota that was not counted", "not in force", "a host that was cut off"],
)
def test_whether_it_is_known_how_full_every_mailbox_is(around, known):
    run = Run(account(), **around)

    assert run.assessment.quotas_known is known
    (verdict,) = [f.verdict for f in run.of("service-signup", "clerk@town.example")]
    assert (verdict.silent_on == ()) is known
    settled = run.assessment.subjects().settled
    earlier = ("service-signup", "clerk@town.example", "ldap1", "service-signup.nearly-full")
    assert settled(*earlier) is known
    assert not settled("service-signup", "gone@town.example", *earlier[2:])


def test_a_workstation_is_judged_by_its_browsers_and_by_the_name_it_has_in_the_inventory():
    browser = SeenBrowser(title="Chromium", file="/etc/chromium", is_off=False)
    pc1 = Workstation(name="pc1", browsers=(browser,))
    run = Run(account(), workstations=[pc1], exemptions=())

    (found,) = [one for one in run.findings if one.control.name == "browser-passwords"]
    assert (found.subject, found.status, found.unit, found.about.server) == (
        "pc1",
        Status.FAIL,
        "",
        "",
    )
    assert found.remedies == ()


LIMITS = {
    "name": "submission/inet",
    "limits": {},
    "seconds": 60,
    "takes_mail_from_outside": False,
    "is_counted": True,
    "exempt": [],
    "asks": [],
}


def test_a_mail_host_is_judged_by_the_limits_where_users_sign_in_whether_its_log_was_read_or_not():
    there = {"record": "submission", "services": [LIMITS]}
    run = Run(account(), mail=[there], logs=())

    (found,) = run.of("outbound-spam", "mail1")
    assert (found.status, found.unit, found.about.server) == (Status.FAIL, "", "")


def test_of_a_mail_host_that_was_not_read_in_full_the_limits_that_were_read_count():
    there = {"record": "submission", "services": [LIMITS]}
    run = Run(account(), hosts=(replace(MAIL, **CUT),), mail=[there])

    assert [found.status for found in run.of("outbound-spam", "mail1")] == [Status.FAIL]

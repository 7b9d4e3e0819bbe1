# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.browser_passwords import (
    BrowserPasswords,
    OfficialSite,
    SeenBrowser,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import (
    Status,
    Workstation,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls import browser_passwords
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    context,
    policy,
)

ALL = BrowserPasswords()
BY_NAME = BrowserPasswords(
    sites="official",
    official_sites=(OfficialSite(host="a.example"), OfficialSite(host="b.example")),
)
BY_ORIGIN = BrowserPasswords(
    sites="official", official_sites=(OfficialSite(host="a.example", has_scheme=True),)
)
CASES = [
    # what the case shows             asked      off    sites that are off                            status
    ("off at all sites",              ALL,       True,  (),                                           Status.PASS),
    ("on",                            ALL,       False, (),                                           Status.FAIL),
    ("off at some, asked for all",    ALL,       False, ("a.example",),                               Status.FAIL),
    ("off at all, asked for some",    BY_NAME,   True,  (),                                           Status.PASS),
    ("names",                         BY_NAME,   False, ("a.example", "x.example", "b.example"),      Status.PASS),
    ("origins",                       BY_NAME,   False, ("https://a.example", "https://b.example"),   Status.PASS),
    ("one is missing",                BY_NAME,   False, ("a.example",),                               Status.FAIL),
    ("none is there",                 BY_NAME,   False, (),                                           Status.FAIL),
    ("an origin asked for, a name",   BY_ORIGIN, False, ("a.example",),                               Status.FAIL),
    ("an origin asked for, an origin", BY_ORIGIN, False, ("https://a.example",),                      Status.PASS),
]  # fmt: skip


def judged(wanted: BrowserPasswords, *browsers: SeenBrowser):
    around = context(stated=policy(browser_passwords=wanted))
    found = Workstation(name="pc1", browsers=browsers)
    return list(browser_passwords.BROWSER_PASSWORDS.workstation(found, around))


def browser(title: str, is_off: bool, sites_off: tuple[str, ...] = ()) -> SeenBrowser:
    return SeenBrowser(title=title, file="/etc/x", is_off=is_off, sites_off=sites_off)


@pytest.mark.parametrize(
    ("wanted", "is_off", "sites_off", "status"),
    [pytest.param(*case, id=name) for name, *case in CASES],
)
def test_a_browser_is_measured_by_what_the_policy_asks(wanted, is_off, sites_off, status):
    (verdict,) = judged(wanted, browser("Chromium", is_off, sites_off))

    assert verdict.status is status


def test_each_browser_has_a_finding_of_its_own():
    verdicts = judged(ALL, browser("Chromium", True), browser("Microsoft Edge", False))

    assert [(one.mark, one.status) for one in verdicts] == [
        ("Chromium", Status.PASS), ("Microsoft Edge", Status.FAIL),
    ]  # fmt: skip


def test_a_workstation_without_a_browser_that_is_known_is_no_pass():
    (verdict,) = judged(ALL)

    assert verdict.status is Status.UNKNOWN

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What did not come again: settled, gone, or not looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.snapshot import Unread
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.assessed import (
    CUT,
    LDAP,
    MAIL,
    Run,
    problem,
)
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import account

SETTLED = [
    # what the case shows                             around                                        control, subject, server of the earlier finding            settled
    ("a server that was not read and is now",         {},                                           ("idle-mailbox", "mail1", ""),                             True),
    ("a server that is still not read in full",       {"hosts": (replace(MAIL, **CUT),)},           ("idle-mailbox", "mail1", ""),                             False),
    ("a server that is not asked any more",           {},                                           ("idle-mailbox", "mail2", ""),                             False),
    ("nor of forwards",                               {},                                           ("external-forwarding", "mail2", ""),                      False),
    ("a host of which one half was read",             {"hosts": (replace(MAIL, name="ldap1", **CUT),)}, ("idle-mailbox", "ldap1", ""),                         False),
    ("an alias that is gone",                         {},                                           ("external-forwarding", "info@town.example", ""),          True),
    ("an alias, and a mail host is missing",          {"hosts": (replace(MAIL, **CUT),)},           ("external-forwarding", "info@town.example", ""),          False),
    ("an alias, and no mail host was read",           {"hosts": ()},                                ("external-forwarding", "info@town.example", ""),          False),
    ("an alias, and a directory was cut off",         {"ldap": replace(LDAP, **CUT)},               ("external-forwarding", "info@town.example", ""),          False),
    ("an alias, and forwards of a unit are unread",   {"ldap": replace(LDAP, unread=(Unread(field="forwards", unit="School", reason="r"),))}, ("external-forwarding", "info@town.example", ""), False),
    ("an alias, and its script is unread",            {"mail": [problem("forwards", "info@town.example")]}, ("external-forwarding", "info@town.example", ""),  False),
    ("an alias, and another's script is unread",      {"mail": [problem("forwards", "x@town.example")]}, ("external-forwarding", "info@town.example", ""),     True),
    ("an account that is gone",                       {},                                           ("external-forwarding", "gone@town.example", "ldap1"),     False),
    ("an account that is gone, idle",                 {},                                           ("idle-mailbox", "gone@town.example", "ldap1"),            False),
    ("an account that is an alias's heir",            {},                                           ("external-forwarding", "clerk@town.example", ""),         False),
    ("a policy that is gone",                         {},                                           ("password-policy", "cn=gone", "ldap1"),                   False),
    ("no account is without a policy any more",       {},                                           ("password-policy", "ldap1", "ldap1"),                     True),
    ("or that cannot be read any more",               {"ldap": replace(LDAP, unread=(Unread(field="password_policy", unit=None, reason="r"),))}, ("password-policy", "ldap1", "ldap1"), False),
    ("or the directory was cut off",                  {"ldap": replace(LDAP, **CUT)},               ("password-policy", "ldap1", "ldap1"),                     False),
    ("a control that was not assessed",               {"controls": ["idle-mailbox"]},               ("external-forwarding", "info@town.example", ""),          False),
    ("a unit that is gone",                           {},                                           ("regular-use", "School", ""),                             False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("around", "earlier", "settled"), [pytest.param(*case, id=name) for name, *case in SETTLED]
)
def test_what_did_not_come_again_is_settled_only_where_all_was_read(around, earlier, settled):
    assert Run(account(), **around).assessment.subjects().settled(*earlier) is settled


GONE = ("idle-mailbox", "gone@town.example", "ldap1")
DISAPPEARED = [
    ("an account that is gone", {}, GONE, True),
    ("one that is there", {}, ("idle-mailbox", "clerk@town.example", "ldap1"), False),
    ("one that had its name twice", {}, ("idle-mailbox", "clerk@town.example (uid=2)", "ldap1"), False),
    ("its directory was cut off", {"ldap": replace(LDAP, **CUT)}, GONE, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("around", "earlier", "gone"), [pytest.param(*case, id=name) for name, *case in DISAPPEARED]
)
def test_an_account_disappeared_only_if_its_directory_was_read_in_full(around, earlier, gone):
    around = {"ldap": replace(LDAP, counts={"account": 1}), **around}

    assert Run(account(), **around).assessment.subjects().disappeared(*earlier) is gone

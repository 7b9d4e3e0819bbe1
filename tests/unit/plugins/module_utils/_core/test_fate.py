# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What became of subjects without a finding. What is settled: test_assessment_settled.py, too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.fate import (
    LOGS,
    ReadServer,
    Subjects,
)

LDAP = ReadServer(name="ldap1", kind="accounts", complete=True, accounts=3, unread=())
MAIL = ReadServer(name="mail1", kind="mail", complete=True, accounts=0, unread=())
LOG = replace(MAIL, kind="log")
GONE = ("idle-mailbox", "gone@town.example", "ldap1")


def subjects(*servers: ReadServer, forwards: bool = True) -> Subjects:
    return Subjects(
        servers=servers,
        controls={"idle-mailbox", "external-forwarding", "password-policy", "outbound-spam"},
        knows_account={"clerk@town.example"}.__contains__,
        knows_forwards=lambda _: forwards,
    )


DISAPPEARED = [
    # what the case shows                      servers                                  finding                                            gone
    ("its directory has it no more",           (LDAP, MAIL),                            GONE,                                              True),
    ("whichever control spoke of it",          (LDAP,),                                 ("external-forwarding", *GONE[1:]),                True),
    ("even one that is not assessed now",      (LDAP,),                                 ("locked-mailbox", *GONE[1:]),                     True),
    ("a mail host does not matter",            (LDAP, replace(MAIL, complete=False)),   GONE,                                              True),
    ("its directory was cut off",              (replace(LDAP, complete=False),),        GONE,                                              False),
    ("its directory showed nothing at all",    (replace(LDAP, accounts=0),),            GONE,                                              False),
    ("its directory was not read",             (replace(LDAP, name="ldap2"),),          GONE,                                              False),
    ("a mail host of that name is another",    (replace(MAIL, name="ldap1", accounts=9),), GONE,                                           False),
    ("it is there",                            (LDAP,),                                 ("idle-mailbox", "clerk@town.example", "ldap1"),   False),
    ("an address without an account",          (LDAP,),                                 ("external-forwarding", "info@town.example", ""),  False),
    ("a password policy is no account",        (LDAP,),                                 ("password-policy", "cn=old", "ldap1"),            False),
    ("nor is a unit",                          (LDAP,),                                 ("regular-use", "School", ""),                     False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("servers", "finding", "gone"), [pytest.param(*case, id=name) for name, *case in DISAPPEARED]
)
def test_an_account_is_gone_only_where_its_directory_was_read_in_full(servers, finding, gone):
    assert subjects(*servers).disappeared(*finding) is gone


SETTLED = [
    ("a server that is read again", ("idle-mailbox", "mail1", ""), True, True),
    ("the limits of a mail host that is read again", ("outbound-spam", "mail1", ""), True, True),
    ("an address whose forwards are known", ("external-forwarding", "a@b.example", ""), True, True),
    ("one whose forwards are not", ("external-forwarding", "a@b.example", ""), False, False),
    ("an account", GONE, True, False),
    ("a control that was not assessed", ("locked-mailbox", "mail1", ""), True, False),
    ("those of no unit", ("outbound-spam", "", ""), True, False),
    ("no log was read, and one is now", ("outbound-spam", LOGS, ""), True, True),
]


@pytest.mark.parametrize(
    ("finding", "forwards", "settled"), [pytest.param(*case, id=name) for name, *case in SETTLED]
)
def test_what_is_put_right_is_told_by_what_was_read(finding, forwards, settled):
    assert subjects(LDAP, MAIL, LOG, forwards=forwards).settled(*finding) is settled


def test_limits_of_a_mail_host_that_were_not_asked_for_are_not_put_right():
    host = replace(MAIL, unread=("submission",))

    assert not subjects(LDAP, host).settled("outbound-spam", "mail1", "")
    assert subjects(LDAP, host).settled("external-forwarding", "mail1", "")

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What could not be read leaves undecided only what rests on it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import Problem
from ansible_collections.civic.mailbox.plugins.module_utils._core.assessment import (
    NOT_READ,
    UNREADABLE,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import Status
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.catalogue import CONTROLS
from ansible_collections.civic.mailbox.plugins.module_utils._core.gaps import NO_MAIL_HOST
from ansible_collections.civic.mailbox.plugins.module_utils._core.snapshot import Unread
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.assessed import (
    BAD,
    CUT,
    IDLE,
    LDAP,
    MAIL,
    NAMES,
    OUTSIDE,
    Run,
    problem,
)
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import account

UNKNOWN_TO_MAIL = [
    # what the case shows, the account, the mailboxes, external-forwarding, idle-mailbox
    ("by its address", account(sign_ins=(IDLE,)), ["clerk@town.example"], "pass", "fail"),
    ("in any case", account(mail=("Clerk@Town.example",)), ["clerk@town.example"], "pass", "pass"),
    ("by its login", account(sign_ins=(IDLE,)), ["clerk"], "pass", "fail"),
    ("by another domain", account(sign_ins=(IDLE,)), ["clerk@mail.example"], "unknown", "unknown"),
    ("in use all the same", account(), ["clerk@mail.example"], "unknown", "pass"),
    ("no address", account(mail=(), sign_ins=(IDLE,)), ["desk@town.example"], "unknown", "unknown"),
    ("no Dovecot was read", account(sign_ins=(IDLE,)), [], "unknown", "fail"),
]


@pytest.mark.parametrize(
    ("known", "mailboxes", "forwarding", "idle"),
    [pytest.param(*case, id=name) for name, *case in UNKNOWN_TO_MAIL],
)
def test_the_silence_of_a_host_without_the_mailbox_says_nothing(known, mailboxes, forwarding, idle):
    run = Run(known, mailboxes=mailboxes)

    assert (run.status("external-forwarding"), run.status("idle-mailbox")) == (forwarding, idle)


JUDGED = [control for control in CONTROLS if control.account]


@pytest.mark.parametrize(
    ("control", "field"),
    [(control, field) for control in JUDGED for field in sorted(control.reads)],
    ids=lambda value: getattr(value, "name", value),
)
@pytest.mark.parametrize("where", ["directory", "unit", "another unit", "account", "record"])
def test_a_gap_leaves_only_what_no_further_evidence_could_overturn(control, field, where):
    unread = {
        "directory": (Unread(field=field, unit=None, reason="no right"),),
        "unit": (Unread(field=field, unit="Registry", reason="no right"),),
        "another unit": (Unread(field=field, unit="School", reason="no right"),),
    }.get(where, ())
    problems = {
        "account": (Problem(field=field, message="no right"),),
        "record": (Problem(field="", message="no right"),),
    }.get(where, ())
    for fact in (BAD[control.name], account()):
        plain = Run(fact).of(control.name)[0]
        run = Run(replace(fact, problems=problems), ldap=replace(LDAP, unread=unread))

        (found,) = run.of(control.name, "clerk@town.example")

        if where == "another unit" or plain.status in control.holds_despite_gaps:
            assert (found.status, found.remedies) == (plain.status, plain.remedies)
        else:
            assert (found.status, found.verdict.message) == (Status.UNKNOWN, UNREADABLE)
            assert found.verdict.params == {"reason": "no right"}
        assert found.complete is (where == "another unit")


def test_a_gap_that_a_control_does_not_read_changes_nothing():
    unread = (Unread(field="forwards", unit=None, reason="no right"),)

    run = Run(account(sign_ins=(IDLE,)), ldap=replace(LDAP, unread=unread))

    assert run.status("idle-mailbox") == "fail"
    assert run.status("external-forwarding") == "unknown"


MAIL_GAPS = [
    # what the case shows                hosts                                          records                                   of the clerk, of the desk
    ("a host, read in full",             (MAIL,),                                       [],                                       "pass", "pass"),
    ("no host was read",                 (),                                            [],                                       "unknown", "unknown"),
    ("a host was read in part",          (replace(MAIL, **CUT),),                       [],                                       "unknown", "unknown"),
    ("one of two in part",               (MAIL, replace(MAIL, name="mail2", **CUT)),    [],                                       "unknown", "unknown"),
    ("scripts could not be read",        (replace(MAIL, unread=(Unread(field="forwards", unit=None, reason="r"),)),), [],          "unknown", "unknown"),
    ("another part could not be read",   (replace(MAIL, unread=(Unread(field="sign_ins", unit=None, reason="r"),)),), [],          "pass", "pass"),
    ("a script could not be read",       (MAIL,),                                       [problem("forwards", "Clerk@town.example")], "unknown", "pass"),
    ("a mailbox could not be read",      (MAIL,),                                       [problem("", "clerk@town.example")],      "unknown", "pass"),
    ("a map could not be read",          (MAIL,),                                       [problem("forwards", "")],                "unknown", "unknown"),
    ("a note",                           (MAIL,),                                       [problem("", "")],                        "pass", "pass"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("hosts", "mail", "clerk", "desk"), [pytest.param(*case, id=name) for name, *case in MAIL_GAPS]
)
def test_no_forward_is_known_only_where_every_mail_host_was_read(hosts, mail, clerk, desk):
    desk_account = account(dn="uid=desk", mail=("desk@town.example",))
    run = Run(account(), desk_account, hosts=hosts, mail=mail)

    assert run.status("external-forwarding", "clerk@town.example") == clerk
    assert run.status("external-forwarding", "desk@town.example") == desk


def test_what_mail_hosts_lack_does_not_hide_what_they_have():
    run = Run(account(forwards=(OUTSIDE,)), hosts=())

    assert run.status("external-forwarding") == "fail"


def test_a_mail_systems_own_directory_needs_no_mail_host():
    own = replace(LDAP, holds_mail=True)

    alone = Run(account(), ldap=own, hosts=())
    beside = Run(account(), ldap=own, mailboxes=[])

    assert alone.status("external-forwarding", "clerk@town.example") == "pass"
    assert beside.status("external-forwarding", "clerk@town.example") == "pass"


def test_why_nothing_is_known_of_forwards_is_told():
    (found,) = Run(account(), hosts=()).of("external-forwarding")

    assert found.verdict.params == {"reason": NO_MAIL_HOST}


def test_a_mail_host_that_is_missing_leaves_idle_accounts_unknown_and_others_in_use():
    idle, used = account(sign_ins=(IDLE,)), account(mail=("desk@town.example",), dn="uid=desk")
    run = Run(idle, used, hosts=(replace(MAIL, **CUT),))

    assert run.status("idle-mailbox", "clerk@town.example") == "unknown"
    assert run.status("idle-mailbox", "desk@town.example") == "pass"


@pytest.mark.parametrize(
    ("source", "controls"),
    [
        pytest.param(replace(MAIL, **CUT), {"external-forwarding", "idle-mailbox", "outbound-spam", "regular-use"}, id="a mail host"),
        pytest.param(replace(LDAP, name="ldap2", **CUT), set(NAMES), id="a directory"),
        pytest.param(replace(MAIL, kind="browsers", **CUT), {"browser-passwords"}, id="a workstation"),
    ],
)  # fmt: skip
def test_a_server_that_was_not_read_is_an_error_of_each_control_that_needs_it(source, controls):
    run = Run(account(), hosts=(source,))

    errors = [found for found in run.findings if found.status is Status.ERROR]

    assert {found.control.name for found in errors} == controls
    assert {found.subject for found in errors} == {source.name}
    assert {found.verdict.message for found in errors} == {NOT_READ}


def test_a_workstation_that_was_not_read_says_nothing_of_forwards():
    pc1 = replace(MAIL, name="pc1", kind="browsers", **CUT)
    run = Run(account(), hosts=(MAIL, pc1))

    assert run.assessment.forwards_known
    assert run.status("external-forwarding", "clerk@town.example") == "pass"


def test_a_host_that_is_directory_and_mail_host_has_two_errors_to_tell_apart():
    both = (replace(LDAP, name="one", **CUT), replace(MAIL, name="one", **CUT))

    errors = [f for f in Run(account(), hosts=both).findings if f.status is Status.ERROR]

    assert len({found.fingerprint for found in errors}) == len(errors)


@pytest.mark.parametrize(
    ("around", "known"),
    [
        ({}, True),
        ({"hosts": ()}, False),
        ({"hosts": (replace(MAIL, **CUT),)}, False),
        ({"mail": [problem("forwards", "x@town.example")]}, False),
        ({"mail": [problem("sign_ins", "x@town.example")]}, True),
    ],
)
def test_whether_the_forwards_of_every_address_are_known(around, known):
    assert Run(account(), **around).assessment.forwards_known is known

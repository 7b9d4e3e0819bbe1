# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One address in two directories: one subject with two witnesses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import Account, Lock
from ansible_collections.civic.mailbox.plugins.module_utils._core.assessment import Assessment
from ansible_collections.civic.mailbox.plugins.module_utils._core.control import Status
from ansible_collections.civic.mailbox.plugins.module_utils._core.controls.catalogue import CONTROLS
from ansible_collections.civic.mailbox.plugins.module_utils._core.findings import Finding
from ansible_collections.civic.mailbox.plugins.module_utils._core.mail_facts import MailFacts
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import changes_for
from ansible_collections.civic.mailbox.plugins.module_utils._core.snapshot import Source, Unread
from ansible_collections.civic.mailbox.tests.unit.plugins.module_utils._core.facts import (
    NOW,
    account,
    as_json,
    forward,
    noon,
    onward,
    policy,
    sharing,
    sign_in,
)

ZIMBRA = "zimbraLastLogonTimestamp"
OFFICE = Source(
    name="office", kind="accounts", complete=True, newest_sign_in={"pwdLastSuccess": NOW}
)
SCHOOLS = Source(name="schools", kind="accounts", complete=True, newest_sign_in={ZIMBRA: NOW})
MAIL = Source(name="mail", kind="mail", complete=True)
CUT = {"complete": False, "message": "the connection was lost"}
OLD, OLDER, NEW = sign_in("2018-09-01"), sign_in("2018-08-01"), sign_in("2019-01-07")


def there(seen: object, **more: object) -> Account:
    """The clerk's account in the schools' directory."""
    seen = tuple(replace(one, source=ZIMBRA) for one in seen)  # type: ignore[attr-defined]
    return account(
        id="z-1", dn="uid=clerk,ou=people,dc=school", unit="School", sign_ins=seen, **more
    )


def assess(*accounts: tuple[Source, Account], also: tuple[Source, ...] = (), **stated: object):
    """Assessment and findings of accounts in their directories, in this order."""
    sources = list(dict.fromkeys([*(source for source, _ in accounts), *also]))
    stated_policy, facts = policy(**stated), MailFacts()
    facts.add({"record": "mailbox", "mail": a} for _, one in accounts for a in one.mail)
    assessment = Assessment(
        policy=stated_policy,
        controls=CONTROLS,
        sources=[*sources, MAIL],
        mail=facts,
        now=NOW,
        onward=onward(facts, (one for _, one in accounts), stated_policy),
        sharing=sharing(accounts),
    )
    findings = [
        finding
        for source in sources
        for finding in assessment.of_directory(
            source,
            [{"record": "account", **as_json(one)} for place, one in accounts if place is source],
        )
    ]
    return assessment, [*findings, *assessment.of_the_rest()]


def of(findings: list[Finding], control: str) -> list[tuple[str, str, str]]:
    return [
        (found.about.server, found.subject, found.status.value)
        for found in findings
        if found.control.name == control
    ]


def idle(findings: list[Finding]) -> dict[str, str]:
    return {server: status for server, _, status in of(findings, "idle-mailbox")}


LOCKED = Lock.ADMINISTRATOR
USES = [
    # in the office                          in the schools                        judged there
    ("idle in both",                    account(sign_ins=(OLD,)), there([OLDER]),                         ("fail", "fail")),
    ("in use in the other",             account(sign_ins=(OLD,)), there([NEW]),                           ("pass", "pass")),
    ("in use here alone",               account(sign_ins=(NEW,)), there([OLD]),                           ("pass", "pass")),
    ("locked here, idle there",         account(sign_ins=(OLD,), lock=LOCKED), there([OLD]),              ("pass", "fail")),
    ("locked here after use",           account(sign_ins=(NEW,), lock=LOCKED), there([OLD]),              ("pass", "pass")),
    ("locked here and never used",      account(sign_ins=(), lock=LOCKED), there([OLD]),                  ("pass", "fail")),
    ("made there a month ago",          account(sign_ins=(OLD,)), there([], created_at=noon("2018-12-08")), ("pass", "pass")),
    ("never seen there, why not known", account(sign_ins=(OLD,)), there([]),                              ("unknown", "unknown")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("here", "other", "statuses"), [pytest.param(*case, id=name) for name, *case in USES]
)
def test_a_mailbox_is_idle_only_if_it_is_idle_in_all(here, other, statuses):
    _, findings = assess((OFFICE, here), (SCHOOLS, other))

    assert idle(findings) == dict(zip(("office", "schools"), statuses, strict=True))


def test_each_finding_is_of_the_one_subject_and_names_its_server_and_locks_there():
    _, findings = assess((OFFICE, account(sign_ins=(OLD,))), (SCHOOLS, there([OLDER])))

    found = [one for one in findings if one.control.name == "idle-mailbox"]
    changes = [change for one in found for change in changes_for(one)]
    assert {one.subject for one in found} == {"clerk@town.example"}
    assert len({one.fingerprint for one in found}) == 2
    assert [(change.server, change.target, change.account_id) for change in changes] == [
        ("office", account().dn, account().id),
        ("schools", "uid=clerk,ou=people,dc=school", "z-1"),
    ]
    assert [one.params["last"] for one in (found[0].verdict, found[1].verdict)] == [
        "2018-09-01"
    ] * 2


def test_all_witnesses_are_shown_with_the_directory_they_are_of():
    _, findings = assess((OFFICE, account(sign_ins=(OLD,))), (SCHOOLS, there([OLDER])))

    (office, _) = [one for one in findings if one.control.name == "idle-mailbox"]
    assert [(item.source, item.at) for item in office.verdict.evidence] == [
        ("pwdLastSuccess", OLD.at),
        (f"{ZIMBRA}, schools", OLDER.at),
    ]


def test_a_change_rests_on_the_newest_sign_in_of_all_and_on_its_own_directorys():
    """A warning counts for the idle time of the person; a write compares what its server shows."""
    _, findings = assess((OFFICE, account(sign_ins=(OLDER,))), (SCHOOLS, there([OLD])))

    (office, schools) = [
        change
        for one in findings
        if one.control.name == "idle-mailbox"
        for change in changes_for(one)
    ]
    assert office.seen["sign_ins"] == schools.seen["sign_ins"] == "2018-09-01T05:00:00Z"
    assert office.seen["pwdLastSuccess"] == "2018-08-01T05:00:00Z"
    assert ZIMBRA not in office.seen


def test_any_address_in_common_makes_them_one():
    other = there([NEW], mail=("c.lerk@school.example", "Clerk@Town.example"))

    _, findings = assess((OFFICE, account(sign_ins=(OLD,))), (SCHOOLS, other))

    assert idle(findings) == {"office": "pass", "schools": "pass"}


UNREAD = Unread(field="sign_ins", unit=None, reason="no right")
PARTS = [
    # what is missing                        of the schools' directory      judged in the office
    ("nothing",                              {},                            "fail"),
    ("its sign-ins",                         {"unread": (UNREAD,)},         "unknown"),
    ("its forwards",                         {"unread": (replace(UNREAD, field="forwards"),)}, "fail"),
    ("a part of it",                         CUT,                           "unknown"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("missing", "status"), [pytest.param(*case, id=name) for name, *case in PARTS]
)
def test_what_is_not_known_elsewhere_leaves_it_open(missing, status):
    schools = replace(SCHOOLS, **missing)

    _, findings = assess((OFFICE, account(sign_ins=(OLD,))), (schools, there([OLD])))

    assert idle(findings)["office"] == status


def test_a_directory_that_was_not_read_may_know_anybody():
    clerk, used = account(sign_ins=(OLD,)), account(dn="uid=b", mail=("b@town.example",))

    _, findings = assess((OFFICE, clerk), (OFFICE, used), also=(replace(SCHOOLS, **CUT),))

    assert [status for *_, status in of(findings, "idle-mailbox")][:2] == ["unknown", "pass"]


def test_what_each_directory_holds_by_itself_is_judged_there():
    outside = (forward("me@home.example"),)

    _, findings = assess((OFFICE, account()), (SCHOOLS, there([NEW], forwards=outside)))

    assert of(findings, "external-forwarding")[:2] == [
        ("office", "clerk@town.example", "pass"),
        ("schools", "clerk@town.example", "fail"),
    ]


def test_the_person_counts_once_among_the_users_of_mailboxes():
    run, findings = assess((OFFICE, account(sign_ins=(OLD,))), (SCHOOLS, there([NEW])))

    (use,) = [one for one in findings if one.control.name == "regular-use"]
    assert (use.unit, use.status) == (account().unit, Status.PASS)
    assert run.accounts == 2


def replica(**more: object) -> tuple[Source, Account]:
    return replace(OFFICE, name="office2"), account(**more)


def test_an_entry_on_two_replicas_is_judged_once_by_the_sign_ins_of_both():
    run, findings = assess((OFFICE, account(sign_ins=(OLD,))), replica(sign_ins=(NEW,)))

    assert idle(findings) == {"office": "pass"}
    assert run.accounts == 1


def test_replicas_that_disagree_prove_nothing():
    locked = replica(sign_ins=(OLD,), lock=LOCKED)

    _, findings = assess((OFFICE, account(sign_ins=(OLD,))), locked)

    (found,) = [one for one in findings if one.control.name == "idle-mailbox"]
    assert found.status is Status.UNKNOWN
    assert "office and office2 show the same entry in different states (lock)" in found.summary


def test_entries_without_an_id_of_the_server_are_no_replicas():
    same = {"dn": "uid=clerk", "id": "uid=clerk"}

    _, findings = assess((OFFICE, account(**same)), replica(**same))

    assert [server for server, *_ in of(findings, "idle-mailbox")] == ["office", "office2"]


CLOCKS = [
    # the server's clock before ours            judged, told of
    (timedelta(0),                              "pass", False),
    (timedelta(seconds=60),                     "pass", False),
    (timedelta(seconds=61),                     "pass", True),
    (timedelta(days=40),                        "fail", True),
    (timedelta(days=-40),                       "unknown", True),
]  # fmt: skip


@pytest.mark.parametrize(("ahead", "status", "told"), CLOCKS)
def test_times_are_judged_by_the_clock_of_their_server(ahead, status, told):
    source = replace(OFFICE, clock_ahead=ahead)
    seen = "2018-11-10" if ahead >= timedelta(0) else "2019-01-08"

    run, findings = assess((source, account(sign_ins=(sign_in(seen),))))

    assert idle(findings)["office"] == status
    assert any("its clock is" in note for note in run.notes) is told

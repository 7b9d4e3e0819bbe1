# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Account lines, read back by the snapshot's own reader."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import (
    Account,
    Contact,
    Forward,
    Lock,
    PasswordCheck,
    PasswordPolicy,
    Problem,
    SignIn,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.snapshot import read_account
from ansible_collections.civic.mailbox.plugins.module_utils._directory.account_lines import (
    AccountLines,
    Setting,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialect import (
    EnforcedPolicy,
    Policies,
    ServerFacts,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialects.openldap import (
    OPENLDAP,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.passwords import (
    PasswordChecker,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.units import (
    UnitRule,
    from_attribute,
    from_dn,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.visibility import (
    Visibility,
)

NOW = datetime(2019, 1, 8, 12, tzinfo=timezone.utc)
DEFAULT, STRICT = "cn=default,dc=x", "cn=strict,dc=x"
POLICIES = Policies(
    found=(
        EnforcedPolicy(record=PasswordPolicy(name=DEFAULT, lockout_duration=timedelta(0))),
        EnforcedPolicy(
            record=PasswordPolicy(name=STRICT, lockout_duration=timedelta(hours=1)),
            honours_must_change=False,
        ),
    ),
    default=DEFAULT,
)
CLERK = {
    "entryUUID": b"af39574c-7bd4-1041-8e59-07730d712f3d",
    "uid": b"clerk",
    "mail": b"clerk@x.example",
    "cn": "Nguyễn An".encode(),
}
KNOWN = Account(
    id="af39574c-7bd4-1041-8e59-07730d712f3d",
    dn="uid=clerk,ou=Police,dc=x",
    login="clerk",
    mail=("clerk@x.example",),
    name="Nguyễn An",
    unit="Police",
    password_policy=DEFAULT,
)


def lines(
    policies: Policies = POLICIES,
    unit: UnitRule | None = None,
    candidates: tuple[str, ...] = (),
    precisions: dict[str, int] | None = None,
    with_addresses: bool = False,
) -> AccountLines:
    return AccountLines(
        Setting(
            dialect=OPENLDAP.knowing_contacts(["otherMailbox"], ["recovery"]),
            server=ServerFacts(software="OpenLDAP", time=None, precisions=precisions or {}),
            policies=policies,
            unit=unit or from_dn("ou"),
            checker=PasswordChecker(candidates, 60),
            visibility=Visibility(OPENLDAP.fields),
            now=NOW,
            with_addresses=with_addresses,
        )
    )


def account(made: AccountLines, dn: bytes = b"uid=clerk,ou=Police,dc=x", **values) -> Account:
    """What the reader makes of the line of CLERK with these values."""
    whole = {name: [v] if isinstance(v, bytes) else v for name, v in (CLERK | values).items()}
    line = made.line((dn, {name: values for name, values in whole.items() if values}))
    assert line.count("\n") == 1
    assert line.endswith("\n")
    return read_account(json.loads(line))


def told(found: Account) -> dict[str, object]:
    """Where an account differs from what is known of CLERK, its problems aside."""
    names = [name for name in Account.__slots__ if name != "problems"]
    return {
        name: getattr(found, name) for name in names if getattr(found, name) != getattr(KNOWN, name)
    }


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2019, 1, 8, hour, minute, tzinfo=timezone.utc)


ACCOUNTS = [
    # what it shows                the values                                          differs in
    ("nothing more",               {},                                                 {}),
    ("times",                      {"createTimestamp": b"20190108010000Z", "pwdChangedTime": b"20190108020000Z"},
                                                                                       {"created_at": at(1), "password_changed_at": at(2)}),
    ("two addresses",              {"mail": [b"b@x", b"a@x"]},                         {"mail": ("b@x", "a@x")}),
    ("no address",                 {"mail": []},                                       {"mail": ()}),
    ("no login",                   {"uid": []},                                        {"login": ""}),
    ("no id",                      {"entryUUID": []},                                  {"id": KNOWN.dn}),
    ("two sign-ins",               {"pwdLastSuccess": b"20190108010000Z", "authTimestamp": b"20190108020000Z"},
                                   {"sign_ins": (SignIn(at=at(1), source="pwdLastSuccess"), SignIn(at=at(2), source="authTimestamp"))}),
    ("forwards of two kinds",      {"mailRoutingAddress": [b"a@y", b"b@y"], "maildrop": [b"c@y"]},
                                   {"forwards": (Forward(address="a@y", channel="directory", source="mailRoutingAddress"),
                                                 Forward(address="b@y", channel="directory", source="mailRoutingAddress"),
                                                 Forward(address="c@y", channel="directory", source="maildrop"))}),
    ("a policy of its own",        {"pwdPolicySubentry": b"CN=strict, DC=x"},          {"password_policy": STRICT}),
    ("a policy that is not shown", {"pwdPolicySubentry": b"cn=other,dc=x"},            {"password_policy": "cn=other,dc=x"}),
    ("locked for good",            {"pwdAccountLockedTime": b"000001010000Z"},         {"lock": Lock.ADMINISTRATOR}),
    ("locked by failures",         {"pwdAccountLockedTime": b"20190108100000Z"},       {"lock": Lock.FAILURES, "locked_at": at(10)}),
    ("its own policy's hour over", {"pwdAccountLockedTime": b"20190108100000Z", "pwdPolicySubentry": STRICT.encode()},
                                                                                       {"password_policy": STRICT}),
    ("locked in both ways",        {"pwdAccountLockedTime": b"000001010000Z", "pwdEndTime": b"20190108100000Z"},
                                                                                       {"lock": Lock.ADMINISTRATOR}),
    ("no longer valid",            {"pwdEndTime": b"20190108100000Z"},                 {"lock": Lock.ADMINISTRATOR, "locked_at": at(10)}),
    ("must change",                {"pwdReset": b"TRUE"},                              {"must_change": True}),
    ("need not change",            {"pwdReset": b"FALSE"},                             {}),
    ("letters that JSON escapes",  {"cn": b'a"b\\c\nd'},                               {"name": 'a"b\\c\nd'}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "differs"), [pytest.param(*case, id=name) for name, *case in ACCOUNTS]
)
def test_an_account_is_read_back_as_it_is(values, differs):
    found = account(lines(), **values)

    assert told(found) == differs
    assert found.problems == ()


PROBLEMS = [
    # what is wrong              the values                                     differs in                  field, said
    ("a time that is none",      {"createTimestamp": b"yesterday"},             {},                         "created_at", "createTimestamp: yesterday"),
    ("a sign-in that is none",   {"pwdLastSuccess": b"20190230000000Z"},        {},                         "sign_ins", "pwdLastSuccess: 20190230"),
    ("a lock that is none",      {"pwdAccountLockedTime": b"soon"},             {},                         "lock", "pwdAccountLockedTime: soon"),
    ("a name that is no UTF-8",  {"cn": b"B\xecnh"},                            {"name": r"B\xecnh"},       "name", r"cn: B\xecnh is not UTF-8"),
    ("one address of two",       {"mail": [b"a@x", b"\xff"]},                   {"mail": ("a@x", r"\xff")}, "mail", "not UTF-8"),
    ("a forward",                {"maildrop": b"\xff@y"},
                                 {"forwards": (Forward(address=r"\xff@y", channel="directory", source="maildrop"),)},
                                                                                                            "forwards", "maildrop"),
    ("a policy's name",          {"pwdPolicySubentry": b"cn=\xff"},             {"password_policy": None},  "password_policy", "pwdPolicySubentry"),
    ("a change nobody demands",  {"pwdReset": b"TRUE", "pwdPolicySubentry": STRICT.encode()},
                                 {"must_change": True, "password_policy": STRICT},                          "must_change", "pwdMustChange FALSE"),
    ("a switch that is none",    {"pwdReset": b"yes"},                          {},                         "must_change", "pwdReset: yes"),
    ("a lock in the future",     {"pwdAccountLockedTime": b"20190108130000Z"},  {},                         "lock", "future"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "differs", "field", "said"),
    [pytest.param(*case, id=name) for name, *case in PROBLEMS],
)
def test_what_cannot_be_understood_becomes_a_problem_and_the_rest_stays(
    values, differs, field, said
):
    made = lines()

    found = account(made, **values)

    assert told(found) == differs
    (problem,) = found.problems
    assert problem.field == field
    assert said in problem.message
    assert made.tally.counts()["with_problem"] == 1


def test_a_dn_and_a_unit_that_are_no_utf8_are_shown_escaped():
    found = account(lines(), dn=b"uid=\xff,ou=\xfe,dc=x")

    assert (found.dn, found.unit, found.id) == (r"uid=\xff,ou=\xfe,dc=x", r"\xfe", KNOWN.id)
    assert {problem.field for problem in found.problems} == {"dn", "unit"}


def test_a_unit_comes_from_the_rule():
    assert account(lines(unit=from_attribute("l")), l=b"Hanoi").unit == "Hanoi"


def test_without_a_default_nothing_is_said_of_the_policy():
    made = lines(policies=Policies())

    assert account(made).password_policy is None
    assert made.tally.marked("without_policy") == 1


def test_a_policy_that_is_named_and_not_shown_is_remembered():
    made = lines()
    for _ in range(2):
        account(made, pwdPolicySubentry=b"cn=other,dc=x")

    assert made.tally.unknown_policies() == {"cn=other,dc=x"}


def test_the_precision_of_a_source_stands_with_its_sign_ins():
    found = account(lines(precisions={"pwdLastSuccess": 3600}), pwdLastSuccess=b"20190108010000Z")

    assert found.sign_ins[0].precision == timedelta(hours=1)


def test_the_newest_sign_in_of_each_source_is_remembered():
    made = lines()
    for value in (b"20190107000000Z", b"20190108010000Z", b"20181231235959Z"):
        account(made, pwdLastSuccess=value)

    assert made.newest_sign_in == {"pwdLastSuccess": '"2019-01-08T01:00:00Z"'}
    assert made.tally.counts()["with_sign_in"] == 3


def test_accounts_are_counted_by_what_they_are():
    made = lines()
    account(made)
    account(made, pwdAccountLockedTime=b"000001010000Z", pwdReset=b"TRUE", maildrop=b"a@y")
    account(made, pwdAccountLockedTime=b"20190108100000Z")

    assert made.tally.counts() == {
        "locked_by_administrator": 1,
        "locked_by_failures": 1,
        "must_change": 1,
        "forwarding": 1,
    }


def test_a_hash_is_compared_and_only_the_verdict_is_written():
    made = lines(candidates=("{login}@2019",))

    line = made.line((b"uid=clerk,dc=x", {"uid": [b"clerk"], "userPassword": [b"clerk@2019"]}))

    found = read_account(json.loads(line))
    assert (found.password_check, found.password_scheme) == (PasswordCheck.MATCH, "CLEARTEXT")
    assert "clerk@2019" not in line
    assert made.tally.counts() == {"password_match": 1}


def test_a_problem_is_told_with_its_field():
    assert account(lines(), createTimestamp=b"x").problems == (
        Problem(
            field="created_at",
            message="createTimestamp: x is no generalized time (RFC 4517): correct it on the server",
        ),
    )


CONTACTS = [
    # what the case shows         the values                                                        domains
    ("an address",                {"mozillaSecondEmail": [b"Me@Free.Example"]},                     ["free.example"]),
    ("twice the same",            {"mozillaSecondEmail": [b"me@free.example", b"you@free.example"]}, ["free.example"]),
    ("in two attributes",         {"mozillaSecondEmail": [b"a@x.y"], "otherMailbox": [b"a@x.y"]},   ["x.y", "x.y"]),
    ("with its type",             {"otherMailbox": [b"SMTP:a@x.y", b"internet$b@z.y"]},             ["x.y", "z.y"]),
    ("in a list, with a name",    {"otherMailbox": ["Bình <a@x.y>; b@z.y.".encode()]},              ["x.y", "z.y"]),
    ("no address",                {"otherMailbox": [b"0912 345 678", b"none", b"a@ b"]},            []),
    ("letters that are no UTF-8", {"otherMailbox": [b"\xff@x.y"]},                                  ["x.y"]),
    ("one that recovers",         {"recovery": [b"a@x.y"]},                                         ["x.y"]),
    ("addresses without a gap",   {"recovery": [b"a@x.y@z.w"]},                                     ["x.y", "z.w"]),
    ("a word of a megabyte",      {"recovery": [b"a" * (1 << 20) + b" a@x.y"]},                     ["x.y"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "domains"), [pytest.param(*case, id=name) for name, *case in CONTACTS]
)
def test_of_contacts_the_domains_are_written_and_no_address(values, domains):
    made = lines()

    found = account(made, **values)

    assert [one.domain for one in found.contacts] == domains
    assert {(one.source in values, one.address) for one in found.contacts} <= {(True, "")}
    assert [one.recovers for one in found.contacts] == ["recovery" in values] * len(domains)
    assert found.problems == ()
    assert made.tally.counts()["with_contact"] == bool(domains)


def test_addresses_of_contacts_are_written_where_they_are_asked_for():
    found = account(lines(with_addresses=True), otherMailbox=[b"SMTP:Me@Free.Example"])

    assert found.contacts == (
        Contact(domain="free.example", source="otherMailbox", address="Me@Free.Example"),
    )

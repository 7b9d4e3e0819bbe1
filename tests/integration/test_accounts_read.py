# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is read of the lab's directory, and what may not be read."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import lifecycle, population
from ansible_collections.civic.mailbox.lab.clients import Info
from ansible_collections.civic.mailbox.lab.population import DEFAULT_PASSWORD, Person
from ansible_collections.civic.mailbox.plugins.module_utils._core.account import (
    Account,
    Forward,
    Lock,
    PasswordCheck,
    SignIn,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.dates import parse_time
from ansible_collections.civic.mailbox.plugins.module_utils._core.snapshot import (
    read_password_policy,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.gather import gather
from ansible_collections.civic.mailbox.plugins.module_utils._directory.units import (
    from_attribute,
    from_jmespath,
)

from .ports import free_port_base
from .reading import access_to, now, people_of, read


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Info]:
    """A lab of this file's own: in that of all others people sign in, and here each sign-in is told."""
    directory = tmp_path_factory.mktemp("lab") / "lab"
    lifecycle.up(directory, port_base=free_port_base(), people=0)
    try:
        yield lifecycle.describe(directory)
    finally:
        lifecycle.down(directory)


@pytest.fixture
def access(lab: Info) -> Callable[..., Access]:
    return access_to(lab)


@pytest.fixture
def base(lab: Info) -> str:
    return lab["openldap"]["search_base"]


@pytest.fixture
def people(lab: Info) -> dict[str, Person]:
    return people_of(lab)


# What is read


def expected(one: Person) -> dict[str, Any]:
    """What an auditor must read of a person."""
    state = one.state
    lock = {"": None, "administrator": Lock.ADMINISTRATOR, "failures": Lock.FAILURES}[state.lock]
    strict = one.unit == population.STRICT_UNIT
    signed_in = one.ago(state.signed_in)
    return {
        "login": one.uid,
        "mail": frozenset(one.mail),
        "name": one.name,
        "unit": one.unit,
        "created_at": one.ago(state.created),
        "password_changed_at": one.ago(state.password_changed),
        "must_change": state.must_change,
        "lock": lock,
        "locked_at": one.now if lock is Lock.FAILURES else None,
        "sign_ins": (SignIn(at=signed_in, source="pwdLastSuccess"),) if signed_in else (),
        "password_policy": population.STRICT_POLICY if strict else population.DEFAULT_POLICY,
        "forwards": (
            (Forward(address=one.forward, channel="directory", source="mailRoutingAddress"),)
            if one.forward
            else ()
        ),
        "problems": (),
    }


def shown(account: Account) -> dict[str, Any]:
    return {
        **{name: getattr(account, name) for name in expected(next(population.people(0, now())))},
        "mail": frozenset(account.mail),  # a server keeps no order
    }


@pytest.mark.parametrize(
    ("scheme", "options"),
    [
        pytest.param("ldap", {}, id="in clear"),
        pytest.param("ldap", {"start_tls": True}, id="StartTLS"),
        pytest.param("ldaps", {}, id="LDAPS"),
    ],
)
@pytest.mark.parametrize("page_size", [0, 1, 7, 1000])
def test_every_account_is_read_as_it_is(access, base, people, scheme, options, page_size):
    policy = population.DEFAULT_POLICY
    found = read(
        access(scheme=scheme, **options), base, page_size=page_size, default_password_policy=policy
    )

    accounts = found.accounts
    assert accounts.keys() == people.keys()
    assert found.outcome.total == len(people)
    assert {uid: shown(a) for uid, a in accounts.items()} == {
        uid: expected(one) for uid, one in people.items()
    }
    assert len({account.id for account in accounts.values()}) == len(people)
    assert found.end["unread"] == []
    assert found.problems == []


def test_the_auditor_may_show_a_certificate_instead(lab, base, people):
    folder = Path(lab["tls"]["ca"]).parent
    access = Access(
        uri=lab["openldap"]["ldaps"],
        ca_path=lab["tls"]["ca"],
        sasl_external=True,
        client_cert=str(folder / "auditor.pem"),
        client_key=str(folder / "auditor.key"),
    )

    assert read(access, base).accounts.keys() == people.keys()


def test_the_accounts_of_tools_are_no_accounts(access, base):
    assert read(access(), "o=services").outcome.total == 0


def test_the_policies_are_read_with_what_they_enforce(access, base):
    found = read(access(), base, default_password_policy=population.DEFAULT_POLICY)

    policies = [read_password_policy(record) for record in found.records("policy")]
    assert {policy.name: policy.min_length for policy in policies} == population.PASSWORD_POLICIES
    assert {policy.classes for policy in policies} == {frozenset()}
    assert {policy.lockout_duration for policy in policies} == {timedelta(0)}


def test_the_header_and_the_end_tell_what_was_read(access, base, people):
    found = read(access(), base, default_password_policy=population.DEFAULT_POLICY)

    newest = max(one.ago(one.state.signed_in) for one in people.values() if one.state.signed_in)
    assert found.lines[0]["server"] == access().uri
    assert (found.lines[0]["dialect"], found.lines[0]["kind"]) == ("openldap", "accounts")
    assert found.lines[0]["software"].startswith("OpenLDAP")
    assert found.end["counts"] == {"policy": 2, "account": len(people)}
    assert parse_time(found.end["newest_sign_in"]["pwdLastSuccess"]) == newest


def test_accounts_are_counted_by_what_they_are(access, base, people):
    counts = read(access(), base).outcome.counts

    states = [one.state for one in people.values()]
    locks = Counter(state.lock for state in states)
    assert counts["locked_by_administrator"] == locks["administrator"]
    assert counts["locked_by_failures"] == locks["failures"]
    assert counts["must_change"] == sum(state.must_change for state in states)
    assert counts["forwarding"] == sum(bool(state.forward) for state in states)
    assert counts["with_sign_in"] == sum(state.signed_in is not None for state in states)


def test_units_come_from_an_attribute_or_a_query_as_well(access, base, people):
    units = {uid: one.unit for uid, one in people.items()}
    for rule in (from_attribute("ou"), from_jmespath("ou[0]")):
        found = read(access(), base, unit=rule)
        assert {uid: account.unit for uid, account in found.accounts.items()} == units


@pytest.mark.parametrize(
    ("query", "said"),
    [
        pytest.param("userPassword[0]", "holds passwords", id="a hash"),
        pytest.param("USERPASSWORD[0]", "holds passwords", id="a hash in capitals"),
        pytest.param("Mail[0]", "write mail in place of Mail", id="another spelling"),
    ],
)
def test_what_cannot_name_a_unit_is_refused(access, base, query, said):
    found = read(access("hash-auditor"), base, unit=from_jmespath(query))

    assert said in found.outcome.message
    assert found.outcome.total == 0


def test_default_passwords_are_found_in_every_scheme_and_no_hash_is_written(access, base, people):
    candidates = ("guess", DEFAULT_PASSWORD, "Pw-{login}-7!")
    policy = {"default_password_policy": population.DEFAULT_POLICY}
    reader = access("hash-auditor")
    found = read(reader, base, password_candidates=candidates[:2], **policy)
    everybody = read(reader, base, password_candidates=candidates, **policy)

    checks = {uid: account.password_check for uid, account in found.accounts.items()}
    assert checks == {
        uid: PasswordCheck.MATCH if one.password == DEFAULT_PASSWORD else PasswordCheck.NO_MATCH
        for uid, one in people.items()
    }
    assert {account.password_check for account in everybody.accounts.values()} == {
        PasswordCheck.MATCH
    }
    assert found.end["unread"] == []
    written = json.dumps(found.lines) + repr(found.outcome)
    assert DEFAULT_PASSWORD not in written
    assert not [one.uid for one in people.values() if one.password_hash[-20:] in written]


def test_no_time_for_hashes_leaves_them_not_tried(access, base):
    wanted = {"password_candidates": ("guess",), "hash_seconds": 0}
    found = read(access("hash-auditor"), base, **wanted)

    assert {a.password_check for a in found.accounts.values()} == {PasswordCheck.NOT_TRIED}
    assert "hash_time_budget" in " ".join(found.problems)


def test_progress_is_told(access, base, monkeypatch):
    module = sys.modules[gather.__module__]
    monkeypatch.setattr(module, "PROGRESS_EVERY", 10)
    told: list[int] = []

    found = read(access(), base, progress=told.append)

    assert told == list(range(10, found.outcome.total + 1, 10))


# What may not be read


def test_an_attribute_that_may_not_be_read_is_told_by_its_field(access, base):
    found = read(access("blind"), base, default_password_policy=population.DEFAULT_POLICY)

    unread = {(item["field"], item["unit"]) for item in found.end["unread"]}
    assert unread == {("sign_ins", None), ("password_changed_at", None), ("forwards", None)}
    reasons = " ".join(item["reason"] for item in found.end["unread"])
    assert "insufficientAccessRights (50)" in reasons
    assert found.end["complete"] is True


def test_hashes_that_may_not_be_read_are_told(access, base):
    wanted = {
        "password_candidates": ("guess",),
        "default_password_policy": population.DEFAULT_POLICY,
    }
    found = read(access(), base, **wanted)

    assert [item["field"] for item in found.end["unread"]] == ["password_check"]
    assert {account.password_check for account in found.accounts.values()} == {None}


def test_a_default_policy_that_is_not_shown_is_told(access, base, people):
    found = read(access(), base)

    (item,) = found.end["unread"]
    assert (item["field"], item["unit"]) == ("password_policy", None)
    assert "default_password_policy" in item["reason"]
    policies = Counter(account.password_policy for account in found.accounts.values())
    strict = sum(one.unit == population.STRICT_UNIT for one in people.values())
    assert policies == {population.STRICT_POLICY: strict, None: len(people) - strict}


def test_a_stated_policy_that_is_none_is_told(access, base):
    found = read(access(), base, default_password_policy=f"cn=none,{population.POLICIES}")

    assert "cn=none" in " ".join(found.problems)

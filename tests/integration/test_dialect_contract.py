# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What holds of every directory alike: each is asked on a real server of the lab.

Where one differs stands in directories.py; the traps of one alone in a file of its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import ldap3
import pytest

from ansible_collections.civic.mailbox.lab import lifecycle, population
from ansible_collections.civic.mailbox.lab.clients import wait_for
from ansible_collections.civic.mailbox.lab.population import DOMAIN, OUTSIDE, STRICT_UNIT, Person
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dn import same_dn
from ansible_collections.civic.mailbox.plugins.modules import account, password_policy

from .directories import DIRECTORIES, Directory, now
from .module_run import Ran
from .office import Office, SignIn, done, left
from .ports import free_port_base

COUNT = 60  # of people beside one for each state
LOCKS = {"": None, "administrator": "administrator", "failures": "failures"}
ASKED = {"min_length": 9, "history": 5, "lockout_threshold": 4, "lockout_duration": 900}
NEW = ("Kemx-471", "Kemx-4711")  # of eight and of nine characters


@dataclass(kw_only=True)
class Contract:
    """A directory of the table on its server, and people to whom nothing has happened yet."""

    table: Directory
    office: Office

    def __post_init__(self) -> None:
        at = datetime.strptime(self.office.lab["now"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        self.people = {one.uid: one for one in population.people(COUNT, at)}
        self._numbers = itertools.count()
        numbered = [one for one in self.people.values() if one.uid.startswith("user")]
        self._fresh = {
            (name, strict): iter([one for one in numbered if is_one(one, state, strict)])
            for name, state in population.STATES.items()
            for strict in (False, True)
        }

    def take(self, state: str = "active", *, strict: bool = False) -> Person:
        """Somebody in that state, of the unit with a policy of its own or of another, whom no test
        has taken."""
        return next(self._fresh[state, strict])

    def run_id(self) -> str:
        return f"run{next(self._numbers)}"

    def dn(self, person: Person) -> str:
        return self.table.dn_of(person)

    def read(self, person: Person, *names: str) -> dict[str, bytes]:
        """The first value of each of these that the person's entry has."""
        found = self.office.read(self.dn(person), *names)
        return {name: values[0] for name, values in found.items()}

    def sign_in(self, person: Person, password: str = "") -> SignIn:
        return self.office.sign_in(self.dn(person), password or person.password)

    def snapshot(self, login: str = "auditor", run_id: str = "") -> list[dict[str, Any]]:
        more = {**self.table.options, **self.table.by_unit}
        return self.office.gather(run_id or self.run_id(), login, **more)

    def audited(self, policy: str = "", login: str = "auditor") -> tuple[str, list[dict[str, Any]]]:
        """A run of the audit, and its findings."""
        run_id = self.run_id()
        self.snapshot(login, run_id)
        return run_id, self.office.assess(run_id, policy)

    def idle(self, since: str = "2019-01-01") -> tuple[str, dict[str, str]]:
        """A run of the audit, and what it says of mailboxes that nobody opens: login -> status."""
        stated = ", ".join(f"{one}: {since}" for one in self.table.witnesses)
        run_id, findings = self.audited(
            f"idle_mailbox: {{sign_ins_recorded_since: {{{stated}}}}}\n"
        )
        found = [one for one in findings if one["control"] == "idle-mailbox"]
        return run_id, {one["subject"].partition("@")[0]: one["status"] for one in found}

    def apply(self, run_id: str, control: str = "", **more: Any) -> Ran:
        controls = {"controls": [control]} if control else {}
        return self.office.apply(run_id, **self.table.options, **controls, **more)

    def bring(self, state: str, *people: Person, **more: Any) -> Ran:
        subjects = [one.subject for one in people]
        return self.office.set_state(state, *subjects, **self.table.options, **more)

    def journalled(self) -> tuple[str, dict[str, str]]:
        """A run by name: its id, and the option that has it journalled."""
        run_id = self.run_id()
        return run_id, {"run_dir": str(self.office.reports / run_id)}

    def export(self) -> dict[str, Any]:
        """All that the product may write."""
        people = self.office.export(self.office.server["search_base"])
        return people | {dn: self.office.state(dn) for dn in self.table.policies}


def is_one(person: Person, state: population.State, strict: bool) -> bool:
    return person.state is state and (person.unit == STRICT_UNIT) is strict


@pytest.fixture(scope="session", params=DIRECTORIES, ids=lambda one: one.key)
def contract(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Contract]:
    table: Directory = request.param
    folder = tmp_path_factory.mktemp(table.key)
    extra = [] if table.key == "openldap" else [table.key]
    lifecycle.up(folder / "lab", port_base=free_port_base(), people=COUNT, extra=extra)
    (folder / "reports").mkdir()
    try:
        office = Office(lifecycle.describe(folder / "lab"), table.key, folder / "reports")
        yield Contract(table=table, office=office)
    finally:
        lifecycle.down(folder / "lab")


# Gather


def test_the_root_dse_tells_which_directory_it_is(contract):
    header = contract.snapshot()[0]

    assert header["dialect"] == contract.table.dialect
    assert header["software"].startswith(contract.table.software)
    told = header.get("server_time")
    assert bool(told) is contract.table.tells_the_time
    clock = datetime.fromisoformat(told) if told else datetime.now(UTC)
    assert abs(clock - datetime.now(UTC)) < timedelta(minutes=1)


def test_everybody_is_read_with_the_facts_of_the_population(contract):
    records = contract.snapshot()
    found = accounts_of(records)

    read = [one for one in contract.people.values() if contract.table.reads(one)]
    dns = {*map(contract.dn, read), *contract.table.others}
    assert set(found) == set(map(same_dn, dns))
    for one in read:
        if not one.uid.startswith("user"):
            told = found[same_dn(contract.dn(one))]
            assert (one.uid, facts_in(told)) == (one.uid, facts_of(contract, one, told))
            assert "problems" not in told
    assert records[-1]["unread"] == []


def accounts_of(records: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The accounts of a snapshot by their DN, as same_dn() spells it."""
    return {same_dn(one["dn"]): one for one in records if one["record"] == "account"}


def facts_in(told: dict[str, Any]) -> dict[str, Any]:
    return {
        "login": told["login"],
        "mail": told.get("mail", []),
        "unit": told["unit"],
        "lock": told.get("lock"),
        "must_change": told.get("must_change", False),
        "created_at": told.get("created_at"),
        "password_changed_at": told.get("password_changed_at"),
        "password_policy": told.get("password_policy"),
        "sign_ins": {one["source"]: one["at"] for one in told.get("sign_ins", [])},
        "forwards": [one["address"] for one in told.get("forwards", [])],
        "contacts": sorted(one["domain"] for one in told.get("contacts", [])),
    }


def facts_of(contract: Contract, person: Person, told: dict[str, Any]) -> dict[str, Any]:
    """What the population says; what cannot be compared (None) is as told."""
    state, seen_at = person.state, shown(person.ago(person.state.signed_in))
    whole = {
        "login": person.uid,
        "mail": list(person.mail),
        "unit": person.unit,
        "lock": LOCKS[state.lock],
        "must_change": state.must_change,
        "created_at": shown(person.ago(state.created)),
        "password_changed_at": shown(person.ago(state.password_changed)),
        "password_policy": contract.table.policies[person.unit == STRICT_UNIT],
        "sign_ins": dict.fromkeys(contract.table.witnesses, seen_at) if seen_at else {},
        "forwards": [person.forward] if person.forward else [],
        "contacts": [person.contact.rpartition("@")[2]] if person.contact else [],
        **contract.table.differs(person),
    }
    return (
        whole
        if whole["forwards"] is not None
        else {**whole, "forwards": facts_in(told)["forwards"]}
    )


def shown(moment: datetime | None) -> str | None:
    return moment and moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_password_policies_are_read_with_what_they_ask_for(contract):
    policies = {one["name"]: one for one in contract.snapshot() if one["record"] == "policy"}

    found = [policies[dn]["min_length"] for dn in contract.table.policies]
    assert found == [8, 12]


# Judge


def test_the_idle_are_told_from_who_is_not_and_from_whom_the_record_may_lag_behind(contract):
    _, idle = contract.idle()

    uids = ("idle-200", "idle-95", "soon-75", "active", "never-old", "never-new", "locked-by-admin")
    assert [idle[uid] for uid in uids] == [
        *("fail", contract.table.idle_after_95_days, "pass", "pass", "fail", "pass", "pass")
    ]
    seen = {one.get("login"): one.get("sign_ins", []) for one in contract.snapshot()}
    assert seen["active"][0].get("precision") == contract.table.precision


def test_without_a_day_from_which_sign_ins_are_recorded_no_record_proves_nothing(contract):
    _, findings = contract.audited()

    idle = {one["subject"]: one["status"] for one in findings if one["control"] == "idle-mailbox"}
    assert (idle[f"never-old@{DOMAIN}"], idle[f"idle-200@{DOMAIN}"]) == ("unknown", "fail")


# Lock and unlock


def test_a_lock_keeps_a_person_out_and_an_unlock_lets_in_again(contract):
    person = contract.take()
    assert contract.sign_in(person) == contract.table.let_in

    done(contract.bring("locked", person))

    table = contract.table
    assert contract.read(person, *table.locked) == table.locked
    for password, expected in (
        ("", table.kept_out),
        ("wrong", table.kept_out_with_wrong_password),
    ):
        answer = contract.sign_in(person, password)
        assert answer[:2] == expected[:2]
        assert expected.said in answer.said
    assert not table.counter or contract.read(person, table.counter) == {}
    assert done(contract.bring("locked", person)).result["counts"] == {"already": 1}

    done(contract.bring("unlocked", person))

    assert contract.read(person, *table.locked) == table.unlocked
    assert contract.sign_in(person) == contract.table.let_in
    assert done(contract.bring("unlocked", person)).result["counts"] == {"already": 1}


def test_a_connection_that_was_open_before_a_lock_goes_on(contract):
    """So mail programs stay signed in: the sessions on the mail host have to be ended as well."""
    person = contract.take()
    let_in = contract.table.let_in
    with contract.office.bound_as(contract.dn(person), person.password) as own:
        done(contract.bring("locked", person))
        own.search(contract.dn(person), "(objectClass=*)", ldap3.BASE, attributes=["mail"])
        assert own.result["result"] == let_in.read


def test_wrong_passwords_lock_by_the_policy_that_holds_and_an_unlock_ends_it(contract):
    person, expected = contract.take(strict=True), contract.table.locked_out
    if expected:
        for _ in range(5):  # of no policy here more
            contract.sign_in(person, "wrong")
        answer = contract.sign_in(person)
        assert (answer[:2], expected.said in answer.said) == (expected[:2], True)
    else:  # the state stands in the population
        person = contract.people["locked-by-failures"]
    assert account_of(contract, person)["lock"] == "failures"

    done(contract.bring("unlocked", person))

    assert "lock" not in account_of(contract, person)
    assert contract.sign_in(person) == contract.table.let_in


def account_of(contract: Contract, person: Person) -> dict[str, Any]:
    """What a snapshot says of somebody."""
    return accounts_of(contract.snapshot())[same_dn(contract.dn(person))]


def test_a_preview_is_what_is_then_done_and_a_second_run_does_nothing(contract):
    run_id, idle = contract.idle()
    before = contract.export()

    preview = done(
        contract.apply(run_id, "idle-mailbox", _ansible_check_mode=True, _ansible_diff=True)
    )
    untouched = contract.export()
    real = done(contract.apply(run_id, "idle-mailbox", _ansible_diff=True))

    assert untouched == before
    for name in ("changed", "changes", "total", "counts", "left", "diff"):
        assert preview.result[name] == real.result[name], name
    failing = {uid for uid, status in idle.items() if status == "fail"}
    assert {one["subject"].partition("@")[0] for one in real.result["changes"]} == failing
    again = done(contract.apply(run_id, "idle-mailbox"))
    assert (again.result["changed"], again.result["counts"]) == (False, {"already": len(failing)})
    assert set(contract.idle()[1].values()) <= {"pass", "unknown"}
    assert done(contract.office.roll_back(run_id)).result["changed"]
    assert contract.export() == before


def test_who_signed_in_or_was_locked_since_the_audit_is_left(contract):
    present, by_hand = contract.take("idle-200"), contract.take("idle-200")
    run_id, _ = contract.idle()
    sign_in_and_be_recorded(contract, present)
    lock = {name: [value] for name, value in contract.table.locked.items()}
    assert contract.office.write(contract.dn(by_hand), **lock) == 0

    ran = done(contract.apply(run_id, "idle-mailbox"))

    result, reason = left(ran)[present.subject]
    assert (result, "signed in since the audit" in reason) == ("changed_since", True)
    assert contract.read(present, *contract.table.locked) == contract.table.unlocked
    assert ran.result["counts"]["already"] == 1
    assert by_hand.subject not in {one["subject"] for one in ran.result["changes"]}
    done(contract.office.roll_back(run_id))
    assert contract.read(by_hand, *contract.table.locked) == contract.table.locked
    done(contract.bring("unlocked", by_hand))


def sign_in_and_be_recorded(contract: Contract, person: Person) -> None:
    witness = contract.table.witnesses[0]
    before = contract.read(person, witness)
    assert contract.sign_in(person).code == 0
    if not contract.table.records_binds:
        contract.office.write(contract.dn(person), **{witness: [now()]})
    assert wait_for(lambda: contract.read(person, witness) != before)


def test_who_may_only_read_is_told_what_right_a_lock_needs(contract):
    person = contract.take()

    refused = contract.office.run(
        account.main,
        "auditor",
        accounts=[person.subject],
        state="locked",
        search_base=contract.office.server["search_base"],
        **contract.table.options,
    )

    assert refused.status == 1
    (name,) = contract.table.locked
    assert f"the right to write {name}" in refused.message
    assert contract.sign_in(person) == contract.table.let_in


def test_auditor_and_enforcer_can_do_what_they_are_for_and_no_more(contract):
    dn = contract.dn(contract.take())
    for login in ("auditor", "enforcer"):
        assert contract.office.write(dn, login, mail="x@else.example") == 50
        assert contract.office.write(dn, login, **{contract.table.witnesses[0]: [now()]}) != 0
        assert contract.office.read(dn, "userPassword", by=login) == {}
        assert contract.office.read(dn, "mail", by=login)
    lock = {name: [value] for name, value in contract.table.locked.items()}
    assert contract.office.write(dn, "auditor", **lock) == 50
    assert contract.office.write(dn, "enforcer", **lock) == 0


ASSERTION = "1.3.6.1.1.12"  # RFC 4528
FALSE = bytes.fromhex("a30d") + b"\x04\x04mail\x04\x05other"  # (mail=other)


def test_an_assertion_that_is_false_is_heeded_or_refused_and_never_only_hoped_for(contract):
    """Where it is not known, one that is not critical is ignored: the write goes through."""
    person = contract.take()
    edits = {name: [(ldap3.MODIFY_REPLACE, [v])] for name, v in contract.table.locked.items()}
    with contract.office.connected("enforcer") as connection:
        for critical, code in ((True, 12), (False, 0)):
            connection.modify(contract.dn(person), edits, controls=[(ASSERTION, critical, FALSE)])
            expected = 122 if contract.table.asserts else code
            assert connection.result["result"] == expected


# Forced changes


def test_a_forced_change_is_asked_for_at_the_next_sign_in_and_taken_back(contract):
    person = contract.take()
    mark = contract.table.marked(person)
    run_id, journalled = contract.journalled()

    done(contract.bring("must_change", person, **journalled))

    assert contract.read(person, *mark) == mark
    records = contract.snapshot()
    told = accounts_of(records)[same_dn(contract.dn(person))]
    assert told["must_change"] is True
    answer, expected = contract.sign_in(person), contract.table.made_to_change
    assert (answer[:2], expected.said in answer.said) == (expected[:2], True)
    notes = [note for one in records if one["record"] == "policy" for note in one["notes"]]
    said = contract.table.not_made_to_change
    assert not said or any(said in note for note in notes)
    assert done(contract.bring("must_change", person)).result["counts"] == {"already": 1}
    assert done(contract.office.roll_back(run_id)).result["changed"]
    assert contract.sign_in(person) == contract.table.let_in


# Password policies


def test_a_policy_is_set_acted_by_and_put_back(contract):
    policy = contract.table.policies[0]
    before = contract.office.state(policy)
    run_id, journalled = contract.journalled()

    ran = done(contract.office.set_policy(policy, **ASKED, **journalled))

    (present,) = ran.result["policies"]
    assert {name: present[name] for name in ("dn", *ASKED)} == {"dn": policy, **ASKED}
    assert contract.office.read(policy, contract.table.min_length) == {
        contract.table.min_length: [b"9"]
    }
    assert done(contract.office.set_policy(policy, **ASKED)).result["changed"] is False
    person, reset = contract.take(), contract.table.reset
    if reset:
        assert [reset(contract.office, contract.dn(person), one) for one in NEW] == [19, 0]
        if contract.table.is_above_policies:
            assert contract.office.write(contract.dn(person), userPassword=NEW[0]) == 0
    assert done(contract.office.roll_back(run_id)).result["changed"]
    assert contract.office.state(policy) == before


def test_what_a_server_cannot_enforce_is_returned_with_the_reason(contract):
    everything = {
        "classes": ["letters", "digits", "specials"],
        "specials": "@#!%",
        "blocklist": True,
        "max_idle": 90,
        "must_change_after_reset": True,
        "checks_quality": True,
    }
    policy = contract.table.policies[0]

    ran = done(contract.office.set_policy(policy, _ansible_check_mode=True, **everything))

    told = {one["setting"]: one["reason"] for one in ran.result["unsupported"]}
    assert set(told) == contract.table.unsupported
    assert all(told.values())


def test_policies_that_may_not_be_read_are_told_and_never_taken_for_none(contract):
    with contract.table.hiding_policies(contract.office) as login:
        records = contract.snapshot(login)
        _, findings = contract.audited("", login)

    problems = [one["message"] for one in records if one["record"] == "problem"]
    assert any(contract.table.hidden in one for one in problems)
    of_policies = [one for one in findings if one["control"] == "password-policy"]
    assert "unknown" in {one["status"] for one in of_policies}
    assert "pass" not in {one["status"] for one in of_policies}
    assert "password-policy.none" not in {one["message"] for one in of_policies}


def test_who_may_not_write_policies_is_told_the_right_in_the_directorys_own_words(contract):
    policy = contract.table.policies[0]
    before = contract.office.state(policy)

    refused = contract.office.run(
        password_policy.main,
        "auditor",
        policies=[policy],
        min_length=10,
        specials="@#!%",
        search_base=contract.office.server["suffix"],
    )

    assert refused.status == 1
    assert "insufficientAccessRights (50)" in refused.message
    assert contract.table.rights in refused.message
    assert contract.table.min_length in refused.message
    assert [one["setting"] for one in refused.result["unsupported"]] == ["specials"]
    assert contract.office.state(policy) == before


# Forwards, and everything together


def test_a_forward_to_outside_is_found_taken_away_and_put_back(contract):
    person = contract.take("forward-outside")
    run_id, findings = contract.audited()
    found = {
        one["subject"]: one["status"] for one in findings if one["control"] == "external-forwarding"
    }
    assert found[person.subject] == "fail"
    before = contract.export()

    ran = done(contract.apply(run_id, "external-forwarding"))

    assert person.subject in {one["subject"] for one in ran.result["changes"]}
    assert contract.read(person, contract.table.forward) == {}
    again = done(contract.apply(run_id, "external-forwarding"))
    assert again.result["changed"] is False
    assert done(contract.office.roll_back(run_id)).result["changed"]
    kept = contract.read(person, contract.table.forward)[contract.table.forward].decode()
    assert kept.lower().endswith(OUTSIDE)
    assert contract.export() == before


def test_a_rollback_of_all_leaves_nothing_of_a_run(contract):
    stated = ", ".join(f"{one}: 2019-01-01" for one in contract.table.witnesses)
    run_id, _ = contract.audited(
        f"idle_mailbox: {{sign_ins_recorded_since: {{{stated}}}}}\npassword: {{history: 5}}\n"
    )
    before = contract.export()

    ran = done(contract.office.apply(run_id, password_policy.main))
    policies = {one["subject"] for one in ran.result["changes"]}
    fields = {one["field"] for one in done(contract.apply(run_id)).result["changes"]}

    assert policies == set(contract.table.policies)
    assert fields == {"lock", "must_change", "forwards"}
    assert contract.export() != before
    assert done(contract.office.roll_back(run_id)).result["left"] == []
    assert without(contract.export(), contract.table.not_put_back) == without(
        before, contract.table.not_put_back
    )


def without(entries: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {
        dn: {name: values for name, values in entry.items() if name not in names}
        for dn, entry in entries.items()
    }

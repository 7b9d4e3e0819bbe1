# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What 389 Directory Server does that one would not expect, and what the product makes of it.

Each test shows the trap on the real server first, by hand. docs/389-ds.md tells them all.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import ldap3
import pytest

from ansible_collections.civic.mailbox.lab import ds389, lifecycle, population
from ansible_collections.civic.mailbox.lab.clients import wait_for
from ansible_collections.civic.mailbox.lab.dirsrv import ACCOUNT_POLICY
from ansible_collections.civic.mailbox.lab.population import SUFFIX
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Directory
from ansible_collections.civic.mailbox.plugins.module_utils._directory.writing import (
    Writer,
    open_writer,
)

from .office import Office, done, left
from .ports import free_port_base

COUNT = 400
SUCCESS, NO_SUCH_ATTRIBUTE, CONSTRAINT_VIOLATION, INSUFFICIENT_ACCESS = 0, 16, 19, 50
UNAVAILABLE_CRITICAL_EXTENSION, UNWILLING = 12, 53
EPOCH, ONE_SECOND_LATER = b"19700101000000Z", b"19700101000001Z"
NEW = "Kem-Xoi.4711"
CONFIG, RECORD = "cn=config", f"cn=config,{ACCOUNT_POLICY}"
STRICT = ds389.STRICT_POLICY
RECORDED = "idle_mailbox: {sign_ins_recorded_since: {lastLoginTime: 2019-01-01}}\n"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("ds389")
    lifecycle.up(folder / "lab", port_base=free_port_base(), people=COUNT, extra=["ds389"])
    (folder / "reports").mkdir()
    try:
        yield Office(lifecycle.describe(folder / "lab"), "ds389", folder / "reports")
    finally:
        lifecycle.down(folder / "lab")


@pytest.fixture
def setting(office: Office) -> Iterator[Any]:
    """Set attributes in an entry of the configuration; they are put back at the end."""
    before: list[tuple[str, dict[str, Any]]] = []

    def put(target: str, **values: Any) -> None:
        names = [name.replace("_", "-") for name in values]
        found = office.read(target, *names)
        before.append((target, {name: found.get(name, []) for name in names}))
        assert office.write(target, **values) == SUCCESS

    yield put
    for target, values in reversed(before):
        office.write(target, **values)


_everybody = {one.uid: one for one in population.people(COUNT, datetime.now(UTC))}


def _active(*, strict: bool) -> Iterator[population.Person]:
    for one in _everybody.values():
        active = one.uid.startswith("user") and one.state is population.STATES["active"]
        if active and (one.unit == population.STRICT_UNIT) is strict:
            yield one


_fresh = {strict: _active(strict=strict) for strict in (False, True)}
_folders = itertools.count()


def take(*, strict: bool = False) -> population.Person:
    """Somebody in good standing to whom nothing has happened yet."""
    return next(_fresh[strict])


def folder() -> str:
    return f"run{next(_folders)}"


def seen(office: Office, person: population.Person, **more: Any) -> dict[str, Any]:
    """What a snapshot says of somebody."""
    return office.accounts(folder(), **more)[person.uid]


def binds(office: Office, person: population.Person, password: str = "") -> tuple[int, int | None]:
    return office.binds(person.dn, password or person.password)


# What is read


def test_the_policies_are_what_the_server_enforces(office):
    policies = {one["name"]: one for one in office.gather(folder()) if one["record"] == "policy"}
    assert set(policies) == {CONFIG, STRICT}
    for name, least, threshold in ((CONFIG, 8, 5), (STRICT, 12, 3)):
        found = policies[name]
        assert (found["min_length"], found["lockout_threshold"]) == (least, threshold)
        assert (found["classes"], found["sets_classes"], found["history"]) == ([], True, 3)
        assert (found["max_age"], found["lockout_duration"], found["max_idle"]) == (0, 0, 0)
        assert found["must_change_after_reset"] is found["checks_quality"] is True
    person = take(strict=True)
    assert office.write(person.dn, "enforcer", userPassword="Kemx-4711") == CONSTRAINT_VIOLATION
    assert office.write(take().dn, "enforcer", userPassword="Kemx-4711") == SUCCESS


def test_old_hashes_in_password_history_are_for_nobody(office):
    person = take()
    for password in (NEW, f"{NEW}x"):
        assert office.write(person.dn, userPassword=password) == SUCCESS
    assert office.read(person.dn, "passwordHistory")
    for login in ("auditor", "hash-auditor", "enforcer"):
        assert office.read(person.dn, "passwordHistory", by=login) == {}
        # The same name, and a switch: of a policy it has to be read.
        assert office.read(STRICT, "passwordHistory", by=login) == {"passwordHistory": [b"on"]}


# Locks


def test_a_lock_keeps_people_out_whatever_the_password_and_outlives_a_reset(office):
    person = take()
    with office.connected() as before:
        done(office.set_state("locked", person.subject))
        assert office.read(person.dn, "nsAccountLock") == {"nsAccountLock": [b"true"]}
        assert [binds(office, person, p)[0] for p in ("", "wrong")] == [UNWILLING, UNWILLING]
        assert "passwordRetryCount" not in office.read(person.dn, "passwordRetryCount")
        before.modify(person.dn, {"userPassword": [(ldap3.MODIFY_REPLACE, [NEW])]})
    assert binds(office, person, NEW)[0] == UNWILLING
    assert seen(office, person)["lock"] == "administrator"
    done(office.set_state("unlocked", person.subject))
    assert binds(office, person, NEW)[0] == SUCCESS


@pytest.mark.parametrize(
    ("values", "locks", "is_odd"),
    [
        (["true"], True, False),
        (["TRUE"], True, False),
        (["false"], False, False),
        (["yes"], False, True),
        (["false", "true"], False, False),  # the first one counts
        (["true", "false"], True, False),
    ],
)
def test_which_values_lock(office, values, locks, is_odd):
    person = take()
    assert office.write(person.dn, nsAccountLock=values) == SUCCESS
    assert binds(office, person)[0] == (UNWILLING if locks else SUCCESS)
    told = seen(office, person)
    assert told.get("lock") == ("administrator" if locks else None)
    assert [one["field"] for one in told.get("problems", [])] == ["lock"] * is_odd
    done(office.set_state("locked", person.subject))
    assert binds(office, person)[0] == UNWILLING
    done(office.set_state("unlocked", person.subject))
    assert binds(office, person)[0] == SUCCESS


def _role(office: Office, name: str) -> str:
    """A role whose members are locked by a class of service; its DN. dsidm makes the same."""
    role, templates = f"cn={name},{SUFFIX}", f"cn={name}Templates,{SUFFIX}"
    managed = ["nsSimpleRoleDefinition", "nsManagedRoleDefinition"]
    entries = {
        role: (["LDAPsubentry", "nsRoleDefinition", *managed], {}),
        templates: (["nsContainer"], {}),
        f'cn="{role}",{templates}': (
            ["extensibleObject", "costemplate", "ldapsubentry"],
            {"cosPriority": "1", "nsAccountLock": "true"},
        ),
        f"cn={name}CoS,{SUFFIX}": (
            ["LDAPsubentry", "cosSuperDefinition", "cosClassicDefinition"],
            {
                "cosTemplateDn": templates,
                "cosAttribute": "nsAccountLock operational",
                "cosSpecifier": "nsRole",
            },
        ),
    }
    with office.connected() as connection:
        for dn, (classes, values) in entries.items():
            connection.add(dn, classes, values)
            assert connection.result["description"] in ("success", "entryAlreadyExists")
    return role


@pytest.mark.parametrize(
    ("name", "said"),
    [("nsManagedDisabledRole", "locked by its role"), ("retired", "a role or a class of service")],
)
def test_a_lock_that_a_role_gives_is_read_and_can_be_taken_away_there_only(office, name, said):
    role, person = _role(office, name), take()
    assert office.write(person.dn, nsRoleDN=role) == SUCCESS
    assert wait_for(lambda: binds(office, person)[0] == UNWILLING)
    with office.connected("enforcer") as connection:
        connection.modify(person.dn, {"nsAccountLock": [(ldap3.MODIFY_DELETE, ["true"])]})
        assert connection.result["result"] == NO_SUCH_ATTRIBUTE
    assert seen(office, person)["lock"] == "administrator"
    already = done(office.set_state("locked", person.subject))
    assert already.result["changed"] is False

    refused = office.set_state("unlocked", person.subject)

    (why,) = left(refused).values()
    assert said in why[1]
    assert office.write(person.dn, nsRoleDN=[]) == SUCCESS
    assert binds(office, person)[0] == SUCCESS


def fail(office: Office, person: population.Person, times: int) -> list[int]:
    return [binds(office, person, "wrong")[0] for _ in range(times)]


def test_failures_lock_by_the_units_policy_until_somebody_unlocks(office):
    person = take(strict=True)
    assert fail(office, person, 4) == [49, 49, 49, 19]
    assert wait_for(lambda: office.read(person.dn, "accountUnlockTime")) == {
        "accountUnlockTime": [EPOCH]  # passwordUnlock off: for good
    }
    assert seen(office, person)["lock"] == "failures"
    assert binds(office, person)[0] == CONSTRAINT_VIOLATION
    done(office.set_state("unlocked", person.subject))
    assert binds(office, person)[0] == SUCCESS


@pytest.mark.parametrize(
    ("policy", "unlock", "kept_out"),
    [
        ({}, EPOCH, True),
        ({"passwordUnlock": "on"}, EPOCH, False),
        ({"passwordLockout": "off"}, EPOCH, False),
        ({"passwordLockout": "off"}, b"20400101000000Z", False),
        ({}, b"20400101000000Z", True),
        ({"passwordUnlock": "on"}, b"20400101000000Z", True),
        ({"passwordUnlock": "on"}, b"20200101000000Z", False),
    ],
)
def test_what_keeps_out_after_failures_is_up_to_the_policy(
    office, setting, policy, unlock, kept_out
):
    setting(CONFIG, **policy)
    person = take()
    count = {"passwordRetryCount": "5"}
    assert office.write(person.dn, accountUnlockTime=unlock.decode(), **count) == SUCCESS
    told = seen(office, person).get("lock")
    assert binds(office, person)[0] == (CONSTRAINT_VIOLATION if kept_out else SUCCESS)
    assert told == ("failures" if kept_out else None)


# Forced changes


def expiry(office: Office, person: population.Person) -> list[bytes]:
    return office.read(person.dn, "passwordExpirationTime").get("passwordExpirationTime", [])


def test_a_reset_by_the_helpdesk_forces_nothing_and_the_mark_does(office):
    person = take()
    assert office.write(person.dn, "enforcer", userPassword=NEW) == SUCCESS
    # The server writes it just after its answer.
    assert wait_for(lambda: expiry(office, person)) == [ONE_SECOND_LATER]
    assert binds(office, person, NEW) == (SUCCESS, SUCCESS)  # the trap
    assert "must_change" not in seen(office, person)

    done(office.set_state("must_change", person.subject))

    assert expiry(office, person) == [EPOCH]
    assert binds(office, person, NEW) == (SUCCESS, UNWILLING)
    assert seen(office, person)["must_change"] is True


def test_a_reset_by_the_manager_forces_and_a_mark_in_the_same_write_is_lost(office):
    by_manager, at_once = take(), take()
    assert office.write(by_manager.dn, userPassword=NEW) == SUCCESS
    assert wait_for(lambda: expiry(office, by_manager)) == [EPOCH]
    assert binds(office, by_manager, NEW) == (SUCCESS, UNWILLING)

    marked = {"userPassword": NEW, "passwordExpirationTime": EPOCH.decode()}
    assert office.write(at_once.dn, "enforcer", **marked) == SUCCESS
    assert wait_for(lambda: expiry(office, at_once) == [ONE_SECOND_LATER])  # the trap
    done(office.set_state("must_change", at_once.subject))  # by itself, so it stays
    assert binds(office, at_once, NEW) == (SUCCESS, UNWILLING)


def test_a_forced_change_has_no_effect_without_password_must_change(office, setting):
    marked, person = take(), take()
    done(office.set_state("must_change", marked.subject))
    assert binds(office, marked) == (SUCCESS, UNWILLING)
    setting(CONFIG, passwordMustChange="off")
    (problem,) = seen(office, marked)["problems"]
    assert (problem["field"], "passwordMustChange" in problem["message"]) == ("must_change", True)
    assert binds(office, marked) == (SUCCESS, SUCCESS)
    # That sign-in has wiped out the mark.
    assert wait_for(lambda: expiry(office, marked) == [ONE_SECOND_LATER])

    refused = office.set_state("must_change", person.subject)

    (why,) = left(refused).values()
    assert "set must_change_after_reset" in why[1]
    assert expiry(office, person) == []


# Sign-ins


@pytest.mark.parametrize(
    ("target", "values", "said"),
    [
        (RECORD, {"alwaysrecordlogin": "no"}, "alwaysRecordLogin"),
        (RECORD, {"stateattrname": "lastLogin"}, "lastLogin"),
        (ACCOUNT_POLICY, {"nsslapd_pluginEnabled": "off"}, "Account Policy plugin is off"),
        (ACCOUNT_POLICY, {"aci": []}, "give the account that binds the right to read"),
    ],
)
def test_without_a_record_of_all_sign_ins_nobody_is_idle(office, setting, target, values, said):
    setting(target, **values)
    run = folder()
    end = office.gather(run)[-1]
    (gap,) = [one for one in end["unread"] if one["field"] == "sign_ins"]
    assert (gap["unit"], said in gap["reason"]) == (None, True)
    status = {
        one["status"] for one in office.assess(run, RECORDED) if one["control"] == "idle-mailbox"
    }
    assert "fail" not in status


def test_the_servers_own_limit_keeps_people_out_without_a_mark_and_is_told(office, setting):
    person = take()
    aged = (datetime.now(UTC) - timedelta(days=95)).strftime("%Y%m%d%H%M%SZ")
    limited = {"lastLoginTime": aged, "acctPolicySubentry": ds389.IDLE_POLICY}
    assert office.write(person.dn, **limited) == SUCCESS
    assert [binds(office, person, p)[0] for p in ("", "wrong")] == [19, 19]
    assert office.read(person.dn, "nsAccountLock", "passwordRetryCount") == {}
    records = office.gather(folder())
    notes = {one["name"]: " ".join(one["notes"]) for one in records if one["record"] == "policy"}
    assert all(ds389.IDLE_POLICY in note and "90 days" in note for note in notes.values())

    setting(RECORD, accountInactivityLimit=str(100 * 86400))

    records = office.gather(folder())
    limits = {one["max_idle"] for one in records if one["record"] == "policy"}
    assert limits == {100 * 86400}


@pytest.mark.parametrize(
    ("uid", "code"), [("never-old", 19), ("no-evidence", 19), ("never-new", SUCCESS)]
)
def test_the_servers_own_limit_counts_from_when_an_account_was_made(office, uid, code):
    """Unlike OpenLDAP's: who has never signed in is kept out as well."""
    person = _everybody[uid]
    assert office.write(person.dn, acctPolicySubentry=ds389.IDLE_POLICY) == SUCCESS
    try:
        assert binds(office, person)[0] == code
        assert office.write(person.dn, "enforcer", userPassword=NEW) == SUCCESS
        assert binds(office, person, NEW)[0] == code  # a reset does not end it
        recent = datetime.now(UTC).strftime("%Y%m%d%H%M%SZ")
        assert office.write(person.dn, lastLoginTime=recent) == SUCCESS
        assert binds(office, person, NEW)[0] == SUCCESS
    finally:
        office.write(person.dn, acctPolicySubentry=[])


def test_a_sign_in_leaves_its_time_and_no_sign_of_a_change(office):
    person, names = take(), ("lastLoginTime", "modifyTimestamp")
    before = office.read(person.dn, *names)
    assert binds(office, person, "wrong")[0] == 49
    assert office.read(person.dn, *names) == before
    assert office.read(person.dn, "passwordRetryCount") == {"passwordRetryCount": [b"1"]}
    assert binds(office, person)[0] == SUCCESS
    assert wait_for(lambda: office.read(person.dn, "lastLoginTime") != before["lastLoginTime"])
    assert office.read(person.dn, "modifyTimestamp")["modifyTimestamp"] == before["modifyTimestamp"]


def test_without_a_record_of_new_passwords_a_reset_leaves_no_time(office, setting):
    person = take()
    known = office.read(person.dn, "pwdUpdateTime")
    setting(CONFIG, passwordTrackUpdateTime="off")
    assert office.write(person.dn, "enforcer", userPassword=NEW) == SUCCESS
    assert wait_for(lambda: expiry(office, person) == [ONE_SECOND_LATER])
    assert office.read(person.dn, "pwdUpdateTime") == known


# Password policies


@pytest.mark.parametrize(
    ("local", "inherits", "least"),
    [
        ({}, "off", 0),
        ({}, "on", 10),
        ({"passwordCheckSyntax": "on"}, "off", 8),
        ({"passwordCheckSyntax": "on"}, "on", 8),
        ({"passwordMinLength": "9"}, "off", 0),
        ({"passwordMinLength": "9"}, "on", 10),
        ({"passwordCheckSyntax": "on", "passwordMinLength": "9"}, "on", 9),
    ],
)
def test_what_a_local_policy_leaves_out_is_the_servers_default(
    office, setting, local, inherits, least
):
    setting(CONFIG, passwordMinLength="10", nsslapd_pwpolicy_inherit_global=inherits)
    names = [name for name in office.read(STRICT, "*") if name.startswith("password")]
    setting(STRICT, **{**{key: [] for key in [*names, "passwordHistory"]}, **local})
    records = office.gather(folder())
    told = next(one for one in records if one.get("name") == STRICT)
    assert told["min_length"] == least
    person = take(strict=True)
    tried = [(least - 1, CONSTRAINT_VIOLATION)] if least else []
    for length, code in [*tried, (least or 1, SUCCESS)]:
        password = "V1w#kdpqmz"[:length]
        assert office.write(person.dn, "enforcer", userPassword=password) == code


def test_local_policies_do_nothing_while_they_are_switched_off(office, setting):
    setting(CONFIG, nsslapd_pwpolicy_local="off")
    person = take(strict=True)
    named = office.read(person.dn, "pwdpolicysubentry")
    assert named == {"pwdpolicysubentry": [STRICT.encode()]}  # it says so all the same
    assert office.write(person.dn, "enforcer", userPassword="Kemx-4711") == SUCCESS

    records = office.gather(folder())

    assert [one["name"] for one in records if one["record"] == "policy"] == [CONFIG]
    governed = {one["password_policy"] for one in records if one["record"] == "account"}
    assert governed == {CONFIG}


@pytest.mark.parametrize(
    ("categories", "password", "code", "classes"),
    [
        ("3", "Kemxoi4711", SUCCESS, []),
        ("4", "1234#5678đặ", CONSTRAINT_VIOLATION, ["letters"]),
        ("4", "Kemxoi#bepp", CONSTRAINT_VIOLATION, ["letters"]),
        ("5", "Kem-Xoi.4711", CONSTRAINT_VIOLATION, ["digits", "letters", "specials"]),
        ("5", "Kẽm-Xoi.4711", SUCCESS, ["digits", "letters", "specials"]),
    ],
)
def test_kinds_of_characters_are_counted_not_named(
    office, setting, categories, password, code, classes
):
    setting(CONFIG, passwordMinCategories=categories)
    told = next(one for one in office.gather(folder()) if one.get("name") == CONFIG)
    assert told["classes"] == classes
    assert office.write(take().dn, "enforcer", userPassword=password) == code


def test_a_policy_is_written_and_the_server_then_acts_by_it(office, setting):
    for target in (CONFIG, STRICT):
        setting(target, passwordMinLength="8", passwordMinDigits=[] if target == STRICT else "0")
    classes = ["letters", "digits", "specials"]
    wanted = {"min_length": 14, "classes": classes, "history": 5, "lockout_threshold": 4}

    ran = done(office.set_policy(CONFIG, STRICT, lockout_duration=900, **wanted))

    for policy in ran.result["policies"]:
        expected = {**wanted, "classes": sorted(classes), "lockout_duration": 900}
        assert {name: policy[name] for name in expected} == expected
    for strict in (False, True):
        person = take(strict=strict)
        for password, code in (
            ("Kem-Xoi.4711", CONSTRAINT_VIOLATION),
            ("KemXoiBepLua11", CONSTRAINT_VIOLATION),
            ("Kem-Xoi-Bep-Lua", CONSTRAINT_VIOLATION),
            ("Kem-Xoi.4711-Bep", SUCCESS),
        ):
            assert office.write(person.dn, "enforcer", userPassword=password) == code
        assert fail(office, person, 5) == [49, 49, 49, 49, 19]
    assert done(office.set_policy(CONFIG, STRICT, **wanted)).result["changed"] is False
    for setting_name, value in (("history", 25), ("min_length", 513)):
        assert office.set_policy(CONFIG, **{setting_name: value}).status != 0


def test_under_a_policy_that_is_not_shown_a_change_is_not_forced_and_a_lock_is_made(
    office, setting
):
    setting(CONFIG, aci=[])
    refused = office.set_state("must_change", take().subject)
    assert "not shown" in next(iter(left(refused).values()))[1]
    done(office.set_state("locked", take().subject))  # no policy has a say in that


def test_the_rule_that_a_message_asks_for_is_the_one_that_was_missing(office, setting):
    rules = [one.decode() for one in office.read(CONFIG, "aci")["aci"]]
    setting(CONFIG, passwordMinLength="8", aci=[one for one in rules if "(write)" not in one])

    refused = office.set_policy(CONFIG, min_length=9)

    rule = re.search(r"add to aci of cn=config: (.*;\))", refused.message)
    assert rule, refused.message
    assert office.read(CONFIG, "passwordMinLength") == {"passwordMinLength": [b"8"]}
    kept = [one.decode() for one in office.read(CONFIG, "aci")["aci"]]
    setting(CONFIG, aci=[*kept, rule[1]])
    assert done(office.set_policy(CONFIG, min_length=9)).result["total"] == 1


# Writing without assertions


def test_a_refused_change_of_the_configuration_is_made_all_the_same(office, setting):
    setting(CONFIG, passwordMinLength="8", passwordMinDigits="0")
    edits = {
        "passwordMinDigits": [(ldap3.MODIFY_REPLACE, ["1"])],
        "passwordMinLength": [(ldap3.MODIFY_DELETE, ["7"]), (ldap3.MODIFY_ADD, ["9"])],
    }
    with office.connected() as connection:
        connection.modify(CONFIG, edits)
        assert connection.result["result"] == NO_SUCH_ATTRIBUTE
    found = office.read(CONFIG, *edits)
    assert found == {"passwordMinDigits": [b"1"], "passwordMinLength": [b"9"]}


def test_the_configuration_is_left_alone_when_it_has_changed(office, setting):
    setting(CONFIG, passwordMinLength="8", passwordMinDigits="0")
    with writing(office) as writer:
        change = _setting("min_length", "8", "11")
        (step,) = writer.prepare([change])
        assert office.write(CONFIG, passwordMinDigits="1") == SUCCESS
        (outcome,) = writer.write([step])
        assert outcome.changed_since is True
        assert office.read(CONFIG, "passwordMinLength") == {"passwordMinLength": [b"8"]}
        (outcome,) = writer.write(list(writer.prepare([change])))
    assert outcome.reason == ""
    assert office.read(CONFIG, "passwordMinLength") == {"passwordMinLength": [b"11"]}


def _setting(name: str, before: str, after: str) -> Change:
    return replace(
        _NOTHING, subject=CONFIG, target=CONFIG, field=name, before=(before,), after=(after,)
    )


CHANGES = [
    # what somebody does in between                     what was planned
    ("locks the account",                              {"nsAccountLock": "true"}),
    ("writes what locks nobody",                       {"nsAccountLock": "false"}),
    ("a sign-in is recorded",                          {"lastLoginTime": "20990101000000Z"}),
    ("a password is set",                              {"pwdUpdateTime": "20990101000000Z"}),
]  # fmt: skip


@pytest.mark.parametrize("values", [pytest.param(values, id=name) for name, values in CHANGES])
def test_what_changes_between_looking_and_writing_stays(office, values):
    person = take()
    with writing(office) as writer:
        (step,) = writer.prepare([_lock(office, person)])
        assert office.write(person.dn, **values) == SUCCESS
        (outcome,) = writer.write([step])
    assert (outcome.changed_since, "in the moment of writing" in outcome.reason) == (True, True)
    assert office.read(person.dn, *values) == {
        name: [value.encode()] for name, value in values.items()
    }


@contextmanager
def writing(office: Office) -> Iterator[Writer]:
    with Directory(office.access()) as directory:
        base = office.server["search_base"]
        writer = open_writer(
            directory, dialect="", search_base=base, default_policy="", now=datetime.now(UTC)
        )
        assert (writer.dialect.name, writer.dialect.asserts) == ("ds389", False)
        yield writer


_NOTHING = Change(
    id="1",
    control="idle-mailbox",
    subject="",
    unit="",
    server="",
    target="",
    field="lock",
    before=("active",),
    after=("locked",),
    reason="",
    undo="",
    fingerprint="",
)


def _lock(office: Office, person: population.Person) -> Change:
    known = seen(office, person)
    last = known["sign_ins"][0]["at"]
    return replace(
        _NOTHING,
        subject=person.subject,
        target=person.dn,
        account_id=known["id"],
        seen={
            "sign_ins": last,
            "lastLoginTime": last,
            "password_changed_at": known["password_changed_at"],
        },
    )


@pytest.mark.parametrize("login", ["auditor", "enforcer"])
def test_least_rights(office, login):
    assert office.write(CONFIG, login, nsslapd_sizelimit="1") == INSUFFICIENT_ACCESS
    assert office.read(CONFIG, "nsslapd-rootpw", by=login) == {}
    if login == "auditor":
        assert office.write(STRICT, login, passwordMinLength="9") == INSUFFICIENT_ACCESS

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What OpenLDAP does that one would not expect, and that an enforcement is not caught in it.

Each test shows the trap on a real slapd first, by hand, and then what the product makes of it.
More of them: test_enforcement_faults.py (rights, batches), test_password_policy.py (policies).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import ldap3
import pytest

from ansible_collections.civic.mailbox.lab.clients import wait_for
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change
from ansible_collections.civic.mailbox.plugins.module_utils._directory.writing import open_writer

from .module_run import Ran
from .planned import (
    LOCK,
    LOCKED_FOR_GOOD,
    PERSONAL,
    POLICY,
    RESET,
    UNIT,
    Town,
    dn,
    people,
    planned,
    town_of,
)
from .ports import free_port_base
from .slapd import (
    ADMIN,
    DEFAULT_POLICY,
    PASSWORD,
    PEOPLE,
    SUFFIX,
    UNIX_ROOT,
    Entries,
    odd_slapd,
    person,
    socket_uri,
)

COUNT = 30
SUCCESS, INVALID_CREDENTIALS, INSUFFICIENT_ACCESS = 0, 49, 50
LAST, LAST_SEEN = "20180901010000Z", "2018-09-01T01:00:00Z"
SEEN = {"sign_ins": LAST_SEEN, "pwdLastSuccess": LAST_SEEN}
NEW = "another-sunshine"
WRITER, MANAGER = f"uid=writer,{UNIT}", f"uid=manager,{UNIT}"
NEVER_SEEN = (f"uid=n1,{UNIT}", f"uid=n2,{UNIT}")  # nobody has signed in to them
NO_LOCKS = f"cn=no-locks,{SUFFIX}"
RULES = f"""
access to * by dn.exact="{WRITER}" write by dn.exact="{MANAGER}" manage by * break
access to attrs=userPassword by self write by anonymous auth
access to * by self write by * read
"""


def _policy(cn: str, **settings: str | None) -> Entries:
    """A policy with these settings; None: left out."""
    whole = {**POLICY, "cn": cn, **settings}
    return {f"cn={cn},{SUFFIX}": {name: value for name, value in whole.items() if value}}


def _entries() -> Entries:
    return {
        **_policy("no-locks", pwdLockout="FALSE"),
        **_policy("no-locks-said", pwdLockout=None),
        **_policy("no-force", pwdMustChange="FALSE"),
        **_policy("no-force-said", pwdMustChange=None),
        **person("writer", userPassword=PASSWORD),
        **person("manager", userPassword=PASSWORD),
        **person("n1", mail="n1@odd.example", userPassword=PERSONAL),
        **person("n2", mail="n2@odd.example", userPassword=PERSONAL),
        **people(COUNT, pwdLastSuccess=LAST, userPassword=PERSONAL),
    }


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with town_of(tmp_path, _entries(), access=RULES) as running:
        yield running


def mail(number: int) -> str:
    return f"p{number}@odd.example"


def locks(town: Town, *numbers: int, **more: Any) -> list[Change]:
    return planned(town, map(dn, numbers), "lock", seen=SEEN, **more)


def binds(town: Town, who: str, password: str = PERSONAL) -> tuple[int, int]:
    """What the server answers to a bind, and to reading one's own entry after it."""
    server = ldap3.Server(town.uri, get_info=ldap3.NONE)
    connection = ldap3.Connection(server, who, password)
    connection.bind()
    bound = connection.result["result"]
    connection.search(who, "(objectClass=*)", ldap3.BASE, attributes=["uid"])
    read = connection.result["result"]
    connection.unbind()
    return bound, read


def write(town: Town, target: str, by: str = ADMIN, **values: str) -> None:
    """Set attributes in one modify, as somebody does by hand."""
    server = ldap3.Server(town.uri, get_info=ldap3.NONE)
    edits = {name: [(ldap3.MODIFY_REPLACE, [value])] for name, value in values.items()}
    password = PERSONAL if by == target else PASSWORD
    with ldap3.Connection(server, by, password, raise_exceptions=True) as connection:
        connection.modify(target, edits)


def left(ran: Ran) -> dict[str, tuple[str, str]]:
    """Subject -> (result, reason) of what was left."""
    return {one["subject"]: (one["result"], one["reason"]) for one in ran.result["left"]}


# Marks that the effective policy makes hollow

HOLLOW = [
    # the policy                mark written by hand            state          what is said
    ("no-locks",       LOCK,  "000001010000Z", "locked",      "has pwdLockout FALSE: set lockout_threshold"),
    ("no-locks-said",  LOCK,  "000001010000Z", "locked",      "has pwdLockout FALSE: set lockout_threshold"),
    ("nowhere",        LOCK,  "000001010000Z", "locked",      "its password policy is not shown"),
    ("no-force",       RESET, "TRUE",          "must_change", "has pwdMustChange FALSE: set must_change_after_reset"),
    ("no-force-said",  RESET, "TRUE",          "must_change", "has pwdMustChange FALSE: set must_change_after_reset"),
    ("nowhere",        RESET, "TRUE",          "must_change", "its password policy is not shown"),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "attribute", "value", "state", "said"), HOLLOW)
def test_a_mark_that_the_policy_makes_hollow_is_refused(
    town, policy, attribute, value, state, said
):
    for number in (1, 2):
        write(town, dn(number), pwdPolicySubentry=f"cn={policy},{SUFFIX}")
    write(town, dn(1), **{attribute: value})
    assert binds(town, dn(1)) == (SUCCESS, SUCCESS)  # the trap

    size = town.record_size()
    ran = town.set_state(state, mail(2), mail(3))

    result, reason = left(ran)[mail(2)]
    assert (ran.status, result, said in reason) == (0, "refused", True)
    assert town.written(size) == {dn(3): 1}
    assert binds(town, dn(3)) != (SUCCESS, SUCCESS)


# A new password, set by somebody else

RESETS = [
    # by whom                       right on userPassword   pwdReset       what is left to do
    ("the root DN",       ADMIN,    [b"TRUE"],              {"already": 2}),
    ("who may manage",    MANAGER,  [b"TRUE"],              {"already": 2}),
    ("who may write",     WRITER,   [],                     {"changed": 2}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("by", "reset", "counts"), [pytest.param(*case, id=name) for name, *case in RESETS]
)
def test_a_reset_forces_nothing_and_ends_what_was_forced_where_the_right_is_write(
    town, by, reset, counts
):
    write(town, dn(2), pwdReset="TRUE")
    for number in (1, 2):
        write(town, dn(number), by, userPassword=NEW)
    assert town.values(RESET, dn(1), dn(2)) == [reset, reset]  # the trap

    ran = town.set_state("must_change", mail(1), mail(2))

    assert (ran.status, ran.result["counts"]) == (0, counts)
    assert town.values(RESET, dn(1)) == [[b"TRUE"]]
    assert binds(town, dn(1), NEW) == (SUCCESS, INSUFFICIENT_ACCESS)


def test_a_reset_ends_a_lock_and_the_run_neither_makes_it_again_nor_undoes_it(town):
    run_dir = town.plan(locks(town, 1, 2))
    assert town.apply().result["counts"] == {"changed": 2}
    assert binds(town, dn(1))[0] == INVALID_CREDENTIALS

    write(town, dn(1), WRITER, userPassword=NEW)
    assert town.values(LOCK, dn(1)) == [[]]  # the trap
    assert town.values("pwdLastSuccess", dn(1)) == [[]]  # and another one
    again, undone = town.apply(), town.roll_back()

    assert again.result["counts"] == {"changed_since": 1, "already": 1}
    assert "as by a reset of the password" in left(again)[mail(1)][1]
    assert undone.result["counts"] == {"already": 1, "changed": 1}
    assert binds(town, dn(1), NEW) == (SUCCESS, SUCCESS)
    assert (run_dir / "locked.txt").read_text() == ""
    assert (run_dir / "unlocked.txt").read_text().split() == [mail(1), mail(2)]
    assert "nothing to undo" in town.roll_back("latest").message


NEW_PASSWORDS = [
    # what is looked at      what the lock rests on                      by whom
    ("no sign-in, ever",    {"sign_ins": "", "password_changed_at": ""}, WRITER),
    ("a default password",  {"password_changed_at": ""},                 ADMIN),
    ("one's own password",  {"password_changed_at": ""},                 NEVER_SEEN[0]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("seen", "by"), [pytest.param(*case, id=name) for name, *case in NEW_PASSWORDS]
)
def test_who_has_a_new_password_since_the_audit_is_not_locked(town, seen, by):
    town.plan(planned(town, NEVER_SEEN, "lock", seen=seen))
    write(town, NEVER_SEEN[0], by, userPassword=NEW)

    ran = town.apply()

    assert ran.result["counts"] == {"changed": 1, "changed_since": 1}
    assert "a new password was set since the audit" in left(ran)["n1@odd.example"][1]
    assert town.values(LOCK, *NEVER_SEEN) == [[], [LOCKED_FOR_GOOD]]


@pytest.mark.parametrize("by", [ADMIN, WRITER])
def test_a_reset_and_a_lock_in_one_modify_end_a_lock_that_there_was(town, by):
    """So the two marks are two modifies, and no password is ever written."""
    write(town, dn(1), pwdAccountLockedTime=LOCKED_FOR_GOOD.decode())
    for number in (1, 3):
        write(town, dn(number), by, userPassword=NEW, pwdAccountLockedTime=LOCKED_FOR_GOOD.decode())
    assert town.values(LOCK, dn(1), dn(3)) == [[], [LOCKED_FOR_GOOD]]  # the trap
    size = town.record_size()
    seen = {**SEEN, "pwdLastSuccess": ""}  # the reset took it
    forced = planned(town, [dn(1), dn(2)], "must_change", before=("no",))
    locked = planned(town, [dn(1)], "lock", seen=seen) + locks(town, 2)
    town.plan([change for pair in zip(forced, locked, strict=True) for change in pair])

    assert town.apply().status == 0

    record = (town.folder / "audit.ldif").read_bytes()[size:].decode()
    assert all((LOCK in one) + (RESET in one) == 1 for one in record.split("\n\n") if "dn:" in one)
    assert "userPassword" not in record
    assert town.values(LOCK, dn(1), dn(2)) == [[LOCKED_FOR_GOOD]] * 2
    assert town.values(RESET, dn(1), dn(2)) == [[b"TRUE"]] * 2
    assert {binds(town, dn(1), NEW)[0], binds(town, dn(2))[0]} == {INVALID_CREDENTIALS}


# The moment between looking and writing

BETWEEN = [
    # what happens                   by
    ("a sign-in",                    lambda town: binds(town, dn(1))),
    ("one that only the overlay lastbind records",
                                     lambda town: write(town, dn(1), authTimestamp="20190108010000Z")),
    ("a wrong password, the last",   lambda town: fail_to_sign_in(town, dn(1))),
    ("a policy without locks",       lambda town: write(town, dn(1), pwdPolicySubentry=NO_LOCKS)),
    ("a reset of the password",      lambda town: write(town, dn(1), WRITER, userPassword=NEW)),
]  # fmt: skip


@pytest.mark.parametrize("happens", [pytest.param(case, id=name) for name, case in BETWEEN])
def test_what_happens_between_looking_and_writing_is_seen_by_the_server(town, happens):
    now = datetime.now(timezone.utc)
    writer = open_writer(
        town.directory, dialect="", search_base=PEOPLE, default_policy=DEFAULT_POLICY, now=now
    )
    steps = list(writer.prepare(locks(town, 1, 2)))
    happens(town)

    outcomes = {one.step.change.subject: one for one in writer.write(steps)}

    assert (outcomes[mail(1)].changed_since, outcomes[mail(2)].reason) == (True, "")
    assert "changed in the moment of writing" in outcomes[mail(1)].reason
    assert LOCKED_FOR_GOOD not in town.values(LOCK, dn(1))[0]
    assert wait_for(lambda: " err=122 " in (town.folder / "slapd.log").read_text())


def test_a_lock_by_failures_is_made_for_good_and_put_back_to_its_very_time(town):
    fail_to_sign_in(town, dn(1))
    (since,) = town.values(LOCK, dn(1))[0]
    assert since != LOCKED_FOR_GOOD  # the trap: one that ends by itself
    before = town.export()
    run_dir = town.reports / "by-hand"

    ran = town.set_state("locked", mail(1), run_dir=str(run_dir))

    assert [one["before"] for one in ran.result["changes"]] == [["locked by failures"]]
    assert town.values(LOCK, dn(1)) == [[LOCKED_FOR_GOOD]]
    assert town.roll_back("by-hand").result["counts"] == {"changed": 1}
    assert town.values(LOCK, dn(1)) == [[since]]
    assert town.export() == before


def fail_to_sign_in(town: Town, who: str) -> None:
    """As often as pwdMaxFailure allows."""
    for _ in range(int(POLICY["pwdMaxFailure"])):
        assert binds(town, who, "wrong")[0] == INVALID_CREDENTIALS


def test_nobody_is_tried_to_see_whether_a_lock_holds(town):
    """A bind leaves its trace in the account, whether it succeeds or not."""
    stamps = town.values("entryCSN", dn(1), dn(2))
    assert binds(town, dn(1))[0] == SUCCESS
    assert binds(town, dn(2), "wrong")[0] == INVALID_CREDENTIALS
    assert not set(map(tuple, stamps)) & set(map(tuple, town.values("entryCSN", dn(1), dn(2))))
    log = town.folder / "slapd.log"
    so_far = log.stat().st_size
    town.plan(locks(town, 3, 4))

    assert town.apply(_ansible_check_mode=True).status == 0
    assert town.apply().status == 0

    town.wait_until_quiet()
    said = log.read_bytes()[so_far:].decode()
    assert set(re.findall('BIND dn="(.*?)" method', said)) == {ADMIN}


# Who is never locked


def test_who_binds_is_not_locked_however_the_dn_is_written(town):
    town.plan(locks(town, 1))

    ran = town.apply(bind_dn=dn(1).upper().replace(",", " , "), bind_pw=PERSONAL)

    assert (ran.status, left(ran)[mail(1)][0]) == (0, "refused")
    assert "the enforcement itself binds as" in left(ran)[mail(1)][1]
    assert town.values(LOCK, dn(1)) == [[]]


@contextmanager
def _town_of_unix_root(folder: Path, rules: str, *settings: str) -> Iterator[Town]:
    """One whose administrator comes over the socket, as who it maps to."""
    entries = {**_entries(), DEFAULT_POLICY: POLICY}
    lines = "\n".join(("dbnosync", *settings))
    with odd_slapd(folder / "d", free_port_base(), entries, access=rules, settings=lines) as uri:
        town = Town(uri=uri, folder=folder / "d", reports=folder / "reports")
        try:
            yield town
        finally:
            town.leave()


def test_who_comes_by_a_socket_is_asked_for_and_not_locked(tmp_path):
    """SASL EXTERNAL has no bind_dn: only the server knows whom it takes us for."""
    mapped = f'authz-regexp "{UNIX_ROOT.replace("+", "[+]")}" "{dn(1)}"'
    rules = f'access to * by dn.exact="{dn(1)}" write by * read'
    with _town_of_unix_root(tmp_path, rules, mapped) as town:
        by_socket = {"server_uri": socket_uri(town.folder), "sasl_class": "external"}

        ran = town.set_state("locked", mail(1), mail(2), bind_dn=None, bind_pw=None, **by_socket)

        assert (ran.status, ran.result["counts"]) == (0, {"refused": 1, "changed": 1})
        assert "the enforcement itself binds as" in left(ran)[mail(1)][1]
        assert town.values(LOCK, dn(1), dn(2)) == [[], [LOCKED_FOR_GOOD]]


OTHER_ADMINISTRATOR = [
    # how it is kept out                 by                            is the last one spared
    ("not at all",                       {},                           False),
    ("locked",                           {LOCK: "000001010000Z"},      True),
    ("its password has ended",           {"pwdEndTime": LAST},         True),
    ("a lock that the policy makes hollow",
                                         {LOCK: "000001010000Z", "pwdPolicySubentry": NO_LOCKS}, False),
    ("there is no such account",         None,                         True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("other", "spared"), [pytest.param(*case, id=name) for name, *case in OTHER_ADMINISTRATOR]
)
def test_the_last_administrator_who_can_sign_in_is_not_locked(town, tmp_path, other, spared):
    named = mail(2) if other is not None else "gone@odd.example"
    for name, value in (other or {}).items():
        write(town, dn(2), **{name: value})
    policy = tmp_path / "policy.yml"
    policy.write_text(
        "forwarding: {internal_domains: [odd.example]}\n"
        f"enforcement: {{administrators: [{mail(1)}, {named}]}}\n"
    )
    town.plan(locks(town, 1, 3))

    ran = town.apply(policy_file=str(policy))

    assert ran.status == 0, ran.output
    assert town.values(LOCK, dn(1), dn(3)) == [
        [] if spared else [LOCKED_FOR_GOOD],
        [LOCKED_FOR_GOOD],
    ]
    if spared:
        assert "no administrator would be left unlocked" in left(ran)[mail(1)][1]


# The circuit breaker

LIMITS = [
    # option               limit   what is said
    ("max_changes",        29,     "the plan changes 30 entries; max_changes is 29"),
    ("max_percent",        9,      "the plan changes 30 entries, 10 % of 300 accounts; max_percent is 9"),
    ("unit_max_changes",   29,     "the plan for the unit Odd changes 30 entries; unit_max_changes is 29"),
    ("unit_max_percent",   14,     "the plan for the unit Odd changes 30 entries, 15 % of 200 accounts; unit_max_percent is 14"),
]  # fmt: skip


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(("option", "limit", "said"), LIMITS)
def test_past_a_limit_nothing_is_written_and_the_way_out_is_told(
    town, option, limit, said, check_mode
):
    run_dir = town.plan(locks(town, *range(COUNT)), accounts_by_unit={"Odd": 200, "Even": 100})

    ran = town.apply(**{option: limit}, _ansible_check_mode=check_mode)

    assert ran.status == 1
    assert said in ran.message
    assert f"-e enforce_{option}=" in ran.message
    assert (town.record_size(), (run_dir / "journal.jsonl").exists()) == (0, False)
    raised = int(ran.message.partition(f"enforce_{option}=")[2].split(".")[0])
    assert town.apply(**{option: raised}).result["counts"] == {"changed": COUNT}

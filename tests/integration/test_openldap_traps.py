# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What OpenLDAP does that one would not expect, and that an enforcement is not caught in it.

Each test shows the trap on a real slapd first, by hand, and then what the product makes of it.
More of them: test_enforcement_faults.py (rights, batches), test_password_policy.py (policies).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ldap3
import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change

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
from .slapd import ADMIN, PASSWORD, SUFFIX, Entries, person

COUNT = 30
SUCCESS, INVALID_CREDENTIALS, INSUFFICIENT_ACCESS = 0, 49, 50
LAST, LAST_SEEN = "20180901010000Z", "2018-09-01T01:00:00Z"
SEEN = {"sign_ins": LAST_SEEN, "pwdLastSuccess": LAST_SEEN}
NEW = "another-sunshine"
WRITER, MANAGER = f"uid=writer,{UNIT}", f"uid=manager,{UNIT}"
NO_LOCKS = f"cn=no-locks,{SUFFIX}"
NOWHERE = f"cn=nowhere,{SUFFIX}"  # a policy that there is not
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
    with ldap3.Connection(server, by, PASSWORD, raise_exceptions=True) as connection:
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
    ("the root DN",       ADMIN,    [b"TRUE"],              {"already": 1}),
    ("who may manage",    MANAGER,  [b"TRUE"],              {"already": 1}),
    ("who may write",     WRITER,   [],                     {"changed": 1}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("by", "reset", "counts"), [pytest.param(*case, id=name) for name, *case in RESETS]
)
def test_a_reset_forces_nothing_by_itself_where_the_right_is_write(town, by, reset, counts):
    write(town, dn(1), by, userPassword=NEW)
    assert town.values(RESET, dn(1)) == [reset]  # the trap

    ran = town.set_state("must_change", mail(1))

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


@pytest.mark.parametrize("by", [ADMIN, WRITER])
def test_a_reset_and_a_lock_in_one_modify_end_the_lock(town, by):
    """So the two marks are two modifies, and no password is ever written."""
    write(town, dn(1), pwdAccountLockedTime=LOCKED_FOR_GOOD.decode())
    write(town, dn(1), by, userPassword=NEW, pwdAccountLockedTime=LOCKED_FOR_GOOD.decode())
    assert town.values(LOCK, dn(1)) == [[]]  # the trap
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
    assert binds(town, dn(1), NEW)[0] == binds(town, dn(2))[0] == INVALID_CREDENTIALS

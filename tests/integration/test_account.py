# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module account, with a plan and by itself: what must not be written, on a real slapd."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core import journal

from .module_run import Ran
from .planned import (
    LOCK,
    LOCKED_FOR_GOOD,
    PERSONAL,
    POLICY,
    RESET,
    UNIT,
    Town,
    change_of,
    dn,
    people,
    planned,
    town_of,
)
from .slapd import DEFAULT_POLICY, PASSWORD, SUFFIX, Entries, person

HIDDEN, FOR_GOOD = f"cn=hidden,{SUFFIX}", f"cn=for-good,{SUFFIX}"
LOCKER, HALF_BLIND = f"uid=locker,{UNIT}", f"uid=half-blind,{UNIT}"
TRAINEE = {
    LOCK: "000001010000Z",
    "pwdStartTime": "20180101000000Z",
    "pwdEndTime": "20991231000000Z",
}
RULES = f"""
access to attrs=userPassword by self write by anonymous auth
access to dn.base="{HIDDEN}" attrs=entry,objectClass by * read
access to dn.base="{HIDDEN}" by * none
access to attrs=pwdLastSuccess,pwdChangedTime by dn.exact="{LOCKER}" none by * break
access to dn.base="uid=p2,{UNIT}" attrs=pwdLastSuccess by dn.exact="{HALF_BLIND}" none by * read
access to attrs={LOCK},{RESET}
  by dn.exact="{LOCKER}" write by dn.exact="{HALF_BLIND}" write by * read
access to * by * read
"""


def entries() -> Entries:
    under_hidden: dict[str, Any] = {"userPassword": PERSONAL, "pwdPolicySubentry": HIDDEN}
    return {
        HIDDEN: {**POLICY, "cn": "hidden", "pwdLockout": "FALSE", "pwdMustChange": "FALSE"},
        FOR_GOOD: {**POLICY, "cn": "for-good", "pwdLockoutDuration": "0"},
        **people(6, userPassword=PERSONAL),
        **person("p6", mail="p6@odd.example", pwdLastSuccess="20180901010000Z"),
        **person("p7", mail="p7@odd.example", pwdChangedTime="20180901010000Z"),
        **person("hidden", mail="hidden@odd.example", **under_hidden),
        **person("chief", mail=["chief@odd.example", "office@odd.example"]),
        **person("trainee", mail="trainee@odd.example", **TRAINEE),
        **person("locker", mail="locker@odd.example", userPassword=PASSWORD),
        **person("half-blind", userPassword=PASSWORD),
    }


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with town_of(tmp_path, entries(), access=RULES) as running:
        yield running


def left(ran: Ran) -> dict[str, tuple[str, str]]:
    """Subject -> (result, reason) of what was left."""
    return {one["subject"]: (one["result"], one["reason"]) for one in ran.result["left"]}


@pytest.mark.parametrize("state", ["locked", "must_change"])
def test_under_a_policy_that_may_not_be_read_nothing_is_taken_to_have_an_effect(town, state):
    ran = town.set_state(state, "hidden@odd.example", "p0@odd.example", bind_dn=LOCKER)

    result, reason = left(ran)["hidden@odd.example"]
    assert (result, "is not shown: give read rights" in reason) == ("refused", True)
    assert (town.written()[f"uid=hidden,{UNIT}"], town.written()[dn(0)]) == (0, 1)


def test_a_lock_for_a_default_password_is_not_made_after_a_new_one_was_set(town):
    seen = {"password_changed_at": ""}
    control = "default-password"
    town.plan(planned(town, [dn(0), dn(1)], "lock", control=control, seen=seen))
    town.set_all("userPassword", [dn(0)], b"another-sunshine")

    ran = town.apply()

    result, reason = left(ran)["p0@odd.example"]
    assert (result, "a new password was set" in reason) == ("changed_since", True)
    assert town.values(LOCK, dn(0), dn(1)) == [[], [LOCKED_FOR_GOOD]]


def test_the_last_administrator_is_known_by_any_of_its_addresses(town, tmp_path):
    policy = tmp_path / "policy.yml"
    administrators = "enforcement: {administrators: [office@odd.example]}"
    policy.write_text(f"forwarding: {{internal_domains: [odd.example]}}\n{administrators}\n")
    town.plan(planned(town, [f"uid=chief,{UNIT}", dn(0)], "lock"))

    ran = town.apply(policy_file=str(policy))

    result, reason = left(ran)["chief@odd.example"]
    assert (result, "no administrator would be left" in reason) == ("refused", True)
    assert town.values(LOCK, f"uid=chief,{UNIT}", dn(0)) == [[], [LOCKED_FOR_GOOD]]


SPARES = [
    # the other administrator, locked by failures      policy          is chief locked
    ("until somebody unlocks it",                      FOR_GOOD,       False),
    ("for an hour",                                    DEFAULT_POLICY, True),
    ("for how long may not be read",                   HIDDEN,         False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "is_locked"), [pytest.param(*case, id=name) for name, *case in SPARES]
)
def test_an_administrator_who_is_locked_by_failures_for_good_does_not_count_as_left(
    town, tmp_path, policy, is_locked
):
    spare, chief = dn(1), f"uid=chief,{UNIT}"
    town.set_all("pwdPolicySubentry", [spare], policy.encode())
    town.set_all(LOCK, [spare], f"{datetime.now(timezone.utc):%Y%m%d%H%M%SZ}".encode())
    stated = tmp_path / "policy.yml"
    administrators = "enforcement: {administrators: [chief@odd.example, p1@odd.example]}"
    stated.write_text(f"forwarding: {{internal_domains: [odd.example]}}\n{administrators}\n")
    town.plan(planned(town, [chief], "lock"))

    town.apply(policy_file=str(stated), bind_dn=LOCKER)

    assert town.values(LOCK, chief) == [[LOCKED_FOR_GOOD] if is_locked else []]


def test_a_preview_makes_no_folder(town):
    run_dir = town.reports / "by-hand"

    ran = town.set_state("locked", "p0@odd.example", run_dir=str(run_dir), _ansible_check_mode=True)

    assert (ran.status, ran.result["total"]) == (0, 1)
    assert not run_dir.exists()


def test_to_unlock_leaves_the_days_between_which_a_password_is_valid(town):
    trainee = f"uid=trainee,{UNIT}"

    assert town.set_state("unlocked", "trainee@odd.example").result["counts"] == {"changed": 1}
    assert [town.values(name, trainee) for name in TRAINEE] == [
        [[]],
        [[b"20180101000000Z"]],
        [[b"20991231000000Z"]],
    ]

    town.set_all("pwdEndTime", [trainee], b"20190101000000Z")  # it is over

    assert town.set_state("unlocked", "trainee@odd.example").result["counts"] == {"changed": 1}
    assert town.values("pwdEndTime", trainee) == [[]]


SEEN_AT = {"sign_ins": "2018-09-01T01:00:00Z", "pwdLastSuccess": "2018-09-01T01:00:00Z"}
UNREADABLE = [
    # what may not be read                       control             who  seen by the audit
    ("a sign-in that the audit saw",             "idle-mailbox",     6,   SEEN_AT),
    ("whether there is a sign-in",               "idle-mailbox",     0,   dict.fromkeys(SEEN_AT, "")),
    ("the day of a password that the audit saw", "default-password", 7,   {"password_changed_at": "2018-09-01T01:00:00Z"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("control", "who", "seen"), [pytest.param(*case, id=name) for name, *case in UNREADABLE]
)
def test_where_what_a_lock_rests_on_may_not_be_read_it_says_so_in_a_preview_too(
    town, control, who, seen
):
    town.plan(planned(town, [dn(who)], "lock", control=control, seen=seen))

    previewed = town.apply(bind_dn=LOCKER, _ansible_check_mode=True)
    ran = town.apply(bind_dn=LOCKER)

    result, reason = left(ran)[f"p{who}@odd.example"]
    attribute = "pwdLastSuccess" if control == "idle-mailbox" else "pwdChangedTime"
    assert (result, f"{attribute} may not be read" in reason) == ("refused", True)
    assert left(previewed) == left(ran)
    assert town.values(LOCK, dn(who)) == [[]]
    assert town.apply().result["counts"] == {"changed": 1}  # by who may read it


def test_where_it_may_not_be_read_of_one_account_alone_the_server_refuses_and_it_says_so(town):
    seen = {"sign_ins": "", "pwdLastSuccess": ""}
    town.plan(planned(town, [dn(1), dn(2)], "lock", seen=seen))

    ran = town.apply(bind_dn=HALF_BLIND)

    result, reason = left(ran)["p2@odd.example"]
    assert (result, "pwdLastSuccess may not be read" in reason) == ("failed", True)
    assert ran.result["counts"] == {"changed": 1, "failed": 1}


def test_where_it_may_not_be_read_of_the_first_account_the_others_are_locked(town):
    seen = {"sign_ins": "", "pwdLastSuccess": ""}
    town.plan(planned(town, [dn(2), dn(1)], "lock", seen=seen))

    ran = town.apply(bind_dn=HALF_BLIND)

    assert {who: result for who, (result, _) in left(ran).items()} == {"p2@odd.example": "refused"}
    assert town.values(LOCK, dn(2), dn(1)) == [[], [LOCKED_FOR_GOOD]]


def test_an_account_to_undo_is_known_by_any_address_and_a_stranger_is_told(town):
    chief = planned(
        town, [f"uid=chief,{UNIT}"], "lock",
        subject="chief@odd.example", facts={"addresses": ["chief@odd.example", "office@odd.example"]},
    )  # fmt: skip
    town.plan([*chief, *planned(town, [dn(0)], "lock")])
    assert town.apply().status == 0
    on_a_mail_host = change_of(dn(5), "lock", "", server="mail1")
    copy = journal.intent_line(at="", mode="apply", change=on_a_mail_host, before={}, after={})
    (town.reports / "run" / "journal-mail1.jsonl").write_text(f"{copy}\n")

    accounts = ["office@odd.example", "typo@odd.example", "p5@odd.example"]
    ran = town.roll_back(accounts=accounts)

    assert (ran.status, ran.result["counts"]) == (0, {"changed": 1})
    assert 'run run changed nothing of typo@odd.example"' in ran.output
    assert town.roll_back(accounts=["Office@odd.example"]).result["counts"] == {}
    assert town.values(LOCK, f"uid=chief,{UNIT}", dn(0)) == [[], [LOCKED_FOR_GOOD]]


def test_more_accounts_than_the_limit_says_are_not_touched(town, tmp_path):
    policy = tmp_path / "policy.yml"
    policy.write_text(
        "forwarding: {internal_domains: [odd.example]}\nenforcement: {max_changes: 2}\n"
    )
    named = [f"p{number}@odd.example" for number in range(3)]

    for limit in ({"max_changes": 2}, {"policy_file": str(policy)}):
        ran = town.set_state("locked", *named, **limit)
        assert ran.status == 1
        assert "3 entries are to be changed, and max_changes is 2" in ran.message
    assert town.record_size() == 0

    assert town.set_state("locked", *named, max_changes=3).result["total"] == 3


@pytest.mark.parametrize(
    "option", ["max_percent", "unit_max_changes", "unit_max_percent", "max_plan_age_hours"]
)
def test_a_limit_that_says_nothing_without_a_plan_is_refused(town, option):
    ran = town.set_state("locked", "p0@odd.example", **{option: 50})

    assert (ran.status, town.record_size()) == (1, 0)
    assert f"required by '{option}': plan" in ran.message


@pytest.mark.parametrize("is_known", [True, False])
def test_a_forward_is_taken_away_whether_or_not_the_plan_knows_the_entry_by_more_than_its_name(
    town, is_known
):
    forward, inside = b"clerk@elsewhere.example", b"desk@odd.example"
    town.set_all("objectClass", [dn(0)], b"inetOrgPerson", b"odd")
    town.set_all("mailForwardingAddress", [dn(0)], forward, inside)
    (change,) = planned(town, [dn(0)], "lock")
    before, after = (forward.decode(), inside.decode()), (inside.decode(),)
    change = replace(
        change, control="external-forwarding", field="forwards", before=before, after=after
    )
    town.plan([change if is_known else replace(change, account_id="")])

    assert town.apply().result["counts"] == {"changed": 1}
    assert town.values("mailForwardingAddress", dn(0)) == [[inside]]

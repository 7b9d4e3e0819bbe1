# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is written to Active Directory, proven by sign-ins: on a Samba domain controller."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import population, samba
from ansible_collections.civic.mailbox.lab.clients import Info
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change
from ansible_collections.civic.mailbox.plugins.module_utils._core.step import Skip, Step
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Directory
from ansible_collections.civic.mailbox.plugins.module_utils._directory.writing import (
    Writer,
    open_writer,
)
from ansible_collections.civic.mailbox.plugins.modules import account, password_policy, rollback

from .active_directory import (
    PASSWORD,
    access,
    connected,
    options,
    read,
    refused_with,
    snapshot,
    somebody,
    write,
)
from .module_run import Ran, run_module

CONTROL, LOCKED_OUT, LAST_SET = "userAccountControl", "lockoutTime", "pwdLastSet"
WRONG, DISABLED, LOCKOUT = "52e", "533", "775"  # of a refused sign-in


def bring(lab: Info, state: str, uid: str, who: str = "enforcer", **more: Any) -> Ran:
    """Have the module account bring somebody to the state."""
    address = f"{uid}@{population.DOMAIN}"
    wanted = {"accounts": [address], "state": state, "search_base": lab["ad"]["suffix"]}
    ran = run_module(account.main, options(lab, who, **wanted, **more))
    assert lab["ad"]["accounts"][who]["password"] not in ran.output
    return ran


def undo(lab: Info, run_dir: Any) -> dict[str, Any]:
    whole = {"reports_dir": str(run_dir.parent), "run": run_dir.name}
    return run_module(rollback.main, options(lab, **whole)).result


@contextmanager
def writer_on(lab: Info, who: str = "enforcer") -> Iterator[Writer]:
    with Directory(access(lab, who)) as directory:
        yield open_writer(
            directory,
            dialect="",
            search_base=lab["ad"]["suffix"],
            default_policy="",
            now=datetime.now(UTC),
        )


def planned(lab: Info, dn: str, field: str, before: str, *after: str, **more: Any) -> Change:
    """A change as an audit plans it from what stands there now."""
    login = dn.partition(",")[0].removeprefix("CN=")
    known = snapshot(lab, filter=f"(sAMAccountName={login})")["accounts"][login]
    whole: dict[str, Any] = {
        "id": f"{login} {field}",
        "control": "idle-mailbox",
        "subject": known.subject,
        "unit": known.unit,
        "server": "ad",
        "target": dn,
        "field": field,
        "before": (before,),
        "after": after,
        "reason": "planned by a test",
        "undo": "",
        "fingerprint": "f",
        "account_id": known.id,
    }
    return Change(**{**whole, **more})


def one(prepared: Iterator[Step | Skip]) -> Any:
    (found,) = prepared
    return found


# --- locks


def test_a_lock_is_one_bit_of_many_and_a_stranger_does_not_learn_of_it(ad_lab, tmp_path):
    run_dir = tmp_path / "run"
    with somebody(ad_lab, "ad-lock") as dn:
        write(ad_lab, dn, **{CONTROL: str(0x200 | 0x10000)})

        bring(ad_lab, "locked", "ad-lock", run_dir=str(run_dir))

        assert refused_with(ad_lab, dn, PASSWORD) == DISABLED
        assert refused_with(ad_lab, dn, "wrong") == WRONG
        assert read(ad_lab, dn, CONTROL) == str(0x200 | 0x10000 | 0x2)  # where it was
        assert undo(ad_lab, run_dir)["changed"]
        assert read(ad_lab, dn, CONTROL) == str(0x200 | 0x10000)


def test_unlocking_ends_a_lock_and_a_lockout_by_failures(ad_lab):
    with somebody(ad_lab, "ad-unlock") as dn:
        for _ in range(5):
            refused_with(ad_lab, dn, "wrong")
        assert refused_with(ad_lab, dn, PASSWORD) == LOCKOUT
        assert bring(ad_lab, "locked", "ad-unlock").result["changed"]
        assert refused_with(ad_lab, dn, PASSWORD) in (DISABLED, LOCKOUT)

        assert bring(ad_lab, "unlocked", "ad-unlock").result["changed"]
        assert refused_with(ad_lab, dn, PASSWORD) is None
        assert (read(ad_lab, dn, LOCKED_OUT), read(ad_lab, dn, CONTROL)) == ("0", "512")


def test_ending_a_lockout_is_not_undone_for_nobody_but_the_server_can(ad_lab, tmp_path):
    with somebody(ad_lab, "ad-lockout") as dn:
        for _ in range(5):
            refused_with(ad_lab, dn, "wrong")
        bring(ad_lab, "unlocked", "ad-lockout", run_dir=str(tmp_path / "run"))

        result = undo(ad_lab, tmp_path / "run")

        assert "the server alone" in result["left"][0]["reason"]
        assert refused_with(ad_lab, dn, PASSWORD) is None


def test_who_has_expired_is_not_unlocked(ad_lab):
    with somebody(ad_lab, "ad-expired", accountExpires="130000000000000000") as dn:
        ran = bring(ad_lab, "unlocked", "ad-expired")

        assert "a later date" in ran.output
        assert read(ad_lab, dn, "accountExpires") == "130000000000000000"


def test_a_new_password_ends_no_lockout(ad_lab):
    with somebody(ad_lab, "ad-helpdesk") as dn:
        for _ in range(5):
            refused_with(ad_lab, dn, "wrong")
        reset(ad_lab, dn, "Moonlight-of-8")

        assert refused_with(ad_lab, dn, "Moonlight-of-8") == LOCKOUT
        assert bring(ad_lab, "unlocked", "ad-helpdesk").result["changed"]
        assert refused_with(ad_lab, dn, "Moonlight-of-8") is None


def reset(lab: Info, dn: str, password: str) -> None:
    with connected(lab) as admin:
        encoded = f'"{password}"'.encode("utf-16-le")
        admin.modify(dn, {"unicodePwd": [("MODIFY_REPLACE", [encoded])]})
        assert admin.result["result"] == 0, admin.result


MOVED = [
    # what happens in the moment between     attribute    value    control afterwards
    ("another bit is set",                   {CONTROL: str(0x200 | 0x10000)}, str(0x200 | 0x10000)),
    ("somebody makes the same lock",         {CONTROL: "514"},                  "514"),
    ("a new password",                       {LAST_SET: "0"},                 "512"),
]  # fmt: skip


@pytest.mark.parametrize(("happens", "expected"), [pytest.param(*c, id=n) for n, *c in MOVED])
def test_what_changes_in_the_moment_of_writing_is_left(ad_lab, happens, expected):
    with somebody(ad_lab, "ad-race") as dn, writer_on(ad_lab) as writer:
        known = snapshot(ad_lab, filter="(sAMAccountName=ad-race)")["accounts"]["ad-race"]
        seen = {"password_changed_at": f"{known.password_changed_at:%Y-%m-%dT%H:%M:%SZ}"}
        step = one(writer.prepare([planned(ad_lab, dn, "lock", "active", "locked", seen=seen)]))
        assert isinstance(step, Step)
        write(ad_lab, dn, **happens)

        (outcome,) = writer.write([step])

        assert outcome.changed_since
        assert read(ad_lab, dn, CONTROL) == expected


def test_another_account_of_the_same_name_is_not_locked(ad_lab):
    with somebody(ad_lab, "ad-anew") as dn, writer_on(ad_lab) as writer:
        change = planned(ad_lab, dn, "lock", "active", "locked")
        with somebody(ad_lab, "ad-anew"):
            skip = one(writer.prepare([change]))

    assert "another entry" in skip.reason


def test_the_account_that_binds_is_known_however_it_binds(ad_lab):
    """Samba knows no Who am I; the name that it bound by is not the entry's."""
    password = ad_lab["ad"]["accounts"]["enforcer"]["password"]
    by_name = access(ad_lab, bind_dn=f"{samba.NETBIOS_DOMAIN}\\enforcer", bind_pw=password)
    with Directory(by_name) as directory:
        writer = open_writer(
            directory, dialect="", search_base=samba.BASE, default_policy="", now=datetime.now(UTC)
        )

    assert writer.bound_as == ad_lab["ad"]["accounts"]["enforcer"]["dn"]


# --- forced changes


def test_a_forced_change_without_effect_is_refused_with_the_reason(ad_lab):
    with somebody(ad_lab, "ad-forever") as dn:
        write(ad_lab, dn, **{CONTROL: str(0x200 | 0x10000)})

        ran = bring(ad_lab, "must_change", "ad-forever")

        assert "DONT_EXPIRE_PASSWORD" in ran.output
        assert read(ad_lab, dn, LAST_SET) != "0"
        write(ad_lab, dn, **{LAST_SET: "0"})  # the server takes it, and it forces nothing
        assert refused_with(ad_lab, dn, PASSWORD) is None
        known = snapshot(ad_lab, filter="(sAMAccountName=ad-forever)")["accounts"]["ad-forever"]
        assert not known.must_change
        assert "DONT_EXPIRE_PASSWORD" in known.problems[0].message


def test_a_lock_follows_a_forced_change_of_the_same_plan(ad_lab):
    """pwdLastSet 0 hides when the password was changed: that is no new password."""
    with somebody(ad_lab, "ad-both") as dn, writer_on(ad_lab) as writer:
        known = snapshot(ad_lab, filter="(sAMAccountName=ad-both)")["accounts"]["ad-both"]
        seen = {"password_changed_at": f"{known.password_changed_at:%Y-%m-%dT%H:%M:%SZ}"}
        for field, before, after in (("must_change", "no", "yes"), ("lock", "active", "locked")):
            step = one(writer.prepare([planned(ad_lab, dn, field, before, after, seen=seen)]))
            assert isinstance(step, Step), step
            assert [outcome.reason for outcome in writer.write([step])] == [""]

        assert read(ad_lab, dn, CONTROL) == "514"


# --- forwards


FORWARDS = [
    ("targetAddress",                  "SMTP:Out@FreeMail.Example"),
    ("msExchGenericForwardingAddress", "smtp:out@freemail.example"),
    ("targetAddress",                  "out@freemail.example"),
]  # fmt: skip


@pytest.mark.parametrize(("attribute", "value"), FORWARDS)
def test_a_forward_is_read_and_taken_away(ad_lab, attribute, value):
    with somebody(ad_lab, "ad-forward", **{attribute: value}) as dn, writer_on(ad_lab) as writer:
        change = planned(ad_lab, dn, "forwards", "out@freemail.example")
        known = snapshot(ad_lab, filter="(sAMAccountName=ad-forward)")["accounts"]["ad-forward"]
        assert [(one.address.lower(), one.source) for one in known.forwards] == [
            ("out@freemail.example", attribute)
        ]

        step = one(writer.prepare([change]))

        assert [outcome.reason for outcome in writer.write([step])] == [""]
        assert read(ad_lab, dn, attribute) is None


def test_a_forward_to_a_contact_is_known_by_the_contact_s_address(ad_lab):
    contact = f"CN=ad-contact,{samba.PEOPLE}"
    with connected(ad_lab) as admin:
        admin.delete(contact)
        admin.add(contact, "contact", {"mail": "contact@freemail.example"})
        assert admin.result["result"] == 0, admin.result
        with somebody(ad_lab, "ad-alt", altRecipient=contact) as dn, writer_on(ad_lab) as writer:
            known = snapshot(ad_lab, filter="(sAMAccountName=ad-alt)")["accounts"]["ad-alt"]
            assert known.forwards[0].address == "contact@freemail.example"
            change = planned(ad_lab, dn, "forwards", "contact@freemail.example")

            step = one(writer.prepare([change]))

            assert [outcome.reason for outcome in writer.write([step])] == [""]
            assert read(ad_lab, dn, "altRecipient") is None
        admin.delete(contact)


# --- password policies


def set_policy(lab: Info, **settings: Any) -> Ran:
    return run_module(
        password_policy.main, options(lab, search_base=lab["ad"]["suffix"], **settings)
    )


POLICIES = [
    # policy       setting              value  attribute                       before                  after
    (samba.BASE,  "max_age",            90,    "maxPwdAge",                    "-9223372036854775808", "-77760000000000"),
    (samba.BASE,  "lockout_duration",   1800,  "lockoutDuration",              "-9223372036854775808", "-18000000000"),
    (samba.PSO,   "min_length",         14,    "msDS-MinimumPasswordLength",   "12",                   "14"),
    (samba.PSO,   "history",            5,     "msDS-PasswordHistoryLength",   "3",                    "5"),
    (samba.PSO,   "max_age",            365,   "msDS-MaximumPasswordAge",      "-9223372036854775808", "-315360000000000"),
    (samba.PSO,   "lockout_threshold",  4,     "msDS-LockoutThreshold",        "3",                    "4"),
    (samba.PSO,   "lockout_duration",   900,   "msDS-LockoutDuration",         "-9223372036854775808", "-9000000000"),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "setting", "value", "attribute", "before", "after"), POLICIES)
def test_a_setting_is_written_and_undone(
    ad_lab, tmp_path, policy, setting, value, attribute, before, after
):
    assert read(ad_lab, policy, attribute) == before
    run_dir = tmp_path / "run"
    try:
        ran = set_policy(ad_lab, policies=[policy], run_dir=str(run_dir), **{setting: value})
        assert (ran.result.get("changed"), ran.message) == (True, "")
        assert read(ad_lab, policy, attribute) == after
        again = set_policy(ad_lab, policies=[policy], **{setting: value})
        assert not again.result["changed"]

        assert undo(ad_lab, run_dir)["changed"]
        assert read(ad_lab, policy, attribute) == before
    finally:
        write(ad_lab, policy, **{attribute.replace("-", "_"): before})


def test_a_lockout_is_not_shorter_than_failures_are_remembered(ad_lab):
    try:
        assert set_policy(ad_lab, lockout_duration=60).result["changed"]
        assert read(ad_lab, samba.BASE, "lockOutObservationWindow") == "-600000000"
    finally:
        write(ad_lab, samba.BASE, lockOutObservationWindow="-6000000000")
        write(ad_lab, samba.BASE, lockoutDuration="-9223372036854775808")


def test_a_policy_that_is_not_shown_is_not_written(ad_lab):
    account = ad_lab["ad"]["accounts"]["blind"]
    who = {"bind_dn": account["dn"], "bind_pw": account["password"]}

    ran = set_policy(ad_lab, policies=[samba.PSO], min_length=9, **who)

    assert "not shown" in ran.message

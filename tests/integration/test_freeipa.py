# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""FreeIPA's directory, on the lab's stand-in: the same server with FreeIPA's entries, no Kerberos.

What FreeIPA's own programs act on stands in the entries here and stops nobody; nsAccountLock does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import freeipa, lifecycle, population
from ansible_collections.civic.mailbox.lab.freeipa import CONFIG, MASTERS, dn_of
from ansible_collections.civic.mailbox.lab.population import DOMAIN, SUFFIX
from ansible_collections.civic.mailbox.plugins.modules import (
    accounts_info,
    assess,
)

from .module_run import run_module
from .office import Office, done
from .ports import free_port_base

SUCCESS, INSUFFICIENT_ACCESS, UNWILLING = 0, 50, 53
STRICT = freeipa.STRICT_POLICY
RECORDED = "idle_mailbox: {sign_ins_recorded_since: {krbLastSuccessfulAuth: 2019-01-01}}\n"
BY_UNIT = {"unit_from": "attribute", "unit_attribute": "ou"}
ELSEWHERE = f"cn=ipa2.{DOMAIN},{MASTERS}"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("freeipa")
    lifecycle.up(folder / "lab", port_base=free_port_base(), people=0, extra=["freeipa"])
    (folder / "reports").mkdir()
    try:
        yield Office(lifecycle.describe(folder / "lab"), "freeipa", folder / "reports")
    finally:
        lifecycle.down(folder / "lab")


PEOPLE = {one.uid: one for one in population.people(0, datetime.now(UTC))}


def binds(office: Office, person: population.Person, password: str = "") -> tuple[int, int | None]:
    return office.binds(dn_of(person), password or person.password)


def _now(office: Office) -> datetime:
    """When the lab's population is as it is described."""
    return datetime.strptime(office.lab["now"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _shown(moment: datetime | None) -> str | None:
    return moment and moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_plain_389_and_freeipa_are_told_apart_by_the_root_dse(office):
    for name in ("ipaTopologyPluginVersion", "ipaDomainLevel"):
        assert office.read("", name)
        assert office.write("", **{name: []}) == SUCCESS
    assert office.gather("plain", **BY_UNIT)[0]["dialect"] == "ds389"
    assert office.write("", ipaDomainLevel="1") == SUCCESS
    assert office.gather("again", **BY_UNIT)[0]["dialect"] == "freeipa"
    assert office.write("", ipaTopologyPluginVersion="1.0") == SUCCESS


def test_failures_count_by_the_policy_of_the_group_and_unlocking_ends_them(office):
    someone = PEOPLE["locked-by-failures"]
    told = office.accounts("failures", **BY_UNIT)[someone.uid]
    assert told["lock"] == "failures"
    for values in ({"krbPwdMaxFailure": "7"}, {"krbPwdLockoutDuration": "60"}):
        before = office.read(STRICT, *values)
        assert office.write(STRICT, **values) == SUCCESS
        hour_ago = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y%m%d%H%M%SZ")
        assert office.write(dn_of(someone), krbLastFailedAuth=hour_ago) == SUCCESS
        assert "lock" not in office.accounts("failures", **BY_UNIT)[someone.uid]
        assert office.write(STRICT, **{k: v[0].decode() for k, v in before.items()}) == SUCCESS
    done(office.set_state("unlocked", someone.subject))
    count = office.read(dn_of(someone), "krbLoginFailedCount")
    assert count == {"krbLoginFailedCount": [b"0"]}
    assert "lock" not in office.accounts("failures", **BY_UNIT)[someone.uid]


def test_a_password_that_expired_after_it_was_set_was_not_reset_by_anybody(office):
    someone = PEOPLE["must-change"]
    assert office.accounts("forced", **BY_UNIT)[someone.uid]["must_change"] is True
    later = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y%m%d%H%M%SZ")
    assert office.write(dn_of(someone), krbPasswordExpiration=later) == SUCCESS
    assert "must_change" not in office.accounts("forced", **BY_UNIT)[someone.uid]
    # The trap: LDAP lets in whose password has expired, here as on a FreeIPA with -1.
    assert binds(office, someone) == (SUCCESS, SUCCESS)


GAPS = [
    # why a sign-in may be missing                       what is said
    ("off",       "KDC:Disable Last Success",            "does not record sign-ins"),
    ("not shown", "",                                    "is not known"),
    ("elsewhere", "",                                    f"ipa2.{DOMAIN}"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "value", "said"), [pytest.param(*c, id=c[0]) for c in GAPS])
def test_without_every_servers_record_nobody_is_idle(office, why, value, said):
    undo = _gap(office, why, value)
    try:
        end = office.gather(why, **BY_UNIT)[-1]
        status = {
            one["status"]
            for one in office.assess(why, RECORDED)
            if one["control"] == "idle-mailbox"
        }
    finally:
        undo()
    (gap,) = [one for one in end["unread"] if one["field"] == "sign_ins"]
    assert (gap["unit"], said in gap["reason"]) == (None, True)
    assert "fail" not in status


@pytest.fixture(scope="module")
def other(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Another server of the same people, which has sign-ins of its own."""
    folder, now = tmp_path_factory.mktemp("freeipa2"), _now(office)
    lifecycle.up(folder / "lab", free_port_base(), people=0, now=now, extra=["freeipa"])
    try:
        yield Office(lifecycle.describe(folder / "lab"), "freeipa", folder)
    finally:
        lifecycle.down(folder / "lab")


def test_of_servers_that_disagree_on_a_sign_in_the_latest_counts(office, other):
    now = datetime.now(UTC).replace(microsecond=0)
    here, there, nowhere = (dn_of(PEOPLE[uid]) for uid in ("soon-75", "idle-95", "idle-200"))
    seen = {
        here: _last_sign_in(office, here),
        there: now - timedelta(days=1),
        nowhere: _last_sign_in(office, nowhere),
    }
    stamps = [f"{moment:%Y%m%d%H%M%SZ}" for moment in (now - timedelta(days=300), seen[there])]
    for target, stamp in ((here, stamps[0]), (there, stamps[1]), (nowhere, [])):
        assert other.write(target, krbLastSuccessfulAuth=stamp) == SUCCESS
    # Each lab has an authority of its own.
    replicas = {"replicas": [other.server["ldaps"]], "validate_certs": False}
    accounts = office.accounts("replicas", **BY_UNIT, **replicas)
    findings = office.assess("replicas", RECORDED)

    told = {dn_of(PEOPLE[uid]): one.get("sign_ins") for uid, one in accounts.items()}
    assert {dn: told[dn][0]["at"] for dn in seen} == {dn: _shown(at) for dn, at in seen.items()}
    idle = {one["subject"]: one["status"] for one in findings if one["control"] == "idle-mailbox"}
    assert [idle[f"{uid}@{DOMAIN}"] for uid in ("soon-75", "idle-95", "idle-200")] == [
        "pass", "pass", "fail",
    ]  # fmt: skip


def test_servers_that_show_an_account_in_different_states_are_told_and_it_is_left(office, other):
    someone, alike = PEOPLE["idle-200"], PEOPLE["exempt-expired"]
    assert other.write(dn_of(someone), nsAccountLock="TRUE") == SUCCESS
    run, names = office.reports / "states-disagree", ("ipa1", "ipa2")
    for name, server in zip(names, (office, other), strict=True):
        options = {"name": name, "search_base": server.server["search_base"], **BY_UNIT}
        done(server.run(accounts_info.main, "auditor", run_dir=str(run), **options))
    policy = office.reports / "both.yml"
    policy.write_text(f"forwarding: {{internal_domains: [{DOMAIN}]}}\n{RECORDED}", "utf-8")
    sources = [{"name": name, "kind": "accounts"} for name in names]
    told = {"policy_file": str(policy), "run_dir": str(run), "sources": sources}
    done(run_module(assess.main, told))

    findings = [json.loads(line) for line in (run / "findings.jsonl").read_text().splitlines()]
    (found,) = [
        one
        for one in findings
        if (one["control"], one["subject"]) == ("locked-mailbox", someone.subject)
    ]
    assert found["status"] == "unknown"
    assert "ipa1 and ipa2 show the same entry in different states (lock)" in found["summary"]
    planned = (run / "plan.jsonl").read_text("utf-8")
    assert [one.subject in planned for one in (someone, alike)] == [False, True]


def _last_sign_in(office: Office, target: str) -> datetime:
    (value,) = office.read(target, "krbLastSuccessfulAuth")["krbLastSuccessfulAuth"]
    return datetime.strptime(value.decode(), "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _gap(office: Office, why: str, value: str) -> Any:
    if why == "elsewhere":
        with office.connected() as connection:
            assert connection.add(ELSEWHERE, ["nsContainer"])
        return lambda: _delete(office, ELSEWHERE)
    if why == "off":
        assert office.write(CONFIG, ipaConfigString=["AllowNThash", value]) == SUCCESS
        return lambda: office.write(CONFIG, ipaConfigString=[])
    return _hide(office, f"cn=etc,{SUFFIX}")


def _hide(office: Office, dn: str) -> Callable[[], object]:
    """Keep the auditor from an entry and all below it; what takes that back."""
    rule = 'version 3.0; acl "no"; deny (read,search)'
    who = f'userdn="ldap:///{freeipa.login("auditor")["dn"]}"'
    assert office.write(dn, aci=f'(targetattr="*")({rule} {who};)') == SUCCESS
    return lambda: office.write(dn, aci=[])


def test_policies_that_are_not_shown_are_not_taken_for_none(office):
    undo = _hide(office, f"cn=kerberos,{SUFFIX}")
    try:
        end = office.gather("hidden", **BY_UNIT)[-1]
        findings = office.assess("hidden", RECORDED)
    finally:
        undo()
    (gap,) = [one for one in end["unread"] if one["field"] == "password_policy"]
    assert (gap["unit"], "global_policy" in gap["reason"]) == (None, True)
    judged = [one["status"] for one in findings if one["control"] == "password-policy"]
    assert set(judged) == {"unknown"}


def _delete(office: Office, dn: str) -> None:
    with office.connected() as connection:
        assert connection.delete(dn)


def test_least_rights(office):
    target = dn_of(PEOPLE["active"])
    for login in ("auditor", "enforcer"):
        assert (
            office.write(target, login, krbLastPwdChange="20200101000000Z") == INSUFFICIENT_ACCESS
        )
        assert office.write(target, login, userPassword="another") == INSUFFICIENT_ACCESS

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""FreeIPA's directory, on the lab's stand-in: the same server with FreeIPA's entries, no Kerberos.

What FreeIPA's own programs act on stands in the entries here and stops nobody; nsAccountLock does.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import freeipa, lifecycle, population
from ansible_collections.civic.mailbox.lab.freeipa import CONFIG, MASTERS, dn_of
from ansible_collections.civic.mailbox.lab.population import DOMAIN, SUFFIX

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


def _gap(office: Office, why: str, value: str) -> Any:
    if why == "elsewhere":
        with office.connected() as connection:
            assert connection.add(ELSEWHERE, ["nsContainer"])
        return lambda: _delete(office, ELSEWHERE)
    if why == "off":
        assert office.write(CONFIG, ipaConfigString=["AllowNThash", value]) == SUCCESS
        return lambda: office.write(CONFIG, ipaConfigString=[])
    etc, auditor = f"cn=etc,{SUFFIX}", freeipa.login("auditor")["dn"]
    rule = 'version 3.0; acl "no"; deny (read,search)'
    assert office.write(etc, aci=f'(targetattr="*")({rule} userdn="ldap:///{auditor}";)') == SUCCESS
    return lambda: office.write(etc, aci=[])


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

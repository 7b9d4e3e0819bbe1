# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is read from Active Directory, and its traps: on a Samba domain controller."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import population, samba
from ansible_collections.civic.mailbox.plugins.module_utils._core.account import Lock
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import DirectoryError
from ansible_collections.civic.mailbox.plugins.module_utils._directory import domain_forwards
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Directory
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialects.active_directory import (
    ACTIVE_DIRECTORY,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialects.catalogue import (
    recognise,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.opening import HAS_GSSAPI
from ansible_collections.civic.mailbox.plugins.module_utils._directory.result_codes import (
    INSUFFICIENT_ACCESS_RIGHTS,
    NO_SUCH_ATTRIBUTE,
    UNDEFINED_ATTRIBUTE_TYPE,
)

from .active_directory import (
    PASSWORD,
    access,
    connected,
    dn_of,
    people,
    read,
    refused_with,
    snapshot,
    somebody,
    write,
)

FORTNIGHT = timedelta(days=14)


@pytest.fixture(scope="module")
def seen(ad_lab):
    """The whole domain as the auditor sees it."""
    return snapshot(ad_lab)


def everybody(lab):
    now = datetime.strptime(lab["now"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return {one.uid[:20].rstrip("."): one for one in population.people(0, now) if one.mail}


# --- what is read


def test_a_shorter_interval_lags_less_and_none_records_nothing(ad_lab):
    try:
        write(ad_lab, samba.BASE, msDS_LogonTimeSyncInterval="3")
        found = snapshot(ad_lab, filter="(sAMAccountName=idle-95)")
        lagging = found["accounts"]["idle-95"].sign_ins[0]
        assert (lagging.source, lagging.precision) == ("lastLogonTimestamp", timedelta(days=3))
        write(ad_lab, samba.BASE, msDS_LogonTimeSyncInterval="0")
        off = snapshot(ad_lab, filter="(sAMAccountName=idle-95)")
        assert [(one["field"], one["unit"]) for one in off["end"]["unread"]] == [("sign_ins", None)]
        assert "msDS-LogonTimeSyncInterval" in off["problems"][0]
    finally:
        write(ad_lab, samba.BASE, msDS_LogonTimeSyncInterval="14")


def test_complexity_asks_for_letters_and_a_policy_over_the_domain_s_for_more(seen):
    domain, strict = seen["policies"][samba.BASE], seen["policies"][samba.PSO]
    assert (domain["min_length"], domain["lockout_threshold"], domain["max_age"]) == (8, 5, 0)
    assert (strict["min_length"], strict["lockout_threshold"]) == (12, 3)
    assert domain["classes"] == strict["classes"] == ["letters"]


def test_of_several_fine_grained_policies_the_lowest_precedence_wins(ad_lab):
    other = f"CN=ad-other,{samba.PSO_CONTAINER}"
    with connected(ad_lab) as admin, somebody(ad_lab, "ad-precedence") as dn:
        for precedence, expected in (("5", other), ("50", samba.PSO)):
            admin.delete(other)
            admin.add(other, "msDS-PasswordSettings", fine_grained(precedence, dn))
            assert admin.result["result"] == 0, admin.result
            admin.modify(samba.PSO, {"msDS-PSOAppliesTo": [("MODIFY_ADD", [dn])]})
            found = snapshot(ad_lab, filter="(sAMAccountName=ad-precedence)")
            assert found["accounts"]["ad-precedence"].password_policy == expected
            admin.modify(samba.PSO, {"msDS-PSOAppliesTo": [("MODIFY_DELETE", [dn])]})
        admin.delete(other)


def fine_grained(precedence: str, dn: str) -> dict[str, str]:
    hours = str(-3600 * 10_000_000)
    return {
        "msDS-PasswordSettingsPrecedence": precedence,
        "msDS-PasswordReversibleEncryptionEnabled": "FALSE",
        "msDS-PasswordHistoryLength": "3",
        "msDS-PasswordComplexityEnabled": "FALSE",
        "msDS-MinimumPasswordLength": "9",
        "msDS-MinimumPasswordAge": "0",
        "msDS-MaximumPasswordAge": "0",
        "msDS-LockoutThreshold": "3",
        "msDS-LockoutObservationWindow": hours,
        "msDS-LockoutDuration": hours,
        "msDS-PSOAppliesTo": dn,
    }


def test_what_is_no_address_of_internet_mail_cannot_be_told(ad_lab):
    with somebody(ad_lab, "ad-x400", targetAddress="X400:c=vn;a= ;p=office;s=an"):
        (forward,) = snapshot(ad_lab, filter="(sAMAccountName=ad-x400)")["accounts"][
            "ad-x400"
        ].forwards
    assert (forward.address, "X400" in forward.opaque) == ("", True)


def test_who_mail_is_handed_to_is_asked_for_in_pages(ad_lab, monkeypatch):
    """A domain controller gives out a thousand at once, and without pages an error in their place."""
    monkeypatch.setattr(domain_forwards, "_PAGE", 1)
    asked: list[bytes] = []
    ask = Directory._ask

    def noted(self: Directory, operation: bytes, *more: Any) -> int:
        asked.append(operation)
        return ask(self, operation, *more)

    monkeypatch.setattr(Directory, "_ask", noted)
    idle, old = people()["idle-95"].mail[0], people()["never-old"].mail[0]
    with (
        somebody(ad_lab, "ad-hands-on", altRecipient=dn_of("idle-95")),
        somebody(ad_lab, "ad-hands-over", altRecipient=dn_of("never-old")),
    ):
        found = snapshot(ad_lab, filter="(sAMAccountName=ad-hands-*)")["accounts"].values()

    assert {one.address for account in found for one in account.forwards} == {idle, old}
    in_filter_and_list = [operation for operation in asked if operation.count(b"altRecipient") == 2]
    assert len(in_filter_and_list) >= 2


def test_an_expired_account_counts_as_locked_by_an_administrator(ad_lab):
    with somebody(ad_lab, "ad-ended", accountExpires="130000000000000000") as dn:
        found = snapshot(ad_lab, filter="(sAMAccountName=ad-ended)")["accounts"]["ad-ended"]
        assert refused_with(ad_lab, dn, PASSWORD) == "701"
    assert found.lock is Lock.ADMINISTRATOR
    assert f"{found.locked_at:%Y-%m-%d}" == "2012-12-14"


def test_a_lockout_is_over_when_the_policy_s_duration_is(ad_lab):
    """lockoutTime stays; msDS-User-Account-Control-Computed knows."""
    second = "-10000000"
    try:
        with somebody(ad_lab, "ad-over") as dn:
            # All within the time in which failures are counted, which is no longer than a lock.
            for _ in range(5):
                refused_with(ad_lab, dn, "wrong")
            locked_out = read(ad_lab, dn, "lockoutTime")
            assert refused_with(ad_lab, dn, PASSWORD) == "775"
            write(ad_lab, samba.BASE, lockOutObservationWindow=second, lockoutDuration=second)
            while refused_with(ad_lab, dn, PASSWORD) == "775":
                pass
            write(ad_lab, dn, description="signed in")
            found = snapshot(ad_lab, filter="(sAMAccountName=ad-over)")["accounts"]["ad-over"]
        assert locked_out not in (None, "0")
        assert found.lock is None
    finally:
        forever = "-9223372036854775808"
        write(ad_lab, samba.BASE, lockOutObservationWindow="-6000000000", lockoutDuration=forever)


@pytest.mark.parametrize("page_size", [0, 1, 6, 7, 1000])
def test_pages_hold_everybody_also_when_the_last_one_is_empty(ad_lab, seen, page_size):
    found = snapshot(ad_lab, page_size=page_size)
    assert found["accounts"].keys() == seen["accounts"].keys()


def test_references_to_parts_without_accounts_are_no_problem(ad_lab, seen):
    with Directory(access(ad_lab)) as directory:
        directory.find(samba.BASE, "(objectClass=domain)", ["1.1"])
        assert directory.references  # the server does refer, and nobody follows
    assert seen["problems"] == []


def test_values_that_come_in_parts_are_put_together(ad_lab):
    with Directory(access(ad_lab)) as directory:
        ((_, whole),) = directory.find(
            samba.STRICT_GROUP, "(objectClass=*)", ["member"], scope="BASE"
        )
        for asked in ("member;range=0-0", "member;range=0-2"):
            ((_, values),) = directory.find(
                samba.STRICT_GROUP, "(objectClass=*)", [asked], scope="BASE"
            )
            assert sorted(values["member"]) == sorted(whole["member"])
    assert len(whole["member"]) > 4


def test_a_sign_in_by_password_is_recorded_when_the_record_is_old_and_not_where_it_is_exact(ad_lab):
    own, whole, changed = "lastLogon", "lastLogonTimestamp", "whenChanged"
    with somebody(ad_lab, "ad-records") as dn:
        assert refused_with(ad_lab, dn, PASSWORD) is None
        first, stood = read(ad_lab, dn, whole), read(ad_lab, dn, changed)
        assert first not in (None, "0")
        assert read(ad_lab, dn, own) in (None, "0")  # the trap

        assert refused_with(ad_lab, dn, "wrong") == "52e"
        assert read(ad_lab, dn, "badPwdCount") == "1"
        assert refused_with(ad_lab, dn, PASSWORD) is None

        assert read(ad_lab, dn, whole) == first  # too young to be written again
        assert read(ad_lab, dn, changed) == stood
        assert read(ad_lab, dn, own) not in (None, "0")  # written where failures are forgotten


def test_what_is_written_to_user_password_is_no_password_and_can_be_read_back(ad_lab):
    with somebody(ad_lab, "ad-clear") as dn:
        write(ad_lab, dn, userPassword="Moonlight-of-8")

        assert refused_with(ad_lab, dn, "Moonlight-of-8") == "52e"
        assert refused_with(ad_lab, dn, PASSWORD) is None
        assert read(ad_lab, dn, "userPassword") == "Moonlight-of-8"
    assert "password_check" in ACTIVE_DIRECTORY.lacks  # so nobody compares it with a hash


def test_only_the_server_can_set_the_time_of_a_password(ad_lab):
    with somebody(ad_lab, "ad-time") as dn, connected(ad_lab) as admin:
        for value, is_taken in (("130000000000000000", False), ("0", True), ("-1", True)):
            admin.modify(dn, {"pwdLastSet": [("MODIFY_REPLACE", [value])]})
            assert (value, admin.result["result"] == 0) == (value, is_taken)


# --- rights


def test_an_empty_entry_is_a_missing_right_and_never_a_policy_of_nothing(ad_lab):
    found = snapshot(ad_lab, who="blind")

    assert found["policies"].keys() == {samba.BASE}
    assert any(samba.PSO in problem for problem in found["problems"])
    unread = {one["field"]: one for one in found["end"]["unread"]}
    assert samba.PSO_CONTAINER in unread["password_policy"]["reason"]
    assert {one.password_policy for one in found["accounts"].values()} == {None, samba.PSO}


def test_sign_ins_that_may_not_be_read_are_unread(ad_lab):
    unread = snapshot(ad_lab, who="blind")["end"]["unread"]

    assert {one["unit"] for one in unread if one["field"] == "sign_ins"} == {None}
    assert {one["field"] for one in unread} == {"sign_ins", "password_policy"}


ABSENT = [
    ("auditor", "lastLogonTimestamp", NO_SUCH_ATTRIBUTE),
    ("blind",   "lastLogonTimestamp", INSUFFICIENT_ACCESS_RIGHTS),
    ("blind",   "lockoutTime",        NO_SUCH_ATTRIBUTE),
    ("auditor", "targetAddress",      NO_SUCH_ATTRIBUTE),
    ("auditor", "pwdLastSuccess",     UNDEFINED_ATTRIBUTE_TYPE),
]  # fmt: skip


@pytest.mark.parametrize(("who", "attribute", "expected"), ABSENT)
def test_rights_tell_absent_from_hidden(ad_lab, who, attribute, expected):
    """A compare request does not: compareFalse to all of them."""
    with Directory(access(ad_lab, who)) as directory:
        root, dialect = recognise(directory, "")
        question = (dn_of("never-old").encode(), attribute, "1")
        assert dialect.ask(directory, root, [question]) == [expected]
        assert directory.compare([question]) == [5]


# --- the server


def test_the_other_domain_controllers_are_read_and_samba_s_are_not_exact(ad_lab):
    found = snapshot(ad_lab, filter="(sAMAccountName=idle-95)", replicas=(access(ad_lab),))

    assert ["lastLogon" in problem and "Samba" in problem for problem in found["problems"]] == [
        True
    ]
    assert found["accounts"]["idle-95"].sign_ins[0].precision == FORTNIGHT


def test_a_domain_controller_that_is_away_is_told_and_the_rest_is_read(ad_lab):
    away = access(ad_lab, uri="ldaps://127.0.0.1:1")
    found = snapshot(ad_lab, filter="(sAMAccountName=idle-95)", replicas=(away,))

    assert found["message"] == ""
    assert "127.0.0.1:1" in found["problems"][0]
    assert found["accounts"].keys() == {"idle-95"}


def test_another_directory_is_no_replica(ad_lab):
    account = ad_lab["openldap"]["accounts"]["auditor"]
    other = access(
        ad_lab,
        uri=ad_lab["openldap"]["ldaps"],
        bind_dn=account["dn"],
        bind_pw=account["password"],
    )
    found = snapshot(ad_lab, filter="(sAMAccountName=idle-95)", replicas=(other,))

    assert "another directory" in found["problems"][0]


# --- binds


@pytest.mark.parametrize("more", [{}, {"start_tls": True}], ids=["ldaps", "StartTLS"])
def test_a_bind_is_protected(ad_lab, more):
    uri = ad_lab["ad"]["ldap" if more else "ldaps"]
    with Directory(access(ad_lab, uri=uri, **more)) as directory:
        assert directory.find(samba.PEOPLE, "(cn=active)", ["1.1"])


def test_a_bind_without_tls_is_refused_with_the_way_out(ad_lab):
    with pytest.raises(DirectoryError, match=r"strongerAuthRequired \(8\).*ldaps://"):
        Directory(access(ad_lab, uri=ad_lab["ad"]["ldap"]))


REFUSED = [
    # who binds                                  data    what is said
    ("active",             "wrong",              "52e", "bind_pw is not the password"),
    ("locked-by-admin",    None,                 "533", "is disabled"),
    ("locked-by-failures", None,                 "775", "is locked"),
    ("must-change",        None,                 "773", "a new password"),
]  # fmt: skip


@pytest.mark.parametrize(("uid", "password", "data", "said"), REFUSED)
def test_a_refused_bind_says_why(ad_lab, uid, password, data, said):
    given = password or everybody(ad_lab)[uid].password
    with pytest.raises(DirectoryError, match=f"data {data}.*{said}") as refused:
        Directory(access(ad_lab, bind_dn=dn_of(uid), bind_pw=given))
    assert given not in str(refused.value)


def test_an_expired_password_says_so(ad_lab):
    password = everybody(ad_lab)["idle-95"].password
    try:
        write(ad_lab, samba.BASE, maxPwdAge=str(-10 * 86400 * 10_000_000))
        with pytest.raises(DirectoryError, match=r"data 532.*expired"):
            Directory(access(ad_lab, bind_dn=dn_of("idle-95"), bind_pw=password))
    finally:
        write(ad_lab, samba.BASE, maxPwdAge="-9223372036854775808")


@pytest.mark.skipif(HAS_GSSAPI, reason="gssapi is here")
def test_kerberos_needs_a_library_and_the_message_names_it(ad_lab):
    with pytest.raises(DirectoryError, match="Python library gssapi"):
        Directory(access(ad_lab, bind_dn="", bind_pw="", sasl_gssapi=True))

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The dialect zimbra on a real slapd that holds what Zimbra stores. No Zimbra runs: what is written
is looked at as Zimbra's documentation says that it reads it (docs/zimbra.md)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.lab import lifecycle, population, zimbra
from ansible_collections.civic.mailbox.lab.clients import Info
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change
from ansible_collections.civic.mailbox.plugins.module_utils._core.step import Skip, Step
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Directory
from ansible_collections.civic.mailbox.plugins.module_utils._directory.requests import (
    REPLACE,
    Edit,
    Modification,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.writing import open_writer
from ansible_collections.civic.mailbox.plugins.module_utils._module.script_notation import SIEVE
from ansible_collections.civic.mailbox.plugins.modules import (
    account,
    accounts_info,
    password_policy,
    rollback,
)

from .module_run import Ran, at_first_write, run_module
from .planned import change_of
from .ports import free_port_base

OUTSIDE, DOMAIN = population.OUTSIDE, population.DOMAIN
STATUS, MUST_CHANGE = "zimbraAccountStatus", "zimbraPasswordMustChange"
FREQUENCY, EPHEMERAL = "zimbraLastLogonTimestampFrequency", "zimbraEphemeralBackendURL"


class Office:
    """Zimbra's directory in the lab, and a folder for reports."""

    def __init__(self, lab: Info, reports: Path) -> None:
        self.reports, self._lab, self._zimbra = reports, lab, lab["zimbra"]

    def options(self, reader: str, **more: Any) -> dict[str, Any]:
        login = self._zimbra["accounts"][reader]
        return {
            "server_uri": self._zimbra["ldaps"],
            "ca_path": self._lab["tls"]["ca"],
            "bind_dn": login["dn"],
            "bind_pw": login["password"],
            "name": "lab-zimbra",
            **more,
        }

    def gathered(self, reader: str = "auditor", **more: Any) -> list[dict[str, Any]]:
        """The records of a snapshot."""
        whole = {
            "run_dir": str(self.reports / "run"),
            "search_base": self._zimbra["suffix"],
            "unit_from": "attribute",
            **more,
        }
        ran = run_module(accounts_info.main, self.options(reader, **whole))
        assert ran.status == 0, ran.output
        path = self.reports / "run" / "snapshot" / "accounts-lab-zimbra.jsonl"
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]

    def accounts(self, *uids: str, **more: Any) -> list[dict[str, Any]]:
        known = {one["login"]: one for one in self.gathered(**more) if one["record"] == "account"}
        return [known[uid] for uid in uids] if uids else list(known.values())

    def set_state(
        self, state: str, *uids: str, prepare: Callable[[], object] = int, **more: Any
    ) -> Ran:
        addresses = [f"{uid}@{DOMAIN}" for uid in uids]
        return self._change(account.main, prepare, state=state, accounts=addresses, **more)

    def set_policy(self, **settings: Any) -> Ran:
        return self._change(password_policy.main, int, **settings)

    def _change(
        self, main: Callable[[], object], prepare: Callable[[], object], **more: Any
    ) -> Ran:
        self.reports.joinpath("run").mkdir(exist_ok=True)
        whole = {
            "run_dir": str(self.reports / "run"),
            "search_base": self._zimbra["suffix"],
            **more,
        }
        return run_module(main, self.options("enforcer", **whole), prepare=prepare)

    def roll_back(self) -> Ran:
        whole = {"reports_dir": str(self.reports), "run": "run"}
        return run_module(rollback.main, self.options("enforcer", **whole))

    @contextmanager
    def directory(self, reader: str = "admin") -> Iterator[Directory]:
        known = self.options(reader)
        access = Access(
            uri=known["server_uri"],
            bind_dn=known["bind_dn"],
            bind_pw=known["bind_pw"],
            ca_path=known["ca_path"],
        )
        with Directory(access) as directory:
            yield directory

    def write(self, dn: str, **values: str | None) -> None:
        """As an administrator would; None takes the attribute away."""
        edits = tuple(
            Edit(operation=REPLACE, attribute=name, values=(value.encode(),) if value else ())
            for name, value in values.items()
        )
        with self.directory() as directory:
            (written,) = directory.modify([Modification(dn=dn, edits=edits)])
        assert written.code == 0, written

    def values(self, uid: str, *names: str) -> list[list[bytes]]:
        with self.directory() as directory:
            (found,) = directory.read([zimbra.dn_of(uid)], names)
        assert found is not None
        return [found.get(name, []) for name in names]

    def export(self) -> dict[bytes, Mapping[str, list[bytes]]]:
        """All that is stored, but for what the server keeps for itself."""
        with self.directory() as directory:
            return dict(directory.search("", "(objectClass=*)", EVERYTHING))


EVERYTHING = (
    STATUS, MUST_CHANGE, "mail", "zimbraMailForwardingAddress", "zimbraPrefMailForwardingAddress",
    "zimbraMailSieveScript", "zimbraPasswordLockoutLockedTime", "zimbraPasswordMinLength",
    "zimbraPasswordMinAlphaChars", "zimbraPasswordMinNumericChars", "zimbraPasswordLockoutDuration",
    "zimbraPasswordMinPunctuationChars", "zimbraPasswordLockoutMaxFailures",
)  # fmt: skip


@pytest.fixture
def office(zimbra_lab: Info, tmp_path: Path) -> Office:
    return Office(zimbra_lab, tmp_path)


LOCKS = [("z-maintenance", "administrator"), ("z-closed", "administrator"), ("z-pending", "administrator"),
         ("z-filter", None)]  # fmt: skip


def test_who_does_not_sign_in_is_locked_whatever_it_is_called(office):
    found = office.accounts(*(uid for uid, _ in LOCKS))

    assert [one.get("lock") for one in found] == [lock for _, lock in LOCKS]


FORWARDS = [
    # account              target, in force
    ("z-by-admin",         [(f"z-by-admin@{OUTSIDE}", True)]),
    ("z-many",             [(f"first@{OUTSIDE}", True), (f"second@{OUTSIDE}", True), (f"active@{DOMAIN}", True)]),
    ("z-dormant",          [(f"z-dormant@{OUTSIDE}", False)]),
    ("z-dormant-by-cos",   [(f"z-dormant-by-cos@{OUTSIDE}", False)]),
    ("z-own-feature",      [(f"z-own-feature@{OUTSIDE}", True)]),
    ("z-filter",           [(f"z-filter@{OUTSIDE}", True), (f"z-filter-off@{OUTSIDE}", False)]),
    ("z-closed",           []),
]  # fmt: skip


def test_every_way_to_forward_is_read_and_whether_it_is_in_force(office):
    found = office.accounts(*(uid for uid, _ in FORWARDS))

    assert [
        [(way["address"], way.get("active", True)) for way in one.get("forwards", [])]
        for one in found
    ] == [ways for _, ways in FORWARDS]


def test_an_account_has_the_policy_of_its_class_of_service_unless_it_has_settings_itself(office):
    records = office.gathered()

    known = {one["login"]: one for one in records if one["record"] == "account"}
    shortest = {one["name"]: one["min_length"] for one in records if one["record"] == "policy"}
    own = zimbra.dn_of("z-own-policy")
    assert known["active"]["password_policy"] == zimbra.DEFAULT_COS
    assert known["z-own-feature"]["password_policy"] == zimbra.STRICT_COS
    assert known["z-own-policy"]["password_policy"] == own
    assert shortest == {zimbra.DEFAULT_COS: 8, zimbra.STRICT_COS: 12, own: 4}


def test_without_zimbras_configuration_nobody_counts_as_idle(office):
    header, *records = office.gathered("narrow")

    unread = {one["field"]: one["reason"] for one in records[-1]["unread"]}
    assert header["holds_mail"] is True  # so no mail host's facts are missed
    assert FREQUENCY in unread["sign_ins"]


RECORDS = [
    # what it shows                set in cn=config,cn=zimbra          precision, why it is not all
    ("seven days by default",      {FREQUENCY: None},                  604800, ""),
    ("an hour",                    {FREQUENCY: "1h"},                  3600,   ""),
    ("switched off",               {FREQUENCY: "0"},                   None,   "does not record sign-ins"),
    ("no duration",                {FREQUENCY: "often"},               None,   "often is no duration"),
    ("kept elsewhere",             {EPHEMERAL: "ssdb:127.0.0.1:8888"}, 86400,  "ssdb:127.0.0.1:8888"),
    ("kept here, said so",         {EPHEMERAL: "ldap://default"},      86400,  ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "precision", "said"), [pytest.param(*case, id=name) for name, *case in RECORDS]
)
def test_the_record_of_sign_ins_is_as_good_as_it_is_configured(office, settings, precision, said):
    office.write(zimbra.CONFIG, **settings)
    try:
        records = office.gathered()
    finally:
        office.write(zimbra.CONFIG, **{FREQUENCY: zimbra.LOGON_FREQUENCY, EPHEMERAL: None})

    (active,) = [one for one in records if one.get("login") == "active"]
    unread = {one["field"]: one["reason"] for one in records[-1]["unread"]}
    assert active["sign_ins"][0].get("precision") == precision
    assert said in unread.get("sign_ins", "")
    assert bool(said) is ("sign_ins" in unread)


def test_a_domains_own_default_is_told_and_not_guessed(office):
    office.write(population.SUFFIX, zimbraDomainDefaultCOSId="0fb300f3")
    try:
        records = office.gathered()
    finally:
        office.write(population.SUFFIX, zimbraDomainDefaultCOSId=None)

    (active,) = [one for one in records if one.get("login") == "active"]
    assert "password_policy" not in active
    unread = {one["field"]: one["reason"] for one in records[-1]["unread"]}
    assert "zimbraDomainDefaultCOSId" in unread["password_policy"]


def test_who_is_closed_is_locked_already_and_stays_closed(office):
    assert office.set_state("locked", "z-closed").result["counts"] == {"already": 1}
    assert office.values("z-closed", STATUS) == [[b"closed"]]


def test_an_unlock_takes_the_traces_of_a_lockout_with_it_and_can_be_undone(office):
    before = office.export()

    ran = office.set_state("unlocked", "locked-by-failures", "z-maintenance")

    assert ran.result["counts"] == {"changed": 1, "refused": 1}
    assert "somebody chose for another reason" in ran.result["left"][0]["reason"]
    assert office.values("locked-by-failures", STATUS, "zimbraPasswordLockoutLockedTime") == [
        [b"active"], [],
    ]  # fmt: skip
    office.roll_back()
    assert office.export() == before


def test_nothing_is_written_over_what_somebody_changed_in_between(office, zimbra_lab):
    dn = zimbra.dn_of("active")

    ran = office.set_state(
        "locked",
        "active",
        prepare=at_first_write(lambda: office.write(dn, **{STATUS: "maintenance"})),
        server_uri=zimbra_lab["zimbra"]["ldap"],  # in clear, so that the moment shows
    )

    try:
        assert ran.result["counts"] == {"changed_since": 1}
        assert office.values("active", STATUS) == [[b"maintenance"]]
    finally:
        office.write(dn, **{STATUS: "active"})


LATER = "zimbraPasswordBlockCommonEnabled"  # Zimbra 10
LACKS = (LATER, "zimbraPasswordMinAlphaChars")


@pytest.fixture
def older_office(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Office]:
    """One with a Zimbra whose schema does not have all."""
    text = zimbra._SCHEMA.read_text("utf-8")
    for number, name in enumerate(LACKS):
        text = text.replace(name, f"another{number}")
    (tmp_path / "older.ldif").write_text(text, "utf-8")
    writable = tuple(name for name in zimbra._POLICY_ATTRIBUTES if name not in LACKS)
    monkeypatch.setattr(zimbra, "_SCHEMA", tmp_path / "older.ldif")
    monkeypatch.setattr(zimbra, "_POLICY_ATTRIBUTES", writable)
    folder = tmp_path / "lab"
    lifecycle.up(folder, port_base=free_port_base(), people=0, extra=["zimbra"])
    try:
        yield Office(lifecycle.describe(folder), tmp_path)
    finally:
        lifecycle.down(folder)


def test_a_setting_that_the_schema_lacks_is_told_as_that_and_hinders_no_other(older_office):
    for check_mode in (True, False):
        ran = older_office.set_policy(blocklist=True, _ansible_check_mode=check_mode)

        assert ran.status == 1
        assert f"{LATER} is not in the schema of this server" in ran.message
        assert "moment of writing" not in ran.message
        assert "may not read" not in ran.message
    assert older_office.set_policy(min_length=9).result["counts"] == {"changed": 1}
    assert older_office.set_state("locked", "active").result["counts"] == {"changed": 1}


def test_settings_of_an_account_itself_are_for_a_person_to_take_away(office):
    ran = office.set_policy(min_length=9, policies=[zimbra.dn_of("z-own-policy")])

    assert ran.status == 1
    assert "settings of an account itself" in ran.message


REMOVALS = [
    # account    what is not wanted         what is left
    ("z-many",   f"second@{OUTSIDE}",       f"first@{OUTSIDE}, active@{DOMAIN}"),
    ("z-filter", f"z-filter@{OUTSIDE}",     None),
]  # fmt: skip


@pytest.mark.parametrize(("uid", "unwanted", "left"), REMOVALS)
def test_one_target_is_taken_out_and_put_back(office, uid, unwanted, left):
    before = office.export()
    (known,) = office.accounts(uid)
    targets = tuple(way["address"] for way in known["forwards"] if way.get("active", True))
    change = forward_change(known, targets, tuple(one for one in targets if one != unwanted))

    with office.directory("enforcer") as directory:
        writer = open_writer(
            directory,
            dialect="",
            search_base=population.SUFFIX,
            default_policy="",
            scripts=SIEVE,
            now=datetime.now(timezone.utc),
        )
        (step,) = writer.prepare([change])
        assert isinstance(step, Step)
        assert [outcome.reason for outcome in writer.write([step])] == [""]
        (again,) = writer.prepare([change])
        assert isinstance(again, Skip)
        (found,) = office.accounts(uid)
        (back,) = writer.prepare_steps([Step(change=change, before=step.after, after=step.before)])
        assert isinstance(back, Step)
        assert [outcome.reason for outcome in writer.write([back])] == [""]

    assert [way["address"] for way in found["forwards"] if way.get("active", True)] == [
        one for one in targets if one != unwanted
    ]
    if left:
        assert step.after == {"zimbraPrefMailForwardingAddress": [left.encode()]}
    assert office.export() == before


def forward_change(
    known: Mapping[str, Any], before: tuple[str, ...], after: tuple[str, ...]
) -> Change:
    change = change_of(known["dn"], "lock", known["id"], before=before, after=after)
    return replace(change, field="forwards", control="external-forwarding")

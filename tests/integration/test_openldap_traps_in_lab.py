# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""OpenLDAP's traps that need the lab: Dovecot, an account with few rights, a schema without extras."""

from __future__ import annotations

import imaplib
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import ldap3
import pytest

from ansible_collections.civic.mailbox.lab import lifecycle, population
from ansible_collections.civic.mailbox.lab.clients import Info, sign_in
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Directory
from ansible_collections.civic.mailbox.plugins.module_utils._directory.requests import (
    REPLACE,
    Edit,
    Modification,
)
from ansible_collections.civic.mailbox.plugins.modules import (
    account,
    accounts_info,
    assess,
    rollback,
)

from .module_run import Ran, run_module
from .ports import free_port_base

NEW = "Rieng-tu.4711"
UNDEFINED_ATTRIBUTE_TYPE, ASSERTION_FAILED, INSUFFICIENT_ACCESS = 17, 122, 50
POLICY = f"forwarding: {{internal_domains: [{population.DOMAIN}]}}\n"
PEOPLE = {one.uid: one for one in population.people(0, datetime.now(timezone.utc))}
BY_HASH, BY_AGE = PEOPLE["default-password"], PEOPLE["password-never-changed"]


class Office:
    """An operator with a lab and a folder for reports."""

    def __init__(self, lab: Info, reports: Path) -> None:
        self.lab, self.reports = lab, reports

    def run(self, main: Callable[[], object], login: str, **more: Any) -> Ran:
        """A module of the directory."""
        directory = self.lab["openldap"]
        by = directory["accounts"][login]
        return self.done(
            run_module(
                main,
                {
                    "server_uri": directory["ldaps"],
                    "ca_path": self.lab["tls"]["ca"],
                    "bind_dn": by["dn"],
                    "bind_pw": by["password"],
                    "name": "town",
                    **more,
                },
            )
        )

    @property
    def places(self) -> dict[str, str]:
        """Where accounts and their policy are."""
        directory = self.lab["openldap"]
        return {name: directory[name] for name in ("search_base", "default_password_policy")}

    def roll_back(self, run_id: str) -> Ran:
        return self.run(rollback.main, "enforcer", reports_dir=str(self.reports), run=run_id)

    def audit_and_enforce(
        self, run_id: str, policy: str, control: str = "default-password"
    ) -> dict[str, list[str]]:
        """What was changed by the plan for one control: subject -> fields."""
        run_dir, file = self.reports / run_id, self.reports / f"{run_id}.yml"
        self.reports.mkdir(exist_ok=True)
        file.write_text(POLICY + policy)
        folder = {"run_dir": str(run_dir)}
        candidates = [population.DEFAULT_PASSWORD]
        self.run(
            accounts_info.main,
            "hash-auditor",
            password_candidates=candidates,
            **self.places,
            **folder,
        )
        sources = [{"name": "town", "kind": "accounts"}]
        options = {"policy_file": str(file), "sources": sources, **folder}
        self.done(run_module(assess.main, options))
        options = {"plan": str(run_dir / "plan.jsonl"), "policy_file": str(file)}
        ran = self.run(account.main, "enforcer", controls=[control], **self.places, **options)
        fields: dict[str, list[str]] = {}
        for change in ran.result["changes"]:
            fields.setdefault(change["subject"], []).append(change["field"])
        return fields

    def failing(self, run_id: str, control: str = "default-password") -> set[str]:
        """Of which subjects that was found."""
        lines = (self.reports / run_id / "findings.jsonl").read_text("utf-8").splitlines()
        found = [line for line in map(json.loads, lines) if line["status"] == "fail"]
        return {line["subject"] for line in found if line["control"] == control}

    def set_state(self, state: str, *people: population.Person) -> Ran:
        subjects = [person.subject for person in people]
        return self.run(account.main, "enforcer", accounts=subjects, state=state, **self.places)

    def lets_in(self, person: population.Person, password: str = "") -> bool:
        """Whether Dovecot does."""
        try:
            sign_in(self.lab, person.subject, password or person.password)
        except imaplib.IMAP4.error:
            return False
        return True

    def connect(self, dn: str, password: str) -> Any:
        """A connection that binds when it is entered."""
        server = ldap3.Server(self.lab["openldap"]["ldap"], get_info=ldap3.NONE)
        return ldap3.Connection(server, dn, password, check_names=False)

    @property
    def enforcer(self) -> tuple[str, str]:
        """The account that may write a few attributes: DN and password."""
        login = self.lab["openldap"]["accounts"]["enforcer"]
        return login["dn"], login["password"]

    @staticmethod
    def done(ran: Ran) -> Ran:
        assert ran.status == 0, ran.output
        return ran


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    directory = tmp_path / "lab"
    lifecycle.up(directory, port_base=free_port_base(), people=0)
    try:
        yield Office(lifecycle.describe(directory), tmp_path / "reports")
    finally:
        lifecycle.down(directory)


def test_a_forced_password_alone_does_not_stop_a_mail_server_and_the_lock_does(office):
    forced = office.audit_and_enforce("first", "")
    assert forced[BY_HASH.subject] == forced[BY_AGE.subject] == ["must_change"]
    with office.connect(BY_HASH.dn, BY_HASH.password) as connection:
        connection.search(BY_HASH.dn, "(objectClass=*)", ldap3.BASE)
        assert connection.result["result"] == INSUFFICIENT_ACCESS
    assert office.lets_in(BY_HASH)  # the trap: Dovecot binds, and does nothing else
    assert office.lets_in(BY_AGE)

    locked = office.audit_and_enforce("second", "default_password: {lock_from: 2019-01-20}\n")
    assert locked[BY_HASH.subject] == locked[BY_AGE.subject] == ["lock"]
    assert not office.lets_in(BY_HASH)
    assert not office.lets_in(BY_AGE)

    office.set_state("unlocked", BY_HASH)
    assert office.lets_in(BY_HASH)
    with office.connect(*office.enforcer) as helpdesk:
        helpdesk.modify(BY_AGE.dn, {"userPassword": [(ldap3.MODIFY_REPLACE, [NEW])]})
        assert helpdesk.result["result"] == 0
    assert (office.lets_in(BY_AGE), office.lets_in(BY_AGE, NEW)) == (False, True)


def test_a_forced_new_password_is_no_finding_once_it_is_set(office):
    forced = office.audit_and_enforce("first", "")
    assert BY_HASH.subject in office.failing("first")
    with office.connect(BY_HASH.dn, BY_HASH.password) as owner:
        owner.modify(BY_HASH.dn, {"userPassword": [(ldap3.MODIFY_REPLACE, [NEW])]})
        assert owner.result["result"] == 0

    again = office.audit_and_enforce("second", "")
    undone = office.roll_back("first")

    assert office.failing("second") == office.failing("first") - {BY_HASH.subject}
    assert again == {}
    assert undone.result["counts"] == {"changed": len(forced) - 1, "already": 1}


def test_forced_and_locked_in_one_run_keep_a_mail_server_out(office):
    fields = office.audit_and_enforce("first", "default_password: {lock_from: 2019-01-20}\n")

    assert fields[BY_HASH.subject] == ["must_change", "lock"]
    assert not office.lets_in(BY_HASH)


def test_who_was_seen_only_before_a_reset_is_not_locked_as_idle(office):
    active, never = PEOPLE["active"], PEOPLE["never-old"]
    with office.connect(*office.enforcer) as helpdesk:
        helpdesk.modify(active.dn, {"userPassword": [(ldap3.MODIFY_REPLACE, [NEW])]})
        helpdesk.search(active.dn, "(pwdLastSuccess=*)", ldap3.BASE)
        assert helpdesk.entries == []  # the trap: signed in yesterday, and no record of it

    recorded = "idle_mailbox: {sign_ins_recorded_since: {pwdLastSuccess: 2019-01-01}}\n"
    locked = office.audit_and_enforce("first", recorded, "idle-mailbox")

    assert (never.subject in locked, active.subject in locked) == (True, False)
    assert office.lets_in(active, NEW)


def test_an_attribute_that_the_schema_lacks_is_no_part_of_the_assertion(office):
    """The overlay lastbind is not there, so authTimestamp is not known to the server."""
    person, (dn, password) = PEOPLE["active"], office.enforcer
    access = Access(uri=office.lab["openldap"]["ldap"], bind_dn=dn, bind_pw=password)
    edit = Edit(operation=REPLACE, attribute="pwdReset", values=(b"TRUE",))
    absent = (("authTimestamp", None),)
    with Directory(access) as directory:
        asked = [(person.dn.encode(), "authTimestamp", "20190108010000Z")]
        assert list(directory.compare(asked)) == [UNDEFINED_ATTRIBUTE_TYPE]
        one = Modification(dn=person.dn, edits=(edit,), assertion=absent)
        assert [done.code for done in directory.modify([one])] == [ASSERTION_FAILED]  # the trap

    assert office.set_state("locked", person).result["counts"] == {"changed": 1}
    assert not office.lets_in(person)
    assert office.set_state("unlocked", person).result["counts"] == {"changed": 1}
    assert office.lets_in(person)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A directory of the lab as its people and administrators use it, and modules on it."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import ldap3

from ansible_collections.civic.mailbox.lab import population
from ansible_collections.civic.mailbox.lab.clients import Info
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.modules import (
    account,
    accounts_info,
    assess,
    password_policy,
    rollback,
)

from .module_run import Ran, run_module

NAME = "town"
# What a server keeps for itself of every write, in lower case.
_STAMPS = {
    *("modifytimestamp", "modifiersname", "entrycsn"),
    *("internalmodifytimestamp", "internalmodifiersname", "dsentrydn"),  # 389-DS
    *("usnchanged", "whenchanged", "replpropertymetadata", "dscorepropagationdata"),  # AD
}
Entry = dict[str, list[bytes]]


class SignIn(NamedTuple):
    """What a server answers to a bind, and to reading one's own entry after it (None: no bind)."""

    code: int
    read: int | None
    said: str = ""


@dataclass
class Office:
    """An operator with one of the lab's servers, by its key in lab.json, and a reports folder."""

    lab: Info
    key: str
    reports: Path

    @property
    def server(self) -> Info:
        return self.lab[self.key]

    def access(self, login: str = "enforcer") -> Access:
        by = self.server["accounts"][login]
        return Access(
            uri=self.server["ldaps"],
            ca_path=self.lab["tls"]["ca"],
            bind_dn=by["dn"],
            bind_pw=by["password"],
        )

    @contextmanager
    def connected(self, login: str = "admin") -> Iterator[Any]:
        by = self.server["accounts"][login]
        with self.bound_as(by["dn"], by["password"]) as connection:
            yield connection

    @contextmanager
    def bound_as(self, who: str, password: str) -> Iterator[Any]:
        connection = self._connection(who, password)
        try:
            assert connection.bind(), connection.result
            yield connection
        finally:
            connection.unbind()

    def sign_in(self, who: str, password: str) -> SignIn:
        """A person's bind, and a look at their own entry."""
        connection = self._connection(who, password)
        try:
            if not connection.bind():
                return SignIn(connection.result["result"], None, connection.result["message"])
            connection.search(who, "(objectClass=*)", ldap3.BASE, attributes=["uid"])
            return SignIn(0, connection.result["result"])
        finally:
            connection.unbind()

    def binds(self, who: str, password: str) -> tuple[int, int | None]:
        """The codes of the same."""
        code, read, _ = self.sign_in(who, password)
        return code, read

    def _connection(self, who: str, password: str) -> Any:
        """Over TLS, without which Active Directory lets nobody bind."""
        tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=self.lab["tls"]["ca"])
        uri = self.server["ldaps"].replace("127.0.0.1", "localhost")
        # ldap3 tries IPv6 first where a name has both, and leaves that socket open.
        server = ldap3.Server(uri, get_info=ldap3.NONE, tls=tls, mode=ldap3.IP_V4_ONLY)
        return ldap3.Connection(server, who, password, check_names=False, auto_referrals=False)

    def read(self, target: str, *names: str, by: str = "admin") -> Entry:
        """What stands there of these attributes (all: "*", "+"); no key where there is none."""
        with self.connected(by) as connection:
            connection.search(target, "(objectClass=*)", ldap3.BASE, attributes=list(names))
            found = connection.response[0]["raw_attributes"] if connection.response else {}
        return {name: values for name, values in found.items() if values}

    def state(self, target: str) -> Entry:
        """All that stands in an entry but what the server notes of each write."""
        return _without_stamps(self.read(target, "*", "+"))

    def export(self, base: str) -> dict[str, Entry]:
        """The same of all entries at and below the base."""
        with self.connected() as connection:
            connection.search(base, "(objectClass=*)", attributes=["*", "+"])
            entries = [one for one in connection.response if "raw_attributes" in one]
        return {one["dn"]: _without_stamps(one["raw_attributes"]) for one in entries}

    def write(self, target: str, by: str = "admin", **values: Any) -> int:
        """Replace attributes in one modify ("_" stands for "-"); the result code."""
        edits = {
            name.replace("_", "-"): [
                (ldap3.MODIFY_REPLACE, [value] if isinstance(value, str) else value)
            ]
            for name, value in values.items()
        }
        if not edits:
            return 0
        with self.connected(by) as connection:
            connection.modify(target, edits)
            return connection.result["result"]

    def run(self, main: Callable[[], object], login: str = "enforcer", **more: Any) -> Ran:
        """A module of the directory."""
        by = self.server["accounts"][login]
        ran = run_module(
            main,
            {
                "server_uri": self.server["ldaps"],
                "ca_path": self.lab["tls"]["ca"],
                "bind_dn": by["dn"],
                "bind_pw": by["password"],
                "name": NAME,
                **more,
            },
        )
        assert by["password"] not in ran.output
        assert "Traceback" not in ran.output
        return ran

    def gather(self, run_id: str, login: str = "auditor", **more: Any) -> list[dict[str, Any]]:
        """The records of a snapshot of the directory."""
        folder = {"run_dir": str(self.reports / run_id), "search_base": self.server["search_base"]}
        done(self.run(accounts_info.main, login, **folder, **more))
        (file,) = (self.reports / run_id / "snapshot").glob("accounts-*.jsonl")
        return [json.loads(line) for line in file.read_text("utf-8").splitlines()]

    def accounts(
        self, run_id: str, login: str = "auditor", **more: Any
    ) -> dict[str, dict[str, Any]]:
        """The accounts of a snapshot, by login."""
        records = self.gather(run_id, login, **more)
        return {one["login"]: one for one in records if one["record"] == "account"}

    def assess(self, run_id: str, policy: str) -> list[dict[str, Any]]:
        """Judge a snapshot by a policy file; its findings."""
        file = self.reports / f"{run_id}.yml"
        file.write_text(
            f"forwarding: {{internal_domains: [{population.DOMAIN}]}}\n{policy}", "utf-8"
        )
        run_dir = self.reports / run_id
        options = {"policy_file": str(file), "sources": [{"name": NAME, "kind": "accounts"}]}
        done(run_module(assess.main, {**options, "run_dir": str(run_dir)}))
        lines = (run_dir / "findings.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def apply(self, run_id: str, main: Callable[[], object] = account.main, **more: Any) -> Ran:
        """Carry out the plan of a run."""
        limits = {"max_changes": 1000, "max_percent": 100}
        limits |= {f"unit_{name}": limit for name, limit in limits.items()}
        plan = {"plan": str(self.reports / run_id / "plan.jsonl")}
        plan["search_base"] = self.server["search_base"]
        return self.run(main, **plan, **limits, **more)

    def roll_back(self, run_id: str, **more: Any) -> Ran:
        return self.run(rollback.main, reports_dir=str(self.reports), run=run_id, **more)

    def set_state(self, state: str, *subjects: str, **more: Any) -> Ran:
        """Have the module account bring these accounts to a state."""
        options = {"accounts": list(subjects), "state": state}
        return self.run(account.main, search_base=self.server["search_base"], **options, **more)

    def set_policy(self, *policies: str, **settings: Any) -> Ran:
        options = {"policies": list(policies), "search_base": self.server["suffix"], **settings}
        return self.run(password_policy.main, **options)


def _without_stamps(values: Entry) -> Entry:
    return {name: sorted(found) for name, found in values.items() if name.lower() not in _STAMPS}


def done(ran: Ran) -> Ran:
    assert ran.status == 0, ran.output
    return ran


def left(ran: Ran) -> dict[str, tuple[str, str]]:
    """Subject -> (result, reason) of what was left."""
    return {one["subject"]: (one["result"], one["reason"]) for one in ran.result["left"]}

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Locking many accounts by a plan: `lock`, against ldapmodify fed with the same changes, and for
each account against a task that loops over accounts.

The module does all that it does otherwise: reads each account again, asserts, reads back, keeps its
journal. Ansible's own start is not in it, which does not grow with the accounts. The locks are
taken back in between. The mark is for a directory that forces each write to disk, as slapd does
unless it is told not to; the lab's is told not to, for which there is a second measure.
"""

from __future__ import annotations

import base64
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

from ansible_collections.civic.mailbox.plugins.module_utils._core.account import Account
from ansible_collections.civic.mailbox.plugins.module_utils._core.dates import format_time
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change, to_line
from ansible_collections.civic.mailbox.plugins.module_utils._core.snapshot import read_account
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.gather import Wanted, gather
from ansible_collections.civic.mailbox.plugins.module_utils._directory.units import from_dn

from . import task_loop
from .ground import Ground, tool_versions, versions
from .measure import Measure
from .running import Run, Runner, compare, run

MODULE = "ansible_collections.civic.mailbox.plugins.modules.account"
NAME = "bench"
ROUNDS = 3
SPARE = 1.25  # accounts made for each that is to be locked, for some are locked already
LOCK, LOCKED = "pwdAccountLockedTime", "000001010000Z"
LOOP, LOOPED = "community.general.ldap_attrs in a loop", 20


@dataclass(frozen=True, kw_only=True)
class Server:
    """One way to the lab's directory."""

    uri: str
    ca_path: str
    bind: dict[str, str]
    base: str
    default_policy: str


def lock(ground: Ground) -> Iterator[Measure]:
    """On disk over TLS, then in memory without; each account, in memory."""
    info = ground.lab(int(ground.size * SPARE))
    for scheme, durable, at_most in (("ldaps", True, 1.2), ("ldap", False, None)):
        bench = _Locking(ground, info, scheme, durable)
        what = "ldapmodify" if durable else "ldapmodify in memory"
        yield compare(
            "lock",
            ground.size,
            Runner(name="account", run=bench.own),
            Runner(name=what, run=bench.reference),
            versions=versions(info, "openldap") | tool_versions("ldapmodify"),
            at_most=at_most,
            stated_for=10_000,
            rounds=ROUNDS,
        )
    yield compare(
        "lock",
        ground.size,
        Runner(name="account, each", run=bench.own_each),
        Runner(name=f"{LOOP}, each of {LOOPED}", run=bench.loop_each),
        versions=versions(info, "openldap")
        | tool_versions("python-ldap")
        | {"community.general": task_loop.version()},
        at_most=0.005,
        stated_for=10_000,
        rounds=ROUNDS,
    )


class _Locking:
    """The same locks, made by the module and by ldapmodify; both leave none behind."""

    def __init__(self, ground: Ground, info: dict[str, Any], scheme: str, durable: bool) -> None:
        self._directory = info["openldap"]
        self._durable = durable
        self._server = server(info, scheme)
        self._folder = ground.new_folder("lock")
        self._changes = list(locks(self._server, ground.size))
        if len(self._changes) != ground.size:
            raise SystemExit(f"only {len(self._changes)} accounts are there to be locked")
        self._lock, self._unlock = self._folder / "lock.ldif", self._folder / "unlock.ldif"
        self._lock.write_text(ldif(self._changes, f"{LOCK}: {LOCKED}\n"))
        self._unlock.write_text(ldif(self._changes, ""))
        self._runs = 0

    def own(self) -> Run:
        """The module, with a new run folder."""
        self._runs += 1
        arguments = planned(self._server, self._changes, self._folder / f"run{self._runs}")
        done = self._undone([sys.executable, "-m", MODULE, arguments])
        check(done.output, len(self._changes))
        return done

    def reference(self) -> Run:
        """ldapmodify."""
        return self._undone(ldapmodify(self._server, self._lock))

    def own_each(self) -> Run:
        """The module's time for all of them, shared out."""
        return _shared_out(self.own(), len(self._changes))

    def loop_each(self) -> Run:
        """What an account takes in a loop over a few of them."""
        few = [change.target for change in self._changes[:LOOPED]]
        connection = {
            "server_uri": self._server.uri,
            "bind_dn": self._server.bind["dn"],
            "bind_pw": self._server.bind["password"],
        }
        found = task_loop.per_account(few, {LOCK: LOCKED}, connection, self._folder)
        run(ldapmodify(self._server, self._unlock))
        return found

    def _undone(self, command: Sequence[object]) -> Run:
        force_to_disk(self._directory, self._durable, self._folder / "durable.ldif")
        done = run(command, keep=True)
        force_to_disk(self._directory, False, self._folder / "durable.ldif")
        run(ldapmodify(self._server, self._unlock))
        return done


def _shared_out(done: Run, number: int) -> Run:
    return replace(done, seconds=done.seconds / number, on_processor=done.on_processor / number)


def server(info: dict[str, Any], scheme: str) -> Server:
    """The lab's directory by this scheme, as the account that may write locks."""
    directory = info["openldap"]
    return Server(
        uri=directory[scheme],
        ca_path=info["tls"]["ca"],
        bind=directory["accounts"]["enforcer"],
        base=directory["search_base"],
        default_policy=directory["default_password_policy"],
    )


def force_to_disk(directory: dict[str, Any], durable: bool, file: Path) -> None:
    """Let the lab's directory force each write to disk, or not."""
    file.write_text(
        "dn: olcDatabase={1}mdb,cn=config\nchangetype: modify\n"
        f"replace: olcDbNoSync\nolcDbNoSync: {'FALSE' if durable else 'TRUE'}\n"
    )
    admin = directory["accounts"]["admin"]
    login = ("-D", admin["dn"], "-w", admin["password"])
    run(["ldapmodify", "-x", "-H", directory["ldap"], *login, "-f", file])


def locks(server: Server, accounts: int) -> Iterator[Change]:
    """A change for each of so many accounts that are not locked."""
    unlocked = [account for account in read_accounts(server) if account.lock is None]
    for number, account in enumerate(unlocked[:accounts]):
        seen = {sign_in.source: format_time(sign_in.at) for sign_in in account.sign_ins}
        yield Change(
            id=f"{number:016x}",
            control="idle-mailbox",
            subject=account.login,
            unit=account.unit,
            server=NAME,
            target=account.dn,
            field="lock",
            before=("active",),
            after=("locked",),
            reason="No sign-in for more than 3 months",
            undo="lock: active",
            fingerprint=f"{number:016x}",
            account_id=account.id,
            seen=seen,
        )


def read_accounts(server: Server) -> list[Account]:
    """The accounts as the audit reads them."""
    lines: list[str] = []
    outcome = gather(
        Access(
            uri=server.uri,
            bind_dn=server.bind["dn"],
            bind_pw=server.bind["password"],
            ca_path=server.ca_path,
        ),
        Wanted(name=NAME, search_base=server.base, unit=from_dn("ou")),
        write=lines.append,
        progress=lambda accounts: None,
        clock=now,
    )
    if outcome.message:
        raise SystemExit(outcome.message)
    records = map(json.loads, lines)
    return [read_account(record) for record in records if record["record"] == "account"]


def planned(server: Server, changes: Sequence[Change], run: Path) -> Path:
    """A run folder with this plan; the file with the module's arguments for it."""
    run.mkdir()
    plan = "".join(f"{to_line(change)}\n" for change in changes).encode()
    assessment = {
        "plan_sha256": sha256(plan).hexdigest(),
        "now": format_time(now()),
        "sources": [{"name": NAME, "kind": "accounts", "server": server.uri}],
        "accounts_by_unit": dict(Counter(change.unit for change in changes)),
    }
    (run / "plan.jsonl").write_bytes(plan)
    (run / "assessment.json").write_text(json.dumps(assessment))
    limits = ("max_changes", "max_percent", "unit_max_changes", "unit_max_percent")
    options = {
        "server_uri": server.uri,
        "bind_dn": server.bind["dn"],
        "bind_pw": server.bind["password"],
        "ca_path": server.ca_path,
        "search_base": server.base,
        "default_password_policy": server.default_policy,
        "name": NAME,
        "plan": str(run / "plan.jsonl"),
        **dict.fromkeys(limits, 1_000_000),
    }
    arguments = run / "arguments.json"
    arguments.write_text(json.dumps({"ANSIBLE_MODULE_ARGS": options}))
    return arguments


def check(result: str, accounts: int) -> None:
    """End with what the module said unless it locked all of them."""
    found = json.loads(result)
    if found.get("counts") != {"changed": accounts}:
        raise SystemExit(found.get("msg") or f"not all were locked: {found['counts']}")


def ldif(changes: Iterable[Change], value: str) -> str:
    """The change records that give each account this value of the lock ("": none)."""
    return "".join(
        f"dn:: {base64.b64encode(change.target.encode()).decode()}\n"
        f"changetype: modify\nreplace: {LOCK}\n{value}-\n\n"
        for change in changes
    )


def ldapmodify(server: Server, file: Path) -> list[str]:
    """The command that makes the changes of this file."""
    return [
        *("env", f"LDAPTLS_CACERT={server.ca_path}", "ldapmodify", "-x", "-H", server.uri),
        *("-D", server.bind["dn"], "-w", server.bind["password"], "-f", str(file)),
    ]


def now() -> datetime:
    return datetime.now(timezone.utc)

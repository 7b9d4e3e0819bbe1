# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Locking many accounts by a plan, against ldapmodify fed with the same changes, plain and by TLS.

    PYTHONPATH=.:.venv/collections .venv/bin/python tests/bench/account.py [ACCOUNTS]

The module does all that it does otherwise: reads each account again, asserts, reads back, keeps its
journal. Both run in turn, each as a process of its own, start-up included (Ansible's own is not: it
does not grow with the accounts), and the locks are taken back in between. The ratio is taken pair
by pair, for machines drift. A lab of its own is started and thrown away.

The limit is for a directory that forces each write to disk, as slapd does unless it is told not to;
the exit status is 1 when it is passed. The lab's is told not to: that ratio is printed as well.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any

from ansible_collections.civic.mailbox.lab import lifecycle
from ansible_collections.civic.mailbox.plugins.module_utils._core.account import Account
from ansible_collections.civic.mailbox.plugins.module_utils._core.dates import format_time
from ansible_collections.civic.mailbox.plugins.module_utils._core.plan import Change, to_line
from ansible_collections.civic.mailbox.plugins.module_utils._core.snapshot import read_account
from ansible_collections.civic.mailbox.plugins.module_utils._directory.access import Access
from ansible_collections.civic.mailbox.plugins.module_utils._directory.gather import Wanted, gather
from ansible_collections.civic.mailbox.plugins.module_utils._directory.units import from_dn

PORT_BASE = int(os.environ.get("LAB_PORT_BASE", "23400"))
MODULE = "ansible_collections.civic.mailbox.plugins.modules.account"
NAME = "bench"
PAIRS = 3
MOST_RATIO = 1.5  # of the wall times, on disk
SPARE = 1.25  # accounts made for each that is to be locked, for some are locked already
LOCK = "pwdAccountLockedTime"
# Modules are not to be compiled anew in each run.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True, kw_only=True)
class Server:
    """One way to the lab's directory."""

    uri: str
    ca_path: str
    bind: dict[str, str]
    base: str
    default_policy: str


def main(accounts: int) -> int:
    """Print the ratio for each way to connect; 1 when one is past the limit."""
    with tempfile.TemporaryDirectory(prefix="civic-bench-") as folder:
        lab = Path(folder, "lab")
        lifecycle.up(lab, port_base=PORT_BASE, people=int(accounts * SPARE))
        try:
            info = lifecycle.describe(lab)
            compare(info, "ldap", accounts, Path(folder), durable=False)
            ratio = compare(info, "ldaps", accounts, Path(folder), durable=True)
        finally:
            lifecycle.down(lab)
    return int(ratio > MOST_RATIO)


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


def compare(
    info: dict[str, Any], scheme: str, accounts: int, folder: Path, *, durable: bool
) -> float:
    """The median ratio of the pairs over one scheme."""
    place, known = server(info, scheme), folder / scheme
    known.mkdir()
    changes = list(locks(place, accounts))
    lock, unlock = known / "lock.ldif", known / "unlock.ldif"
    lock.write_text(ldif(changes, f"{LOCK}: 000001010000Z\n"))
    unlock.write_text(ldif(changes, ""))
    pairs = []
    for number in range(PAIRS):
        arguments = planned(place, changes, known / f"run{number}")
        commands = [sys.executable, "-m", MODULE, str(arguments)], ldapmodify(place, lock)
        times = []
        for command in commands:
            force_to_disk(info["openldap"], durable, known / "durable.ldif")
            times.append(seconds(command, known / "output"))
            if command is commands[0]:
                check(known / "output", accounts)
            force_to_disk(info["openldap"], False, known / "durable.ldif")
            seconds(ldapmodify(place, unlock), known / "output")
        pairs.append(times)
    ratio = median(own / other for own, other in pairs)
    print(
        f"{scheme}, {'on disk' if durable else 'in memory'}:"
        f" account {median(own for own, _ in pairs):.2f} s,"
        f" ldapmodify {median(other for _, other in pairs):.2f} s for {accounts} locks,"
        f" ratio {ratio:.2f}{f' (at most {MOST_RATIO:g})' if durable else ''}",
        flush=True,
    )
    return ratio


def force_to_disk(directory: dict[str, Any], durable: bool, file: Path) -> None:
    """Let the lab's directory force each write to disk, or not."""
    file.write_text(
        "dn: olcDatabase={1}mdb,cn=config\nchangetype: modify\n"
        f"replace: olcDbNoSync\nolcDbNoSync: {'FALSE' if durable else 'TRUE'}\n"
    )
    admin = directory["accounts"]["admin"]
    login = ("-D", admin["dn"], "-w", admin["password"])
    seconds(
        ["ldapmodify", "-x", "-H", directory["ldap"], *login, "-f", str(file)],
        file.with_suffix(".output"),
    )


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


def check(result: Path, accounts: int) -> None:
    """End with what the module said unless it locked all of them."""
    found = json.loads(result.read_text())
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


def seconds(command: Sequence[str], output: Path) -> float:
    """How long a command takes, its output going to a file."""
    with output.open("wb") as file:
        started = time.monotonic()
        done = subprocess.run(command, stdout=file, check=False, env=ENVIRONMENT)
        elapsed = time.monotonic() - started
    if done.returncode:
        raise SystemExit(output.read_text()[-2000:])
    return elapsed


def now() -> datetime:
    return datetime.now(timezone.utc)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))

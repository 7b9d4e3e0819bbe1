# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Locking many accounts by a plan, against ldapmodify fed with the same changes, plain and by TLS.

    PYTHONPATH=.:.venv/collections .venv/bin/python tests/bench/account.py [ACCOUNTS]

The module does all that it does otherwise: reads each account again, asserts, reads back, keeps its
journal. Both run in turn, each as a process of its own, start-up included (Ansible's own is not: it
does not grow with the accounts), and the locks are taken back in between. The ratio is taken pair
by pair, for machines drift. The exit status is 1 when the limit is passed. A lab of its own is
started and thrown away.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
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
PAIRS = 5
MOST_RATIO = 1.5  # of the wall times
SPARE = 1.25  # accounts made for each that is to be locked, for some are locked already
LOCK = "pwdAccountLockedTime"


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
            ratios = [
                compare(server(info, scheme), accounts, Path(folder) / scheme)
                for scheme in ("ldap", "ldaps")
            ]
        finally:
            lifecycle.down(lab)
    return int(max(ratios) > MOST_RATIO)


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


def compare(server: Server, accounts: int, folder: Path) -> float:
    """The median ratio of the pairs over one scheme."""
    folder.mkdir()
    changes = list(locks(server, accounts))
    lock, unlock = folder / "lock.ldif", folder / "unlock.ldif"
    lock.write_text(ldif(changes, f"{LOCK}: 000001010000Z\n"))
    unlock.write_text(ldif(changes, ""))
    pairs = []
    for number in range(PAIRS):
        arguments = planned(server, changes, folder / f"run{number}")
        own = seconds([sys.executable, "-m", MODULE, str(arguments)], folder / "result")
        check(folder / "result", accounts)
        seconds(ldapmodify(server, unlock), folder / "output")
        pairs.append((own, seconds(ldapmodify(server, lock), folder / "output")))
        seconds(ldapmodify(server, unlock), folder / "output")
    ratio = median(own / other for own, other in pairs)
    print(
        f"{server.uri.partition(':')[0]}: account {median(own for own, _ in pairs):.2f} s,"
        f" ldapmodify {median(other for _, other in pairs):.2f} s for {accounts} locks,"
        f" ratio {ratio:.2f} (at most {MOST_RATIO:g})"
    )
    return ratio


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


def planned(server: Server, changes: Iterable[Change], run: Path) -> Path:
    """A run folder with this plan; the file with the module's arguments for it."""
    run.mkdir()
    plan = "".join(f"{to_line(change)}\n" for change in changes).encode()
    assessment = {
        "plan_sha256": sha256(plan).hexdigest(),
        "now": format_time(now()),
        "sources": [{"name": NAME, "kind": "accounts", "server": server.uri}],
        "accounts_by_unit": {},
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
        done = subprocess.run(command, stdout=file, check=False)
        elapsed = time.monotonic() - started
    if done.returncode:
        raise SystemExit(output.read_text()[-2000:])
    return elapsed


def now() -> datetime:
    return datetime.now(timezone.utc)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))

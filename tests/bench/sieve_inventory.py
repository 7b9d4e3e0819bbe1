# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Taking stock of many users' Sieve scripts, against one process that reads all their files.

    PYTHONPATH=.:.venv/collections .venv/bin/python tests/bench/sieve_inventory.py [USERS]

Both run in turn, each as a process of its own, start-up included. The ratio is taken pair by pair,
for machines drift. The exit status is 1 when the limit is passed. Which users there are, and where
their homes, is Dovecot's to tell: its time is printed, and not in the ratio. A lab of its own is
started and thrown away.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from ansible_collections.civic.mailbox.lab import lifecycle
from ansible_collections.civic.mailbox.lab.dovecot import UID
from ansible_collections.civic.mailbox.plugins.module_utils._mail.channels.sieve import SIEVE
from ansible_collections.civic.mailbox.plugins.module_utils._mail.dovecot import Dovecot, User
from ansible_collections.civic.mailbox.plugins.module_utils._mail.mail_host import MailHost

PORT_BASE = int(os.environ.get("LAB_PORT_BASE", "23400"))
PAIRS = 7
MOST_RATIO = 3.0  # of the wall times

# Two for each user: what people have for filing, and now and then something that sends mail on.
FILING = 'require ["fileinto", "mailbox"];\n' + "".join(
    f'if address :is "from" "list{n}@lists.example" {{ fileinto :create "Lists.{n}"; stop; }}\n'
    for n in range(12)
)
VACATION = (
    'require ["vacation", "date", "relational"];\n'
    'if currentdate :value "ge" "date" "2019-01-08" {\n'
    '  vacation :days 7 :subject "Away" text:\nI am away until Monday.\n.\n;\n}\n'
)
REDIRECT = 'require "copy";\nif header :contains "subject" "report" { redirect :copy "%s"; }\n'


def main(people: int) -> int:
    """Print the times and their ratio; 1 when that is past the limit."""
    with tempfile.TemporaryDirectory(prefix="civic-bench-") as folder:
        lab = Path(folder, "lab")
        lifecycle.up(lab, port_base=PORT_BASE, people=people)
        try:
            return compare(lifecycle.describe(lab), Path(folder))
        finally:
            lifecycle.down(lab)


def compare(info: dict[str, Any], folder: Path) -> int:
    """Measure pairs; 1 when the limit is passed."""
    dovecot = Dovecot(config=info["dovecot"]["config"], timeout=600)
    started = time.monotonic()
    users = [user for user in dovecot.homes(dovecot.users()) if user.exists]
    listed = time.monotonic() - started
    for number, user in enumerate(users):
        plant(Path(user.home), number)
    settings = {"config": dovecot.config, "users": str(folder / "users.json")}
    Path(settings["users"]).write_text(json.dumps([asdict(user) for user in users]))

    ours = [sys.executable, __file__, "--inventory", json.dumps(settings)]
    theirs = [sys.executable, __file__, "--read", info["dovecot"]["homes"]]
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(PAIRS)]
    ratio = median(own / other for own, other in pairs)
    print(
        f"{len(users)} users, {2 * len(users)} Sieve scripts:"
        f" inventory {median(own for own, _ in pairs):.2f} s,"
        f" reading the files {median(other for _, other in pairs):.2f} s,"
        f" ratio {ratio:.2f} (at most {MOST_RATIO:g}); users and homes from Dovecot {listed:.2f} s"
    )
    return int(ratio > MOST_RATIO)


def plant(home: Path, number: int) -> None:
    """Two scripts in a home, the first one active."""
    address = f"user{number}@{'home' if number % 2 else 'town'}.example"
    second = REDIRECT % address if number % 5 == 0 else VACATION
    (home / "sieve").mkdir(parents=True, exist_ok=True)
    for name, text in (("filing", FILING), ("second", second)):
        (home / "sieve" / f"{name}.sieve").write_text(text)
    link = home / ".dovecot.sieve"
    link.unlink(missing_ok=True)
    link.symlink_to("sieve/second.sieve")
    for path in (home, *home.rglob("*")):
        os.chown(path, UID, UID, follow_symlinks=False)


def seconds(command: list[str]) -> float:
    """How long a command takes."""
    started = time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - started


def inventory(settings: dict[str, str]) -> None:
    """Print the records of all scripts, as mail_info writes them."""
    users = tuple(User(**item) for item in json.loads(Path(settings["users"]).read_text()))
    host = MailHost(
        dovecot=Dovecot(config=settings["config"], timeout=600), postfix=None, name="bench"
    )
    host.__dict__["users"] = users  # told by Dovecot before
    for record in SIEVE.read(host):
        sys.stdout.write(json.dumps(record))


def read(folder: str) -> None:
    """Read every file below a folder."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            if name.startswith("."):  # the link to the active one, which is read anyway
                continue
            with open(f"{place}/{name}", "rb") as file:
                total += len(file.read())
    print(total)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inventory"]:
        inventory(json.loads(sys.argv[2]))
    elif sys.argv[1:2] == ["--read"]:
        read(sys.argv[2])
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))

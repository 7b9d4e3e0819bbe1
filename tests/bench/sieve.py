# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Taking stock of Sieve scripts: `sieve`, against one process that does no more than read them.

Which users there are, and where their homes, is Dovecot's to tell: that is asked before, and its
time in neither.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path

from ansible_collections.civic.mailbox.lab.dovecot import UID
from ansible_collections.civic.mailbox.plugins.module_utils._mail.channels.sieve import SIEVE
from ansible_collections.civic.mailbox.plugins.module_utils._mail.dovecot import Dovecot
from ansible_collections.civic.mailbox.plugins.module_utils._mail.mail_host import MailHost
from ansible_collections.civic.mailbox.plugins.module_utils._mail.user import User

from . import plain
from .ground import Ground, versions
from .measure import Measure
from .running import Runner, calling, compare, run

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


def sieve(ground: Ground) -> Iterator[Measure]:
    """Two scripts for each user."""
    info = ground.lab()
    config = info["dovecot"]["config"]
    dovecot = Dovecot(config=config, timeout=600)
    started = time.monotonic()
    users = [user for user in dovecot.homes(dovecot.users()) if user.exists]
    print(f"{len(users)} users from Dovecot: {time.monotonic() - started:.2f} s", file=sys.stderr)
    for number, user in enumerate(users):
        plant(Path(user.home), number)
    known = ground.new_folder("sieve") / "users.json"
    known.write_text(json.dumps([asdict(user) for user in users]))
    own = calling(inventory, config=config, users=str(known))
    reference = calling(plain.read_files, folder=info["dovecot"]["homes"])
    yield compare(
        "sieve",
        len(users),
        Runner(name="inventory", run=partial(run, own)),
        Runner(name="reading the files", run=partial(run, reference)),
        versions=versions(info, "dovecot"),
        at_most=3,
    )
    ground.forget_lab()  # the scripts are for no other measure


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


def inventory(*, config: str, users: str) -> None:
    """Print the records of all scripts, as mail_info writes them."""
    known = tuple(User(**item) for item in json.loads(Path(users).read_text()))
    host = MailHost(dovecot=Dovecot(config=config, timeout=600), postfix=None, name="bench")
    host.__dict__["users"] = known  # told by Dovecot before
    for record in SIEVE.read(host):
        sys.stdout.write(json.dumps(record))

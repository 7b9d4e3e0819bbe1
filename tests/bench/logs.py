# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading a mail log into its ledger: `logs`, against grep -c on the same file.

Its size is lines. Two logs: one of a mail host, in which about half the lines matter, and one in
which none does. Seconds are those on a processor, for what else a machine does is not of interest
here.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from functools import partial
from itertools import count, islice
from pathlib import Path

from ansible_collections.civic.mailbox.plugins.module_utils._mail.logs.ledger import ledger_at
from ansible_collections.civic.mailbox.plugins.module_utils._mail.logs.reading import read_logs

from .ground import Ground, tool_versions, versions
from .measure import Measure
from .running import Runner, calling, compare, run

ROUNDS = 3
WORDS = "sasl_username=|nrcpt=|status=|Login: |auth failed"  # that tell
USERS = 2000
START = datetime(2026, 11, 1, tzinfo=timezone.utc)
TLS = "method=PLAIN, rip=192.0.2.7, lip=192.0.2.1, TLS, session=<abc>"


def logs(ground: Ground) -> Iterator[Measure]:
    """No server is needed."""
    grep = ("sh", "-c", 'grep -cE "$0" "$1" || :', WORDS)  # it fails where it counts none
    for reference, log in (("grep -c", mail_lines), ("grep -c, no line matters", idle_lines)):
        folder = ground.new_folder("logs")
        path = folder / "mail.log"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(islice(log(), ground.size))
        yield compare(
            "logs",
            ground.size,
            Runner(name="ledger", run=partial(run, calling(read, path=str(path)))),
            Runner(name=reference, run=partial(run, [*grep, path])),
            versions=versions() | tool_versions("grep -c"),
            rounds=ROUNDS,
            seconds=lambda run: run.on_processor,
        )
        path.unlink()


def read(*, path: str) -> None:
    """Read the log with a new ledger."""
    with (
        tempfile.TemporaryDirectory(prefix="civic-bench-") as folder,
        ledger_at(Path(folder, "ledger")) as ledger,
    ):
        read_logs(ledger, [Path(path)], zone=timezone.utc, domains=frozenset({"free.example"}))


def idle_lines() -> Iterator[str]:
    """What a host writes most of the time."""
    for number in count():
        yield f"{_at(number)} mail dovecot: imap(a)<{number}>: Disconnected: Logged out\n"


def mail_lines() -> Iterator[str]:
    """Sign-ins and messages among what tells nothing."""
    for number in count():
        user, at = f"user{number % USERS}@town.example", _at(number)
        queue_id = f"{number + 2**40:X}"
        queued = f"postfix/qmgr[902]: {queue_id}: from=<{user}>, size=9, nrcpt=1 (queue active)"
        yield f"{at} mail dovecot: imap-login: Login: user=<{user}>, {TLS}\n"
        yield f"{at} mail dovecot: imap({user})<905><abc>: Disconnected: Logged out in=12 out=489\n"
        yield f"{at} mail postfix/submission/smtpd[901]: connect from unknown[192.0.2.7]\n"
        yield (
            f"{at} mail postfix/submission/smtpd[901]: {queue_id}: client=unknown[192.0.2.7],"
            f" sasl_method=PLAIN, sasl_username={user}\n"
        )
        yield f"{at} mail postfix/cleanup[906]: {queue_id}: message-id=<{number}@town.example>\n"
        yield f"{at} mail {queued}\n"
        yield (
            f"{at} mail postfix/smtp[903]: {queue_id}: to=<a@free.example>, relay=r[192.0.2.9]:25,"
            " delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok)\n"
        )
        yield f"{at} mail postfix/submission/smtpd[901]: disconnect from unknown[192.0.2.7]\n"
        yield f"{at} mail postfix/qmgr[902]: {queue_id}: removed\n"


def _at(number: int) -> str:
    return (START + timedelta(seconds=number)).isoformat(timespec="microseconds")

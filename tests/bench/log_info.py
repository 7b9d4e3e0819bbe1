# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading a mail log into its ledger, against grep -c on the same file.

    PYTHONPATH=.:.venv/collections .venv/bin/python tests/bench/log_info.py [LINES]

Two logs: one in which no line matters, and one of a mail host, in which about half do. Both run in
turn, each as a process of its own, start-up included. Processor time is compared, pair by pair, for
what else a machine does is not of interest here. The exit status is 1 when lines that do not matter
are slower than the limit, or when memory grows with the log. No server is needed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import count, islice
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median

from ansible_collections.civic.mailbox.plugins.module_utils._mail.logs.ledger import ledger_at
from ansible_collections.civic.mailbox.plugins.module_utils._mail.logs.reading import read_logs

PAIRS = 3
LEAST = 200_000  # lines a second that do not matter
MOST_MEMORY = 200  # MiB
USERS = 2000
START = datetime(2026, 11, 1, tzinfo=timezone.utc)
TLS = "method=PLAIN, rip=192.0.2.7, lip=192.0.2.1, TLS, session=<abc>"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One reading, in a process of its own."""

    seconds: float
    memory: float  # MiB at most


def main(lines: int) -> int:
    """Print the times and their ratios; 1 when a limit is passed."""
    late = []
    for name, log in (("lines that do not matter", idle_lines), ("a mail host's", mail_lines)):
        with tempfile.TemporaryDirectory(prefix="civic-bench-") as folder:
            path = Path(folder, "mail.log")
            with path.open("w", encoding="utf-8") as file:
                file.writelines(islice(log(), lines))
            pairs = [(reading(path), grep(path)) for _ in range(PAIRS)]
        own = median(one.seconds for one, _ in pairs)
        ratio = median(one.seconds / other for one, other in pairs)
        memory = max(one.memory for one, _ in pairs)
        print(
            f"{lines} lines, {name}: {own:.2f} s ({lines / own:,.0f} lines/s), grep -c"
            f" {median(other for _, other in pairs):.2f} s, ratio {ratio:.1f}, {memory:.0f} MiB"
        )
        late.append(memory > MOST_MEMORY)
        if log is idle_lines:
            late.append(lines / own < LEAST)
    return int(any(late))


def reading(path: Path) -> Reading:
    """Read the log with a new ledger."""
    before = _used()
    done = subprocess.run(
        [sys.executable, __file__, "--read", str(path)], check=True, capture_output=True, text=True
    )
    return Reading(seconds=_used() - before, memory=float(done.stdout))


def grep(path: Path) -> float:
    """The seconds of grep over the same file for the words that tell."""
    before = _used()
    command = ["grep", "-cE", "sasl_username=|nrcpt=|status=|Login: |auth failed", str(path)]
    subprocess.run(command, check=False, capture_output=True)
    return _used() - before


def _used() -> float:
    """The processor time of all processes that ended, in seconds."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def read(path: Path) -> None:
    """What is measured; prints the memory that it took."""
    with tempfile.TemporaryDirectory(prefix="civic-bench-") as folder:
        with ledger_at(Path(folder, "ledger")) as ledger:
            read_logs(ledger, [path], zone=timezone.utc, domains=frozenset({"free.example"}))
        print(getrusage(RUSAGE_SELF).ru_maxrss / 1024)


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


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read(Path(sys.argv[2]))
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))

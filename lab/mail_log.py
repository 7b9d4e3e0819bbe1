# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The mail log of the weeks before the lab was started, as a rotated file beside the servers' own.

Written line by line as Postfix and Dovecot write by way of rsyslog on Debian (RFC 3339), of what
the population's states say was done. What happens in the lab is in the servers' own log files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from .population import OUTSIDE, SOCIAL, Person

ACTIVE_DAYS = 25
_BURST_DAYS_AGO = 4
_OTHER_DAYS_AGO = 6
_RELAY = "relay=127.0.0.1[127.0.0.1]:25, delay=0.03, delays=0.01/0.01/0/0.01"


class _Line(NamedTuple):
    at: datetime
    said: str  # with the program


def write(path: Path, people: Iterable[Person], now: datetime) -> None:
    """Write what the people of these states did, in the order of time."""
    lines = sorted(line for person in people for line in _done_by(person, now))
    path.write_text(
        "".join(f"{one.at.isoformat(timespec='microseconds')} mail {one.said}\n" for one in lines),
        encoding="utf-8",
    )


def _done_by(person: Person, now: datetime) -> Iterator[_Line]:
    done, user = person.state.activity, person.subject
    ids = f"{crc32(user.encode()):08X}"  # the queue ids of each person's messages begin with it
    morning = now.replace(hour=2, minute=10, second=0, microsecond=0)  # nine in the office
    if done.messages_a_day:
        for ago in range(1, ACTIVE_DAYS + 1):
            day = morning - timedelta(days=ago)
            yield _signed_in(day, user, "192.0.2.7")
            for number in range(done.messages_a_day):
                at = day + timedelta(minutes=5 * number)
                yield from _message(at, user, f"{ids}{ago:02X}{number:02X}", [f"desk@{OUTSIDE}"], 0)
    if done.burst:
        night = morning - timedelta(days=_BURST_DAYS_AGO) + timedelta(hours=12)
        everybody = [f"somebody{number}@{OUTSIDE}" for number in range(done.burst)]
        yield from _message(night, user, f"{ids}FFFF", everybody, done.refused)
    for number in range(done.notices):
        at = morning - timedelta(days=number + 1, hours=-3)
        yield from _received(at, user, f"{ids}EE{number:02X}", f"no-reply@{SOCIAL}")
    yield from _tried(person, morning - timedelta(days=_OTHER_DAYS_AGO))


def _tried(person: Person, day: datetime) -> Iterator[_Line]:
    """Who signed in to the account on one day, or tried."""
    done, user = person.state.activity, person.subject
    for number in range(done.networks):
        yield _signed_in(day + timedelta(minutes=number), user, f"198.18.{number}.9")
    for number in range(done.wrong_passwords):
        yield _refused(day + timedelta(seconds=20 * number), user, "203.0.113.66")
    if done.guessed:
        yield _signed_in(day + timedelta(hours=2), user, "203.0.113.67")


def _message(
    at: datetime, user: str, queue_id: str, recipients: list[str], refused: int
) -> Iterator[_Line]:
    """A message that is handed in and gone in the same second; `refused` are the first so many."""
    said = [
        f"postfix/submission/smtpd[901]: {queue_id}: client=unknown[192.0.2.7], sasl_method=PLAIN,"
        f" sasl_username={user}",
        f"postfix/qmgr[902]: {queue_id}: from=<{user}>, size=1722, nrcpt={len(recipients)}"
        " (queue active)",
        *(
            f"postfix/smtp[903]: {queue_id}: to=<{one}>, {_RELAY}, {_result(number < refused)}"
            for number, one in enumerate(recipients)
        ),
        f"postfix/qmgr[902]: {queue_id}: removed",
    ]
    yield from (_Line(at + timedelta(microseconds=n), line) for n, line in enumerate(said))


def _received(at: datetime, user: str, queue_id: str, sender: str) -> Iterator[_Line]:
    said = [
        f"postfix/qmgr[902]: {queue_id}: from=<{sender}>, size=9120, nrcpt=1 (queue active)",
        f"postfix/lmtp[904]: {queue_id}: to=<{user}>, {_RELAY}, {_result(refused=False)}",
        f"postfix/qmgr[902]: {queue_id}: removed",
    ]
    yield from (_Line(at + timedelta(microseconds=n), line) for n, line in enumerate(said))


def _result(refused: bool) -> str:
    if refused:
        return "dsn=5.1.1, status=bounced (host 127.0.0.1 said: 550 5.1.1 No such user)"
    return "dsn=2.0.0, status=sent (250 2.0.0 Ok)"


def _signed_in(at: datetime, user: str, address: str) -> _Line:
    return _Line(
        at,
        f"dovecot: imap-login: Login: user=<{user}>, method=PLAIN, rip={address}, lip=127.0.0.1,"
        " mpid=905, TLS, session=<nlyrePdgVOx/AAAB>",
    )


def _refused(at: datetime, user: str, address: str) -> _Line:
    return _Line(
        at,
        "dovecot: imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 0 secs):"
        f" user=<{user}>, method=PLAIN, rip={address}, lip=127.0.0.1, TLS: Connection closed,"
        " session=<bbi7ePdgZOx/AAAB>",
    )

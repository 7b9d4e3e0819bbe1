# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The ledger of a mail host: what its logs told so far, by mailbox and day, in an SQLite file.

What was counted and how far the logs were read go into the file together, so that a run which is
broken off neither counts a line twice nor loses one. Times are whole seconds since 1970, days
YYYY-MM-DD, both UTC.
"""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timezone
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from ..._core.errors import MailHostError
from ..._core.traffic import QUIET, Missing, Traffic, peak, silences, usual
from .chains import Hole, Reach, filled
from .files import Cursor
from .joining import Batch, DayCounts, Message

_OfUser = tuple[str, list[Any]]  # a user and its rows without it

SCHEMA = 4  # PRAGMA user_version of the file

_COUNTS = tuple(one.name for one in fields(DayCounts))
_CURSOR = tuple(one.name for one in fields(Cursor))
_TABLES = f"""
CREATE TABLE cursor ({", ".join(_CURSOR)}, PRIMARY KEY (head, head_size)) WITHOUT ROWID;
CREATE TABLE message (queue_id PRIMARY KEY, user, sender_domain, queued, to_many);
CREATE TABLE day (user, day, {", ".join(f"{name} INTEGER" for name in _COUNTS)},
  PRIMARY KEY (user, day)) WITHOUT ROWID;
CREATE TABLE hour (user, hour INTEGER, recipients INTEGER, PRIMARY KEY (user, hour)) WITHOUT ROWID;
CREATE TABLE network (user, day, network, last INTEGER, PRIMARY KEY (user, day, network))
  WITHOUT ROWID;
CREATE TABLE domain (user, day, direction, domain, messages INTEGER,
  PRIMARY KEY (user, day, direction, domain)) WITHOUT ROWID;
CREATE TABLE wrong (user, day, network, minute INTEGER, number INTEGER,
  PRIMARY KEY (user, day, network, minute)) WITHOUT ROWID;
CREATE TABLE told (day PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE hole (since INTEGER, until INTEGER, chain, PRIMARY KEY (since, until, chain))
  WITHOUT ROWID;
CREATE TABLE journal (source PRIMARY KEY, number INTEGER) WITHOUT ROWID;
CREATE TABLE span (first INTEGER, last INTEGER, lines INTEGER, untimed INTEGER, overlong INTEGER,
  strangers INTEGER);
INSERT INTO span VALUES (NULL, NULL, 0, 0, 0, 0);
PRAGMA user_version = {SCHEMA};
"""  # noqa: S608  no name in it is a stranger's

_ADD_CURSOR = f"INSERT OR REPLACE INTO cursor VALUES ({', '.join('?' * len(_CURSOR))})"  # noqa: S608
_ADD_DAY = (
    f"INSERT INTO day VALUES (?, ?, {', '.join('?' * len(_COUNTS))}) ON CONFLICT DO UPDATE SET "  # noqa: S608
    + ", ".join(f"{name} = {name} + excluded.{name}" for name in _COUNTS)
)
_ADD_HOUR = (
    "INSERT INTO hour VALUES (?, ?, ?)"
    " ON CONFLICT DO UPDATE SET recipients = recipients + excluded.recipients"
)
_ADD_NETWORK = (
    "INSERT INTO network VALUES (?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET last = max(last, excluded.last)"
)
_ADD_WRONG = (
    "INSERT INTO wrong VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET number = number + excluded.number"
)
_BEFORE = (
    "SELECT {} FROM wrong JOIN network USING (user, day, network)"
    " WHERE user = ? AND day = ? AND network = ? AND minute <= last"
)
_ADD_GUESSED = (
    f"UPDATE day SET guessed = max(guessed, ({_BEFORE.format('sum(number)')}))"  # noqa: S608
    f" WHERE user = ? AND day = ? AND EXISTS ({_BEFORE.format('1')})"
)
_ADD_DOMAIN = (
    "INSERT INTO domain VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET messages = messages + excluded.messages"
)


@dataclass(slots=True)
class Span:
    """What part of the past the logs cover."""

    first: datetime | None = None  # of the telling lines; None: there was none
    last: datetime | None = None
    lines: int = 0
    untimed: int = 0  # telling lines whose time cannot be understood: not counted
    overlong: int = 0  # not looked at
    strangers: int = 0  # wrong passwords for users that there are not
    days: set[date] = field(default_factory=set)  # (UTC) that some line is of, since it was read
    _day: date | None = None  # the last one of these

    def reach(self, at: datetime) -> None:
        """Take in the time of a line that tells something."""
        if self.last is None or at > self.last:
            self.last = at
        if self.first is None or at < self.first:
            self.first = at
        day = at.date()
        if day != self._day:
            self._day = day
            self.days.add(day)


class Ledger:
    """An open ledger. Made by `ledger_at`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def cursors(self) -> list[Cursor]:
        """How far each file was read."""
        rows = self._db.execute("SELECT * FROM cursor")
        return [Cursor(**dict(zip(_CURSOR, row, strict=True))) for row in rows]

    def open_messages(self) -> dict[str, Message]:
        """The messages in the queue by their ids, the oldest first."""
        return {
            queue_id: Message(user=user, sender_domain=sender, queued=bool(queued), to_many=to_many)
            for queue_id, user, sender, queued, to_many in self._db.execute(
                "SELECT * FROM message ORDER BY rowid"
            )
        }

    def span(self) -> Span:
        """What was read so far."""
        row = self._db.execute("SELECT * FROM span").fetchone()
        first, last, *numbers = row
        return Span(_time(first), _time(last), *numbers)

    def sequences(self) -> dict[str, int]:
        """Of each journal the number of the last entry that was read."""
        return dict(self._db.execute("SELECT * FROM journal"))

    def missing(self) -> tuple[Missing, ...]:
        """The stretches of time in the middle that the logs tell nothing of."""
        told = [date.fromisoformat(day) for (day,) in self._db.execute("SELECT * FROM told")]
        gone = self._db.execute("SELECT since, until FROM hole ORDER BY since")
        files = (Missing(since=_at(one), until=_at(other), why="file") for one, other in gone)
        return (*files, *silences(told, QUIET))

    def keep_holes(self, found: Iterable[Hole]) -> None:
        """Keep what is missing, and let go of what was read since."""
        # A journal is read on from its end: what it lost does not come back.
        files = (one for one in self.cursors() if not one.entry)
        reaches = [(one.chain, Reach(one.first, one.last)) for one in files]
        with self._db:
            for row in self._db.execute("SELECT * FROM hole").fetchall():
                if filled(Hole(*row), reaches):
                    self._db.execute(
                        "DELETE FROM hole WHERE since = ? AND until = ? AND chain = ?", row
                    )
            self._db.executemany(
                "INSERT OR IGNORE INTO hole VALUES (?, ?, ?)",
                ((one.since, one.until, one.chain) for one in found),
            )

    def traffic(self, since: date) -> Iterator[tuple[str, Traffic]]:
        """What each user did, or was done to, from a day on; users in the order of their names."""
        days = self._by_user("SELECT * FROM day WHERE day >= ? ORDER BY user", since.isoformat())
        hours = self._by_user("SELECT * FROM hour WHERE hour >= ? ORDER BY user", _start(since))
        networks = self._by_user(
            "SELECT user, day, count(*) FROM network WHERE day >= ? GROUP BY user, day"
            " ORDER BY user",
            since.isoformat(),
        )
        domains = self._by_user(
            "SELECT user, direction, domain, sum(messages) FROM domain WHERE day >= ?"
            " GROUP BY user, direction, domain ORDER BY user",
            since.isoformat(),
        )
        for user, (of_days, of_hours, of_networks, of_domains) in _merged(
            days, hours, networks, domains
        ):
            yield user, _traffic(of_days, of_hours, of_networks, of_domains)

    def add(
        self,
        batch: Batch,
        cursor: Cursor,
        open_messages: Mapping[str, Message],
        span: Span,
        sequences: Mapping[str, int],
    ) -> None:
        """Keep what was counted up to a cursor: all of it, or nothing if it breaks off."""
        span.strangers += batch.strangers
        with self._db:
            self._add_counts(batch)
            self._db.execute(_ADD_CURSOR, [getattr(cursor, name) for name in _CURSOR])
            self._db.executemany("INSERT OR REPLACE INTO journal VALUES (?, ?)", sequences.items())
            self._db.executemany(
                "INSERT OR IGNORE INTO told VALUES (?)", ((one.isoformat(),) for one in span.days)
            )
            self._db.execute("DELETE FROM message")
            self._db.executemany(
                "INSERT INTO message VALUES (?, ?, ?, ?, ?)",
                (
                    (queue_id, one.user, one.sender_domain, one.queued, one.to_many)
                    for queue_id, one in open_messages.items()
                ),
            )
            self._db.execute(
                "UPDATE span SET first = ?, last = ?, lines = ?, untimed = ?, overlong = ?,"
                " strangers = ?",
                [
                    _seconds(span.first),
                    _seconds(span.last),
                    span.lines,
                    span.untimed,
                    span.overlong,
                    span.strangers,
                ],
            )

    def forget_before(self, day: date) -> None:
        """Let go of the days before this one: the office keeps no longer record of its people."""
        with self._db:
            self._db.execute("DELETE FROM day WHERE day < ?", (day.isoformat(),))
            self._db.execute("DELETE FROM network WHERE day < ?", (day.isoformat(),))
            self._db.execute("DELETE FROM domain WHERE day < ?", (day.isoformat(),))
            self._db.execute(
                "DELETE FROM wrong WHERE day < (SELECT date(max(day), '-1 day') FROM wrong)"
            )
            self._db.execute("DELETE FROM told WHERE day < ?", (day.isoformat(),))
            self._db.execute("DELETE FROM hole WHERE until < ?", (_start(day),))
            self._db.execute("DELETE FROM hour WHERE hour < ?", (_start(day),))

    def _by_user(self, query: str, since: object) -> Iterator[_OfUser]:
        for user, rows in groupby(self._db.execute(query, (since,)), key=itemgetter(0)):
            yield user, [row[1:] for row in rows]

    def _add_counts(self, batch: Batch) -> None:
        self._db.executemany(
            _ADD_DAY,
            (
                (user, day.isoformat(), *(getattr(counts, name) for name in _COUNTS))
                for (user, day), counts in batch.days.items()
            ),
        )
        self._db.executemany(
            _ADD_HOUR,
            ((user, int(hour.timestamp()), number) for (user, hour), number in batch.hours.items()),
        )
        self._db.executemany(
            _ADD_NETWORK,
            (
                (user, day.isoformat(), network, int(last.timestamp()))
                for (user, day, network), last in batch.networks.items()
            ),
        )
        self._db.executemany(
            _ADD_WRONG,
            (
                (user, day.isoformat(), network, int(minute.timestamp()), number)
                for (user, day, network, minute), number in batch.wrong.items()
            ),
        )
        places = {*batch.networks, *(key[:3] for key in batch.wrong)}
        written = ((user, day.isoformat(), network) for user, day, network in places)
        self._db.executemany(_ADD_GUESSED, ((*one, *one[:2], *one) for one in written))
        self._db.executemany(
            _ADD_DOMAIN,
            (
                (user, day.isoformat(), direction, domain, number)
                for (user, day, direction, domain), number in batch.domains.items()
            ),
        )


@contextmanager
def ledger_at(path: Path) -> Iterator[Ledger]:
    """The ledger in a file, made where there is none; only root can read it.

    Raises MailHostError where it cannot be read or written, or is of another version.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        connection = sqlite3.connect(path)
        try:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if not version:
                connection.executescript(f"BEGIN; {_TABLES} COMMIT;")
            elif version != SCHEMA:
                raise MailHostError(
                    f"{path} is a ledger of version {version}, and this one knows {SCHEMA}: move it"
                    " away, and the logs are read anew"
                )
            yield Ledger(connection)
        finally:
            connection.close()
    except (OSError, sqlite3.Error) as error:
        raise MailHostError(
            f"{path}: the ledger of the logs cannot be used: {error}. Move it away, and the logs"
            " are read anew"
        ) from error


def _merged(*streams: Iterator[_OfUser]) -> Iterator[tuple[str, list[list[Any]]]]:
    """Every user with its rows of each stream; each stream is in the order of users."""
    numbered = [_numbered(number, stream) for number, stream in enumerate(streams)]
    for user, parts in groupby(heapq.merge(*numbered, key=itemgetter(0, 1)), key=itemgetter(0)):
        found: list[list[Any]] = [[] for _ in streams]
        for _, number, rows in parts:
            found[number] = rows
        yield user, found


def _numbered(number: int, stream: Iterator[_OfUser]) -> Iterator[tuple[str, int, list[Any]]]:
    return ((user, number, rows) for user, rows in stream)


def _traffic(days: list[Any], hours: list[Any], networks: list[Any], domains: list[Any]) -> Traffic:
    by_day = {
        date.fromisoformat(day): DayCounts(**dict(zip(_COUNTS, numbers, strict=True)))
        for day, *numbers in days
    }
    counts = by_day.values()
    recipients = {day: one.recipients for day, one in by_day.items()}
    listed: dict[str, dict[str, int]] = {"to": {}, "from": {}, "many": {}}
    for direction, domain, number in domains:
        listed[direction][domain] = number
    return Traffic(
        messages=sum(one.messages for one in counts),
        recipients=sum(recipients.values()),
        delivered=sum(one.delivered for one in counts),
        bounced=sum(one.bounced for one in counts),
        sign_ins=sum(one.sign_ins for one in counts),
        last_sent=max(
            (_midnight(day) for day, one in by_day.items() if one.messages), default=None
        ),
        busiest_hour=peak((_at(hour), number) for hour, number in hours),
        busiest_day=peak((_midnight(day), number) for day, number in recipients.items()),
        usual_day=usual(recipients),
        networks=peak((_midnight(date.fromisoformat(day)), number) for day, number in networks),
        wrong_passwords=peak((_midnight(day), one.failed) for day, one in by_day.items()),
        guessed=peak((_midnight(day), one.guessed) for day, one in by_day.items()),
        sent_to=listed["to"],
        received_from=listed["from"],
        newsletters_from=listed["many"],
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=timezone.utc)


def _start(day: date) -> int:
    return int(_midnight(day).timestamp())


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


def _time(seconds: int | None) -> datetime | None:
    return None if seconds is None else _at(seconds)


def _seconds(time: datetime | None) -> int | None:
    return None if time is None else int(time.timestamp())

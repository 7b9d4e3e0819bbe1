# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The ledger of a mail host: what its logs told so far, by mailbox and day, in an SQLite file.

What was counted and how far the logs were read go into the file together, so that a run which is
broken off neither counts a line twice nor loses one. Times are whole seconds since 1970, days
YYYY-MM-DD, both UTC.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date, datetime, timezone
from pathlib import Path

from ..._core.errors import MailHostError
from .files import Cursor
from .joining import Batch, DayCounts, Message

SCHEMA = 1  # PRAGMA user_version of the file

_COUNTS = tuple(one.name for one in fields(DayCounts))
_CURSOR = tuple(one.name for one in fields(Cursor))
_TABLES = f"""
CREATE TABLE cursor ({", ".join(_CURSOR)}, PRIMARY KEY (head, head_size)) WITHOUT ROWID;
CREATE TABLE message (queue_id PRIMARY KEY, user, sender_domain, queued);
CREATE TABLE day (user, day, {", ".join(f"{name} INTEGER" for name in _COUNTS)},
  PRIMARY KEY (user, day)) WITHOUT ROWID;
CREATE TABLE hour (user, hour INTEGER, recipients INTEGER, PRIMARY KEY (user, hour)) WITHOUT ROWID;
CREATE TABLE network (user, day, network, PRIMARY KEY (user, day, network)) WITHOUT ROWID;
CREATE TABLE domain (user, day, direction, domain, messages INTEGER,
  PRIMARY KEY (user, day, direction, domain)) WITHOUT ROWID;
CREATE TABLE span (first INTEGER, last INTEGER, lines INTEGER, untimed INTEGER, overlong INTEGER);
INSERT INTO span VALUES (NULL, NULL, 0, 0, 0);
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
_ADD_DOMAIN = (
    "INSERT INTO domain VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET messages = messages + excluded.messages"
)


@dataclass(kw_only=True, slots=True)
class Span:
    """What part of the past the logs cover."""

    first: datetime | None = None  # of the telling lines; None: there was none
    last: datetime | None = None
    lines: int = 0
    untimed: int = 0  # telling lines whose time cannot be understood: not counted
    overlong: int = 0  # not looked at

    def reach(self, at: datetime) -> None:
        """Take in the time of a line."""
        self.first = min(at, self.first or at)
        self.last = max(at, self.last or at)


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
            queue_id: Message(user=user, sender_domain=sender, queued=bool(queued))
            for queue_id, user, sender, queued in self._db.execute(
                "SELECT * FROM message ORDER BY rowid"
            )
        }

    def span(self) -> Span:
        """What was read so far."""
        row = self._db.execute("SELECT * FROM span").fetchone()
        first, last, lines, untimed, overlong = row
        return Span(
            first=_time(first), last=_time(last), lines=lines, untimed=untimed, overlong=overlong
        )

    def add(
        self, batch: Batch, cursor: Cursor, open_messages: Mapping[str, Message], span: Span
    ) -> None:
        """Keep what was counted up to a cursor: all of it, or nothing if it breaks off."""
        with self._db:
            self._add_counts(batch)
            self._db.execute(_ADD_CURSOR, [getattr(cursor, name) for name in _CURSOR])
            self._db.execute("DELETE FROM message")
            self._db.executemany(
                "INSERT INTO message VALUES (?, ?, ?, ?)",
                (
                    (queue_id, one.user, one.sender_domain, one.queued)
                    for queue_id, one in open_messages.items()
                ),
            )
            self._db.execute(
                "UPDATE span SET first = ?, last = ?, lines = ?, untimed = ?, overlong = ?",
                (
                    _seconds(span.first),
                    _seconds(span.last),
                    span.lines,
                    span.untimed,
                    span.overlong,
                ),
            )

    def forget_before(self, day: date) -> None:
        """Let go of the days before this one: the office keeps no longer record of its people."""
        first = int(datetime(day.year, day.month, day.day, tzinfo=timezone.utc).timestamp())
        with self._db:
            self._db.execute("DELETE FROM day WHERE day < ?", (day.isoformat(),))
            self._db.execute("DELETE FROM network WHERE day < ?", (day.isoformat(),))
            self._db.execute("DELETE FROM domain WHERE day < ?", (day.isoformat(),))
            self._db.execute("DELETE FROM hour WHERE hour < ?", (first,))

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
            "INSERT OR IGNORE INTO network VALUES (?, ?, ?)",
            ((user, day.isoformat(), network) for user, day, network in batch.networks),
        )
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


def _time(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, timezone.utc)


def _seconds(time: datetime | None) -> int | None:
    return None if time is None else int(time.timestamp())

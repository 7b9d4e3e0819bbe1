# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The time at the beginning of a log line.

Three forms are known: RFC 3339 (RFC 5424, 6.2.3; rsyslog's default since Debian 12, and journalctl
with -o short-iso), the traditional one of RFC 3164, 4.1.2, which names neither year nor zone, and
Dovecot's own "2026-11-23 20:30:57".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo

# A log that was copied, or a clock that was set, may be ahead of the file's own time by so much.
_AHEAD = timedelta(days=1)

_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,6})?(?:Z|[+-]\d\d:?\d\d)?(?= )")
_TRADITIONAL = re.compile(r"([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d)(?= )")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}


@dataclass(frozen=True, kw_only=True)
class Stamps:
    """What a file's times are to be understood by."""

    zone: tzinfo  # of the host that wrote it, for times that name none
    written_at: datetime  # aware; when the file was last written to: no line is younger

    def split(self, line: str) -> tuple[datetime, str] | None:
        """The time in UTC, and what stands after it and a space; None where there is no time.

        A traditional time is of the last year in which it is not after `written_at`, so a file
        that goes on over New Year is told right; one that covers over a year cannot be.
        """
        if found := _ISO.match(line):
            time = _parsed(found[0])
        elif found := _TRADITIONAL.match(line):
            time = self._traditional(*found.groups())
        else:
            return None
        if time is None:
            return None
        aware = time if time.tzinfo else time.replace(tzinfo=self.zone)
        return aware.astimezone(timezone.utc), line[found.end() + 1 :]

    def _traditional(
        self, month: str, day: str, hour: str, minute: str, second: str
    ) -> datetime | None:
        latest = self.written_at + _AHEAD
        this_year = latest.astimezone(self.zone).year
        for year in (this_year, this_year - 1):
            try:
                time = datetime(
                    year,
                    _MONTHS[month],
                    int(day),
                    int(hour),
                    int(minute),
                    int(second),
                    tzinfo=self.zone,
                )
            except (KeyError, ValueError):  # 29 February, or no time at all
                continue
            if time <= latest:
                return time
        return None


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.replace(",", "."))
    except ValueError:
        return None

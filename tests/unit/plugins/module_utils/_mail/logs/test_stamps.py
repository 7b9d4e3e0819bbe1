# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.logs.stamps import (
    Stamps,
)

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
BERLIN = ZoneInfo("Europe/Berlin")
UTC = timezone.utc
CASES = [
    # what the case shows           zone    the file's own time         the line                                  UTC
    ("RFC 3339",                    HANOI, (2026, 11, 23, 21, 0), "2026-11-23T20:30:57.934480+00:00 h x",  (2026, 11, 23, 20, 30, 57, 934480)),
    ("Z for UTC",                   HANOI, (2026, 11, 23, 21, 0), "2026-11-23T20:30:57Z h x",              (2026, 11, 23, 20, 30, 57)),
    ("of another zone",             HANOI, (2026, 11, 23, 21, 0), "2026-11-23T20:30:57+07:00 h x",         (2026, 11, 23, 13, 30, 57)),
    ("journalctl -o short-iso",     HANOI, (2026, 11, 23, 21, 0), "2026-11-23T20:30:57+0700 h x",          (2026, 11, 23, 13, 30, 57)),
    ("Dovecot's own",               HANOI, (2026, 11, 23, 21, 0), "2026-11-23 20:30:57 h x",               (2026, 11, 23, 13, 30, 57)),
    ("traditional",                 HANOI, (2026, 11, 23, 21, 0), "Nov 23 20:30:56 h x",                   (2026, 11, 23, 13, 30, 56)),
    ("a day of one digit",          HANOI, (2026, 11, 23, 21, 0), "Nov  3 20:30:56 h x",                   (2026, 11, 3, 13, 30, 56)),
    ("before New Year",             HANOI, (2026, 1, 2, 3, 0),    "Dec 31 23:59:59 h x",                   (2025, 12, 31, 16, 59, 59)),
    ("after New Year",              HANOI, (2026, 1, 2, 3, 0),    "Jan  1 00:00:00 h x",                   (2025, 12, 31, 17, 0, 0)),
    ("a clock that is ahead",       HANOI, (2026, 12, 31, 23, 0), "Jan  1 12:00:00 h x",                   (2027, 1, 1, 5, 0, 0)),
    ("of a leap year",              HANOI, (2028, 3, 1, 0, 0),    "Feb 29 07:00:00 h x",                   (2028, 2, 29, 0, 0, 0)),
    ("of the leap year before",     HANOI, (2029, 1, 1, 0, 0),    "Feb 29 07:00:00 h x",                   (2028, 2, 29, 0, 0, 0)),
    ("no such day for years",       HANOI, (2026, 3, 1, 0, 0),    "Feb 29 07:00:00 h x",                   None),
    ("no such month",               HANOI, (2026, 3, 1, 0, 0),    "Foo 29 07:00:00 h x",                   None),
    ("no such hour",                HANOI, (2026, 3, 1, 0, 0),    "Jan 29 25:00:00 h x",                   None),
    ("no such ISO day",             HANOI, (2026, 3, 1, 0, 0),    "2026-02-30T07:00:00Z h x",              None),
    ("summer time",                 BERLIN, (2026, 8, 2, 0, 0),   "Aug  1 12:00:00 h x",                   (2026, 8, 1, 10, 0, 0)),
    ("winter time",                 BERLIN, (2026, 8, 2, 0, 0),   "Feb  1 12:00:00 h x",                   (2026, 2, 1, 11, 0, 0)),
    ("no time",                     HANOI, (2026, 3, 1, 0, 0),    "postfix/qmgr[1]: x",                    None),
    ("nothing behind it",           HANOI, (2026, 3, 1, 0, 0),    "2026-02-03T07:00:00Z",                  None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "written_at", "line", "expected"),
    [pytest.param(*case, id=name) for name, *case in CASES],
)
def test_times_are_told_in_utc(zone, written_at, line, expected):
    stamps = Stamps(zone=zone, written_at=datetime(*written_at, tzinfo=UTC))

    found = stamps.split(line)

    assert found == (expected and (datetime(*expected, tzinfo=UTC), "h x"))

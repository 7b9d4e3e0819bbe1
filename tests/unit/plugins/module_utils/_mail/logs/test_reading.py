# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import gzip
import os
import sqlite3
from contextlib import closing
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailHostError
from ansible_collections.civic.mailbox.plugins.module_utils._core.traffic import Peak, Traffic
from ansible_collections.civic.mailbox.plugins.module_utils._mail.logs import lines, reading
from ansible_collections.civic.mailbox.plugins.module_utils._mail.logs.ledger import (
    Ledger,
    ledger_at,
)
from ansible_collections.civic.mailbox.plugins.module_utils._mail.logs.reading import read_logs

USER = "u@x"


def message(number: int, second: int = 0, *, day: str = "2026-11-23") -> str:
    """The lines of a message to two recipients, of which one bounces."""
    vm, queue_id = f"{day}T20:30:{second:02}+00:00 vm", f"{number:010X}"
    end = "relay=h[1.2.3.4]:25, delay=1, delays=0/0/0/1"
    return (
        f"{vm} postfix/smtpd[1]: {queue_id}: client=h[192.0.2.7], sasl_method=PLAIN, sasl_username={USER}\n"
        f"{vm} postfix/qmgr[1]: {queue_id}: from=<{USER}>, size=1, nrcpt=2 (queue active)\n"
        f"{vm} postfix/smtp[1]: {queue_id}: to=<a@free.example>, {end}, dsn=2.0.0, status=sent (ok)\n"
        f"{vm} postfix/smtp[1]: {queue_id}: to=<b@y>, {end}, dsn=5.1.1, status=bounced (no)\n"
        f"{vm} postfix/qmgr[1]: {queue_id}: removed\n"
    )


def read(ledger: Ledger, *paths: Path) -> list[str]:
    failures = read_logs(ledger, paths, zone=timezone.utc, domains=frozenset({"free.example"}))
    return [str(one) for one in failures]


def counted(path: Path) -> dict[str, list[tuple]]:
    """The rows of the ledger that say what happened."""
    with closing(sqlite3.connect(path)) as db:
        return {
            table: sorted(db.execute(f"SELECT * FROM {table}"))
            for table in ("day", "hour", "network", "domain", "message", "span", "told", "hole")
        }


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "mail.log"
    path.write_text("".join(message(number, number % 60) for number in range(100)))
    return path


def test_a_log_is_counted(log, tmp_path):
    with ledger_at(tmp_path / "new" / "ledger") as ledger:
        assert read(ledger, log) == []
        assert ledger.span().lines == 500

    found = counted(tmp_path / "new" / "ledger")
    assert found["day"] == [(USER, "2026-11-23", 100, 200, 100, 100, 0, 0, 0)]
    assert [row[2] for row in found["hour"]] == [200]
    assert found["domain"] == [(USER, "2026-11-23", "to", "free.example", 100)]
    assert found["message"] == []
    assert (tmp_path / "new" / "ledger").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_what_each_user_did_is_summed_up(tmp_path):
    log = tmp_path / "mail.log"
    days = [f"2026-11-{day}" for day in range(10, 17)]
    log.write_text(
        "".join(message(number, day=day) for number, day in enumerate(days))
        + "".join(message(100 + number, day="2026-11-17") for number in range(9))
        + "2026-11-17T08:00:00Z vm dovecot: imap-login: Login: user=<a@x>, method=PLAIN,"
        " rip=192.0.2.7, lip=192.0.2.1\n"
    )
    with ledger_at(tmp_path / "ledger") as ledger:
        read(ledger, log)
        found = dict(ledger.traffic(date(2026, 11, 11)))

    assert list(found) == ["a@x", USER]
    assert found["a@x"] == Traffic(sign_ins=1, networks=Peak(number=1, at=at(17)))
    assert found[USER] == Traffic(
        messages=15,
        recipients=30,
        delivered=15,
        bounced=15,
        last_sent=at(17),
        busiest_hour=Peak(number=18, at=at(17, 20)),
        busiest_day=Peak(number=18, at=at(17)),
        usual_day=2,
        networks=Peak(number=1, at=at(11)),
        sent_to={"free.example": 15},
    )


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=timezone.utc)


NINE = datetime(2026, 11, 17, 9, tzinfo=timezone.utc).timestamp()


def wrong(time: str, attempts: int = 3, address: str = "192.0.2.7", user: str = USER) -> str:
    return (
        f"2026-11-17T{time}Z vm dovecot: imap-login: Disconnected: (auth failed, {attempts}"
        f" attempts): user=<{user}>, method=PLAIN, rip={address}, lip=192.0.2.1\n"
    )


def right(time: str, address: str = "192.0.2.7") -> str:
    return (
        f"2026-11-17T{time}Z vm dovecot: imap-login: Login: user=<{USER.upper()}>, method=PLAIN,"
        f" rip={address}, lip=192.0.2.1\n"
    )


def submitted(time: str) -> str:
    return (
        f"2026-11-17T{time}Z vm postfix/smtpd[1]: AAAAAAAAAA: client=h[192.0.2.7],"
        f" sasl_method=PLAIN, sasl_username={USER}\n"
    )


GUESSED = [
    # what the case shows               what the files hold, in the order they are read in                wrong passwords before
    ("a sign-in before",                [right("08:00:00") + wrong("08:01:00")],                           0),
    ("after some",                      [wrong("08:00:00") + wrong("08:00:01", address="192.0.2.8") + right("08:00:02", "192.0.2.9")], 6),
    ("between some",                    [wrong("08:00:00") + right("08:00:02") + wrong("08:01:00")],       3),
    ("the last sign-in counts",         [wrong("08:00:00") + right("08:01:00") + wrong("08:02:00") + right("08:03:00")], 6),
    ("from another network",            [wrong("08:00:00") + right("08:01:00", "198.51.100.1")],           0),
    ("of somebody else",                [wrong("08:00:00", user="v@x") + right("08:01:00")],               0),
    ("the network with the most",       [wrong("08:00:00", 9) + right("08:01:00") + wrong("08:02:00", address="::1") + right("08:03:00", "::1")], 9),
    ("handed in, in another file",      [wrong("08:00:00"), submitted("08:01:00")],                        3),
    ("that file is read first",         [submitted("08:01:00"), wrong("08:00:00")],                        3),
    ("handed in before, there",         [wrong("08:01:00"), submitted("08:00:00")],                        0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "before"), [pytest.param(*case, id=name) for name, *case in GUESSED]
)
def test_wrong_passwords_before_a_sign_in_from_the_same_network(tmp_path, texts, before):
    files = [tmp_path / f"{number}.log" for number in range(len(texts))]
    for number, (file, text) in enumerate(zip(files, texts, strict=True)):
        file.write_text(text)
        os.utime(file, (NINE + number, NINE + number))
    with ledger_at(tmp_path / "ledger") as ledger:
        assert read(ledger, *files) == []
        found = dict(ledger.traffic(date(2026, 11, 11)))[USER]

    assert found.guessed == (Peak(number=before, at=at(17)) if before else None)


def test_a_password_that_is_guessed_over_two_readings_is_told(tmp_path):
    log = tmp_path / "mail.log"
    for text in (wrong("08:00:00", 30), right("08:01:00"), wrong("08:02:00", 30), ""):
        with log.open("a") as file:
            file.write(text)
        with ledger_at(tmp_path / "ledger") as ledger:
            read(ledger, log)
            found = dict(ledger.traffic(date(2026, 11, 11)))[USER]
            ledger.forget_before(date(2026, 11, 1))

    assert found.guessed == Peak(number=30, at=at(17))
    assert found.wrong_passwords == Peak(number=60, at=at(17))


def test_nothing_is_counted_twice(log, tmp_path):
    for _ in range(2):
        with ledger_at(tmp_path / "ledger") as ledger:
            read(ledger, log)
    once = counted(tmp_path / "ledger")

    assert once["day"][0][2:4] == (100, 200)


def test_in_pieces_it_is_the_same_as_at_once(log, tmp_path):
    text = log.read_bytes()
    with ledger_at(tmp_path / "whole") as ledger:
        read(ledger, log)
    growing = tmp_path / "growing.log"
    for end in range(1, len(text) + 700, 700):
        growing.write_bytes(text[:end])
        with ledger_at(tmp_path / "pieces") as ledger:
            read(ledger, growing)

    assert counted(tmp_path / "pieces") == counted(tmp_path / "whole")


class Killed(BaseException):
    """As if the process had ended."""


def killed_after(writes: int, ledger: Ledger) -> Ledger:
    add, left = ledger.add, iter(range(writes))

    def or_killed(*args: Any) -> None:
        if next(left, None) is None:
            raise Killed
        add(*args)

    ledger.add = or_killed
    return ledger


@pytest.mark.parametrize("writes", [1, 3, 7])
def test_a_reading_that_is_killed_is_gone_on_with(log, tmp_path, monkeypatch, writes):
    monkeypatch.setattr(reading, "_MOST", 0)  # into the ledger after each block
    monkeypatch.setattr(lines, "BLOCK", 4000)
    with ledger_at(tmp_path / "whole") as ledger:
        read(ledger, log)

    with pytest.raises(Killed), ledger_at(tmp_path / "killed") as ledger:
        read(killed_after(writes, ledger), log)
    assert counted(tmp_path / "killed") != counted(tmp_path / "whole")
    with ledger_at(tmp_path / "killed") as ledger:
        read(ledger, log)

    assert counted(tmp_path / "killed") == counted(tmp_path / "whole")


def test_a_damaged_file_is_told_and_what_comes_before_it_counts(log, tmp_path):
    packed = tmp_path / "mail.log.2.gz"
    packed.write_bytes(gzip.compress(log.read_bytes() * 50)[:-20])
    with ledger_at(tmp_path / "ledger") as ledger:
        (failure,) = read(ledger, packed)

    assert (str(packed) in failure, "damaged" in failure or "cannot be read" in failure) == (
        True,
        True,
    )


def test_what_comes_before_a_damage_counts_once(log, tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "BLOCK", 4000)
    packed, whole = tmp_path / "mail.log.2.gz", tmp_path / "other.log"
    packed.write_bytes(gzip.compress(log.read_bytes(), mtime=0)[:-20])
    os.utime(packed, (1, 1))  # the older one
    found = []
    for number in range(200, 203):
        with whole.open("a") as file:
            file.write(message(number))
        with ledger_at(tmp_path / "ledger") as ledger:
            assert len(read(ledger, packed, whole)) == 1
        found.append(counted(tmp_path / "ledger")["day"][0][2])

    first = found[0]
    assert first > 50
    assert found == [first, first + 1, first + 2]


def test_a_file_that_cannot_be_read_is_no_missing_one(tmp_path):
    rotate(tmp_path, 23, 22, 21)
    (tmp_path / "mail.log.1").write_bytes(b"\x28\xb5\x2f\xfd zstd")
    with ledger_at(tmp_path / "ledger") as ledger:
        assert len(read(ledger, *tmp_path.glob("mail.log*"))) == 1
        assert ledger.missing() == ()


def test_lines_without_a_time_are_counted_and_not_believed(tmp_path):
    log = tmp_path / "mail.log"
    log.write_text(message(1) + "yesterday vm postfix/qmgr[1]: ABCDEF: removed\n")
    with ledger_at(tmp_path / "ledger") as ledger:
        read(ledger, log)

        assert (ledger.span().lines, ledger.span().untimed) == (6, 1)


def test_days_that_are_over_are_let_go(tmp_path):
    log = tmp_path / "mail.log"
    log.write_text(message(1, day="2026-11-20") + message(2, day="2026-11-23"))
    with ledger_at(tmp_path / "ledger") as ledger:
        read(ledger, log)
        ledger.forget_before(date(2026, 11, 21))

    found = counted(tmp_path / "ledger")
    assert [row[1] for row in found["day"]] == ["2026-11-23"]
    assert (len(found["hour"]), len(found["network"]), len(found["domain"])) == (1, 1, 1)


def rotate(folder: Path, *days: int) -> None:
    """Rotated files, the youngest first, each with the lines of one day; none for 0."""
    for path in folder.glob("mail.log*"):
        path.unlink()
    for number, day in enumerate(days):
        if day:
            path = folder / (f"mail.log.{number}" if number else "mail.log")
            path.write_text(message(day, day=f"2026-11-{day:02}"))
            at = datetime(2026, 11, day, 23, tzinfo=timezone.utc).timestamp()
            os.utime(path, (at, at))


def missing(folder: Path) -> list[tuple[int, int, str]]:
    """Read the files there, and tell from and to which day something is missing, and why."""
    with ledger_at(folder / "ledger") as ledger:
        assert read(ledger, *folder.glob("mail.log*")) == []
        return [(one.since.day, one.until.day, one.why) for one in ledger.missing()]


MISSING = [
    # what the case shows                   the days of the files, run after run          what is missing in the end
    ("nothing",                             [(23, 22, 21)],                               []),
    ("a file in the middle",                [(23, 0, 21)],                                [(21, 23, "file")]),
    ("it was read while it was there",      [(23, 22, 21), (24, 23, 0, 21)],              []),
    ("only its beginning was",              [(22, 21), (23, 0, 21)],                      [(22, 23, "file")]),
    ("and the youngest one of then is gone", [(21, 20), (23, 0, 0, 20)],                 [(21, 23, "file")]),
    ("it came back",                        [(23, 0, 21), (23, 22, 21)],                  []),
    ("one of two came back",                [(23, 0, 0, 20), (23, 22, 0, 20)],            [(20, 22, "file")]),
    ("its neighbours are gone by now",      [(23, 0, 21), (24, 23)],                      [(21, 23, "file")]),
    ("all that was written between runs",   [(20,), (23,)],                               [(20, 23, "file")]),
    ("nothing, rotated between runs",       [(20,), (22, 21, 20)],                        []),
    ("a silence like a holiday's",          [(24, 20)],                                   []),
    ("a longer one",                        [(25, 20)],                                   [(21, 25, "silence")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("runs", "expected"), [pytest.param(*case, id=name) for name, *case in MISSING]
)
def test_what_is_missing_in_the_middle_is_told(tmp_path, runs, expected):
    for days in runs:
        rotate(tmp_path, *days)
        found = missing(tmp_path)

    assert found == expected


def test_what_is_missing_is_told_as_long_as_the_ledger_keeps_its_days(tmp_path):
    rotate(tmp_path, 23, 0, 21)
    assert missing(tmp_path)
    with ledger_at(tmp_path / "ledger") as ledger:
        ledger.forget_before(date(2026, 11, 23))
        assert ledger.missing()
        ledger.forget_before(date(2026, 11, 24))
        assert ledger.missing() == ()


def test_a_line_of_a_time_to_come_hides_nothing(tmp_path):
    rotate(tmp_path, 23, 0, 21)
    with (tmp_path / "mail.log.2").open("a") as file:
        file.write("2026-11-30T00:00:00Z vm anything: forged\n")
    at = datetime(2026, 11, 21, 23, tzinfo=timezone.utc).timestamp()
    os.utime(tmp_path / "mail.log.2", (at, at))

    assert missing(tmp_path) == [(21, 23, "file")]


def of_another_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA user_version = 99")


UNUSABLE = [
    # what the case shows    what lies there                                said
    ("no database",          lambda path: path.write_bytes(b"x" * 5000),     "not a database"),
    ("a folder",             lambda path: path.mkdir(),                      "unable to open"),
    ("of another version",   of_another_version,                             "version 99"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("lay", "said"), [pytest.param(*case, id=name) for name, *case in UNUSABLE]
)
def test_a_ledger_that_cannot_be_used_is_told_with_a_way_out(tmp_path, lay, said):
    lay(tmp_path / "ledger")

    with (
        pytest.raises(MailHostError, match=f"{said}.*Move it away|{said}.*move it"),
        ledger_at(tmp_path / "ledger") as ledger,
    ):
        read(ledger)

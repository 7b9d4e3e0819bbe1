# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Snapshots: JSON lines, one file for each server read, `snapshot/<kind>-<name>.jsonl`.

First line, then any number of records, last line:

    {"record": "header", "schema": 1, "kind": "accounts" | "mail" | "log" | "browsers",
     "name": inventory name, "server": URI or host, "software": "OpenLDAP 2.5.13",
     "dialect": "openldap" (accounts only),
     "started_at": our time, "server_time": the server's own, or null,
     "clock_ahead": seconds of the server's clock before ours (accounts only),
     "holds_mail": whether nothing is forwarded, and nobody signs in, elsewhere (accounts only)}
    {"record": "policy", ...}   kind accounts, before the accounts that it governs: a PasswordPolicy
    {"record": "account", ...}  kind accounts: an Account
    {"record": "mailbox", "mail": ...}  kind mail: an address that has a mailbox on this host
    {"record": "sign_in", "mail": ..., "at": ..., "source": "dovecot", "detail": "imap"}  kind mail
    {"record": "forward", "mail": whose mail goes on, "address": ..., "channel": ..., "source": ...,
     "active": ..., "opaque": ...}                                                       kind mail
    {"record": "way", "channel": ..., "by": "files" | "doveadm", "mailboxes": number}    kind mail
    {"record": "submission", "services": [a SubmissionService, ...]}                     kind mail
    {"record": "listed_senders", ...}    kind mail: a SenderTable
    {"record": "spam_handling", "folders": [...], ...}   kind mail: a SeenSpamHandling of the host
    {"record": "quota", "mail": ..., "percent": ..., "quota": its name}   kind mail: a FilledQuota
    {"record": "quotas", ...}   kind mail, after these: a SeenQuotas
    {"record": "traffic", "mail": whose, ...}   kind log: a Traffic of the last days
    {"record": "browser", "title": "Chromium", "file": ..., "is_off": ..., "sites_off": [...]}
                                kind browsers: one that is installed on a workstation
    {"record": "problem", "field": Account field or "", "subject": address, DN or "",
     "message": ...}            a part that could not be read or understood; with neither field
                                nor subject a note for the reader, on which no verdict rests
    {"record": "end", "complete": true | false, "ended_at": ..., "counts": {record: number},
     "unread": [{"field": Account field, "unit": unit or null for all, "reason": ...}],
     "newest_sign_in": {source: time}, "message": why it is not complete, or "",
     "incremental": an Incremental (accounts only; absent: all were read now),
     "coverage": a LogCoverage without its host (log only)}

Keys are the field names of account.py; a key that is absent has the dataclass's default. Times are
"2019-01-08T01:02:03Z" (UTC, whole seconds), durations whole seconds, sets sorted lists.
A file without its end record was cut off; one whose end says complete: false holds a part only.
A gatherer that fails still writes header and end (complete: false, message), so that the assessment
knows the witness that is missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar

from .account import (
    Account,
    Contact,
    Forward,
    Lock,
    PasswordCheck,
    PasswordPolicy,
    Problem,
    SignIn,
)
from .browser_passwords import SeenBrowser
from .dates import parse_time
from .errors import SnapshotError
from .listed_senders import SenderTable
from .outbound_limits import PolicyService, SubmissionService
from .spam_handling import FilledQuota, SeenFolder, SeenQuotas, SeenSpamHandling
from .traffic import LogCoverage, Missing, Peak, Traffic

SCHEMA = 1
KINDS = ("accounts", "mail", "log", "browsers")

Record = TypeVar("Record")
_scan = json.scanner.make_scanner(json.JSONDecoder())  # type: ignore[attr-defined]
_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, OverflowError)


@dataclass(frozen=True, kw_only=True, slots=True)
class Unread:
    """An Account field that could not be read, of one unit or (None) of all."""

    field: str
    unit: str | None
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Incremental:
    """How a directory was read of which only what changed was read."""

    since: datetime  # the reading before
    full_at: datetime  # the last one of all accounts
    changed: int  # accounts that were read
    gone: int  # that were there the last time and are not any more


@dataclass(frozen=True, kw_only=True, eq=False)  # each file is a source of its own
class Source:
    """What the header and the end of a snapshot say of the server that was read."""

    name: str  # in the inventory
    kind: str  # of KINDS
    server: str = ""
    software: str = ""
    complete: bool = False
    message: str = ""  # why it is not complete
    answered: bool = True  # False: a workstation that is switched off, or was not reached
    started_at: datetime | None = None
    clock_ahead: timedelta = timedelta(0)  # of the server's clock; below zero: it is behind
    holds_mail: bool = False  # a mail system's own: what its accounts forward is all here
    counts: Mapping[str, int] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    newest_sign_in: Mapping[str, datetime] = field(default_factory=dict)
    coverage: LogCoverage | None = None  # of a log
    incremental: Incremental | None = None  # None: everything was read


def read_source(file: str, first: str, last: str) -> Source:
    """The Source that the first and the last line of a snapshot file state.

    Raises SnapshotError, naming `file`, when the first line is no header of ours.
    """
    try:
        header = _record(first.encode())
    except ValueError as error:
        raise SnapshotError(f"{file}: {error}: gather it again") from None
    if (
        header.get("record") != "header"
        or header.get("schema") != SCHEMA
        or header.get("kind") not in KINDS
    ):
        raise SnapshotError(f"{file} is no snapshot of this version: gather it again")
    try:
        return _source(header, _end(last))
    except _MALFORMED as error:
        raise SnapshotError(f"{file}: {_not_understood(error)}") from error


def _source(header: Mapping[str, Any], end: Mapping[str, Any]) -> Source:
    return Source(
        name=header["name"],
        kind=header["kind"],
        server=header.get("server") or "",
        software=header.get("software") or "",
        started_at=_time(header.get("started_at")),
        clock_ahead=timedelta(seconds=header.get("clock_ahead", 0)),
        holds_mail=bool(header.get("holds_mail")),
        complete=bool(end.get("complete")),
        message=end.get("message", "the file was cut off: gather it again"),
        counts=end.get("counts", {}),
        unread=tuple(
            Unread(field=item["field"], unit=item.get("unit"), reason=item["reason"])
            for item in end.get("unread", ())
        ),
        newest_sign_in={
            source: parse_time(at) for source, at in end.get("newest_sign_in", {}).items()
        },
        coverage=_coverage(header["name"], end["coverage"]) if "coverage" in end else None,
        incremental=_incremental(end["incremental"]) if "incremental" in end else None,
    )


def _incremental(found: Mapping[str, Any]) -> Incremental:
    return Incremental(
        since=parse_time(found["since"]),
        full_at=parse_time(found["full_at"]),
        changed=int(found["changed"]),
        gone=int(found["gone"]),
    )


def _coverage(host: str, found: Mapping[str, Any]) -> LogCoverage:
    return LogCoverage(
        host=host,
        first=_time(found["first"]),
        last=_time(found["last"]),
        lines=found["lines"],
        untimed=found["untimed"],
        overlong=found["overlong"],
        strangers=found["strangers"],
        failures=tuple(found["failures"]),
        missing=tuple(
            Missing(since=parse_time(one["since"]), until=parse_time(one["until"]), why=one["why"])
            for one in found.get("missing", ())
        ),
    )


def read_records(
    file: str,
    lines: Iterable[bytes],
    *,
    skip: Callable[[bytes], bool] | None = None,
    first: int = 1,
) -> Iterator[dict[str, Any]]:
    """The records between header and end; one cut short at the end of the file is left out.

    Lines that `skip` is true of are left out too, and not looked at. `first`: the number of the
    first of these lines in the file.
    Raises SnapshotError, naming file and line, for anything else that is not JSON.
    """
    broken = 0
    for number, line in enumerate(lines, first):
        if broken:
            raise SnapshotError(f"{file}, line {broken}: not JSON: gather it again")
        if not line.endswith(b"\n"):
            broken = number
            continue
        if skip and skip(line):
            continue
        try:
            record = _record(line)
        except ValueError as error:
            raise SnapshotError(f"{file}, line {number}: {error}: gather it again") from None
        if record["record"] not in ("header", "end"):
            yield record


def _understood(
    read: Callable[[Mapping[str, Any]], Record],
) -> Callable[[Mapping[str, Any]], Record]:
    """`read`, so that a record of ours that somebody changed ends in a SnapshotError."""

    @wraps(read)
    def reader(record: Mapping[str, Any]) -> Record:
        try:
            return read(record)
        except _MALFORMED as error:
            whose = record.get("dn") or record.get("mail") or record.get("name")
            kind = record.get("record", "part of a")
            where = f"snapshot, {kind} record of {whose}"
            raise SnapshotError(f"{where}: {_not_understood(error)}") from error

    return reader


def _not_understood(error: Exception) -> str:
    return f"cannot be understood ({type(error).__name__}: {error}): gather it again"


@_understood
def read_account(record: Mapping[str, Any]) -> Account:
    """The Account of an account record."""
    lock, check = record.get("lock"), record.get("password_check")
    return Account(
        id=record["id"],
        dn=record["dn"],
        login=record.get("login", ""),
        mail=tuple(record.get("mail", ())),
        name=record.get("name", ""),
        unit=record.get("unit", ""),
        created_at=_time(record.get("created_at")),
        password_changed_at=_time(record.get("password_changed_at")),
        must_change=record.get("must_change", False),
        lock=Lock(lock) if lock else None,
        locked_at=_time(record.get("locked_at")),
        sign_ins=tuple(read_sign_in(item) for item in record.get("sign_ins", ())),
        password_policy=record.get("password_policy"),
        forwards=tuple(read_forward(item) for item in record.get("forwards", ())),
        contacts=tuple(_contact(item) for item in record.get("contacts", ())),
        password_check=PasswordCheck(check) if check else None,
        password_scheme=record.get("password_scheme"),
        problems=tuple(
            Problem(field=item["field"], message=item["message"])
            for item in record.get("problems", ())
        ),
    )


def _contact(item: Mapping[str, Any]) -> Contact:
    return Contact(
        domain=item["domain"],
        source=item["source"],
        recovers=item.get("recovers", False),
        address=item.get("address", ""),
    )


@_understood
def read_sign_in(record: Mapping[str, Any]) -> SignIn:
    """The SignIn of a sign_in record, or of one inside an account."""
    return SignIn(
        at=parse_time(record["at"]),
        source=record["source"],
        precision=timedelta(seconds=record.get("precision", 0)),
        detail=record.get("detail", ""),
    )


@_understood
def read_forward(record: Mapping[str, Any]) -> Forward:
    """The Forward of a forward record, or of one inside an account."""
    return Forward(
        address=record["address"],
        channel=record["channel"],
        source=record["source"],
        active=record.get("active", True),
        opaque=record.get("opaque", ""),
        place=record.get("place", ""),
    )


@_understood
def read_password_policy(record: Mapping[str, Any]) -> PasswordPolicy:
    """The PasswordPolicy of a policy record."""
    classes = record.get("classes")
    return PasswordPolicy(
        name=record["name"],
        min_length=record.get("min_length"),
        classes=None if classes is None else frozenset(classes),
        sets_classes=record.get("sets_classes", False),
        history=record.get("history"),
        max_age=_duration(record.get("max_age")),
        lockout_threshold=record.get("lockout_threshold"),
        lockout_duration=_duration(record.get("lockout_duration")),
        must_change_after_reset=record.get("must_change_after_reset"),
        max_idle=_duration(record.get("max_idle")),
        blocklist=record.get("blocklist"),
        checks_quality=record.get("checks_quality"),
        notes=tuple(record.get("notes", ())),
    )


@_understood
def read_browser(record: Mapping[str, Any]) -> SeenBrowser:
    """The SeenBrowser of a browser record."""
    return SeenBrowser(
        title=record["title"],
        file=record["file"],
        is_off=record["is_off"],
        sites_off=tuple(map(str, record.get("sites_off", ()))),
    )


@_understood
def read_seen_spam_handling(record: Mapping[str, Any]) -> SeenSpamHandling:
    """The SeenSpamHandling of a spam_handling record."""
    return SeenSpamHandling(
        folders=tuple(
            SeenFolder(
                name=item["name"],
                use=item["use"],
                seconds=int(item["seconds"]),
                learns=bool(item["learns"]),
            )
            for item in record["folders"]
        ),
        filters=tuple(map(str, record["filters"])),
        quotas=tuple(map(str, record["quotas"])),
        warnings=tuple(map(int, record["warnings"])),
    )


@_understood
def read_filled_quota(record: Mapping[str, Any]) -> FilledQuota:
    """The FilledQuota of a quota record."""
    return FilledQuota(percent=int(record["percent"]), quota=record["quota"])


@_understood
def read_quotas(record: Mapping[str, Any]) -> SeenQuotas:
    """The SeenQuotas of a quotas record."""
    return SeenQuotas(
        limited=int(record["limited"]),
        unlimited=int(record["unlimited"]),
        unread=int(record["unread"]),
        failure=record["failure"],
    )


@_understood
def read_traffic(record: Mapping[str, Any]) -> Traffic:
    """The Traffic of a traffic record."""
    return Traffic(
        messages=record.get("messages", 0),
        recipients=record.get("recipients", 0),
        delivered=record.get("delivered", 0),
        bounced=record.get("bounced", 0),
        sign_ins=record.get("sign_ins", 0),
        last_sent=_time(record.get("last_sent")),
        busiest_hour=_peak(record.get("busiest_hour")),
        busiest_day=_peak(record.get("busiest_day")),
        usual_day=record.get("usual_day"),
        networks=_peak(record.get("networks")),
        wrong_passwords=_peak(record.get("wrong_passwords")),
        guessed=_peak(record.get("guessed")),
        sent_to=record.get("sent_to", {}),
        received_from=record.get("received_from", {}),
        newsletters_from=record.get("newsletters_from", {}),
    )


@_understood
def read_submission(record: Mapping[str, Any]) -> tuple[SubmissionService, ...]:
    """The services of a submission record."""
    return tuple(
        SubmissionService(
            name=str(one["name"]),
            limits={str(name): int(number) for name, number in one["limits"].items()},
            seconds=int(one["seconds"]),
            takes_mail_from_outside=one["takes_mail_from_outside"],
            is_counted=one["is_counted"],
            exempt=tuple(map(str, one["exempt"])),
            asks=tuple(
                PolicyService(
                    address=asked["address"],
                    program=asked["program"],
                    counts_senders=asked["counts_senders"],
                )
                for asked in one["asks"]
            ),
        )
        for one in record["services"]
    )


@_understood
def read_sender_table(record: Mapping[str, Any]) -> SenderTable:
    """The table of a listed_senders record."""
    return SenderTable(
        file=str(record["file"]),
        rows=tuple(map(str, record["rows"])),
        unasked=tuple(map(str, record["unasked"])),
    )


def _peak(found: Mapping[str, Any] | None) -> Peak | None:
    return Peak(number=found["number"], at=parse_time(found["at"])) if found else None


@_understood
def read_whose(record: Mapping[str, Any]) -> str:
    """The address, in lower case, that a record of a mail host speaks of."""
    return str(record["mail"].lower())


@_understood
def read_way(record: Mapping[str, Any]) -> tuple[str, int]:
    """How scripts were read ("files" or "doveadm"), and of how many mailboxes."""
    return str(record["by"]), int(record["mailboxes"])


@_understood
def read_problem(record: Mapping[str, Any]) -> tuple[str, Problem]:
    """Whom a problem record speaks of, in lower case ("" for all), and the Problem."""
    problem = Problem(field=record.get("field", ""), message=record["message"])
    return record.get("subject", "").lower(), problem


def _end(line: str) -> Mapping[str, Any]:
    try:
        record = json.loads(line)
    except ValueError:
        return {}
    return record if isinstance(record, dict) and record.get("record") == "end" else {}


def _record(line: bytes) -> dict[str, Any]:
    """The record of a line. Raises ValueError, saying what it is not."""
    try:
        record = _value(line.decode())  # given bytes, json would guess their encoding
    except ValueError:
        raise ValueError("not JSON") from None
    if not isinstance(record, dict) or not isinstance(record.get("record"), str):
        raise ValueError("no record")
    return record


def _value(line: str) -> Any:
    """The value of a line of JSON. Raises ValueError."""
    try:
        value, end = _scan(line, 0)
    except StopIteration:  # it begins with no value
        end = 0
    # What json.loads() does besides takes as long: it looks for white space around the value.
    return value if line[end:] == "\n" and end else json.loads(line)


def _time(text: str | None) -> datetime | None:
    return parse_time(text) if text else None


def _duration(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)

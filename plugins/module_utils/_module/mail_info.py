# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""mail_info: from a mail host to a snapshot file."""

from __future__ import annotations

import json
import platform
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from .._core.dates import format_time
from .._core.errors import MailHostError
from .._core.snapshot import SCHEMA
from .._mail.channels.catalogue import CHANNELS
from .._mail.dovecot import Dovecot
from .._mail.junk_settings import read_junk
from .._mail.last_login import NoWitnessError, sign_ins
from .._mail.mail_host import MailHost
from .._mail.postfix import Postfix
from .._mail.quotas import read_quotas
from .._mail.records import Record, mailbox, spam_handling
from .._mail.sender_table import sender_table
from .._mail.submission_services import smtpd_services, submission_services
from . import mail_host_options
from .mail_host_options import explained, find_host
from .runner import MailboxModule
from .snapshot_name import snapshot_name
from .spool import whole_file

PARTS = ("forwards", "sign_ins", "spam_handling", "submission")
ARGUMENTS: dict[str, Any] = {
    "run_dir": {"type": "path", "required": True},
    "name": {"type": "str"},
    "parts": {
        "type": "list",
        "elements": "str",
        "choices": [*PARTS],
        "default": [*PARTS],
    },
    **mail_host_options.ARGUMENTS,
}

SHOWN = 100  # forwards in the result; the file has all

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass
class _Tally:
    """What is counted while the records stream by."""

    counts: Counter[str] = field(default_factory=Counter)
    shown: list[Record] = field(default_factory=list)
    newest_sign_in: dict[str, str] = field(default_factory=dict)
    unread: list[Record] = field(default_factory=list)
    software: dict[str, str] = field(default_factory=dict)
    ways: dict[str, int] = field(default_factory=dict)  # to the Sieve scripts -> mailboxes

    def add(self, record: Record) -> None:
        self.counts[record["record"]] += 1
        if record["record"] == "forward" and len(self.shown) < SHOWN:
            self.shown.append({key: value for key, value in record.items() if key != "record"})
        elif record["record"] == "way":
            self.ways[record["by"]] = record["mailboxes"]
        elif record["record"] == "sign_in":
            source = record["source"]
            self.newest_sign_in[source] = max(record["at"], self.newest_sign_in.get(source, ""))


def gather(module: MailboxModule) -> dict[str, Any]:
    """Write the snapshot of this host and return what is in it.

    Raises MailboxError after writing a snapshot that says what is missing.
    """
    name = snapshot_name(module.params["name"] or platform.node())
    path = Path(module.params["run_dir"]) / "snapshot" / f"mail-{name}.jsonl"
    tally = _Tally()
    with whole_file(path) as file:
        failure = _write(file, module, name, tally)
    if failure:
        raise MailHostError(failure)
    if not tally.software.get("Dovecot"):
        module.warn_clean(f"{name}: no Dovecot was read, so no sign-ins and no Sieve scripts")
    forwards = tally.counts["forward"]
    return {
        "changed": False,
        "path": str(path),
        "total": sum(tally.counts.values()),
        "counts": dict(tally.counts),
        "forwards": tally.shown,
        "truncated": forwards > len(tally.shown),
        "unread": tally.unread,
        "software": tally.software,
        "sieve_read_by": tally.ways,
    }


def _write(file: TextIO, module: MailboxModule, name: str, tally: _Tally) -> str:
    """Write header, records and end; return why it is not complete, or ""."""
    started_at = _now()
    failures: list[str] = []
    host = MailHost(dovecot=None, postfix=None, name=platform.node())
    try:
        host = find_host(module.params, host.name)
        tally.software = _versions(host)
    except MailHostError as error:
        failures.append(explained(error))
    _put(file, _header(name, host, tally, started_at))
    host = _answering(host, failures)
    parts = module.params["parts"]
    tally.unread += [
        {"field": part, "unit": None, "reason": "it was not asked for (parts)"}
        for part in PARTS
        if part not in parts
    ]
    for read in _readers(host, tally, parts):
        failures.extend(_write_records(file, read, tally))
    failure = "; ".join(failures)
    _put(file, _end(tally, failure))
    return failure


def _write_records(
    file: TextIO, read: Callable[[], Iterator[Record]], tally: _Tally
) -> Iterator[str]:
    """Write what one reader yields; yield why it ended early: the others may still be read."""
    try:
        for record in read():
            tally.add(record)
            _put(file, record)
    except MailHostError as error:
        yield explained(error)


def _versions(host: MailHost) -> dict[str, str]:
    found = {}
    if host.dovecot:
        found["Dovecot"] = host.dovecot.version()
    if host.postfix:
        found["Postfix"] = host.postfix.version()
    return found


def _answering(host: MailHost, failures: list[str]) -> MailHost:
    """The host with those of its servers that answer; why the others do not goes to `failures`."""
    if host.dovecot:
        try:
            _ = host.users
        except MailHostError as error:
            failures.append(explained(error))
            host = replace(host, dovecot=None)
    if host.postfix:
        try:
            _ = host.postfix.local_domain
        except MailHostError as error:
            failures.append(explained(error))
            host = replace(host, postfix=None)
    return host


def _readers(
    host: MailHost, tally: _Tally, parts: Collection[str]
) -> Iterator[Callable[[], Iterator[Record]]]:
    if "forwards" in parts:
        for channel in CHANNELS:
            yield partial(channel.read, host)
        if host.dovecot:
            yield partial(_mailboxes, host)
    if host.dovecot and "sign_ins" in parts:
        yield partial(_sign_ins, host, host.dovecot, tally)
    if host.postfix and "submission" in parts:
        yield partial(_submission, host.postfix)
    if host.dovecot and "spam_handling" in parts:
        yield partial(_spam_handling, host, host.dovecot)


def _mailboxes(host: MailHost) -> Iterator[Record]:
    for user in host.users:
        yield mailbox(host.address(user.name))


def _sign_ins(host: MailHost, dovecot: Dovecot, tally: _Tally) -> Iterator[Record]:
    try:
        yield from sign_ins(dovecot, host.users)
    except NoWitnessError as reason:
        tally.unread.append({"field": "sign_ins", "unit": None, "reason": str(reason)})


def _submission(postfix: Postfix) -> Iterator[Record]:
    services = submission_services(postfix, smtpd_services(postfix))
    senders = sender_table(postfix)  # a control judges the host by both
    yield {"record": "submission", "services": [asdict(one) for one in services]}
    yield {"record": "listed_senders", **asdict(senders)}


def _spam_handling(host: MailHost, dovecot: Dovecot) -> Iterator[Record]:
    found = read_junk(dovecot).seen()
    yield spam_handling(found)
    if found.quotas:
        yield from read_quotas(dovecot, host.users, host.address)


def _header(name: str, host: MailHost, tally: _Tally, started_at: str) -> Record:
    return {
        "record": "header",
        "schema": SCHEMA,
        "kind": "mail",
        "name": name,
        "server": host.name,
        "software": ", ".join(f"{name} {version}" for name, version in tally.software.items()),
        "started_at": started_at,
        "server_time": started_at,  # this runs on the server itself
    }


def _end(tally: _Tally, failure: str) -> Record:
    return {
        "record": "end",
        "complete": not failure,
        "ended_at": _now(),
        "counts": dict(tally.counts),
        "unread": tally.unread,
        "newest_sign_in": tally.newest_sign_in,
        "message": failure,
    }


def _now() -> str:
    return format_time(datetime.now(timezone.utc))


def _put(file: TextIO, record: Record) -> None:
    file.write(f"{_encode(record)}\n")

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""log_info: from the logs of a mail host, by way of its ledger, to a snapshot file."""

from __future__ import annotations

import json
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone, tzinfo
from glob import glob
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from .._core.dates import format_time
from .._core.errors import MailboxError, MailHostError
from .._core.listed_domains import FREE_MAIL, SERVICES
from .._core.snapshot import SCHEMA
from .._core.traffic import SUMMED_UP, Missing
from .._mail.logs.ledger import Ledger, Span, ledger_at
from .._mail.logs.reading import read_logs
from .._mail.records import Record, traffic
from . import mail_host_options
from .mail_host_options import explained, find_host
from .progress import progress_in
from .runner import MailboxModule
from .snapshot_name import snapshot_name
from .spool import whole_file

ARGUMENTS: dict[str, Any] = {
    "run_dir": {"type": "path", "required": True},
    "name": {"type": "str"},
    "paths": {"type": "list", "elements": "path"},
    "journal": {"type": "bool", "default": False},
    "journal_files": {"type": "list", "elements": "path", "default": []},
    "ledger": {"type": "path", "default": "/var/lib/civic-mailbox/logs.sqlite"},
    "days": {"type": "int", "default": SUMMED_UP.days},
    "keep_days": {"type": "int", "default": 100},
    "domains": {"type": "list", "elements": "str"},
    "policy_file": {"type": "path"},
    **mail_host_options.ARGUMENTS,
}

_USUAL_PATHS = ["/var/log/mail.log*"]
_LISTED = FREE_MAIL.union(*SERVICES.values())

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def gather_logs(module: MailboxModule) -> dict[str, Any]:
    """Read what is new in the logs, and write the snapshot of the last days.

    Raises MailboxError after writing a snapshot that says what is missing.
    """
    params = module.params
    name = snapshot_name(params["name"] or platform.node())
    if params["policy_file"] and not params["domains"]:
        raise MailboxError("policy_file is for the control node: name domains here")
    if not 0 < params["days"] <= params["keep_days"]:
        raise MailboxError("days has to be 1 or more, and keep_days no less")
    run_dir, today = Path(params["run_dir"]), datetime.now(timezone.utc).date()
    path = run_dir / "snapshot" / f"log-{name}.jsonl"
    started_at, reading = _now(), _Reading()
    with whole_file(path) as file:
        file.write(f"{_encode(_header(name, started_at))}\n")
        try:
            with _ledger(module) as ledger:
                _read(module, ledger, run_dir / "progress" / f"log-{name}", reading)
                ledger.forget_before(today - timedelta(days=params["keep_days"]))
                for user, found in ledger.traffic(today - timedelta(days=params["days"])):
                    file.write(f"{_encode(traffic(user, found))}\n")
                    reading.users += 1
        except MailHostError as error:
            reading.fault = explained(error)
        file.write(f"{_encode(_end(reading))}\n")
    if reading.fault:
        raise MailHostError(reading.fault)
    for failure in reading.failures:
        module.warn_clean(f"{name}: {failure}")
    return {
        "changed": False,
        "path": str(path),
        "total": reading.users,
        "coverage": _coverage(reading),
    }


@dataclass
class _Reading:
    """What came of it."""

    span: Span = field(default_factory=Span)
    failures: list[str] = field(default_factory=list)  # files that could not be read, and why
    users: int = 0
    missing: tuple[Missing, ...] = ()  # in the middle
    fault: str = ""  # why nothing can be told


@contextmanager
def _ledger(module: MailboxModule) -> Iterator[Ledger]:
    """The ledger; in check mode a copy that is thrown away."""
    path = Path(module.params["ledger"])
    if not module.check_mode:
        with ledger_at(path) as ledger:
            yield ledger
        return
    with TemporaryDirectory(prefix="civic.mailbox.") as folder:
        copy = Path(folder, path.name)
        if path.exists():
            shutil.copyfile(path, copy)
        with ledger_at(copy) as ledger:
            yield ledger


def _read(module: MailboxModule, ledger: Ledger, progress: Path, reading: _Reading) -> None:
    params = module.params
    with progress_in(progress) as show:
        failures = read_logs(
            ledger,
            _files(params),
            zone=_zone(),
            domains=_LISTED if params["domains"] is None else frozenset(params["domains"]),
            users=_users(params),
            journals=params["journal_files"] if _reads_journal(params) else None,
            show=show,
        )
    reading.failures = [explained(failure) for failure in failures]
    reading.span, reading.missing = ledger.span(), ledger.missing()


def _reads_journal(params: dict[str, Any]) -> bool:
    return bool(params["journal"] or params["journal_files"])


def _files(params: dict[str, Any]) -> list[Path]:
    """The files that are meant. Raises MailHostError where there is none and no journal is read."""
    paths = params["paths"]
    if paths is None:
        paths = [] if _reads_journal(params) else _USUAL_PATHS
    found = [Path(one) for path in paths for one in sorted(glob(path))]
    if not found and (paths or not _reads_journal(params)):
        raise MailHostError(
            f"there is no file {' or '.join(paths)}: name the mail log in paths. Where the journal"
            " keeps it, set journal to true, or name the files of a journal in journal_files"
        )
    return found


def _users(params: dict[str, Any]) -> frozenset[str] | None:
    """Dovecot's users in lower case; None where they are not on this host, as on one of logs."""
    try:
        host = find_host(params, platform.node())
        return frozenset(map(str.lower, host.dovecot.users())) if host.dovecot else None
    except MailHostError:
        return None


def _zone() -> tzinfo:
    """The zone of this host, which its programs write their times in."""
    try:
        with Path("/etc/localtime").open("rb") as file:
            return ZoneInfo.from_file(file)
    except (OSError, ValueError):
        return timezone.utc


def _header(name: str, started_at: str) -> Record:
    return {
        "record": "header",
        "schema": SCHEMA,
        "kind": "log",
        "name": name,
        "server": platform.node(),
        "software": "",
        "started_at": started_at,
        "server_time": started_at,  # this runs on the server itself
    }


def _end(reading: _Reading) -> Record:
    return {
        "record": "end",
        "complete": not reading.fault,
        "ended_at": _now(),
        "counts": {"traffic": reading.users},
        "unread": [],
        "message": reading.fault,
        "coverage": _coverage(reading),
    }


def _coverage(reading: _Reading) -> Record:
    span = reading.span
    return {
        "first": format_time(span.first) if span.first else None,
        "last": format_time(span.last) if span.last else None,
        "lines": span.lines,
        "untimed": span.untimed,
        "overlong": span.overlong,
        "strangers": span.strangers,
        "failures": reading.failures,
        "missing": [
            {"since": format_time(one.since), "until": format_time(one.until), "why": one.why}
            for one in reading.missing
        ],
    }


def _now() -> str:
    return format_time(datetime.now(timezone.utc))

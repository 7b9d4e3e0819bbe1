# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The plan of a run folder, taken only as the audit wrote it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from .._core.dates import CLOCKS_DIFFER, format_time, parse_time
from .._core.errors import PlanError
from .._core.plan import Change, read_change

AUDIT_AGAIN = "Run the audit again (civic.mailbox.audit), look at its plan, and apply that"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A plan, and what the audit that made it knew."""

    path: Path
    digest: str
    made_at: datetime
    changes: tuple[Change, ...]
    servers: Mapping[str, str]  # inventory name of each directory -> its URI
    mail_hosts: frozenset[str]  # by their inventory names
    accounts: Mapping[str, int]  # unit -> accounts that were assessed

    @property
    def run_dir(self) -> Path:
        """The folder of the run; its name is the run's id."""
        return self.path.parent


def load_plan(path: Path, *, now: datetime, max_age: timedelta) -> Plan:
    """The plan in this file. Raises PlanError when it is not to be carried out."""
    path = path.resolve()
    content = _read(path)
    assessment = _assessment(path.parent / "assessment.json")
    digest = sha256(content).hexdigest()
    if digest != assessment.plan_digest:
        raise PlanError(
            f"{path} is not as the audit wrote it. To leave changes out choose controls"
            f" (enforce_controls) or add an exemption to the policy. {AUDIT_AGAIN}"
        )
    made_at = format_time(assessment.made_at)
    if now - assessment.made_at > max_age:
        raise PlanError(
            f"{path} is of {made_at}, older than {_hours(max_age)}: what it rests on may"
            f" have changed. {AUDIT_AGAIN}; or raise enforce_max_plan_age_hours for this run"
        )
    if assessment.made_at - now > CLOCKS_DIFFER:
        raise PlanError(
            f"{path} is of {made_at}, and here it is {format_time(now)}. Put the clock of the"
            f" machine right. {AUDIT_AGAIN}"
        )
    return Plan(
        path=path,
        digest=digest,
        made_at=assessment.made_at,
        changes=_changes(path, content),
        servers=assessment.servers,
        mail_hosts=assessment.mail_hosts,
        accounts=assessment.accounts,
    )


def read_changes(path: Path) -> tuple[Change, ...]:
    """The changes of a file that is part of a plan. Raises PlanError."""
    return _changes(path, _read(path))


def _changes(path: Path, content: bytes) -> tuple[Change, ...]:
    lines = content.decode().split("\n")[:-1]
    return tuple(
        read_change(f"{path}, line {number}", line) for number, line in enumerate(lines, 1)
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PlanError(f"cannot read {path}: {error.strerror}. {AUDIT_AGAIN}") from error


@dataclass(frozen=True, kw_only=True)
class _Assessment:
    """What the audit left about its plan."""

    plan_digest: str
    made_at: datetime
    servers: dict[str, str]
    mail_hosts: frozenset[str]
    accounts: dict[str, int]


def _assessment(path: Path) -> _Assessment:
    content = _read(path)
    try:
        known = json.loads(content)
        if {"plan_sha256", "now", "sources", "accounts_by_unit"} <= known.keys():
            return _Assessment(
                plan_digest=known["plan_sha256"],
                made_at=parse_time(known["now"]),
                servers={
                    _text(source["name"]): _text(source["server"])
                    for source in known["sources"]
                    if source["kind"] == "accounts"
                },
                mail_hosts=frozenset(
                    _text(source["name"]) for source in known["sources"] if source["kind"] == "mail"
                ),
                accounts={unit: int(count) for unit, count in known["accounts_by_unit"].items()},
            )
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        raise PlanError(f"{path} cannot be understood. {AUDIT_AGAIN}") from None
    raise PlanError(f"{path} is of another version. {AUDIT_AGAIN}")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _hours(time: timedelta) -> str:
    hours = time.total_seconds() / 3600
    return f"{hours:g} hours"

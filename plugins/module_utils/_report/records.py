# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What the files of a run folder hold, as the report reads it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from .._core.dates import parse_time

Json = Mapping[str, Any]

ACCEPTED = "accepted.json"  # a folder that has it is no run, but the baseline of one


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """One thing that was seen."""

    what: str
    value: str
    source: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One finding."""

    control: str
    subject: str
    unit: str
    status: str
    message: str
    params: Mapping[str, Any]
    summary: str
    fingerprint: str
    place: str = ""  # its directory, where several were read
    server: str = ""  # the directory of an account or a password policy
    due: date | None = None
    severity: str = ""  # "" for a plain pass
    evidence: tuple[Evidence, ...] = ()
    clause: str = ""
    references: tuple[str, ...] = ()
    remedy_field: str = ""
    remedy_action: str = ""
    exemption: Json | None = None
    change: str = ""

    @property
    def whereabouts(self) -> str:
        """Its unit, and its directory where several were read."""
        return ", ".join(filter(None, (self.unit, self.place)))


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedChange:
    """One change that enforcement would make."""

    id: str
    control: str
    subject: str
    unit: str
    server: str
    target: str
    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    reason: str
    fingerprint: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Unread:
    """A part of a server that could not be read."""

    field: str
    unit: str | None  # None: of every unit
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Missing:
    """A stretch of time that a log tells nothing of."""

    since: datetime
    until: datetime
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """What part of the past a mail log shows."""

    first: datetime | None
    last: datetime | None
    missing: tuple[Missing, ...]
    failures: tuple[str, ...]  # files that could not be read, and why


@dataclass(frozen=True, kw_only=True, slots=True)
class Incremental:
    """How a directory was read of which only what changed was read."""

    since: datetime  # the reading before
    full_at: datetime  # the last one of all accounts
    changed: int  # accounts that were read
    gone: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One server that was read."""

    name: str
    kind: str
    server: str
    software: str
    complete: bool
    answered: bool  # False: a workstation that was not reached
    message: str
    accounts: int
    read_at: datetime | None
    unread: tuple[Unread, ...] = ()
    coverage: Coverage | None = None  # of a mail log
    incremental: Incremental | None = None  # None: everything was read

    @property
    def is_whole(self) -> bool:
        """Whether it was read in full, and nothing is missing in it."""
        gaps = self.coverage and (self.coverage.missing or self.coverage.failures)
        return self.complete and not gaps


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """How many open mailboxes of a unit are in use; what the mail logs count of all of them."""

    used: int
    unused: int
    undecided: int
    signed_in: int = 0  # times
    sent: int = 0  # messages

    @property
    def open(self) -> int:
        """How many mailboxes are open."""
        return self.used + self.unused + self.undecided

    @property
    def share(self) -> int | None:
        """How many of a hundred are known to be used; None: none is open."""
        return 100 * self.used // self.open if self.open else None


@dataclass(frozen=True, kw_only=True, slots=True)
class ExemptionUse:
    """One exemption of the policy, and what it covered."""

    control: str
    select: str
    reason: str
    approver: str
    expires: date
    expired: bool
    matched: int


@dataclass(frozen=True, kw_only=True, slots=True)
class IdleAges:
    """How many mailboxes were last signed in to how long ago."""

    edges: tuple[int, ...]  # calendar months; there is one class more than edges
    limit: int  # months after which the policy calls a mailbox idle
    open: tuple[int, ...]
    locked: tuple[int, ...]  # by an administrator
    open_without: int  # without a usable record
    locked_without: int


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """What assessment.json says of the whole run."""

    run_id: str
    now: datetime
    time_zone: str
    profile: str
    policy_file: str
    office: str
    previous: str | None
    accounts: int
    sources: tuple[Source, ...]
    counts: Mapping[str, Mapping[str, int]]  # control -> status -> number
    units: Mapping[str, Mapping[str, Mapping[str, int]]]  # unit -> control -> status -> number
    exemptions: tuple[ExemptionUse, ...] = ()
    comparison: Mapping[str, int] | None = None  # None: compared with no previous run
    not_compared: str = ""  # why, where there is one all the same
    notes: tuple[str, ...] = ()  # what the reader has to know of the reading
    accounts_by_unit: Mapping[str, int] = field(default_factory=dict)
    # These are not there in a run of an older version.
    idle_ages: IdleAges | None = None
    use: Mapping[str, Use] | None = None  # by unit
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # of the policy
    policy_sha256: str = ""
    findings_digest: str = ""
    raw: Json = field(default_factory=dict)

    @property
    def incomplete(self) -> tuple[Source, ...]:
        """The sources of which a part or all is missing; not workstations that were off."""
        return tuple(one for one in self.sources if one.answered and not one.complete)

    @property
    def incremental(self) -> tuple[Source, ...]:
        """The sources of which only what changed was read."""
        return tuple(one for one in self.sources if one.incremental)

    @property
    def totals(self) -> dict[str, int]:
        """How many findings there are of each status."""
        sums: dict[str, int] = {}
        for statuses in self.counts.values():
            for status, number in statuses.items():
                sums[status] = sums.get(status, 0) + number
        return sums


def row(line: Json) -> Row:
    """A finding from its JSON object. Raises KeyError, TypeError or ValueError if it is none."""
    remedy = line.get("remedy") or {}
    due = line.get("due")
    return Row(
        control=line["control"],
        subject=line["subject"],
        unit=composed(line["unit"]),
        status=line["status"],
        message=line["message"],
        params=line["params"],
        summary=line["summary"],
        fingerprint=line["fingerprint"],
        place=line.get("place", ""),
        server=line.get("server") or "",
        due=date.fromisoformat(due) if due else None,
        severity=line.get("severity") or "",
        evidence=tuple(map(_evidence, line.get("evidence") or ())),
        clause=line.get("clause") or "",
        references=tuple(line.get("references") or ()),
        remedy_field=remedy.get("field", ""),
        remedy_action=remedy.get("action", ""),
        exemption=line.get("exemption"),
        change=line.get("change") or "",
    )


def planned_change(line: Json) -> PlannedChange:
    """A change from its JSON object. Raises KeyError or TypeError if it is none."""
    texts = ("id", "control", "subject", "server", "target", "field", "reason", "fingerprint")
    return PlannedChange(
        **{name: line[name] for name in texts},
        unit=composed(line["unit"]),
        before=tuple(line["before"]),
        after=tuple(line["after"]),
    )


def assessment(document: Json) -> Assessment:
    """An assessment from its JSON object. Raises what row() does if it is none."""
    return Assessment(
        run_id=document["run_id"],
        now=parse_time(document["now"]),
        time_zone=document["time_zone"],
        profile=document["profile"],
        policy_file=document["policy_file"],
        office=document["office"],
        previous=document["previous"],
        accounts=document["accounts"],
        sources=tuple(map(_source, document["sources"])),
        counts=document["counts"],
        units=_units(document["units"]),
        exemptions=tuple(map(_exemption, document["exemptions"])),
        comparison=document["comparison"],
        not_compared=document.get("not_compared") or "",
        notes=tuple(document.get("notes") or ()),
        accounts_by_unit=_added(document.get("accounts_by_unit") or {}),
        idle_ages=_idle_ages(document.get("idle_ages")),
        use=use_by_unit(document),
        settings={name: dict(one) for name, one in (document.get("settings") or {}).items()},
        policy_sha256=document.get("policy_sha256") or "",
        findings_digest=document.get("findings_digest") or "",
        raw=document,
    )


@lru_cache(maxsize=4096)
def composed(name: str) -> str:
    """A unit's name with composed letters: two directories may write the same one differently."""
    return unicodedata.normalize("NFC", name)


def _units(units: Json) -> dict[str, dict[str, dict[str, int]]]:
    """The counts of each unit; those of one that is written in two ways are added."""
    sums: dict[str, dict[str, dict[str, int]]] = {}
    for unit, controls in units.items():
        there = sums.setdefault(composed(unit), {})
        for control, statuses in controls.items():
            counts = there.setdefault(control, {})
            for status, number in statuses.items():
                counts[status] = counts.get(status, 0) + number
    return sums


def _added(numbers: Json) -> dict[str, int]:
    sums: dict[str, int] = {}
    for unit, number in numbers.items():
        sums[composed(unit)] = sums.get(composed(unit), 0) + number
    return sums


def _idle_ages(item: Json | None) -> IdleAges | None:
    if item is None:
        return None
    classes = len(item["edges_months"]) + 1
    if not len(item["open"]) == len(item["locked"]) == classes:
        raise ValueError("idle_ages has one number for each class")
    return IdleAges(
        edges=tuple(map(int, item["edges_months"])),
        limit=int(item["limit_months"]),
        open=tuple(map(int, item["open"])),
        locked=tuple(map(int, item["locked"])),
        open_without=int(item["no_record"]["open"]),
        locked_without=int(item["no_record"]["locked"]),
    )


def use_by_unit(document: Json) -> dict[str, Use] | None:
    """The use of each unit, by an assessment; None: that of an older version."""
    if document.get("use_by_unit") is None:
        return None
    sums: dict[str, Use] = {}
    for name, numbers in document["use_by_unit"].items():
        one, unit = Use(**{key: int(value) for key, value in numbers.items()}), composed(name)
        there = sums.get(unit)
        sums[unit] = (
            Use(**{part.name: getattr(one, part.name) + getattr(there, part.name)
                   for part in fields(Use)})
            if there else one
        )  # fmt: skip
    return sums


def _evidence(item: Json) -> Evidence:
    return Evidence(
        what=item["what"], value=item["value"], source=item["source"], at=_time(item["at"])
    )


def _source(item: Json) -> Source:
    texts = ("name", "kind", "server", "software", "message")
    return Source(
        **{name: item[name] or "" for name in texts},
        complete=item["complete"] is True,
        answered=item.get("answered") is not False,
        accounts=item["accounts"] or 0,
        read_at=_time(item["read_at"]),
        unread=tuple(map(_unread, item.get("unread") or ())),
        coverage=_coverage(item["coverage"]) if item.get("coverage") else None,
        incremental=_incremental(item["incremental"]) if item.get("incremental") else None,
    )


def _incremental(item: Json) -> Incremental:
    return Incremental(
        since=parse_time(item["since"]),
        full_at=parse_time(item["full_at"]),
        changed=item["changed"],
        gone=item["gone"],
    )


def _coverage(item: Json) -> Coverage:
    return Coverage(
        first=_time(item["first"]),
        last=_time(item["last"]),
        missing=tuple(
            Missing(since=parse_time(one["since"]), until=parse_time(one["until"]), why=one["why"])
            for one in item["missing"]
        ),
        failures=tuple(map(str, item["failures"])),
    )


def _unread(item: Json) -> Unread:
    return Unread(field=item["field"], unit=item["unit"], reason=item["reason"])


def _exemption(item: Json) -> ExemptionUse:
    texts = ("control", "select", "reason", "approver", "expired", "matched")
    return ExemptionUse(
        **{name: item[name] for name in texts}, expires=date.fromisoformat(item["expires"])
    )


def _time(text: str | None) -> datetime | None:
    return parse_time(text) if text else None

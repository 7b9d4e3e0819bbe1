# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Decisions on requests as lines of a file of the run folder: one for each directory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from dataclasses import field as default
from datetime import date

from .answer_form import Wish
from .errors import SnapshotError
from .reopening import Decision, Verdict

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A decision as its line has it; days as 2026-12-31, "" for what is not stated."""

    address: str
    unit: str
    wish: str
    reason: str
    requested_by: str
    approved_by: str
    approved_on: str
    source: str  # file and line of the request
    verdict: str
    params: Mapping[str, str] = default(default_factory=dict)
    account_id: str
    subject: str  # what findings call the account
    change_id: str
    lock_run: str  # the run that locked it; "": no journal tells
    lock_control: str
    locked_at: str

    def __post_init__(self) -> None:
        """Refuse what no line of ours says. Raises ValueError."""
        Verdict(self.verdict)
        Wish(self.wish)
        if self.approved_on:
            date.fromisoformat(self.approved_on)


def decided(decision: Decision) -> Decided:
    """The decision with what a reader needs of it."""
    request, lock = decision.request, decision.lock
    return Decided(
        address=request.address,
        unit=decision.unit,
        wish=request.wish.value,
        reason=request.reason,
        requested_by=request.requested_by,
        approved_by=request.approved_by,
        approved_on=request.approved_on.isoformat() if request.approved_on else "",
        source=request.where,
        verdict=decision.verdict.value,
        params=dict(decision.params),
        account_id=decision.state.account_id,
        subject=lock.intent.change.subject if lock else request.address,
        change_id=decision.change_id,
        lock_run=lock.run_id if lock else "",
        lock_control=lock.control if lock else "",
        locked_at=lock.intent.at if lock else "",
    )


def to_line(decision: Decision) -> str:
    """The JSON line of a decision."""
    return _encode(vars(decided(decision)))


def read_decisions(file: str, lines: Iterable[str]) -> tuple[Decided, ...]:
    """The decisions of a file. Raises SnapshotError for a line that is none."""
    found = []
    for number, line in enumerate(lines, 1):
        try:
            content = json.loads(line)
            if set(content) != {one.name for one in fields(Decided)}:
                raise ValueError("it has other keys")
            found.append(Decided(**content))
        except (AttributeError, TypeError, ValueError) as error:
            raise SnapshotError(
                f"{file}, line {number} is no decision on a request ({error}): run"
                " civic.mailbox.reopen again"
            ) from None
    return tuple(found)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Who may approve that a locked mailbox is opened again, and what holds for it afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from .dates import local_day
from .section import Section
from .vietnamese import alike


@dataclass(frozen=True, kw_only=True)
class Approver:
    """Somebody whose approval counts."""

    name: str
    units: tuple[str, ...] | None  # as written; None: of every unit

    def may_approve(self, unit: str) -> bool:
        """Whether mailboxes of this unit are theirs to decide on."""
        return self.units is None or alike(unit) in map(alike, self.units)


@dataclass(frozen=True, kw_only=True)
class ReopeningPolicy:
    """The section `reopening` of the policy."""

    # Days that the owner of a reopened mailbox has to sign in; after them it is locked again.
    sign_in_within_days: int = 14
    approvers: tuple[Approver, ...] = ()
    # Whether a lock that no journal tells of may be taken away, too: one from before.
    by_state: bool = False
    # Addresses (lower case) that stay locked whoever approves, with the reason: hijacked, retired.
    keep_locked: Mapping[str, str] = field(default_factory=dict)

    def named(self, name: str) -> list[Approver]:
        """The entries of an approver; none where nobody is called so."""
        return [one for one in self.approvers if alike(one.name) == alike(name)]

    def strange_units(self, known: Iterable[str]) -> tuple[str, ...]:
        """Units that approvers decide on, as written, and none of the known ones is called."""
        names = set(map(alike, known))
        stated = [unit for one in self.approvers for unit in one.units or ()]
        return tuple(dict.fromkeys(unit for unit in stated if alike(unit) not in names))

    def sign_in_by(self, reopened_at: datetime, zone: ZoneInfo) -> date:
        """The last day on which the owner of a mailbox can sign in before it is locked again."""
        return local_day(reopened_at, zone) + timedelta(days=self.sign_in_within_days)


def read_reopening(section: Section) -> ReopeningPolicy:
    """What the section of a policy file states; mistakes are noted in it."""
    stated = ReopeningPolicy(
        sign_in_within_days=section.number(
            "sign_in_within_days", 1, 366, default=ReopeningPolicy.sign_in_within_days
        ),
        approvers=tuple(_approvers(section)),
        by_state=section.flag("by_state", default=False),
        keep_locked=dict(_kept(section)),
    )
    section.finish()
    return stated


def _approvers(section: Section) -> Iterator[Approver]:
    for entry in section.sections("approvers"):
        name = entry.text("name", required=True)
        units, every = entry.texts("units"), entry.flag("all_units", default=False)
        entry.finish()
        if bool(units) == every:
            entry.mistake(None, "name the units whose mailboxes they decide on, or all_units: true")
        yield Approver(name=name, units=None if every else tuple(units))


def _kept(section: Section) -> Iterator[tuple[str, str]]:
    for entry in section.sections("keep_locked"):
        address = entry.text("address", required=True).strip().lower()
        reason = entry.text("reason", required=True)
        entry.finish()
        yield address, reason

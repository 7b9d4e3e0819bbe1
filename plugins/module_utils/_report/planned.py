# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The plan, as a page can show it: the changes of the findings shown, the first ones, and sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from .records import PlannedChange

FIRST = 200  # changes shown in the plan's own order


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What enforcement would change."""

    total: int
    first: tuple[PlannedChange, ...]  # in the order in which they would be made
    by_control: Mapping[str, int]
    by_finding: Mapping[str, tuple[PlannedChange, ...]]  # fingerprint -> its changes


def planned(changes: Iterable[PlannedChange], findings: Collection[str]) -> Planned:
    """The plan's digest; `findings` are the fingerprints of those that are shown."""
    first: list[PlannedChange] = []
    by_control: Counter[str] = Counter()
    by_finding: dict[str, tuple[PlannedChange, ...]] = {}
    for change in changes:
        by_control[change.control] += 1
        if len(first) < FIRST:
            first.append(change)
        if change.fingerprint in findings:
            earlier = by_finding.get(change.fingerprint, ())
            by_finding[change.fingerprint] = (*earlier, change)
    return Planned(
        total=by_control.total(),
        first=tuple(first),
        by_control=by_control,
        by_finding=by_finding,
    )

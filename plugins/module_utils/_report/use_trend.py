# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The share of mailboxes in use of each unit, in this run and in those before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .report import Report


@dataclass(frozen=True, kw_only=True)
class UseTrend:
    """Shares in percent, oldest run first, this one last; None: not known of that run."""

    runs: Sequence[str]
    units: Mapping[str, Sequence[int | None]]


def use_trend(report: Report) -> UseTrend:
    """The share of each unit that this run has mailboxes of."""
    run = report.assessment
    points = report.earlier.points
    known = [*(point.use for point in points), run.use or {}]
    return UseTrend(
        runs=[*(point.run_id for point in points), run.run_id],
        units={
            unit: [use[unit].share if unit in use else None for use in known]
            for unit in run.use or {}
        },
    )

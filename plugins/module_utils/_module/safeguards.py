# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What stands between a plan and the first write: limits, exemptions, who is never locked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from .._core.plan import Change
from .._directory.writing import Skip
from .plan_file import Plan


class Safeguards:
    def __init__(self, params: dict[str, Any], bound_as: str, now: datetime) -> None:
        self.warnings: list[str] = []
        self.max_plan_age = timedelta(hours=params["max_plan_age_hours"] or 24)

    def judge(self, plan: Plan) -> tuple[list[Change], list[Skip]]:
        return list(plan.changes), []

    def of_request(self, changes: Iterable[Change]) -> tuple[list[Change], list[Skip]]:
        return list(changes), []

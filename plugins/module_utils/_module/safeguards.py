# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What stands between a plan and the first write: limits, exemptions, who is never locked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from .._core.breaker import Limits, exceeded
from .._core.controls.idle_mailbox import IDLE_MAILBOX
from .._core.dates import format_time, local_day
from .._core.errors import PlanError
from .._core.exemptions import exempt_by
from .._core.plan import ORDER, Change
from .._core.policy import EnforcementPolicy, Policy
from .._core.step import Skip, Why
from .._core.warnings import REGISTER_NAME, Register, read_warnings, warned_at
from .._directory.dn import same_dn
from .enforcement_options import LIMITS
from .mail_register import read_register
from .plan_file import Plan
from .policy_file import load_policy
from .run_locks import Warn, reopened_at

SHOWN = 10  # limits that are told of at once
MOST = 10**7  # of what an option may allow, in entries, percent or hours


class Safeguards:
    """The policy's limits and exemptions, as a module's options override them."""

    def __init__(self, params: dict[str, Any], now: datetime, warn: Warn) -> None:
        """Raises PolicyError or PlanError for a policy file or options that cannot be followed."""
        self._policy: Policy | None = (
            load_policy(Path(params["policy_file"])) if params["policy_file"] else None
        )
        stated = self._policy.enforcement if self._policy else EnforcementPolicy()
        self.limits = Limits(**limits_of(params, stated, "enforce"))
        self.max_plan_age = timedelta(hours=_limit("max_plan_age_hours", params, stated))
        self.administrators = stated.administrators
        self._warn_first = timedelta(days=stated.warn_first_days)
        self._controls = _controls(params["controls"])
        self._now, self._warn = now, warn

    def judge(self, plan: Plan) -> tuple[list[Change], list[Skip]]:
        """The changes of the plan to make, and those that must not be made by now.

        Raises PlanError when they are too many: then nothing at all may be written.
        """
        kept, left = [], []
        path = plan.run_dir.parent / REGISTER_NAME
        register = read_register(path, read_warnings) if self._warn_first else Register()
        reopened = reopened_at(plan.run_dir.parent, self._warn) if self._policy else {}
        for change in plan.changes:
            if change.control not in self._controls:
                continue
            reason = (
                self._exempt(change)
                or self._unwarned(change, register)
                or self._reopened(change, reopened)
            )
            if reason:
                left.append(Skip(change=change, why=Why.REFUSED, reason=reason))
            else:
                kept.append(change)
        past = exceeded(kept, plan.accounts, self.limits)
        if past:
            told = "; ".join(excess.message for excess in past[:SHOWN])
            raise PlanError(
                f"Nothing was written, for the plan goes past the limits: {told}. Look at"
                f" {plan.path} first: is it right that so much changes?"
            )
        return kept, left

    def judge_asked(self, changes: Iterable[Change]) -> None:
        """Raises PlanError when so many entries were named without a plan: percentages and units
        are of an audit, and exemptions of its controls."""
        entries, most = len({change.target for change in changes}), self.limits.max_changes
        if entries > most:
            raise PlanError(
                f"Nothing was written: {entries} entries are to be changed, and max_changes is"
                f" {most}. If it is right that so many are, set max_changes: {entries}"
            )

    def _exempt(self, change: Change) -> str:
        """Why the policy allows now what the change would put right; "": it does not."""
        if self._policy is None:
            return ""
        today = local_day(self._now, self._policy.time_zone)
        if told := exempt_by(self._policy.exemptions, change.control, change.facts, today):
            return told
        if change.field == "forwards" and not _removed_outside(change, self._policy, today):
            return "where it forwards to is allowed by now (forwarding in the policy): audit again"
        return ""

    def _reopened(self, change: Change, reopened: Mapping[str, datetime]) -> str:
        """Why an account that was given back since the audit may not be locked yet; "": it may."""
        at = reopened.get(change.account_id)
        if self._policy is None or at is None or change.field != "lock":
            return ""
        zone = self._policy.time_zone
        by = self._policy.reopening.sign_in_by(at, zone)
        if local_day(self._now, zone) > by:
            return ""
        day = local_day(at, zone).isoformat()
        return f"reopened on {day} after approval: its owner can sign in until {by.isoformat()}"

    def _unwarned(self, change: Change, register: Register) -> str:
        """Why an idle account may not be locked yet; "": it was warned long enough ago."""
        if not self._warn_first or change.control != IDLE_MAILBOX.name:
            return ""
        days = self._warn_first.days
        at = warned_at(register, change.subject, change.seen["sign_ins"])
        if at is None:
            return (
                f"not warned yet, and a lock needs a warning {days} days before it"
                " (enforcement.warn_first_days): run civic.mailbox.warn"
            )
        if self._now - at < self._warn_first:
            until = format_time(at + self._warn_first)
            return f"warned on {format_time(at)}: to be locked from {until} on"
        return ""


def never_locked(
    changes: Iterable[Change], *, bound_as: str, open_administrators: Collection[str]
) -> Iterator[Skip]:
    """The locks that must not be made: of the account that binds, and of administrators where
    none would be left. `open_administrators` are DNs, those that are not locked now: an address
    would not do, for who has several is called by one of them."""
    locks = [change for change in changes if (change.field, change.after) == ("lock", ("locked",))]
    administrators = set(map(same_dn, open_administrators))
    remaining = administrators - {same_dn(change.target) for change in locks}
    for change in locks:
        target = same_dn(change.target)
        if bound_as and target == same_dn(bound_as):
            yield Skip(
                change=change,
                why=Why.REFUSED,
                reason="this is the account that the enforcement itself binds as",
            )
        elif target in administrators and not remaining:
            yield Skip(
                change=change,
                why=Why.REFUSED,
                reason="no administrator would be left unlocked (enforcement.administrators)",
            )


def _removed_outside(change: Change, policy: Policy, today: date) -> bool:
    """Whether a forward that the change takes away goes where none may go."""
    removed = set(change.before) - set(change.after)
    return any(policy.forwarding.destination(target).leaves(today) for target in removed)


def limits_of(params: dict[str, Any], stated: EnforcementPolicy, role: str) -> dict[str, int]:
    """The limits that a module's options say, else the policy. Raises PlanError, which names an
    option as the role has it."""
    return {name: _limit(name, params, stated, role) for name in LIMITS}


def _limit(
    name: str, params: dict[str, Any], stated: EnforcementPolicy, role: str = "enforce"
) -> int:
    """The limit that the option says, else the policy. Raises PlanError for one that is none."""
    chosen: int | None = params[name]
    if chosen is None:
        return int(getattr(stated, name))
    if not 1 <= chosen <= MOST:
        raise PlanError(f"{role}_{name}: expected a whole number from 1 to {MOST}, found {chosen}")
    return chosen


def _controls(names: Collection[str] | None) -> frozenset[str]:
    """The controls to carry out (none: all). Raises PlanError for one that no module does."""
    unknown = sorted(set(names or ()) - set(ORDER))
    if unknown:
        raise PlanError(
            f"controls: {', '.join(unknown)} cannot be carried out; those that can are"
            f" {', '.join(ORDER)}"
        )
    return frozenset(names or ORDER)

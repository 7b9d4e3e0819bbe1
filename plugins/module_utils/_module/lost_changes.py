# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Changes that were made and that nothing tells how to undo: a journal lacks their intents."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from .._core.errors import PlanError
from .._core.journal import History, Lost
from .._core.plan import Change
from .plan_file import read_changes

SHOWN = 10  # lines in a message
RESTORE = "Put the lines back where they were, from a copy of the file"
WAY_OUT = (
    f"{RESTORE}, and run this again; or undo these changes by hand, by what the plan and the report"
    " say of them, a lock on the mail hosts too, and settle them (docs/enforcement.md, Damaged)"
)


def in_plan(lost: Collection[Lost], run_dir: Path) -> dict[str, Change]:
    """What the run's plan says of them, by change id: all that it can, so that people know whom it
    is about. What was there before the plan does not know."""
    ids = {one.change_id for one in lost if one.change_id}
    if not ids:
        return {}
    try:
        changes = read_changes(run_dir / "plan.jsonl")
    except (PlanError, UnicodeDecodeError):  # a run without a plan, or with a damaged one
        return {}
    return {change.id: change for change in changes if change.id in ids}


def told(file: str, lost: Collection[Lost], known: Mapping[str, Change]) -> str:
    """A sentence on them, without its full stop."""
    first = sorted(lost, key=lambda one: one.line)[:SHOWN]
    more = f" and {len(lost) - SHOWN} lines more" if len(lost) > SHOWN else ""
    return (
        f"{file} lacks the intents of changes that were made, so nothing tells how to undo them:"
        f" {'; '.join(_named(one, known) for one in first)}{more}"
    )


def warning(history: History) -> str:
    """A warning for those who only read the journal; "": nothing is lost."""
    lost = history.lost()
    return f"{told(history.file, lost, {})}. {RESTORE}" if lost else ""


def _named(one: Lost, known: Mapping[str, Change]) -> str:
    if not one.change_id:
        return f"line {one.line} counts {one.number} more than are told"
    change = known.get(one.change_id)
    whose = f" ({change.field} of {change.subject})" if change else ""
    return f"line {one.line}, change {one.change_id}{whose}"

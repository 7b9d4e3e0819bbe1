# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A change as Ansible's --diff shows it."""

from __future__ import annotations

from .._core.plan import Change
from .._core.step import ACTIVE, CONTENT, ROW, SETTING, Step


def block_of(change: Change) -> dict[str, str]:
    """The block of one change."""
    header = f"{change.subject}: {change.field}"
    if change.channel not in ("", "directory"):
        header += f" in {change.target}"
    return {
        "before_header": header,
        "after_header": f"{header} ({change.reason})" if change.reason else header,
        "before": "".join(f"{value}\n" for value in change.before),
        "after": "".join(f"{value}\n" for value in change.after),
    }


def block_of_step(step: Step) -> dict[str, str]:
    """The block of a change on its way: of a file, a script or a row its own text."""
    block = block_of(step.change)
    if ACTIVE in step.before:
        for when, values in (("before", step.before), ("after", step.after)):
            block[f"{when}_header"] += f" (active: {_text(values[ACTIVE]) or 'none'})"
    for name in (CONTENT, ROW):
        if name in step.before:
            block |= {"before": _text(step.before[name]), "after": _text(step.after[name])}
    if SETTING in step.before:
        for when, values in (("before", step.before), ("after", step.after)):
            block[when] += "".join(
                f"{line.decode('utf-8', 'replace')}\n" for line in values[SETTING]
            )
    return block


def _text(values: list[bytes]) -> str:
    return b"".join(values).decode("utf-8", "replace")

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What a finding and a change are called on the page, whether by the script or without it."""

from __future__ import annotations

from collections.abc import Iterable

from ..._core.comparison import WORDS
from ..records import Row
from ..report import Report
from ..visible import clipped


def advice(report: Report, row: Row) -> str:
    """What to do about a finding; nothing about what is in order or accepted."""
    if row.status in ("pass", "exempt"):
        return ""
    if row.remedy_field:
        return report.language.words.remedies.get(row.remedy_field) or clipped(row.remedy_action)
    return report.language.advice(row.message)


def exempted(report: Report, row: Row) -> str:
    """Why, by whom and until when a finding is accepted; "" of one that is not."""
    if not row.exemption:
        return ""
    return report.language.exempted(
        {name: clipped(str(one)) for name, one in row.exemption.items()}
    )


def field_of(report: Report, field: str) -> str:
    """What a change is a change of."""
    return report.language.words.fields.get(field) or clipped(field)


def value(report: Report, text: str) -> str:
    """One value of a change."""
    return clipped(report.language.term(text))


def changes_in_order(found: Iterable[str]) -> list[str]:
    """The words of a comparison that occur, in its own order; those of a newer version last."""
    there = set(found) - {""}
    known = [word for word in WORDS if word in there]
    return known + sorted(there.difference(known))

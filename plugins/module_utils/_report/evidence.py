# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""One piece of evidence on one line."""

from __future__ import annotations

from .records import Evidence
from .report import Report


def evidence_line(report: Report, item: Evidence) -> str:
    """What was seen, its value, when and where."""
    term = report.language.term
    at = report.time(item.at) if item.at else ""
    return " | ".join(filter(None, (term(item.what), term(item.value), at, term(item.source))))

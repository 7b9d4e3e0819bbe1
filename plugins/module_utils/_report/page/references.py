# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Each point of the letter beside the standards that ask for the same, or for something else."""

from __future__ import annotations

from collections.abc import Sequence

from ..._core.controls.catalogue import CONTROLS
from ..digest import control_order
from ..report import Report
from .markup import Content, Html
from .section import lines, note, section, table

# The head of a column, and how references to it begin.
_FRAMEWORKS = (
    ("CIS Controls v8", ("CIS Controls v8",)),
    ("NIST SP 800-53 r5", ("NIST SP 800-53 r5",)),
    ("ISO/IEC 27001:2022", ("ISO/IEC 27001:2022",)),
    ("CISA SCuBA", ("CISA SCuBA M365", "CISA SCuBA GWS")),
)


def references(report: Report) -> Html:
    """The table of the controls that were assessed."""
    texts, counts = report.language.texts, report.assessment.counts
    heads = (
        texts.control, texts.clause, *(name for name, _ in _FRAMEWORKS), texts.other_references,
    )  # fmt: skip
    rows = [_row(report, name) for name in sorted(counts, key=lambda n: (control_order(n), n))]
    return section(
        "references",
        texts.references,
        note(texts.references_note),
        table(heads, rows, class_="cards references", label=texts.references),
    )


def _row(report: Report, name: str) -> Sequence[Content]:
    control = report.language.control(name)
    known = next((control.references for control in CONTROLS if control.name == name), ())
    cells = [_of(report, known, starts) for _, starts in _FRAMEWORKS]
    taken = tuple(start for _, starts in _FRAMEWORKS for start in starts)
    others = [report.language.term(one) for one in known if not one.startswith(taken)]
    return control.short, control.clause or "–", *cells, lines(others) if others else "–"


def _of(report: Report, known: Sequence[str], starts: Sequence[str]) -> Content:
    found = []
    for reference in known:
        framework, _, rest = reference.partition(": ")
        if framework in starts:
            # Where a column is of several frameworks, the rest of the name says which.
            own = f"{framework.rpartition(' ')[2]}: " if len(starts) > 1 else ""
            found.append(own + report.language.term(rest))
    return lines(found) if found else "–"

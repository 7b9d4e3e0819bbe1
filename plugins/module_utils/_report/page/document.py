# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The whole page, in pieces: one file that, by its Content Security Policy, reaches nothing."""

from __future__ import annotations

from collections.abc import Iterator

from ..report import Report
from .charts import charts
from .clauses import clauses
from .coverage import coverage, exemptions
from .findings import findings
from .head import head
from .icons import sprite
from .integrity import integrity
from .journal import journal
from .markup import Html, element
from .overview import leadership, masthead, tiles
from .plan import gone, plan, soon
from .policy import policy
from .references import references
from .script import SCRIPT
from .section import part
from .style import STYLE
from .units import mailboxes, matrix
from .use import use


def document(report: Report) -> Iterator[Html]:
    """The page from its first to its last character."""
    texts = report.language.texts
    yield Html(f'<!DOCTYPE html>\n<html lang="{report.language.code}">\n')
    yield head(f"{report.title} – {report.office}", STYLE, SCRIPT)
    yield Html('\n<body>\n<div class="page">')
    yield sprite()
    yield element("a", texts.skip, class_="skip", href="#findings")
    yield masthead(report)
    yield _parts(report)
    yield Html("\n<main>\n")
    yield part("leadership", texts.part_leadership, texts.part_leadership_note, (
        leadership(report), tiles(report), mailboxes(report), charts(report), use(report),
    ))  # fmt: skip
    yield part("contact", texts.part_contact, texts.part_contact_note, (
        clauses(report), *findings(report), soon(report), gone(report), plan(report),
        matrix(report),
    ))  # fmt: skip
    yield part("auditor", texts.part_auditor, texts.part_auditor_note, (
        coverage(report), exemptions(report), policy(report), references(report), journal(report),
        integrity(report),
    ))  # fmt: skip
    yield Html("</main>\n")
    yield element("footer", texts.footer.format(run=report.assessment.run_id))
    yield Html(f"</div>\n<script>{SCRIPT}</script>\n</body>\n</html>\n")


def _parts(report: Report) -> Html:
    """Links to the parts, for each reader to find their own."""
    texts = report.language.texts
    links = (
        ("leadership", texts.part_leadership),
        ("contact", texts.part_contact),
        ("auditor", texts.part_auditor),
    )
    return element(
        "nav",
        element("ul", *(element("li", element("a", name, href=f"#{to}")) for to, name in links)),
        class_="parts",
        aria_label=texts.parts,
    )

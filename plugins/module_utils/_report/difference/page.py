# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The difference as a page: one file that reaches nothing, to read and to print."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from ..._core.comparison import WORDS
from ..page.head import head
from ..page.markup import Html, element, joined
from ..visible import clipped
from .difference import Changed, Difference

STYLE = """
:root{color-scheme:light dark;--line:#8a8f98;--soft:#f2f3f5;--bad:#a4161a;--good:#1b6e3c}
@media(prefers-color-scheme:dark){:root{--soft:#24272c;--bad:#ff8a8a;--good:#7fd6a0}}
body{font:16px/1.5 system-ui,sans-serif;max-width:75rem;margin:0 auto;padding:1rem}
h1{font-size:1.6rem;margin:.2em 0}h2{font-size:1.2rem;margin:1.6em 0 .4em}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.35em .6em;border-bottom:1px solid var(--line);
overflow-wrap:anywhere}
thead th{background:var(--soft)}tbody th{font-weight:600}td.number{text-align:right}
table.counts{width:auto}small{display:block}
.scroll{overflow-x:auto}.scroll table{table-layout:fixed;min-width:52rem}
thead th:nth-child(1){width:28%}thead th:nth-child(2){width:16%}
thead th:nth-child(3),thead th:nth-child(4){width:11%}
.new,.worse,.expired{color:var(--bad)}.resolved,.better{color:var(--good)}
@media print{body{font-size:11px;max-width:none;padding:0}tr{break-inside:avoid}
.scroll table{min-width:0}}
"""


def page(difference: Difference) -> Iterator[Html]:
    """The page from its first to its last character."""
    yield Html(f'<!DOCTYPE html>\n<html lang="{difference.language.code}">\n')
    texts = difference.language.texts
    yield head(f"{texts.diff_title} – {difference.run_id}", STYLE)
    yield Html("\n<body>\n<main>\n")
    yield element("p", difference.office) if difference.office else Html("")
    yield element("h1", texts.diff_title)
    yield element("p", difference.compared)
    yield joined(element("p", remark) for remark in difference.remarks)
    yield _counts(difference)
    if not difference.total:
        yield element("p", texts.diff_none)
    for word in WORDS:
        rows = [changed for changed in difference.shown if changed.row.change == word]
        if rows:
            yield from _section(difference, word, rows)
    yield Html("</main>\n</body>\n</html>\n")


def _counts(difference: Difference) -> Html:
    rows = (
        element(
            "tr",
            element("th", difference.word(word), scope="row", class_=word),
            element("td", difference.number(difference.counts.get(word, 0)), class_="number"),
        )
        for word in WORDS
    )
    label = difference.language.texts.diff_title
    return element("table", element("tbody", *rows), class_="counts", aria_label=label)


def _section(difference: Difference, word: str, rows: list[Changed]) -> Iterator[Html]:
    texts, number = difference.language.texts, difference.counts.get(word, 0)
    yield element("h2", f"{difference.word(word)} ({difference.number(number)})", class_=word)
    if len(rows) < number:
        cut = texts.rows_cut.format(
            shown=difference.number(len(rows)), total=difference.number(number)
        )
        yield element("p", cut)
    names = (texts.subject, texts.control, texts.diff_before, texts.diff_after, texts.what)
    heads = (element("th", name, scope="col") for name in names)
    label = escape(difference.word(word))
    yield Html(f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">\n<table>\n')
    yield element("thead", element("tr", *heads))
    yield Html("\n<tbody>\n")
    for changed in rows:
        yield _row(difference, changed)
        yield Html("\n")
    yield Html("</tbody>\n</table>\n</div>\n")


def _row(difference: Difference, changed: Changed) -> Html:
    row, language = changed.row, difference.language
    where = element("small", element("bdi", clipped(row.whereabouts))) if row.whereabouts else None
    before, after = changed.severity_before, row.severity if changed.after else ""
    return element(
        "tr",
        element("th", element("bdi", clipped(row.subject)), where, scope="row"),
        element("td", language.control(row.control).short),
        element("td", difference.status(changed.before), _severity(difference, before)),
        element("td", difference.status(changed.after), _severity(difference, after)),
        element("td", element("bdi", clipped(language.sentence(row)))),
    )


def _severity(difference: Difference, severity: str) -> Html | None:
    return element("small", difference.severity(severity)) if severity else None

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The findings: a form, a table and a pane that the script fills; without it, the worst ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..._core.vietnamese import alphabetical
from ..digest import SEVERITIES, badness, control_order
from ..records import Row
from ..report import Report, in_order
from ..visible import clipped
from .data import data, listed
from .icons import badge
from .markup import Content, Html, element, joined
from .naming import named
from .plan import difference
from .section import framed, note, section, table
from .words import advice, changes_in_order, exempted

WITHOUT_SCRIPT = 200  # rows

_SORTED_BY = ("status", "subject", "control", "", "")  # what a press on a column's head sorts by


def findings(report: Report) -> Iterator[Html]:
    """The section, in pieces: its data can have several megabytes."""
    texts, digest = report.language.texts, report.digest
    if not digest.rows:
        yield section("findings", texts.findings, note(texts.findings_none))
        return
    rows = listed(report)
    cut = texts.findings_cut.format(
        shown=report.number(len(rows)), total=report.number(digest.total)
    )
    yield section(
        "findings",
        texts.findings,
        note(texts.findings_note),
        element("p", cut, class_="note cut") if len(rows) < digest.total else None,
        _filters(report, rows),
        _columns(report),
        element("noscript", _without_script(report)),
    )
    yield data(report, rows)


def _columns(report: Report) -> Html:
    """The empty table, and the pane beside it for one finding."""
    texts = report.language.texts
    heads = [
        joined(
            [
                # Paper has the head on each page; a button would be on the first one only.
                element("span", name, class_="on-paper"),
                element("button", name, type="button", data_sort=key, class_="sort"),
            ]
        )
        if key
        else name
        for name, key in zip(_heads(report), _SORTED_BY, strict=True)
    ]
    body = element("tbody", id="rows", role="rowgroup")
    return element(
        "div",
        element(
            "div",
            framed(heads, body, class_="cards findings", label=texts.findings),
            element("p", texts.nothing_shown, id="nothing", hidden=True),
            element(
                "nav",
                element("button", texts.page_before, type="button", id="page-before"),
                element("span", id="rows-of"),
                element("button", texts.page_after, type="button", id="page-after"),
                id="pager",
                aria_label=texts.pages,
                hidden=True,
            ),
            class_="list",
        ),
        _pane(report),
        id="columns",
        hidden=True,
    )


def _pane(report: Report) -> Html:
    texts = report.language.texts
    return element(
        "section",
        element(
            "div",
            element("button", texts.previous_one, type="button", id="pane-before"),
            element("output", id="pane-position"),
            element("button", texts.next_one, type="button", id="pane-after"),
            element("button", texts.close, type="button", id="pane-close"),
            class_="pane-bar",
        ),
        element("h4", texts.details, id="pane-title", tabindex="-1"),
        element("div", id="pane-body"),
        id="pane",
        hidden=True,
        aria_labelledby="pane-title",
    )


def _heads(report: Report) -> tuple[str, ...]:
    texts = report.language.texts
    return (texts.status, texts.subject, texts.control, texts.what, texts.remedy)


def _without_script(report: Report) -> Html:
    """The worst findings, and what is missing."""
    texts = report.language.texts
    rows = sorted(report.digest.rows, key=badness)[:WITHOUT_SCRIPT]
    told = texts.without_script.format(
        shown=report.number(len(rows)), total=report.number(report.digest.total)
    )
    cells = (_row(report, row) for row in rows)
    heads = (texts.subject, texts.status, texts.control, texts.what, texts.remedy)
    return joined([
        element("p", told, class_="note cut"),
        table(heads, cells, class_="cards worst", label=texts.findings),
    ])  # fmt: skip


def _row(report: Report, row: Row) -> tuple[Content, ...]:
    language = report.language
    control = language.control(row.control)
    clause = f"{language.texts.clause}: {control.clause}" if control.clause else None
    accepted = exempted(report, row)
    changes = report.plan.by_finding.get(row.fingerprint, ())
    return (
        # A link to a finding leads to its row, without the script too.
        element("span", named(row.subject, row.whereabouts), id=row.fingerprint),
        joined(_status(report, row)),
        joined([control.short, element("small", clause) if clause else None]),
        joined([
            element("p", element("bdi", clipped(language.sentence(row)))),
            element("p", accepted, class_="note") if accepted else None,
            *(element("small", one) for one in _evidence(report, row)),
        ]),
        joined([advice(report, row) or None, *(difference(report, one) for one in changes)]),
    )  # fmt: skip


def _evidence(report: Report, row: Row) -> Iterator[str]:
    term = report.language.term
    for seen in row.evidence[:3]:
        at = report.time(seen.at) if seen.at else ""
        yield " · ".join(
            filter(None, (term(seen.what), clipped(term(seen.value), 100), at,
                          clipped(term(seen.source), 100)))
        )  # fmt: skip


def _status(report: Report, row: Row) -> Iterator[Content]:
    word = report.language.word
    yield badge(report, row.status)
    if row.status in ("fail", "manual"):
        severity = word(lambda words: words.severities, row.severity)
        yield element("small", severity, class_="severity")
    if row.change and row.change != "unchanged":
        yield element("small", word(lambda words: words.changes, row.change), class_="change")


def _filters(report: Report, rows: list[Row]) -> Html:
    texts, language = report.language.texts, report.language
    controls = sorted({row.control for row in rows}, key=lambda name: (control_order(name), name))
    units = sorted({row.unit for row in rows}, key=lambda unit: (not unit, alphabetical(unit)))
    changes = changes_in_order(row.change for row in rows)
    severities = [one for one in SEVERITIES if one in {row.severity for row in rows}]
    return element(
        "form",
        element("h4", texts.filters, class_="unseen"),
        _chips(report, rows),
        element(
            "div",
            _search(texts.search, texts.search_hint),
            _select(
                texts.unit, "unit", texts.any, [(name or "-", report.unit(name)) for name in units]
            ),
            _select(
                texts.control, "control", texts.any,
                [(name, language.control(name).short) for name in controls],
            ),
            _select(
                texts.severity, "severity", texts.any,
                [(s, language.word(lambda words: words.severities, s)) for s in severities],
            ),
            _select(
                texts.change, "change", texts.any,
                [(c, language.word(lambda words: words.changes, c)) for c in changes],
            ) if changes else None,
            _select(
                texts.sort, "sort", None,
                [("control", texts.sort_clause), ("status", texts.sort_status),
                 ("subject", texts.subject), ("unit", texts.unit)]
                + ([("change", texts.change)] if changes else []),
            ),
            class_="fields",
        ),
        element(
            "div",
            element("output", id="shown", role="status"),
            element(
                "label",
                element("input", type="checkbox", id="with-details"),
                element("span", texts.with_details),
                class_="check",
            ),
            element("button", texts.reset, type="reset"),
            element("button", texts.print, type="button", id="print"),
            class_="answers",
        ),
        element("p", id="not-on-page", class_="warning", hidden=True, role="alert"),
        element("p", id="filtered"),
        id="filters",
        hidden=True,
        aria_label=texts.filters,
    )  # fmt: skip


def _chips(report: Report, rows: list[Row]) -> Html:
    chips = (
        element(
            "label",
            element("input", type="checkbox", name="status", value=clipped(status)),
            badge(report, status),
            class_="chip",
        )
        for status in in_order(row.status for row in rows)
    )
    return element("fieldset", element("legend", report.language.texts.status), *chips)


def _select(label: str, name: str, every: str | None, options: Iterable[tuple[str, str]]) -> Html:
    return element(
        "label",
        element("span", label),
        element(
            "select",
            element("option", every, value="") if every else None,
            *(element("option", text, value=clipped(value)) for value, text in options),
            name=name,
        ),
    )


def _search(label: str, hint: str) -> Html:
    field = element("input", type="search", name="search", placeholder=hint, autocomplete="off")
    return element("label", element("span", label), field, class_="search")

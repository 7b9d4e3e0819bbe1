# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The findings, one row each, with the form that filters them (shown by the script only)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..digest import control_order
from ..records import Row
from ..report import Report, in_order
from ..visible import clipped
from .icons import badge
from .markup import Content, Html, element, joined
from .section import cell, framed, note, row_head, section


def findings(report: Report) -> Iterator[Html]:
    """The section, in pieces: with its rows it can have several megabytes."""
    texts, digest = report.language.texts, report.digest
    if not digest.rows:
        yield section("findings", texts.findings, note(texts.findings_none))
        return
    heads = _heads(report)
    rows = joined(_row(report, heads, row) for row in digest.rows)
    body = element("tbody", rows, id="rows", role="rowgroup")
    cut = texts.findings_cut.format(
        shown=report.number(len(digest.rows)), total=report.number(digest.total)
    )
    yield section(
        "findings",
        texts.findings,
        note(texts.findings_note),
        element("p", cut, class_="note cut") if len(digest.rows) < digest.total else None,
        _filters(report),
        framed(heads, body, class_="cards findings", label=texts.findings),
        element("p", texts.nothing_shown, id="nothing", hidden=True),
    )


def _heads(report: Report) -> tuple[str, ...]:
    texts = report.language.texts
    return (texts.status, texts.subject, texts.control, texts.what, texts.remedy)


def _row(report: Report, heads: tuple[str, ...], row: Row) -> Html:
    control = report.language.control(row.control)
    clause = f"{report.language.texts.clause}: {control.clause}" if control.clause else None
    return element(
        "tr",
        cell(heads[0], *_status(report, row), class_="c-status"),
        row_head(named(row.subject, row.whereabouts), class_="c-subject"),
        cell(heads[2], control.short, element("small", clause), class_="c-control"),
        cell(heads[3], *_found(report, row), class_="c-what"),
        cell(heads[4], _remedy(report, row), class_="c-remedy"),
        id=row.fingerprint,
        role="row",
        data_status=row.status,
        data_control=row.control,
        data_unit=row.unit or "-",
        data_change=row.change,
    )


def named(name: str, unit: str) -> Html:
    """A subject with its unit below. A long address is broken before its @, if at all."""
    local, at, domain = clipped(name).rpartition("@")
    return joined([
        element("bdi", local, element("wbr") if at else None, f"{at}{domain}"),
        element("small", unit) if unit not in ("", name) else None,
    ])  # fmt: skip


def _status(report: Report, row: Row) -> Iterator[Content]:
    word = report.language.word
    yield badge(report, row.status)
    if row.status in ("fail", "manual"):
        severity = word(lambda words: words.severities, row.severity)
        yield element("small", severity, class_=f"severity v-{row.severity}")
    if row.change in ("new", "not_assessed"):
        yield element("small", word(lambda words: words.changes, row.change), class_="change")


def _found(report: Report, row: Row) -> Iterator[Content]:
    yield element("p", element("bdi", clipped(report.language.sentence(row))))
    if row.exemption:
        yield element("p", _exempted(report, row), class_="note")
    yield element(
        "details",
        element("summary", report.language.texts.details),
        _evidence(report, row) if row.evidence else None,
        _more(report, row),
    )


def _exempted(report: Report, row: Row) -> str:
    told = {name: clipped(str(value)) for name, value in (row.exemption or {}).items()}
    return report.language.texts.exempted.format(
        reason=told.get("reason", ""),
        approver=told.get("approver", ""),
        expires=report.language.day_of(told.get("expires", "")),
    )


def _evidence(report: Report, row: Row) -> Html:
    texts, term = report.language.texts, report.language.term
    rows = []
    for seen in row.evidence:
        at = report.time(seen.at) if seen.at else None
        value = clipped(term(seen.value)) or None
        rows.append(
            element(
                "li",
                element("span", clipped(term(seen.what)), class_="seen"),
                element("bdi", value) if value else None,
                element("time", at) if at else None,
                element("bdi", clipped(term(seen.source)), class_="source"),
            )
        )
    return element("ul", *rows, class_="evidence", aria_label=texts.evidence)


def _more(report: Report, row: Row) -> Html:
    texts = report.language.texts
    facts: list[tuple[str, Content]] = []
    if row.remedy_action:
        facts.append((texts.action, element("code", clipped(row.remedy_action))))
    if row.references:
        facts.append(
            (texts.references, clipped("; ".join(map(report.language.term, row.references))))
        )
    facts.append((texts.link, element("a", row.fingerprint, href=f"#{row.fingerprint}")))
    return element(
        "dl",
        *(element("div", element("dt", name), element("dd", value)) for name, value in facts),
        class_="facts",
    )


def _remedy(report: Report, row: Row) -> Content:
    words = report.language.words
    if row.remedy_field:
        return words.remedies.get(row.remedy_field) or clipped(row.remedy_action)
    return words.advice.get(row.message) if row.status not in ("pass", "exempt") else None


def _filters(report: Report) -> Html:
    texts, rows, language = report.language.texts, report.digest.rows, report.language
    controls = sorted({row.control for row in rows}, key=lambda name: (control_order(name), name))
    units = sorted({row.unit for row in rows})
    changes = sorted({row.change for row in rows} - {""})
    return element(
        "form",
        element("h3", texts.filters, class_="unseen"),
        _chips(report),
        element(
            "div",
            _select(
                texts.unit, "unit", texts.any, [(name or "-", report.unit(name)) for name in units]
            ),
            _select(
                texts.control, "control", texts.any,
                [(name, language.control(name).short) for name in controls],
            ),
            _select(
                texts.change, "change", texts.any,
                [(c, language.word(lambda words: words.changes, c)) for c in changes],
            ) if changes else None,
            _search(texts.search, texts.search_hint),
            class_="fields",
        ),
        element(
            "div",
            element("output", id="shown", role="status", data_text=texts.shown),
            element("button", texts.reset, type="reset"),
            element(
                "button", texts.open_all, type="button", id="open-all", data_close=texts.close_all
            ),
            class_="answers",
        ),
        element("p", id="not-on-page", class_="warning", hidden=True, data_text=texts.not_on_page),
        element("p", id="filtered", data_text=texts.filtered),
        id="filters",
        hidden=True,
        aria_label=texts.filters,
        data_thousands=language.thousands,
    )  # fmt: skip


def _chips(report: Report) -> Html:
    statuses = in_order(row.status for row in report.digest.rows)
    chips = (
        element(
            "label",
            element("input", type="checkbox", name="status", value=status),
            badge(report, status),
            class_="chip",
        )
        for status in statuses
    )
    return element("fieldset", element("legend", report.language.texts.status), *chips)


def _select(label: str, name: str, every: str, options: Iterable[tuple[str, str]]) -> Html:
    return element(
        "label",
        element("span", label),
        element(
            "select",
            element("option", every, value=""),
            *(element("option", text, value=value) for value, text in options),
            name=name,
        ),
    )


def _search(label: str, hint: str) -> Html:
    field = element("input", type="search", name="search", placeholder=hint, autocomplete="off")
    return element("label", element("span", label), field, class_="search")

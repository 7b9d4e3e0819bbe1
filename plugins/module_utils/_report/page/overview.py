# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The top of the page: whose it is, the sentences for the leadership, the tiles, the controls."""

from __future__ import annotations

from collections.abc import Iterator

from ..._core.controls.catalogue import CONTROLS
from ..digest import control_order
from ..report import Report, in_order
from .icons import badge, count, icon
from .markup import Content, Html, element, joined
from .section import note, section, table


def masthead(report: Report) -> Html:
    """Office, title, run and time."""
    texts, run = report.language.texts, report.assessment
    facts = [
        (texts.as_of, f"{report.time(run.now)} ({run.time_zone})"),
        (texts.run, run.run_id),
        (texts.profile, report.language.word(lambda words: words.profiles, run.profile)),
    ]
    return element(
        "header",
        element("p", report.office, class_="office"),
        element("h1", report.title),
        element(
            "dl",
            *(element("div", element("dt", name), element("dd", value)) for name, value in facts),
            class_="facts",
        ),
        class_="masthead",
    )


def leadership(report: Report) -> Html:
    """What matters, in sentences; first of all what is missing."""
    missing = report.assessment.incomplete
    warning = (
        element(
            "p",
            icon("error"),
            element("span", incomplete_sentence(report)),
            class_="warning",
            role="note",
        )
        if missing
        else None
    )
    first, *rest = sentences(report)
    return element(
        "section",
        warning,
        element("p", first, class_="lead"),
        element("p", " ".join(rest), class_="lead-more") if rest else None,
        class_="leadership",
    )


def sentences(report: Report) -> list[str]:
    """The run in a few sentences."""
    texts, number = report.language.texts, report.number
    to_fix, others = report.digest.mailboxes_to_fix, report.digest.others_to_fix
    lead = {0: texts.lead_fix_none, 1: texts.lead_fix_one}.get(to_fix, texts.lead_fix)
    said = [lead.format(mailboxes=number(report.assessment.accounts), fix=number(to_fix))]
    judge = report.assessment.totals.get("manual", 0)
    if others:
        said.append(texts.lead_others.format(others=number(others)))
    if judge:
        said.append(texts.lead_judge.format(judge=number(judge)))
    if report.undecided:
        said.append(texts.lead_unknown.format(unknown=number(report.undecided)))
    if not judge and not report.undecided:
        said.append(texts.lead_nothing_else)
    return said


def incomplete_sentence(report: Report) -> str:
    """Which servers were not read in full, and what that means."""
    servers = ", ".join(source.name for source in report.assessment.incomplete)
    return report.language.texts.lead_incomplete.format(servers=servers)


def tiles(report: Report) -> Html:
    """The five numbers."""
    texts, run, number = report.language.texts, report.assessment, report.number
    totals = run.totals
    units = len([unit for unit in run.units if unit])
    return element(
        "ul",
        _tile(
            texts.tile_mailboxes, number(run.accounts),
            texts.note_mailboxes.format(units=number(units)),
            href="#units" if run.units else "#coverage",
        ),
        _tile(
            texts.tile_fix, number(totals.get("fail", 0)), texts.note_fix,
            tone="s-fail", sign="fail", status="fail",
        ),
        _tile(
            texts.tile_judge, number(totals.get("manual", 0)), texts.note_judge,
            tone="s-manual", sign="manual", status="manual",
        ),
        _tile(
            texts.tile_unknown, number(report.undecided), texts.note_unknown,
            tone="s-unknown", sign="unknown", status="unknown error",
        ),
        _since_tile(report),
        class_="tiles",
    )  # fmt: skip


def _since_tile(report: Report) -> Html:
    texts, changes = report.language.texts, report.assessment.comparison
    if changes is None:
        return _tile(texts.tile_first_run, "–", texts.tile_first_run_note, href="#policy")
    numbers = {word: report.number(changes.get(word, 0)) for word in
               ("resolved", "unchanged", "not_assessed")}  # fmt: skip
    return _tile(
        texts.tile_since,
        report.number(changes.get("new", 0)),
        texts.note_since.format(**numbers),
        change="new",
    )


def _tile(
    name: str,
    value: str,
    note: str,
    *,
    href: str = "#findings",
    tone: str = "",
    sign: str | None = None,
    status: str | None = None,
    change: str | None = None,
) -> Html:
    return element(
        "li",
        element(
            "a",
            element("span", icon(sign) if sign else None, name, class_="tile-name"),
            element("span", value, class_="tile-value"),
            element("span", note, class_="tile-note"),
            class_=f"tile {tone}".rstrip(),
            href=href,
            data_status=status,
            data_change=change,
            data_filter=status is not None or change is not None,
        ),
    )


def controls(report: Report) -> Html:
    """One row a control: what it asks, why, and how the findings are spread."""
    texts, counts = report.language.texts, report.assessment.counts
    statuses = in_order(report.assessment.totals)
    heads: list[Content] = [texts.control, *(badge(report, status) for status in statuses)]
    rows = [
        (_control_name(report, name), *_numbers(report, name, statuses))
        for name in sorted(counts, key=lambda name: (control_order(name), name))
    ]
    return section(
        "controls",
        texts.controls,
        note(texts.controls_note),
        table(heads, rows, class_="numbers controls", label=texts.controls),
    )


def _control_name(report: Report, name: str) -> Html:
    texts, control = report.language.texts, report.language.control(name)
    references, term = _references(name), report.language.term
    return joined([
        element("strong", control.title),
        element("code", name),
        _bar(report, name),
        element(
            "details",
            element("summary", texts.why),
            element("p", control.rationale),
            element("p", f"{texts.clause}: {control.clause}.") if control.clause else None,
            element("ul", *(element("li", term(reference)) for reference in references)),
        ) if control.rationale else None,
    ])  # fmt: skip


def _references(name: str) -> tuple[str, ...]:
    return next((control.references for control in CONTROLS if control.name == name), ())


def _numbers(report: Report, name: str, statuses: list[str]) -> Iterator[Content]:
    for status in statuses:
        number = report.assessment.counts[name].get(status, 0)
        if not number:
            yield element("span", "0", class_="zero")
        elif status == "pass":
            yield count(report, status, number)
        else:
            yield element(
                "a", count(report, status, number),
                href="#findings", data_filter=True, data_control=name, data_status=status,
            )  # fmt: skip


def _bar(report: Report, name: str) -> Html:
    """The spread of a control's statuses as one line; the numbers beside it say the same."""
    counts = report.assessment.counts[name]
    total, at = sum(counts.values()) or 1, 0.0
    pieces = []
    for status in reversed(in_order(counts)):
        width = 100 * counts[status] / total
        pieces.append(
            f'<rect class="b-{status}" x="{at:.2f}" y="0" width="{width:.2f}" height="4"/>'
        )
        at += width
    return Html(
        '<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" '
        f'focusable="false">{"".join(pieces)}</svg>'
    )

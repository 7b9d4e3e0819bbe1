# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""reopening.html: the consolidated report on A4, to be signed and handed to the leadership."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TextIO

from ..._core.dates import local_day
from ..._core.mail_wording import shown_day
from ..issuer import in_lines
from ..notice.composition import FREE, own
from ..page.head import head
from ..page.markup import Content, Html, element, joined
from .consolidated import (
    COUNTS,
    Consolidated,
    Mailbox,
    Outcome,
    Unit,
    approver_of,
    day_of,
    sender_of,
)
from .csv import why
from .words import WORDS, Words

# Margins and type of an official paper (Decree 30/2020/NĐ-CP, Annex I).
STYLE = """
@page{size:A4;margin:20mm 15mm 20mm 30mm;@top-center{content:counter(page)}}
@page:first{@top-center{content:none}}
*{box-sizing:border-box}
html{font:13pt/1.4 "Times New Roman","Liberation Serif","Noto Serif",serif;
color:#000;background:#fff}
body{max-width:185mm;margin:0 auto;padding:8mm}
.head{display:flex;justify-content:space-between;gap:8mm;text-align:center}
.head>div{flex:5}.head>div:last-child:not(:first-child){flex:7}.head p{margin:0}
.office,.nation,.motto{font-weight:bold}
.office{text-transform:uppercase}.nation{font-size:12pt}
.dateline{font-style:italic;padding-top:2mm}
.to{text-align:center;margin:0 0 6mm}
.motto{display:inline-block;border-bottom:1px solid}
h1{font-size:14pt;text-align:center;margin:8mm 0 0}
.about{font-weight:bold;text-align:center;margin:1mm 0 6mm}
h2{font-size:13pt;margin:6mm 0 2mm;break-after:avoid}
h3{font-size:13pt;font-style:italic;margin:4mm 0 1mm;break-after:avoid}
table{border-collapse:collapse;width:100%;font-size:11pt;line-height:1.3}
th,td{border:1px solid #555;padding:1mm 1.5mm;vertical-align:top;text-align:left;
overflow-wrap:anywhere}
thead th{text-align:center;font-weight:bold}
tbody th{font-weight:normal}
.numbers td{text-align:center;font-variant-numeric:tabular-nums}
.numbers tbody tr:last-child>*{font-weight:bold}
.mailboxes{table-layout:fixed}
.mailboxes th:nth-child(1){width:30%}.mailboxes th:nth-child(2){width:20%}
.mailboxes th:nth-child(3){width:25%}
tr{break-inside:avoid}thead{display:table-header-group}
td p,th p{margin:0}
.sources{font-size:10pt}
.made{width:45%;margin:8mm 0 22mm auto;text-align:center;break-inside:avoid}
.made p{margin:0}
@media print{body{max-width:none;padding:0}}
@media (max-width:40rem){.head{flex-direction:column;gap:2mm}}
"""


def write_page(report: Consolidated, code: str, file: TextIO) -> None:
    """Write it in the language `code`."""
    words = WORDS[code]
    file.write(f'<!DOCTYPE html>\n<html lang="{code}">\n')
    file.write(head(f"{words.title}: {words.about}", STYLE))
    file.write("\n<body>\n")
    for part in _parts(report, words):
        file.write(part + "\n")
    file.write("</body>\n</html>\n")


def _parts(report: Consolidated, words: Words) -> Iterator[Html]:
    sender = sender_of(report, words.code)
    yield element(
        "div",
        element(
            "div",
            *(element("p", line, class_="office") for line in in_lines(own(sender.office))),
            element("p", words.number),
        ),
        element(
            "div",
            *(
                (
                    element("p", words.nation, class_="nation"),
                    element("p", words.motto, class_="motto"),
                )
                if words.nation
                else ()
            ),
            element("p", _dateline(report, words, sender.place), class_="dateline"),
        ),
        class_="head",
    )
    yield element("h1", words.title)
    yield element("p", words.about, class_="about")
    yield element("p", words.to, class_="to")
    if not report.units:
        yield element("p", words.nothing)
        return
    yield element("p", words.lead.format_map(report.counts))
    yield element("p", " ".join(_dates(report, words)))
    yield element("h2", words.by_unit)
    yield _by_unit(report, words)
    yield element("h2", words.details)
    for unit in report.units:
        yield element("h3", unit.name or words.no_unit)
        yield _mailboxes(report, unit, words)
    if report.sources:
        yield element("p", words.sources, "; ".join(report.sources), class_="sources")
    yield element(
        "div", element("p", element("strong", words.made)), element("p", words.made_note),
        class_="made",
    )  # fmt: skip


def _dates(report: Consolidated, words: Words) -> Iterator[str]:
    yield words.as_of.format(day=_shown(day_of(report, report.made_at)))
    if report.deadline:
        yield words.deadline.format(day=_shown(report.deadline))
    yield words.run.format(run=report.run_id)


def _by_unit(report: Consolidated, words: Words) -> Html:
    rows = [(unit.name or words.no_unit, unit.counts) for unit in report.units]
    heads = (words.unit, *(words.columns[count] for count in COUNTS))
    return _table(
        heads,
        [
            (name, *(str(counts[count]) for count in COUNTS))
            for name, counts in [*rows, (words.total, report.counts)]
        ],
        "numbers",
        words.by_unit,
    )


def _mailboxes(report: Consolidated, unit: Unit, words: Words) -> Html:
    heads = (words.address, words.locked, words.outcome, words.approval)
    rows = [
        (
            _address(one.address),
            _lines(_locked(report, one, words)),
            _lines(_outcome(report, one, words)),
            _lines(_approval(report, one, words)),
        )
        for one in unit.mailboxes
    ]
    return _table(heads, rows, "mailboxes", unit.name or words.no_unit)


def _address(address: str) -> Html:
    """The address, to be broken after its sign first."""
    local, at, domain = address.rpartition("@")
    return joined([f"{local}{at}", element("wbr"), domain])


def _locked(report: Consolidated, mailbox: Mailbox, words: Words) -> Iterator[str]:
    if not mailbox.is_listed:
        yield words.not_listed
        return
    yield words.kinds.get(mailbox.locked_for, words.by_other)
    if mailbox.locked_at:
        yield words.since.format(day=_shown(day_of(report, mailbox.locked_at)))


def _outcome(report: Consolidated, mailbox: Mailbox, words: Words) -> Iterator[Content]:
    reason = why(mailbox, words.code)
    said = words.outcomes[mailbox.outcome]
    if mailbox.outcome is Outcome.REOPENED:
        day = _shown(day_of(report, mailbox.opened_at))
        yield element("strong", f"{said}, {day}")
        if mailbox.sign_in_by:
            yield words.sign_in_by.format(day=_shown(mailbox.sign_in_by))
        return
    yield said
    if reason:
        yield reason


def _approval(report: Consolidated, mailbox: Mailbox, words: Words) -> Iterator[str]:
    decided = mailbox.decided
    if decided is None:
        return
    if decided.requested_by or decided.reason:
        who = decided.requested_by or mailbox.unit
        yield words.asked_by.format(who=who, reason=decided.reason)
    if decided.approved_by and decided.approved_on:
        day = _shown(date.fromisoformat(decided.approved_on))
        yield words.approved.format(approver=approver_of(report, decided), day=day)


def _dateline(report: Consolidated, words: Words, place: str) -> str:
    year = local_day(report.made_at, report.policy.time_zone).year
    return words.dateline.format(place=own(place) or FREE, year=year)


def _shown(day: date | None) -> str:
    return shown_day(day) if day else ""


def _lines(parts: Iterator[Content]) -> Html:
    return joined([element("p", part) for part in parts])


def _table(
    heads: Sequence[str], rows: Sequence[Sequence[Content]], class_: str, label: str
) -> Html:
    return element(
        "table",
        element("thead", element("tr", *(element("th", head, scope="col") for head in heads))),
        element(
            "tbody",
            *(
                element(
                    "tr",
                    element("th", first, scope="row"),
                    *(element("td", cell) for cell in rest),
                )
                for first, *rest in rows
            ),
        ),
        class_=class_,
        aria_label=label,
    )

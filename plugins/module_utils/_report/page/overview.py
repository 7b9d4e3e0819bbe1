# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The top of the page: whose it is, the sentences for the leadership, the tiles."""

from __future__ import annotations

from ..report import Report
from .icons import icon
from .markup import Content, Html, element
from .words import changes_in_order


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
    texts, told = report.language.texts, report.journal
    missing = _warning(incomplete_sentence(report)) if report.assessment.incomplete else None
    unsure = (
        _warning(element("a", texts.lead_journal, href="#journal"))
        if told.damaged or told.lost or told.unclear
        else None
    )
    first, *rest = sentences(report)
    return element(
        "section",
        missing,
        unsure,
        element("p", first, class_="lead"),
        element("p", " ".join(rest), class_="lead-more") if rest else None,
        class_="leadership",
    )


def _warning(text: Content) -> Html:
    return element("p", icon("error"), element("span", text), class_="warning", role="note")


def sentences(report: Report) -> list[str]:
    """The run in a few sentences."""
    texts, number = report.language.texts, report.number
    to_fix, others = report.digest.mailboxes_to_fix, report.digest.others_to_fix
    lead = {0: texts.lead_fix_none, 1: texts.lead_fix_one}.get(to_fix, texts.lead_fix)
    in_order = number(report.digest.mailboxes.totals["pass"])
    mailboxes = number(report.assessment.accounts)
    said = [lead.format(mailboxes=mailboxes, fix=number(to_fix), order=in_order)]
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


def incremental_sentence(report: Report) -> str:
    """Of which servers only what changed was read; "" where everything was."""
    servers = ", ".join(source.name for source in report.assessment.incremental)
    return report.language.texts.coverage_incremental.format(servers=servers) if servers else ""


def tiles(report: Report) -> Html:
    """The numbers: mailboxes by their state, each in one of them, and what changed."""
    texts, run, number = report.language.texts, report.assessment, report.number
    states, totals = report.digest.mailboxes.totals, run.totals
    units = len([unit for unit in report.digest.mailboxes.units if unit])

    def findings(count: int) -> str:
        return texts.note_findings.format(findings=number(count))

    return element(
        "ul",
        _tile(
            texts.tile_mailboxes, number(run.accounts),
            texts.note_mailboxes.format(units=number(units)),
            href="#units" if units else "#coverage",
        ),
        _tile(
            texts.tile_order, number(states["pass"]),
            texts.note_order.format(exempt=number(states["exempt"])),
            tone="s-pass", sign="pass", href="#units" if units else "#coverage",
        ),
        _tile(
            texts.tile_fix, number(states["fail"]), findings(totals.get("fail", 0)),
            tone="s-fail", sign="fail", status="fail",
        ),
        _tile(
            texts.tile_judge, number(states["manual"]), findings(totals.get("manual", 0)),
            tone="s-manual", sign="manual", status="manual",
        ),
        _tile(
            texts.tile_unknown, number(states["unknown"]), findings(report.undecided),
            tone="s-unknown", sign="unknown", status="unknown error",
        ),
        _since_tile(report),
        class_="tiles",
    )  # fmt: skip


def _since_tile(report: Report) -> Html:
    texts, changes = report.language.texts, report.assessment.comparison
    if changes is None:
        missing = report.assessment.not_compared
        told = texts.tile_not_compared if missing else texts.tile_first_run_note
        return _tile(texts.tile_first_run, "–", told, href="#policy")
    words = changes_in_order(word for word, number in changes.items() if number)
    said = ", ".join(
        f"{report.language.word(lambda names: names.changes, word).lower()} "
        f"{report.number(changes[word])}"
        for word in words if word != "new"
    )  # fmt: skip
    return _tile(
        texts.tile_since, report.number(changes.get("new", 0)), said or texts.note_since_none,
        change="new",
    )  # fmt: skip


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

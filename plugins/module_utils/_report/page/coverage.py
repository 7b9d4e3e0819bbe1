# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What the run rests on: the servers read, and the exemptions granted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..records import ExemptionUse, Source
from ..report import Report
from ..visible import clipped
from .icons import icon
from .markup import Content, Html, element, joined
from .overview import incremental_sentence
from .section import lines, note, section, table

MISSING_SHOWN = 5  # stretches of time of a log


def coverage(report: Report) -> Html:
    """Every server, and what of it could not be read."""
    texts, run = report.language.texts, report.assessment
    heads = (texts.server, texts.kind, texts.software, texts.accounts, texts.read_at, texts.status)
    missing = sum(not source.is_whole for source in run.sources)
    part = texts.coverage_part.format(
        number=report.number(missing), total=report.number(len(run.sources))
    )
    verdict = (
        element("p", icon("error"), element("span", part), class_="warning")
        if missing
        else note(texts.coverage_whole)
    )
    only_changes = incremental_sentence(report)
    rows = (_source(report, source) for source in run.sources)
    notes = [note(clipped(report.language.term(text))) for text in run.notes]
    notes += [
        note(f"{report.language.control(name).short}: {limit}")
        for name, limits in report.limits.items()
        for limit in limits
    ]
    return section(
        "coverage",
        texts.coverage,
        verdict,
        note(only_changes) if only_changes else None,
        table(heads, rows, class_="cards coverage", label=texts.coverage),
        joined(notes),
    )


def _source(report: Report, source: Source) -> Sequence[Content]:
    return (
        joined([element("strong", source.name), element("small", clipped(source.server) or None)]),
        report.language.word(lambda words: words.kinds, source.kind),
        clipped(source.software) or "–",
        report.number(source.accounts) if source.kind == "accounts" else "–",
        report.time(source.read_at) if source.read_at else "–",
        _completeness(report, source),
    )


def _completeness(report: Report, source: Source) -> Html:
    texts, term = report.language.texts, report.language.term
    if source.is_whole:
        verdict = element("span", icon("pass"), texts.read_whole, class_="badge s-pass")
    elif not source.answered:
        verdict = element("span", icon("unknown"), texts.no_answer, class_="badge s-unknown")
    else:
        verdict = element("span", icon("error"), texts.read_part, class_="badge s-error")
    unread = [
        f"{texts.unread}: {term(part.field)}"
        + (f" ({part.unit})" if part.unit else "")
        + f": {clipped(term(part.reason))}"
        for part in source.unread
    ]
    message = element("p", clipped(term(source.message))) if source.message else None
    told = [*_changes(report, source), *log_lines(report, source)]
    return joined([verdict, message, lines(unread), lines(told)])


def _changes(report: Report, source: Source) -> Iterator[str]:
    """Since when only what changed was read, and when everything was."""
    found = source.incremental
    if found:
        yield report.language.texts.read_changes.format(
            since=report.time(found.since),
            changed=report.number(found.changed),
            gone=report.number(found.gone),
            full_at=report.time(found.full_at),
        )


def log_lines(report: Report, source: Source) -> Iterator[str]:
    """From when to when a mail log tells something, and what is missing in between."""
    texts, log = report.language.texts, source.coverage
    if log is None:
        return
    first, last = (report.time(at) if at else "?" for at in (log.first, log.last))
    yield texts.log_span.format(host=source.name, first=first, last=last)
    for one in log.missing[:MISSING_SHOWN]:
        since, until = report.time(one.since), report.time(one.until)
        why = report.language.word(lambda words: words.missing, one.why)
        yield texts.log_lacks.format(since=since, until=until, why=why)
    if len(log.missing) > MISSING_SHOWN:
        yield texts.and_more.format(number=report.number(len(log.missing) - MISSING_SHOWN))
    yield from (f"{texts.unread}: {clipped(one)}" for one in log.failures)


def exemptions(report: Report) -> Html:
    """Who approved what until when; expired ones first."""
    texts, found = report.language.texts, report.assessment.exemptions
    if not found:
        return section("exemptions", texts.exemptions, note(texts.exemptions_none))
    heads = (
        texts.reason,
        texts.control,
        texts.select,
        texts.approver,
        texts.expires,
        texts.matched,
    )
    order = sorted(found, key=lambda one: (one.expires, one.control))
    rows = (_exemption(report, one) for one in order)
    return section(
        "exemptions",
        texts.exemptions,
        note(texts.exemptions_note),
        table(heads, rows, class_="cards exemptions", label=texts.exemptions),
    )


def _exemption(report: Report, one: ExemptionUse) -> Sequence[Content]:
    texts, day = report.language.texts, report.language.day(one.expires)
    state = (
        element("span", icon("error"), texts.expired, class_="badge s-error")
        if one.expired
        else element("span", icon("pass"), texts.in_force, class_="badge s-pass")
    )
    return (
        clipped(one.reason),
        report.language.control(one.control).short,
        element("code", clipped(one.select)),
        clipped(one.approver),
        joined([element("span", day, class_="day"), " ", state]),
        report.number(one.matched),
    )

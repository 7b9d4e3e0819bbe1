# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Every text of the report that is not a finding's: one field each, so that no language lacks one.

{Braces} are filled in by the page; numbers arrive grouped as the language writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .._core.control import Control


@dataclass(frozen=True, kw_only=True)
class ControlText:
    """What is said of a control itself."""

    title: str
    short: str  # column head, at most about 20 letters
    clause: str  # where the letter asks for it
    rationale: str
    limit: str  # what it cannot show, in one sentence


def text_of(control: Control, *, short: str) -> ControlText:
    """The text in English, in which the control itself is written."""
    return ControlText(
        title=control.title,
        short=short,
        clause=control.clause,
        rationale=control.rationale,
        limit=control.limit,
    )


@dataclass(frozen=True, kw_only=True)
class FindingWords:
    """What is said of findings, by message key."""

    # with the {placeholders} of the English sentence, which stands for one that is not here
    sentences: Mapping[str, str] = field(default_factory=dict)
    advice: Mapping[str, str]  # what to do where no change can be planned


@dataclass(frozen=True, kw_only=True)
class ControlWords(FindingWords):
    """The same of a control's findings, and what is said of the control."""

    text: ControlText
    # message -> the limit that passes have which could not have been it: {number} of {total} passes
    silent: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Words:
    """Names of what findings are made of, by the key that the files use."""

    statuses: Mapping[str, str]
    columns: Mapping[str, str]  # the same as heads of narrow columns, at most 9 letters
    severities: Mapping[str, str]
    changes: Mapping[str, str]
    kinds: Mapping[str, str]  # of sources
    profiles: Mapping[str, str]
    remedies: Mapping[str, str]  # field -> what to do
    fields: Mapping[str, str]  # field of a planned change
    modes: Mapping[str, str]  # of a journal
    results: Mapping[str, str]  # what came of a change, by the journal
    missing: Mapping[str, str]  # why a stretch of time is missing in a log
    left_out: Mapping[str, str]  # why an earlier run is not in the trend


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The texts of the page and of the terminal summary."""

    title: str
    office: str  # where the policy names none
    skip: str
    run: str
    as_of: str
    no_unit: str
    none: str

    # the parts
    parts: str
    part_leadership: str
    part_leadership_note: str
    part_contact: str
    part_contact_note: str
    part_auditor: str
    part_auditor_note: str
    not_recorded: str
    as_table: str
    and_more: str

    # the sentences for the leadership
    lead_fix: str
    lead_fix_one: str
    lead_fix_none: str
    lead_others: str
    lead_judge: str
    lead_unknown: str
    lead_nothing_else: str
    lead_incomplete: str
    lead_journal: str

    # the tiles
    tile_mailboxes: str
    tile_order: str
    tile_fix: str
    tile_judge: str
    tile_unknown: str
    tile_since: str
    tile_first_run: str
    tile_first_run_note: str
    tile_not_compared: str
    note_mailboxes: str
    note_order: str
    note_findings: str
    note_since_none: str

    # the charts
    charts: str
    idle_ages: str
    idle_ages_told: str
    idle_ages_note: str
    since_sign_in: str
    open_mailboxes: str
    locked_mailboxes: str
    months_below: str
    months_between: str
    months_above: str
    months_axis: str
    no_record: str
    limit_at: str
    use: str
    use_note: str
    use_days: str
    use_share: str
    use_undecided: str
    use_before: str
    use_first: str
    use_signed_in: str
    use_sent: str
    trend: str
    trend_told: str
    trend_incomplete: str
    trend_none: str
    trend_more: str

    # by control
    controls: str
    controls_note: str
    control: str
    why: str
    log_span: str
    log_lacks: str
    planned_changes: str
    unchecked: str
    references: str
    references_note: str
    other_references: str

    # by unit
    units: str
    units_note: str
    units_cut: str
    unit: str
    not_applicable: str
    matrix: str
    matrix_note: str

    # the findings
    findings: str
    findings_none: str
    findings_note: str
    findings_cut: str
    status: str
    subject: str
    what: str
    remedy: str
    details: str
    evidence: str
    evidence_cut: str
    no_evidence: str
    planned: str
    no_change: str
    exempted: str
    action: str
    clause: str
    link: str
    filters: str
    any: str
    change: str
    search: str
    search_hint: str
    severity: str
    sort: str
    sort_clause: str
    sort_status: str
    with_details: str
    print: str
    reset: str
    shown: str
    nothing_shown: str
    not_on_page: str
    filtered: str
    without_script: str
    pages: str
    page_before: str
    page_after: str
    rows_of: str
    previous_one: str
    next_one: str
    close: str
    position: str

    # warnings
    soon: str
    soon_note: str
    due: str

    # the plan
    plan: str
    plan_note: str
    plan_none: str
    plan_cut: str
    place: str
    before: str
    after: str
    reason: str

    # what was gone
    gone: str
    gone_note: str
    gone_none: str
    decided_note: str
    resolved_note: str
    not_assessed_note: str
    previous_status: str
    rows_cut: str

    # coverage
    coverage: str
    coverage_whole: str
    coverage_part: str
    coverage_incremental: str
    server: str
    software: str
    kind: str
    read_at: str
    accounts: str
    read_whole: str
    read_part: str
    read_changes: str
    no_answer: str
    unread: str

    # exemptions
    exemptions: str
    exemptions_note: str
    exemptions_none: str
    select: str
    approver: str
    expires: str
    expired: str
    in_force: str
    matched: str

    # the policy
    policy: str
    profile: str
    policy_file: str
    time_zone: str
    previous: str
    no_previous: str
    letter: str
    settings: str
    settings_note: str
    setting: str
    value: str
    policy_text: str
    policy_text_cut: str
    no_policy_text: str

    # the journal
    journal: str
    journal_note: str
    journal_none: str
    journal_damaged: str
    journal_line: str
    journal_lost: str
    journal_lost_change: str
    journal_lost_unnamed: str
    journal_lost_count: str
    journal_lost_more: str
    journal_lost_way_out: str
    journal_unclear: str
    journal_changes: str
    sessions: str
    began: str
    mode: str
    module: str
    operator: str
    results: str
    result: str
    at: str
    nothing_written: str
    not_ended: str

    # the hash
    integrity: str
    integrity_none: str
    integrity_hash: str
    integrity_check: str
    integrity_proves: str
    integrity_not: str
    integrity_journal: str

    footer: str

    # the difference of two runs
    diff_title: str
    diff_compared: str
    diff_baseline: str
    diff_accepted: str
    diff_unread: str
    diff_none: str
    diff_before: str
    diff_after: str

    # the terminal
    report_at: str
    worst: str
    since: str

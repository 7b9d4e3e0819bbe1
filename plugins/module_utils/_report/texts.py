# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Every text of the report that is not a finding's: one field each, so that no language lacks one.

{Braces} are filled in by the page; numbers arrive grouped as the language writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ControlText:
    """What is said of a control itself."""

    title: str
    short: str  # column head, at most about 20 letters
    clause: str  # where the letter asks for it
    rationale: str


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
    advice: Mapping[str, str]  # message key -> what to do where no change can be planned


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

    # the sentences for the leadership
    lead_fix: str
    lead_fix_one: str
    lead_fix_none: str
    lead_others: str
    lead_judge: str
    lead_unknown: str
    lead_nothing_else: str
    lead_incomplete: str

    # the tiles
    tile_mailboxes: str
    tile_fix: str
    tile_judge: str
    tile_unknown: str
    tile_since: str
    tile_first_run: str
    tile_first_run_note: str
    note_mailboxes: str
    note_fix: str
    note_judge: str
    note_unknown: str
    note_since: str

    # by control
    controls: str
    controls_note: str
    control: str
    why: str
    references: str

    # by unit
    units: str
    units_note: str
    units_cut: str
    unit: str
    not_applicable: str

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
    seen_at: str
    source: str
    exempted: str
    action: str
    clause: str
    link: str
    filters: str
    any: str
    change: str
    search: str
    search_hint: str
    reset: str
    open_all: str
    close_all: str
    shown: str
    nothing_shown: str
    not_on_page: str
    filtered: str

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
    resolved: str
    resolved_note: str
    not_assessed: str
    not_assessed_note: str
    previous_status: str
    rows_cut: str

    # coverage
    coverage: str
    coverage_whole: str
    coverage_part: str
    server: str
    software: str
    kind: str
    read_at: str
    accounts: str
    read_whole: str
    read_part: str
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
    files: str

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

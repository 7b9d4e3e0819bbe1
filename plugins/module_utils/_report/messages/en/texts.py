# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The texts of the page and of the terminal summary in English, part by part."""

from __future__ import annotations

from ...texts import Texts

TEXTS = Texts(
    title="Audit of the official mailboxes",
    office="Official mailboxes",
    skip="Skip to the findings",
    run="Run",
    as_of="As of",
    no_unit="(no unit)",
    none="none",
    # the parts
    parts="Parts of the report",
    part_leadership="For the leadership",
    part_leadership_note="Where the office stands, unit by unit, and since the last run.",
    part_contact="For the IT contact",
    part_contact_note=(
        "Each point of the letter: what was found, on what evidence, what to do, and what "
        "enforcement would change."
    ),
    part_auditor="For the auditor",
    part_auditor_note="What the report rests on, what is missing, and how to check it.",
    not_recorded="Not recorded by the version that made this run.",
    as_table="As a table",
    and_more="and {number} more",
    # the sentences for the leadership
    lead_fix="Of {mailboxes} mailboxes, {fix} need action and {order} are in order.",
    lead_fix_one="Of {mailboxes} mailboxes, one needs action and {order} are in order.",
    lead_fix_none="None of the {mailboxes} mailboxes was found to need action.",
    lead_others=(
        "To fix besides (password policies, units, addresses of no unit, workstations, mail "
        "hosts): {others}."
    ),
    lead_judge="Findings for a person to judge: {judge}.",
    lead_unknown="Findings that could not be decided for lack of evidence: {unknown}.",
    lead_nothing_else="Nothing is left for a person to judge, and nothing is unknown.",
    lead_incomplete=(
        "This report is not complete: not everything could be read from {servers}. "
        "What is missing counts as unknown, never as in order."
    ),
    lead_journal=(
        "The journal of this run is damaged or not whole: what was done may not be known in full, "
        "and not all of it may be undone."
    ),
    # the tiles
    tile_mailboxes="Mailboxes",
    tile_order="In order",
    tile_fix="To fix",
    tile_judge="To judge",
    tile_unknown="Unknown",
    tile_since="New since the last run",
    tile_first_run="Since the last run",
    tile_first_run_note="first run: nothing to compare with",
    tile_not_compared="the last run cannot be compared with: see the policy used",
    note_mailboxes="in {units} units",
    note_order="besides, accepted as exempt: {exempt}",
    note_findings="mailboxes; findings: {findings}",
    note_since_none="nothing else changed",
    # the charts
    charts="At a glance",
    idle_ages="Time since the last sign-in",
    idle_ages_told="{past} open mailboxes were last signed in to more than {months} months ago.",
    idle_ages_note=(
        "By the latest record of any server; a record can lag. Without a usable record a mailbox "
        "counts as unknown, not as idle."
    ),
    since_sign_in="Last sign-in",
    open_mailboxes="Open",
    locked_mailboxes="Locked by an administrator",
    months_below="within {to} months",
    months_between="{since} to {to} months ago",
    months_above="over {since} months ago",
    months_axis="months since the last sign-in; ?: no usable record",
    no_record="no usable record",
    limit_at="limit: {months} months",
    use="Use by unit",
    use_note=(
        "Open mailboxes that were signed in to, or that mail was handed in from. Sign-ins and "
        "messages are those of the mail logs, of the days that these sum up."
    ),
    use_days="Used in {days} days",
    use_share="Share",
    use_undecided="of {number} it is not known",
    use_before="Over the runs",
    use_first="no earlier run",
    use_signed_in="Sign-ins",
    use_sent="Messages sent",
    trend="Over the runs",
    trend_told=(
        "{runs} runs. Mailboxes to fix: {first} in the first, {last} in this one. Unknown: "
        "{first_unknown} in the first, {last_unknown} in this one."
    ),
    trend_incomplete="!: not every server was read in full.",
    trend_none=(
        "The runs beside this one give nothing to compare with: a line is drawn from the second "
        "run on."
    ),
    trend_more="Earlier runs that are not shown: {number}.",
    # by control
    controls="By point of the letter",
    controls_note="Every finding counts, those in order too.",
    control="Control",
    why="Why it matters",
    log_span="Mail log of {host}: {first} to {last}",
    log_lacks="nothing from {since} to {until}: {why}",
    planned_changes="Planned changes",
    unchecked="Points of the letter that were not checked in this run",
    references="References",
    references_note=(
        "Read in the publishers' own text: CIS Controls v8.0, NIST SP 800-53 r5, CISA SCuBA "
        "(August 2026) and the draft of NIST SP 800-63B-4. Read in catalogues of others: ISO/IEC "
        "27001:2022, and the final numbering of 800-63B-4. A reference says that the standard "
        "speaks of the same matter; where it asks for more, or for the contrary, that stands "
        "beside it. A dash: nothing that fits."
    ),
    other_references="Others",
    # by unit
    units="By unit",
    units_note="Each mailbox counts once, by its worst finding. A number leads to the findings.",
    units_cut="The {shown} units with the most to fix, of {total}. summary.json has all of them.",
    unit="Unit",
    not_applicable="not applicable",
    matrix="Findings by unit and point",
    matrix_note="Each cell counts findings. A number leads to its findings.",
    # the findings
    findings="Findings",
    findings_none="Nothing to fix, to judge or unknown.",
    findings_note=(
        "By point of the letter, the worst of each first. A row opens its evidence and its change. "
        "What is in order is counted, not listed."
    ),
    findings_cut=(
        "The worst {shown} of {total} findings are shown. The whole list is in findings.csv, "
        "beside this file."
    ),
    status="Status",
    subject="Mailbox or object",
    what="What was found",
    remedy="What to do",
    details="Evidence and details",
    evidence="Evidence",
    evidence_cut="and {number} more: see findings.jsonl",
    no_evidence="Nothing beyond what stands above.",
    planned="What enforcement would change",
    no_change="Nothing: this is left to a person.",
    exempted="Exempt: {reason}. Approved by {approver}, until {expires}.",
    action="Change",
    clause="The letter",
    link="Link to this finding",
    filters="Filter the findings",
    any="All",
    change="Since the last run",
    search="Search",
    search_hint="Address, name, words",
    severity="Severity",
    sort="Sort by",
    sort_clause="Point of the letter",
    sort_status="Worst first",
    with_details="Evidence in the list",
    print="Print",
    reset="Show all",
    shown="{shown} of {total} shown",
    nothing_shown="No finding matches these filters.",
    not_on_page="Finding {id} is not on this page. Look it up in findings.csv, beside this file.",
    filtered="Filtered:",
    without_script=(
        "Without JavaScript there is no search and no filter here: the worst {shown} of {total} "
        "findings are listed. findings.csv, beside this file, has all of them."
    ),
    pages="Pages of the list",
    page_before="Rows before",
    page_after="Rows after",
    rows_of="Rows {from} to {to} of {total}",
    previous_one="Previous",
    next_one="Next",
    close="Close",
    position="{at} of {total}",
    # warnings
    soon="Soon to become a failure",
    soon_note="In order today; without action they fail from the day given.",
    due="Fails from",
    # the plan
    plan="Planned changes",
    plan_note=(
        "What enforcement would change. This audit changed nothing. "
        "Each change is checked again before it is made, and can be undone."
    ),
    plan_none="No change is planned.",
    plan_cut="The first {shown} of {total} changes are shown. The whole plan is in plan.jsonl.",
    place="Written to",
    before="before",
    after="after",
    reason="Reason",
    # what was gone
    gone="Gone since the last run",
    gone_note="Compared with run {previous}.",
    gone_none="Nothing that the last run found is gone.",
    decided_note=(
        "Not known at the last run, assessed now: in order, or listed with what was found. Nothing "
        "was put right for that."
    ),
    resolved_note="Assessed again with nothing missing, and in order.",
    not_assessed_note="Could not be assessed this time, so nobody knows whether it was put right.",
    previous_status="Last status",
    rows_cut="{shown} of {total} shown.",
    # coverage
    coverage="What was read",
    coverage_whole="Nothing is missing of any server.",
    coverage_part=(
        "Not read in full: {number} of {total}. Findings that rest on it are not decided."
    ),
    coverage_incremental="Of {servers} only what changed since the last run was read.",
    server="Server",
    software="Software",
    kind="Kind",
    read_at="Read at",
    accounts="Accounts",
    read_whole="Complete",
    read_part="Not complete",
    read_changes=(
        "Only what changed since {since} was read (accounts read: {changed}, gone: {gone}). All "
        "were read last at {full_at}."
    ),
    no_answer="No answer",
    unread="Not readable",
    # exemptions
    exemptions="Exemptions",
    exemptions_note=(
        "Partner domains, where mail may be forwarded to, stand here too. What has expired no "
        "longer covers anything."
    ),
    exemptions_none="The policy grants no exemption and names no partner domain.",
    select="Covers",
    approver="Approved by",
    expires="Until",
    expired="Expired",
    in_force="In force",
    matched="Findings covered",
    # the policy
    policy="Policy used",
    profile="Profile",
    policy_file="Policy file",
    time_zone="Time zone",
    previous="Compared with run",
    no_previous="none: this is the first run",
    letter=(
        "The letter: 06/UBND of 8 January 2019 of the People's Committee of Cẩm Bình ward, on "
        "strengthening the use of the official mailbox."
    ),
    settings="What was in force",
    settings_note=(
        "With the defaults of the profile where the file states nothing. A dash: not asked for."
    ),
    setting="Setting",
    value="Value",
    policy_text="The policy file as it was read: {file}",
    policy_text_cut="The rest is in policy.yml, beside this file.",
    no_policy_text="The run has no copy of the policy file.",
    # the journal
    journal="Journal of the run",
    journal_note=(
        "Read from {files}. A change is written into the journal before the server gets it, and "
        "its result after."
    ),
    journal_none="Nothing was enforced and nothing undone in this run: there is no journal.",
    journal_damaged=(
        "This line of the journal cannot be understood, and nothing after it was read: {where}"
    ),
    journal_line="{file}, line {line}",
    journal_lost=(
        "Changes were made whose intents the journal lacks, so nothing tells how to undo them:"
    ),
    journal_lost_change="{where}: {subject} ({field}), {server}, change {id}",
    journal_lost_unnamed="{where}: change {id}, {server}",
    journal_lost_count="{where}: counts {number} more than are told, {server}",
    journal_lost_more="and {number} lines more",
    journal_lost_way_out=(
        "Put the lines back where they were, from a copy of the file (of journal-<host>.jsonl: on "
        "that host), and run civic.mailbox.rollback. Or undo these changes by hand, by what the "
        "plan says of them, a lock on the mail hosts too, and settle them (docs/enforcement.md, "
        "Damaged)."
    ),
    journal_unclear=(
        "Changes of which it is not known whether they were made or undone: {number}. The run was "
        "broken off before their results were written. Run the same command again: it looks at the "
        "server first."
    ),
    journal_changes="What became of each change",
    sessions="Who worked on which server",
    began="Begun",
    mode="Kind",
    module="Module",
    operator="Operator",
    results="Results",
    result="Result",
    at="Time",
    nothing_written="nothing recorded",
    not_ended="No end is recorded: broken off, or still at work.",
    # the hash
    integrity="Integrity",
    integrity_none="No list of hashes was written for this run.",
    integrity_hash="SHA-256 of the file {file} beside this page:",
    integrity_check=(
        "The first command must print that hash, the second says of each file whether it is "
        "unchanged. Both run in the folder of this page:"
    ),
    integrity_proves=(
        "If both agree, these files are byte by byte those that this page was made of. That is "
        "worth as much as the way this hash was kept: on signed paper, or away from the folder."
    ),
    integrity_not=(
        "It does not prove who made the files or when, nor that the servers told the truth; "
        "whoever can write to the folder can make files, list and page anew. This page itself is "
        "not in the list."
    ),
    integrity_journal=(
        "A journal grows when the plan is carried out or undone later; then the report has to be "
        "written again."
    ),
    footer="Made by civic.mailbox from the files of run {run}. Writing it changed no server.",
    # the difference of two runs
    diff_title="What changed between two runs",
    diff_compared="Run {run}, compared with {previous}.",
    diff_baseline="baseline ({run})",
    diff_accepted="Accepted as the baseline by {by}, {at}: {reason}",
    diff_unread=(
        "! Not everything could be read from {servers}; what is missing counts as not assessed."
    ),
    diff_none="Nothing changed.",
    diff_before="Before",
    diff_after="Now",
    # the terminal
    report_at="Report",
    worst="Worst first",
    since="Since {previous}",
)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The report in English. The sentences of findings come as they are: the controls write English."""

from __future__ import annotations

from ..._core.controls.catalogue import CONTROLS
from ..language import Language
from ..texts import ControlText, PointText, Texts, Words

_SHORT = {
    "password-policy": "Password policy",
    "default-password": "Default passwords",
    "external-forwarding": "Forwarding",
    "idle-mailbox": "Idle mailboxes",
    "locked-mailbox": "Locked mailboxes",
    "free-mail": "Free mail",
    "service-signup": "Sign-ups, junk",
    "outbound-spam": "Outbound spam",
    "regular-use": "Regular use",
    "browser-passwords": "Browsers",
}

_WORDS = Words(
    statuses={
        "pass": "In order",
        "fail": "To fix",
        "unknown": "Unknown",
        "exempt": "Exempt",
        "manual": "To judge",
        "error": "Not assessed",
    },
    columns={
        "pass": "in order",
        "fail": "to fix",
        "unknown": "unknown",
        "exempt": "exempt",
        "manual": "to judge",
        "error": "unread",
    },
    severities={
        "critical": "critical",
        "high": "high",
        "medium": "medium",
        "low": "low",
        "info": "for information",
    },
    changes={
        "new": "New",
        "worse": "Worse",
        "expired": "Exemption ended",
        "not_assessed": "Not assessed this time",
        "disappeared": "Account gone",
        "exempted": "Exempt now",
        "better": "Better",
        "resolved": "Resolved",
        "unchanged": "Unchanged",
    },
    kinds={
        "accounts": "Directory",
        "mail": "Mail host",
        "log": "Mail log",
        "browsers": "Workstation",
    },
    profiles={"letter": "The letter", "nist-63b-4": "NIST SP 800-63B-4"},
    remedies={
        "lock": "Lock the mailbox; reopen it only with approval",
        "must_change": "Force a new password at the next sign-in",
        "forwards": "Remove this forward; the others stay",
        "listed_senders": "Have Postfix tag or refuse mail of these senders",
        "min_length": "Raise the minimum length in the server's password policy",
        "history": "Have the server remember more old passwords",
        "lockout_threshold": "Have the server lock after fewer wrong passwords",
        "must_change_after_reset": "Have the server force a change after a reset",
        "checks_quality": "Have the server refuse passwords that it cannot check",
        "max_age": "Switch off the expiry of passwords",
        "classes": "Change the composition rule in the server's password policy",
    },
    fields={
        "lock": "Mailbox",
        "must_change": "Must change the password",
        "forwards": "Forwards to",
        "listed_senders": "Listed senders",
        "min_length": "Minimum length",
        "history": "Remembered passwords",
        "lockout_threshold": "Wrong passwords until the lock",
        "must_change_after_reset": "Change after a reset",
        "checks_quality": "Refuses what it cannot check",
        "max_age": "Passwords expire after",
        "classes": "Demands",
    },
    advice={
        "password-policy.none": "Put these accounts under a password policy of the server",
        "password-policy.classes": "Install a check module that demands them",
        "password-policy.classes-unreadable": (
            "Ask the server's administrator what the module demands"
        ),
        "password-policy.blocklist": "Install a check module with a list of known bad passwords",
        "password-policy.blocklist-unreadable": "Ask the server's administrator",
        "default-password.guessed": "A new password is forced already; see to it that it is set",
        "default-password.pending": "Have the owner sign in and set a new password",
        "default-password.no-time": (
            "Give the auditor the right to read it, or force a new password"
        ),
        "default-password.odd-time": "Set the server's clock right, or force a new password",
        "external-forwarding.through": (
            "Nothing here: the last address that it passes has a finding of its own with a remedy"
        ),
        "external-forwarding.dormant": "Ask the owner, then delete the rule",
        "external-forwarding.answers": "Change the sender in the script, together with the owner",
        "external-forwarding.opaque": "Look at it together with the owner",
        "idle-mailbox.lagging": "Wait for a later sign-in record, or ask the owner",
        "idle-mailbox.record-off": "Switch the recording of sign-ins on again",
        "idle-mailbox.ahead": "Set the server's clock right and read it again",
        "idle-mailbox.no-record": "State in the policy since when sign-ins are recorded",
        "idle-mailbox.no-witness": "Switch on the recording of sign-ins",
        "idle-mailbox.short-record": "Wait until the record is old enough, or ask the owner",
        "idle-mailbox.no-creation": "Give the auditor the right to read it, or ask the owner",
        "locked-mailbox.administrator": (
            "Owner checks and proposes; the competent authority decides"
        ),
        "locked-mailbox.failures": "Ask the owner; if it was not they, have the password changed",
        "free-mail.recovery": "Have another way to set a new password; take the address out",
        "free-mail.contact": "Ask the owner; give the office's own address in its place",
        "free-mail.much": "Ask the unit; give it the office's own means where work goes there",
        "service-signup.some": "Ask the owner; have the address taken out there",
        "service-signup.newsletters": "Ask the owner; have the address taken out there",
        "service-signup.untreated": "Run civic.mailbox.enforce",
        "service-signup.not-reported": "Run civic.mailbox.spam_handling on the mail host",
        "service-signup.no-filter": "Install rspamd or SpamAssassin, or exempt the host",
        "service-signup.no-junk": "Run civic.mailbox.spam_handling on the mail host",
        "service-signup.no-trash": "Run civic.mailbox.spam_handling on the mail host",
        "service-signup.kept": "Run civic.mailbox.spam_handling on the mail host",
        "service-signup.kept-long": "Change it where Dovecot's own configuration says it",
        "service-signup.not-warned": "Run civic.mailbox.spam_handling on the mail host",
        "service-signup.no-quota": "Set a quota, or quota_warning_percent to 0",
        "service-signup.quotas-unread": "Mend the reading, then audit again",
        "service-signup.no-dovecot": "Look at the host, or take it out of mail_servers",
        "service-signup.nearly-full": "Have the owner delete junk and empty the trash",
        "outbound-spam.hour": "Ask the owner; if it was not they, lock the mailbox",
        "outbound-spam.unusual": "Ask the owner what was sent that day",
        "outbound-spam.bounced": "Ask the owner what list was written to",
        "outbound-spam.networks": "Ask the owner; if it was not they, have the password changed",
        "outbound-spam.guessed": "Ask the owner; if it was not they, have the password changed",
        "outbound-spam.wrong-passwords": "See to a strong password, and to old devices",
        "assessment.no-log": "Set mailbox_logs or mailbox_journal for the mail hosts",
        "outbound-spam.unlimited": "Run civic.mailbox.outbound_limits on the mail host",
        "outbound-spam.by-program": "Look at the rules of that program",
        "outbound-spam.with-outside": (
            "Have users sign in at port 587 alone, then run civic.mailbox.outbound_limits"
        ),
        "regular-use.seldom": "Remind the unit to use its mailboxes",
        "regular-use.undecided": "Switch on the recording of sign-ins",
        "browser-passwords.keeps": "Run civic.mailbox.browser_policy on the workstation",
        "browser-passwords.no-browser": "Look at the workstation",
        "assessment.unreadable": "Mend the reading, then audit again",
        "assessment.not-read": "Mend the reading, then audit again",
        "assessment.no-answer": "Audit again when it is on",
        "assessment.policy-unreadable": "Give the auditor the right to read the policies",
    },
    modes={"apply": "Enforcement", "rollback": "Rollback"},
    results={
        "done": "made",
        "undone": "undone",
        "skipped": "left",
        "failed": "failed",
        "unclear": "not known",
    },
    missing={
        "file": "a file is missing",
        "silence": "nothing was written, or it was lost",
    },
    left_out={
        "older": "of an older version of the format, not in the chart",
        "newer": "of a newer version of the format, not in the chart",
        "damaged": "its summary.json is damaged, not in the chart",
        "unreadable": "its summary.json cannot be read, not in the chart",
        "unwritten": "it has no summary.json, not in the chart",
    },
)

_TEXTS = Texts(
    title="Audit of the official mailboxes",
    office="Official mailboxes",
    skip="Skip to the findings",
    run="Run",
    as_of="As of",
    no_unit="(no unit)",
    none="none",
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
    use_no_log="no log",
    trend="Over the runs",
    trend_told="{runs} runs. Mailboxes to fix: {first} in the first, {last} in this one.",
    trend_incomplete="!: not every server was read in full.",
    trend_none=(
        "The runs beside this one give nothing to compare with: a line is drawn from the second "
        "run on."
    ),
    trend_more="Earlier runs that are not shown: {number}.",
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
    units="By unit",
    units_note=("Each mailbox counts once, by its worst finding. A number leads to the findings."),
    units_cut="The {shown} units with the most to fix, of {total}. summary.json has all of them.",
    unit="Unit",
    not_applicable="not applicable",
    matrix="Findings by unit and point",
    matrix_note="Each cell counts findings. A number leads to its findings.",
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
    soon="Soon to become a failure",
    soon_note="In order today; without action they fail from the day given.",
    due="Fails from",
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
    gone="Gone since the last run",
    gone_note="Compared with run {previous}.",
    gone_none="Nothing that the last run found is gone.",
    resolved_note="Assessed again with nothing missing, and in order.",
    not_assessed_note="Could not be assessed this time, so nobody knows whether it was put right.",
    previous_status="Last status",
    rows_cut="{shown} of {total} shown.",
    coverage="What was read",
    coverage_whole="Every server was read in full.",
    coverage_part=(
        "Not read in full: {number} of {total}. Findings that rest on it are not decided."
    ),
    server="Server",
    software="Software",
    kind="Kind",
    read_at="Read at",
    accounts="Accounts",
    read_whole="Complete",
    read_part="Not complete",
    no_answer="No answer",
    unread="Not readable",
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
    setting="Setting",
    value="Value",
    policy_text="The policy file as it was read: {file}",
    policy_text_cut="The rest is in policy.yml, beside this file.",
    no_policy_text="The run has no copy of the policy file.",
    journal="Journal of the run",
    journal_note=(
        "Read from {files}. A change is written into the journal before the server gets it, and "
        "its result after."
    ),
    journal_none="Nothing was enforced and nothing undone in this run: there is no journal.",
    journal_damaged=(
        "This line of the journal cannot be understood, and nothing after it was read: {where}"
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
    report_at="Report",
    worst="Worst first",
    since="Since {previous}",
)

# Every point of the letter by the control that answers it; the report names those not checked.
_POINTS = {
    **{control.name: PointText(clause=control.clause, title=control.title) for control in CONTROLS},
}

ENGLISH = Language(
    code="en",
    texts=_TEXTS,
    words=_WORDS,
    day_format="%Y-%m-%d",
    thousands=",",
    controls={
        control.name: ControlText(
            title=control.title,
            short=_SHORT[control.name],
            clause=control.clause,
            rationale=control.rationale,
            limit=control.limit,
        )
        for control in CONTROLS
    },
    points=_POINTS,
    messages={},
    terms={},
)

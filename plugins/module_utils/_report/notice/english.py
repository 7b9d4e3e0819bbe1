# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The letter to a unit in English, in the form of the Vietnamese one."""

from __future__ import annotations

from .contents import Kind, State
from .wording import FormWords, IndexWords, LetterWording, ListWords

_BODY = (
    "${cites}\n"
    "After the review of the official mail system on ${audited}, ${office} informs ${unit} "
    "of the result and asks for the following:\n"
    "1. Result of the review of the official mailboxes of ${unit}\n"
    "${locked}\n"
    "${soon}\n"
    "${forwards}\n"
    "${passwords}\n"
    "2. What is asked for\n"
    "${requests}\n"
    "On receipt of this letter, ${office} asks ${unit} to act without delay. If there are "
    "difficulties, please contact ${contact_details}.\n"
)

_LISTS = {
    Kind.LOCKED: ListWords(
        heading="Locked mailboxes (${count}):",
        note="Reason",
        request=(
            "Inform those who use the locked mailboxes, so that they check them; where a mailbox "
            "is still needed, propose to ${authority} that it be reopened."
        ),
    ),
    Kind.SOON: ListWords(
        heading="Mailboxes soon to be locked, for nobody signs in (${count}):",
        note="Locked from",
        request=(
            "Have those who use the mailboxes soon to be locked sign in, and use them regularly; a "
            "mailbox that nobody signs in to for more than ${months} months is locked."
        ),
    ),
    Kind.FORWARDS: ListWords(
        heading="Mailboxes and addresses that forward mail to outside (${count}):",
        note="What was found",
        request=(
            "Set up no automatic forwarding to mailboxes outside the official mail system; check "
            "the settings above and take them away. Where the user did not make them, tell "
            "${contact} at once."
        ),
    ),
    Kind.PASSWORDS: ListWords(
        heading="Mailboxes with a default or guessable password (${count}):",
        note="State of the password",
        request=(
            "Change default passwords at once; a new one has to be longer than 8 characters, with "
            "letters, digits and specials (@, !, #, %). Do not let the browser remember it, and "
            "tell it to nobody."
        ),
    ),
}

ENGLISH = LetterWording(
    language="en",
    subject="review of locked official mailboxes, and safe use of mailboxes",
    body=_BODY,
    nation="SOCIALIST REPUBLIC OF VIET NAM",
    motto="Independence - Freedom - Happiness",
    number="No.: ${number}${symbol}",
    blank_number="No.:         ${symbol}",
    dated="${place}, ${day} ${month_name} ${year}",
    undated="${place}, ....................... ${year}",
    about="Re: ${about}",
    to="To:",
    copies_label="Recipients:",
    as_above="As above",
    archive="Archived: ${archive}",
    ends=(";", "."),
    cite_ends=(";", "."),
    day="${day} ${month_short} ${year}",
    no_unit="the departments of ${office}",
    no_unit_note=(
        "The mailboxes and addresses in this letter belong to no unit in the system, so that "
        "${office} reviews them itself: it finds out who uses them and which unit is in charge, "
        "and does what is said below."
    ),
    authority="the competent authority",
    serial="No.",
    address="Address",
    last_sign_in="Last sign-in",
    never="None on record",
    lists=_LISTS,
    points="abcdef",
    answer_request=(
        "Enter the wish for each locked mailbox in the answer form that goes with this letter, and "
        "send it to ${contact} by ${deadline}, for the report to the leadership."
    ),
    closing_request=(
        "Report what was done to ${contact} by ${deadline}, for the report to the leadership."
    ),
    notes={
        State.LOCKED: "Locked by an administrator",
        State.LOCKED_BY_FAILURES: "Locked by the server on ${at}, after many wrong passwords",
        State.LOCKED_NOW: "Locked in this run",
        State.SOON: "${due}",
        State.OVERDUE: "Any time: the limit of ${months} months is past",
        State.FORWARDS: "${found}",
        State.MAY_FORWARD: "${found}",
        State.SWITCHED_OFF: "${found}. Switched off",
        State.DEFAULT_PASSWORD: "A default or guessable password is in use",
        State.NEVER_CHANGED: "Never changed since it was given out (${made})",
        State.MUST_CHANGE: "Has to be changed at the next sign-in; not done yet",
    },
    forwards={
        "external-forwarding.outside": "Forwards mail to ${to}",
        "external-forwarding.unclear": "Forwards mail to ${to} (an unclear address)",
        "external-forwarding.through": "Forwards mail through another mailbox to ${to}",
        "external-forwarding.dormant": "A rule that is not in force would forward mail to ${to}",
        "external-forwarding.opaque": "Forwards mail to where it cannot be told",
        "external-forwarding.answers": "Automatic answers give ${to} as their sender",
    },
    causes={
        "idle-mailbox": "Nobody signed in for a long time",
        "default-password": "Still has a default or guessable password",
    },
    states={
        State.LOCKED: "Locked",
        State.LOCKED_BY_FAILURES: "Locked for a time",
        State.LOCKED_NOW: "Locked",
    },
    form=FormWords(
        title="ANSWER FORM",
        about="On the locked official mailboxes of ${unit}",
        instructions=(
            "Please write \u201creopen\u201d or \u201ckeep locked\u201d, the reason, the approver "
            "and the date of approval for each mailbox; leave the addresses and headings as "
            "they are.",
            "Send the form to ${contact_details} by ${deadline}.",
        ),
        signatures=("FILLED IN BY", "HEAD OF THE UNIT"),
        dateline="..............., ....................... ${year}",
    ),
    index=IndexWords(
        title="Letters to the units",
        run="Run",
        summary="{letters} letters, {units} units.",
        incomplete=(
            "{servers} could not be read in full: there may be mailboxes that no letter names."
        ),
        unit="Unit",
        kinds={
            Kind.LOCKED: "Locked",
            Kind.SOON: "Soon locked",
            Kind.FORWARDS: "Forwards outside",
            Kind.PASSWORDS: "Default passwords",
        },
        files="Files",
        nothing="Nothing to tell, no letter",
        no_unit="In no unit (letter to the office itself)",
    ),
)

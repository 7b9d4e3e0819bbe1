# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The English names for the keys of the files."""

from __future__ import annotations

from ...texts import Words

WORDS = Words(
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
        "decided": "Known now",
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

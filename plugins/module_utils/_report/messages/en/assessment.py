# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""In English: findings of the assessment itself, where something was not read."""

from __future__ import annotations

from ...texts import FindingWords

ASSESSMENT = FindingWords(
    advice={
        "assessment.no-log": "Set mailbox_logs or mailbox_journal for the mail hosts",
        "assessment.unreadable": "Mend the reading, then audit again",
        "assessment.not-read": "Mend the reading, then audit again",
        "assessment.no-answer": "Audit again when it is on",
        "assessment.policy-unreadable": "Give the auditor the right to read the policies",
    },
)

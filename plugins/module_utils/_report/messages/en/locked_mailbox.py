# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The control locked-mailbox in English."""

from __future__ import annotations

from ...._core.controls.locked_mailbox import LOCKED_MAILBOX as CONTROL
from ...texts import ControlWords, text_of

LOCKED_MAILBOX = ControlWords(
    text=text_of(CONTROL, short="Locked mailboxes"),
    advice={
        "locked-mailbox.administrator": (
            "Owner checks and proposes; the competent authority decides"
        ),
        "locked-mailbox.failures": "Ask the owner; if it was not they, have the password changed",
    },
)

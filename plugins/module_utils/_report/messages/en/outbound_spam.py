# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The control outbound-spam in English."""

from __future__ import annotations

from ...._core.controls.outbound_spam import OUTBOUND_SPAM as CONTROL
from ...texts import ControlWords, text_of

OUTBOUND_SPAM = ControlWords(
    text=text_of(CONTROL, short="Outbound spam"),
    advice={
        "outbound-spam.hour": "Ask the owner; if it was not they, lock the mailbox",
        "outbound-spam.unusual": "Ask the owner what was sent that day",
        "outbound-spam.bounced": "Ask the owner what list was written to",
        "outbound-spam.networks": "Ask the owner; if it was not they, have the password changed",
        "outbound-spam.guessed": "Ask the owner; if it was not they, have the password changed",
        "outbound-spam.wrong-passwords": "See to a strong password, and to old devices",
        "outbound-spam.unlimited": "Run civic.mailbox.outbound_limits on the mail host",
        "outbound-spam.by-program": "Look at the rules of that program",
        "outbound-spam.with-outside": (
            "Have users sign in at port 587 alone, then run civic.mailbox.outbound_limits"
        ),
    },
)

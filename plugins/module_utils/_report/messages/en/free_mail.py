# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The control free-mail in English."""

from __future__ import annotations

from ...._core.controls.free_mail import FREE_MAIL as CONTROL
from ...texts import ControlWords, text_of

FREE_MAIL = ControlWords(
    text=text_of(CONTROL, short="Free mail"),
    advice={
        "free-mail.recovery": "Have another way to set a new password; take the address out",
        "free-mail.contact": "Ask the owner; give the office's own address in its place",
        "free-mail.much": "Ask the unit; give it the office's own means where work goes there",
    },
)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The control regular-use in English."""

from __future__ import annotations

from ...._core.controls.regular_use import REGULAR_USE as CONTROL
from ...texts import ControlWords, text_of

REGULAR_USE = ControlWords(
    text=text_of(CONTROL, short="Regular use"),
    advice={
        "regular-use.seldom": "Remind the unit to use its mailboxes",
        "regular-use.undecided": "Switch on the recording of sign-ins",
    },
)

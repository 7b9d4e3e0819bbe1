# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The control external-forwarding in English."""

from __future__ import annotations

from ...._core.controls.external_forwarding import EXTERNAL_FORWARDING as CONTROL
from ...texts import ControlWords, text_of

EXTERNAL_FORWARDING = ControlWords(
    text=text_of(CONTROL, short="Forwarding"),
    advice={
        "external-forwarding.through": (
            "Nothing here: the last address that it passes has a finding of its own with a remedy"
        ),
        "external-forwarding.dormant": "Ask the owner, then delete the rule",
        "external-forwarding.answers": "Change the sender in the script, together with the owner",
        "external-forwarding.opaque": "Look at it together with the owner",
    },
)

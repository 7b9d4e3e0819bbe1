# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The control password-policy in English."""

from __future__ import annotations

from ...._core.controls.password_policy import PASSWORD_POLICY as CONTROL
from ...texts import ControlWords, text_of

PASSWORD_POLICY = ControlWords(
    text=text_of(CONTROL, short="Password policy"),
    advice={
        "password-policy.none": "Put these accounts under a password policy of the server",
        "password-policy.classes": "Install a check module that demands them",
        "password-policy.classes-unreadable": (
            "Ask the server's administrator what the module demands"
        ),
        "password-policy.blocklist": "Install a check module with a list of known bad passwords",
        "password-policy.blocklist-unreadable": "Ask the server's administrator",
    },
)

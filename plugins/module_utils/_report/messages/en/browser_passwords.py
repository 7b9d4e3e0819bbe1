# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The control browser-passwords in English."""

from __future__ import annotations

from ...._core.controls.browser_passwords import BROWSER_PASSWORDS as CONTROL
from ...texts import ControlWords, text_of

BROWSER_PASSWORDS = ControlWords(
    text=text_of(CONTROL, short="Browsers"),
    advice={
        "browser-passwords.keeps": "Run civic.mailbox.browser_policy on the workstation",
        "browser-passwords.no-browser": "Look at the workstation",
    },
)

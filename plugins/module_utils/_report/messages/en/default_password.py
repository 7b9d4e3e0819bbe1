# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The control default-password in English."""

from __future__ import annotations

from ...._core.controls.default_password import DEFAULT_PASSWORD as CONTROL
from ...texts import ControlWords, text_of

DEFAULT_PASSWORD = ControlWords(
    text=text_of(CONTROL, short="Default passwords"),
    silent={
        "default-password.guessed": (
            "Accounts in order by their dates alone: {number} of {total}. Their stored passwords "
            "were not compared with the office's default ones."
        ),
    },
    advice={
        "default-password.guessed": "A new password is forced already; see to it that it is set",
        "default-password.pending": "Have the owner sign in and set a new password",
        "default-password.no-time": (
            "Give the auditor the right to read it, or force a new password"
        ),
        "default-password.odd-time": "Set the server's clock right, or force a new password",
    },
)

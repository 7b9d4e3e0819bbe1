# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The control idle-mailbox in English."""

from __future__ import annotations

from ...._core.controls.idle_mailbox import IDLE_MAILBOX as CONTROL
from ...texts import ControlWords, text_of

IDLE_MAILBOX = ControlWords(
    text=text_of(CONTROL, short="Idle mailboxes"),
    advice={
        "idle-mailbox.lagging": "Wait for a later sign-in record, or ask the owner",
        "idle-mailbox.record-off": "Switch the recording of sign-ins on again",
        "idle-mailbox.ahead": "Set the server's clock right and read it again",
        "idle-mailbox.no-record": "State in the policy since when sign-ins are recorded",
        "idle-mailbox.no-witness": "Switch on the recording of sign-ins",
        "idle-mailbox.short-record": "Wait until the record is old enough, or ask the owner",
        "idle-mailbox.no-creation": "Give the auditor the right to read it, or ask the owner",
    },
)

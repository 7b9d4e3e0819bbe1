# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The controls, in the order of the letter. A new one is a file beside this and a line below."""

from __future__ import annotations

from ..control import Control
from .browser_passwords import BROWSER_PASSWORDS
from .default_password import DEFAULT_PASSWORD
from .external_forwarding import EXTERNAL_FORWARDING
from .idle_mailbox import IDLE_MAILBOX
from .locked_mailbox import LOCKED_MAILBOX
from .password_policy import PASSWORD_POLICY
from .regular_use import REGULAR_USE

CONTROLS: tuple[Control, ...] = (
    PASSWORD_POLICY,
    DEFAULT_PASSWORD,
    BROWSER_PASSWORDS,
    EXTERNAL_FORWARDING,
    IDLE_MAILBOX,
    LOCKED_MAILBOX,
    REGULAR_USE,
)

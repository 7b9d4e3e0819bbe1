# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The controls, in the order of the letter. A new one is a file beside this and a line below."""

from __future__ import annotations

from ..control import Control
from .browser_passwords import BROWSER_PASSWORDS
from .default_password import DEFAULT_PASSWORD
from .external_forwarding import EXTERNAL_FORWARDING
from .free_mail import FREE_MAIL
from .idle_mailbox import IDLE_MAILBOX
from .locked_mailbox import LOCKED_MAILBOX
from .outbound_spam import OUTBOUND_SPAM
from .password_policy import PASSWORD_POLICY
from .regular_use import REGULAR_USE
from .service_signup import SERVICE_SIGNUP

CONTROLS: tuple[Control, ...] = (
    PASSWORD_POLICY,
    DEFAULT_PASSWORD,
    BROWSER_PASSWORDS,
    EXTERNAL_FORWARDING,
    FREE_MAIL,
    SERVICE_SIGNUP,
    IDLE_MAILBOX,
    LOCKED_MAILBOX,
    OUTBOUND_SPAM,
    REGULAR_USE,
)

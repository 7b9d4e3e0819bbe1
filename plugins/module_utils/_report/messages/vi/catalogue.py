# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The report in Vietnamese, in the wording of official letters: a file for each control."""

from __future__ import annotations

from ...language import Language
from .assessment import ASSESSMENT
from .browser_passwords import BROWSER_PASSWORDS
from .default_password import DEFAULT_PASSWORD
from .external_forwarding import EXTERNAL_FORWARDING
from .free_mail import FREE_MAIL
from .idle_mailbox import IDLE_MAILBOX
from .locked_mailbox import LOCKED_MAILBOX
from .outbound_spam import OUTBOUND_SPAM
from .password_policy import PASSWORD_POLICY
from .reading import READING
from .reasons import REASONS
from .references import REMARKS
from .regular_use import REGULAR_USE
from .service_signup import SERVICE_SIGNUP
from .terms import PATTERNS, TERMS
from .texts import TEXTS
from .words import WORDS

VIETNAMESE = Language(
    code="vi",
    texts=TEXTS,
    words=WORDS,
    day_format="%d/%m/%Y",
    thousands=".",
    controls={
        "password-policy": PASSWORD_POLICY,
        "default-password": DEFAULT_PASSWORD,
        "browser-passwords": BROWSER_PASSWORDS,
        "external-forwarding": EXTERNAL_FORWARDING,
        "free-mail": FREE_MAIL,
        "service-signup": SERVICE_SIGNUP,
        "idle-mailbox": IDLE_MAILBOX,
        "locked-mailbox": LOCKED_MAILBOX,
        "outbound-spam": OUTBOUND_SPAM,
        "regular-use": REGULAR_USE,
    },
    assessment=ASSESSMENT,
    terms=TERMS,
    patterns=(*PATTERNS, *REMARKS, *READING),
    reasons=REASONS,
)

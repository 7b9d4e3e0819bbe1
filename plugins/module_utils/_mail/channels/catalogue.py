# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Every channel, in the order in which they are read."""

from __future__ import annotations

from .alias import ALIAS
from .always_bcc import ALWAYS_BCC
from .canonical import CANONICAL
from .dot_forward import DOT_FORWARD
from .global_sieve import GLOBAL_SIEVE
from .luser_relay import LUSER_RELAY
from .mail_action import MAIL_ACTION
from .recipient_bcc import RECIPIENT_BCC
from .relocated import RELOCATED
from .sender_bcc import SENDER_BCC
from .sieve import SIEVE
from .transport import TRANSPORT
from .virtual import VIRTUAL

CHANNELS = (
    SIEVE,
    GLOBAL_SIEVE,
    DOT_FORWARD,
    ALIAS,
    VIRTUAL,
    RECIPIENT_BCC,
    SENDER_BCC,
    ALWAYS_BCC,
    LUSER_RELAY,
    CANONICAL,
    TRANSPORT,
    RELOCATED,
    MAIL_ACTION,
)

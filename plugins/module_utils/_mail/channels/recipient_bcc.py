# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Copies of the mail to some addresses (postconf(5)): recipient_bcc_maps."""

from __future__ import annotations

from functools import partial

from ..address_tables import read_tables
from ..channel import Channel

_NAME = "recipient_bcc"

RECIPIENT_BCC = Channel(
    name=_NAME, read=partial(read_tables, channel=_NAME, parameter="recipient_bcc_maps")
)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A copy of all mail (postconf(5)): always_bcc."""

from __future__ import annotations

from collections.abc import Iterator

from ..._core.account import Forward
from ..channel import Channel
from ..mail_host import MailHost
from ..records import EVERYBODY, Record, forward

_NAME = "always_bcc"


def _read(host: MailHost) -> Iterator[Record]:
    if host.postfix is None:
        return
    for value in host.postfix.values("always_bcc"):
        address = host.postfix.complete(value)
        yield forward(EVERYBODY, Forward(address=address, channel=_NAME, source="always_bcc"))


ALWAYS_BCC = Channel(name=_NAME, read=_read)

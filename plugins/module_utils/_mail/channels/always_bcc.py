# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A copy of all mail (postconf(5)): always_bcc."""

from __future__ import annotations

from collections.abc import Iterator

from ..channel import Channel
from ..mail_host import MailHost
from ..records import Record
from ..routes import Routes

_NAME = "always_bcc"


def _read(host: MailHost) -> Iterator[Record]:
    if host.postfix is None:
        return
    routes = Routes(channel=_NAME, postfix=host.postfix, is_single=True)
    for value in host.postfix.values("always_bcc"):
        yield from routes.of_setting(value, "always_bcc")


ALWAYS_BCC = Channel(name=_NAME, read=_read)

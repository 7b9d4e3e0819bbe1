# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Where mail for local names that nobody has goes (local(8)): luser_relay."""

from __future__ import annotations

from collections.abc import Iterator

from ..channel import Channel
from ..mail_host import MailHost
from ..records import Record
from ..routes import Routes

_NAME = "luser_relay"


def _read(host: MailHost) -> Iterator[Record]:
    if host.postfix is None:
        return
    routes = Routes(channel=_NAME, postfix=host.postfix)
    for value in host.postfix.values("luser_relay"):
        yield from routes.of_setting(value, "luser_relay")


LUSER_RELAY = Channel(name=_NAME, read=_read)

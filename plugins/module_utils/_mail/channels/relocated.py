# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Addresses that moved (relocated(5)): relocated_maps.

Their mail is refused, and the refusal names the new address. Nothing is sent on by itself, so each
is told as not in force.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ..address_tables import known_keys
from ..channel import Channel
from ..mail_host import MailHost
from ..records import Record
from ..routes import Routes
from ..tables import TableReader

_NAME = "relocated"
_ADDRESS = re.compile(r"[^\s,;:<>()]+@[^\s,;:<>()]+")  # in a text of any kind


def _read(host: MailHost) -> Iterator[Record]:
    if host.postfix is None:
        return
    reader = TableReader(
        postfix=host.postfix, parameter="relocated_maps", keys=lambda: known_keys(host)
    )
    routes = Routes(
        channel=_NAME,
        postfix=host.postfix,
        is_in_force=False,
        remark="mail does not go there, its senders are told the address",
    )
    for row in reader.rows():
        named = replace(row, value=", ".join(_ADDRESS.findall(row.value)))
        yield from routes.of_row(host.address(row.key), named)


RELOCATED = Channel(name=_NAME, read=_read)

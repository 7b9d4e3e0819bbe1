# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Virtual aliases (virtual(5)): virtual_alias_maps. A whole domain's is told as "@domain"."""

from __future__ import annotations

import pwd
from collections.abc import Iterator

from ..channel import Channel
from ..mail_host import MailHost
from ..records import Record
from ..routes import Routes
from ..tables import TableReader

_NAME = "virtual"


def _read(host: MailHost) -> Iterator[Record]:
    if host.postfix is None:
        return
    reader = TableReader(
        postfix=host.postfix,
        parameter="virtual_alias_maps",
        keys=lambda: _keys(host),
        aliases=False,
    )
    routes = Routes(channel=_NAME, postfix=host.postfix)
    for row in reader.rows():
        if row.problem:
            yield row.problem
        else:
            mail = host.address(row.key)
            yield from routes.of_value(mail, row.value, str(row.table), row.place)


def _keys(host: MailHost) -> list[str]:
    """The addresses that are known here, and the domains' own keys."""
    addresses = {host.address(user.name) for user in host.users}
    addresses |= {host.address(user.pw_name) for user in pwd.getpwall()}
    domains = {f"@{address.rpartition('@')[2]}" for address in addresses}
    return sorted(addresses) + sorted(domains)


VIRTUAL = Channel(name=_NAME, read=_read)

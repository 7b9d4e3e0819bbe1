# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Aliases of local names (aliases(5)): alias_maps.

An alias is told as name@domain, with the first of Postfix's local domains. Chains are not followed:
each alias of a chain is told by itself.
"""

from __future__ import annotations

import pwd
from collections.abc import Iterator

from ..channel import Channel
from ..mail_host import MailHost
from ..records import Record
from ..routes import Routes
from ..tables import TableReader

_NAME = "alias"


def _read(host: MailHost) -> Iterator[Record]:
    if host.postfix is None:
        return
    reader = TableReader(
        postfix=host.postfix, parameter="alias_maps", keys=_local_users, aliases=True
    )
    routes = Routes(channel=_NAME, postfix=host.postfix)
    for row in reader.rows():
        yield from routes.of_row(host.address(row.key), row)


def _local_users() -> list[str]:
    return sorted({user.pw_name for user in pwd.getpwall()})


ALIAS = Channel(name=_NAME, read=_read)

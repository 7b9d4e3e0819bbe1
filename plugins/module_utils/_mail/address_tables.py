# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Tables of Postfix whose keys are addresses: user@domain, user, or @domain for all of a domain."""

from __future__ import annotations

from collections.abc import Iterator

from .mail_host import MailHost
from .records import Record
from .routes import Routes
from .tables import TableReader


def read_tables(
    host: MailHost, *, channel: str, parameter: str, is_single: bool = True
) -> Iterator[Record]:
    """The records of the tables that a parameter names; none without a Postfix."""
    if host.postfix is not None:
        routes = Routes(channel=channel, postfix=host.postfix, is_single=is_single)
        yield from read_through(host, parameter, routes)


def read_through(host: MailHost, parameter: str, routes: Routes) -> Iterator[Record]:
    """The records of the tables that a parameter names, as `routes` makes them."""
    reader = TableReader(postfix=routes.postfix, parameter=parameter, keys=lambda: known_keys(host))
    for row in reader.rows():
        yield from routes.of_row(host.address(row.key), row)


def known_keys(host: MailHost) -> list[str]:
    """The addresses that are known here, and the domains' own keys."""
    addresses = sorted(host.mailboxes)
    domains = {f"@{address.rpartition('@')[2]}" for address in addresses}
    return addresses + sorted(domains)

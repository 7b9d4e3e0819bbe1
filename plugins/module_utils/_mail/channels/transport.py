# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Mail for this host's own addresses that another host or a command gets: transport_maps.

What stands in transport(5) for addresses elsewhere is the way there, and nothing to tell. Where the
mail goes from the next host is not known here, so each is opaque.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ..._core.account import Forward
from ..address_tables import known_keys
from ..channel import Channel
from ..mail_host import MailHost
from ..own_domains import OwnDomains
from ..records import Record, forward
from ..tables import Row, TableReader

_NAME = "transport"
_HERE = re.compile(r"unix:|(?:inet:)?\[?(?:127\.|localhost\b|::1\b|IPv6:::1\b)", re.IGNORECASE)
_DELIVERS_HERE = re.compile(r"argv=\S*/(?:dovecot-lda|deliver|maildrop|procmail)\s")


def _read(host: MailHost) -> Iterator[Record]:
    postfix = host.postfix
    if postfix is None:
        return
    # A domain's key has no "@" here.
    reader = TableReader(
        postfix=postfix,
        parameter="transport_maps",
        keys=lambda: [key.removeprefix("@") for key in known_keys(host)],
    )
    rows = list(reader.rows())
    yield from (row.problem for row in rows if row.problem)
    programs = postfix.programs if rows else {}
    way_out = [
        (row, opaque)
        for row in rows
        if not row.problem and (opaque := leads_to(row.value, programs))
    ]
    own = OwnDomains.of(postfix, [_domain(row.key) for row, _ in way_out])
    for row, opaque in way_out:
        if _concerns_own(row, own, rows):
            yield _forward(row, opaque)


def _concerns_own(row: Row, own: OwnDomains, rows: Sequence[Row]) -> bool:
    """Whether the row is for addresses of this host.

    Of a table of patterns, the patterns are told by which a known address goes out.
    """
    if row.table.has_patterns:
        said = {other.value for other in rows if other.is_answer and other.table == row.table}
        return not row.is_answer and (row.value in said or ("$" in row.value and bool(said)))
    return bool(row.many) or row.key == "*" or own.has(_domain(row.key))


def leads_to(value: str, programs: Mapping[str, str]) -> str:
    """Who gets the mail by a row's value ("transport:nexthop"); "" where it stays on this host.

    `programs` are the services of master.cf with their commands.
    """
    service, _, nexthop = value.strip().partition(":")
    if not service and not nexthop:
        return ""
    program, _, arguments = programs.get(service, "").partition(" ")
    if program == "pipe":
        command = f"{arguments} "
        return "" if _DELIVERS_HERE.search(command) else f"a command gets the mail ({service})"
    is_client = program in ("smtp", "lmtp") or not service
    if not is_client or (program == "lmtp" and _HERE.match(nexthop)):
        return ""
    return f"{nexthop or 'the server of its domain'} gets the mail"


def _domain(key: str) -> str:
    return key.rpartition("@")[2].lower()


def _forward(row: Row, opaque: str) -> Record:
    key = "*" if row.many else row.key.lower()
    mail = key if "@" in key else f"@{key}"
    return forward(
        mail,
        Forward(address="", channel=_NAME, source=row.source, opaque=opaque, place=row.place),
    )


TRANSPORT = Channel(name=_NAME, read=_read)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Addresses that Postfix rewrites (canonical(5)): canonical_maps and its two kin.

Mail goes on where envelope recipients are rewritten. A sender's new address, or one in headers
only, sends nothing on by itself, but replies go there: it is told as not in force.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..address_tables import read_through
from ..channel import Channel
from ..lookup_table import words
from ..mail_host import MailHost
from ..postfix import Postfix
from ..records import Record
from ..routes import Routes

_NAME = "canonical"
_CLASSES = {
    "canonical_maps": "canonical_classes",
    "recipient_canonical_maps": "recipient_canonical_classes",
    "sender_canonical_maps": "sender_canonical_classes",
}


def _read(host: MailHost) -> Iterator[Record]:
    if host.postfix is None:
        return
    for parameter, classes in _CLASSES.items():
        in_force = "envelope_recipient" in _words(host.postfix, classes)
        routes = Routes(
            channel=_NAME,
            postfix=host.postfix,
            is_single=True,
            is_in_force=in_force,
            remark="" if in_force else f"{parameter}: mail does not go there, replies do",
        )
        yield from read_through(host, parameter, routes)


def _words(postfix: Postfix, parameter: str) -> set[str]:
    return {word for value in postfix.values(parameter) for word in words(value)}


CANONICAL = Channel(name=_NAME, read=_read)

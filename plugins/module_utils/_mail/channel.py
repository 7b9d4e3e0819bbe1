# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A way in which mail goes on by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .mail_host import MailHost
from .records import Record


@dataclass(frozen=True, kw_only=True)
class Channel:
    """What Forward.channel calls it, the server it belongs to, and how it is read.

    `read` yields forward and problem records. It raises MailHostError when the server does not
    answer.
    """

    name: str
    server: str  # "dovecot" or "postfix": a field of MailHost
    read: Callable[[MailHost], Iterator[Record]]

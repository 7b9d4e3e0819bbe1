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
    """What Forward.channel calls it, and how it is read.

    `read` yields forward and problem records, none where the channel's server is not there. It
    raises MailHostError when that server does not answer.
    """

    name: str
    read: Callable[[MailHost], Iterator[Record]]

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What a mail host's Postfix does with mail from listed senders, as rows of an access table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

CHANNEL = "listed_senders"  # of the changes that set the table
HEADER = "X-Listed-Sender"
REFUSAL = "Official addresses take no mail from this service"
LEAVE, TAG, REJECT = WAYS = ("leave", "tag", "reject")


@dataclass(frozen=True, kw_only=True, slots=True)
class SenderTable:
    """The table of ours, as a mail host has it."""

    file: str
    rows: tuple[str, ...]  # that are in force; none where Postfix does not ask the table
    unasked: tuple[str, ...]  # services of master.cf with restrictions of their own instead


def rows_of(domains: Iterable[str], way: str) -> tuple[str, ...]:
    """The rows for these domains and all below them.

    Which of its two rows holds for what is below a domain is a matter of Postfix's
    parent_domain_matches_subdomains (access(5)): with both it is the same everywhere.
    """

    def row(key: str, domain: str) -> str:
        action = f"PREPEND {HEADER}: {domain}" if way == TAG else f"REJECT {REFUSAL}"
        return f"{key} {action}"

    return tuple(row(key, domain) for domain in sorted(domains) for key in (domain, f".{domain}"))

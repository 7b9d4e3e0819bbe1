# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Sign-ins that a mail host tells of after the audit: what a plan rests on may have changed there.

A directory's own record is looked at in the write itself; this one nobody but the mail host has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .dates import format_time
from .mail_facts import MailFacts
from .plan import Change
from .step import Skip, Why


@dataclass(frozen=True, kw_only=True)
class LaterSignIns:
    """What the mail hosts know by now."""

    facts: MailFacts
    unread: str = ""  # why not all sign-ins are known

    def skip(self, change: Change) -> Skip | None:
        """Why a change that rests on sign-ins is not to be made."""
        if "sign_ins" not in change.seen:
            return None
        names = _names(change)
        found = self.facts.sign_ins.of(names)
        latest = max(found, key=lambda one: one.at, default=None)
        known = change.seen["sign_ins"]
        if latest and format_time(latest.at) > known:
            how = f"{latest.source}, {latest.detail}" if latest.detail else latest.source
            reason = (
                f"signed in since the audit: the last time was {known or 'not known'} and is"
                f" {format_time(latest.at)} now ({how}). Left as it is"
            )
            return Skip(change=change, why=Why.CHANGED, reason=reason)
        unread = self.facts.gaps(names).get("sign_ins") or self.unread
        if unread:
            reason = f"whether somebody signed in since the audit cannot be told: {unread}"
            return Skip(change=change, why=Why.REFUSED, reason=reason)
        return None


def _names(change: Change) -> list[str]:
    """What a mail host may call the account: an address, or the login name."""
    facts = change.facts
    names = [change.subject, *facts.get("addresses", ()), facts.get("login", "")]
    return list(dict.fromkeys(name.lower() for name in names if name))


def rests_on_sign_ins(changes: Iterable[Change]) -> bool:
    """Whether any of them does."""
    return any("sign_ins" in change.seen for change in changes)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What became of subjects that a run has no finding on any more, as far as its reading tells."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from .controls.catalogue import CONTROLS
from .junk_verdicts import NEARLY_FULL

LOGS = "mail logs"  # subject of what is said once, where no log was read

_OF_ACCOUNTS = frozenset(control.name for control in CONTROLS if control.account)
_OF_MAIL_HOSTS = frozenset(control.name for control in CONTROLS if control.mail_host)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadServer:
    """One server that was to be read."""

    name: str
    kind: str  # of snapshot.KINDS
    complete: bool
    accounts: int  # how many it has
    unread: Collection[str]  # account fields that could not be read of some unit or all


@dataclass(frozen=True, kw_only=True)
class Subjects:
    """Tells the fate of subjects without a finding, by how the run went."""

    servers: Sequence[ReadServer]
    controls: Collection[str]  # that were assessed
    knows_account: Callable[[str], bool]  # by subject
    knows_forwards: Callable[[str], bool]  # whether all ways an address's mail can go on were read
    knows_quotas: bool = False  # how full every mailbox is

    def settled(self, control: str, subject: str, server: str, message: str = "") -> bool:
        """Whether an earlier finding that did not come again is known to be put right.

        True of a server that is now read in full, of a directory in which every account has a
        password policy now, and of an address that forwards nowhere any more. An account or a
        policy that is gone was not assessed. `server` and `message` are the finding's.
        """
        if control not in self.controls:
            return False
        if message == NEARLY_FULL.key:
            return self.knows_quotas and (not server or self.knows_account(subject))
        read = [
            one
            for one in self.servers
            if subject == one.name or (subject == LOGS and one.kind == "log")
        ]
        if read or server:
            unread = {name for one in read for name in one.unread}
            whole = bool(read) and all(one.complete for one in read)
            is_unread = "password_policy" if server else "submission"
            rests_on_it = server or control in _OF_MAIL_HOSTS
            return whole and not (rests_on_it and is_unread in unread)
        return "@" in subject and not self.knows_account(subject) and self.knows_forwards(subject)

    def disappeared(self, control: str, subject: str, server: str) -> bool:
        """Whether an account that had a finding is gone from its directory.

        Told only where that directory was read in full, and had accounts: an empty answer may be
        one to somebody who may see nothing.
        """
        if control not in _OF_ACCOUNTS or not server or self.knows_account(subject):
            return False
        read = [one for one in self.servers if (one.kind, one.name) == ("accounts", server)]
        return bool(read) and all(one.complete and one.accounts for one in read)

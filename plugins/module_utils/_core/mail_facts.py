# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What the mail hosts know, by address, to be joined with the accounts of the directory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .account import Account, Forward, SignIn
from .listed_senders import SenderTable
from .onward import Holder
from .outbound_limits import SubmissionService
from .snapshot import (
    Unread,
    read_forward,
    read_problem,
    read_sender_table,
    read_sign_in,
    read_submission,
    read_traffic,
    read_way,
    read_whose,
)
from .traffic import Traffic

_WAYS = {
    "files": "as the files that they are",
    "doveadm": "by doveadm, for they are no files that can be told",
}
# The Account fields that a mail host knows something of.
MAIL_FIELDS = frozenset({"sign_ins", "forwards"})


@dataclass(frozen=True)
class MailFacts:
    """Sign-ins, forwards, traffic and unreadable parts by lower-case address."""

    mailboxes: set[str] = field(default_factory=set)
    sign_ins: Mapping[str, list[SignIn]] = field(default_factory=lambda: defaultdict(list))
    forwards: Mapping[str, list[Forward]] = field(default_factory=lambda: defaultdict(list))
    traffic: Mapping[str, list[Traffic]] = field(default_factory=lambda: defaultdict(list))
    problems: Mapping[str, list[Unread]] = field(default_factory=lambda: defaultdict(list))
    # host -> its services where users sign in to send
    submissions: dict[str, tuple[SubmissionService, ...]] = field(default_factory=dict)
    # host -> its table of listed senders
    senders: dict[str, SenderTable] = field(default_factory=dict)
    # parts of a host that concern every address
    unread: list[Unread] = field(default_factory=list)
    # what the reader of the report has to know, and no verdict rests on
    notes: list[str] = field(default_factory=list)

    def add(self, records: Iterable[Mapping[str, Any]], host: str = "") -> None:
        """Take in the records of a mail or log snapshot of one host, by its inventory name."""
        for record in records:
            kind = record["record"]
            if kind == "sign_in":
                self.sign_ins[read_whose(record)].append(read_sign_in(record))
            elif kind == "forward":
                forward = replace(read_forward(record), host=host)
                self.forwards[read_whose(record)].append(forward)
            elif kind == "traffic":
                traffic = replace(read_traffic(record), host=host)
                self.traffic[read_whose(record)].append(traffic)
            else:
                self._add_of_host(kind, record, host)

    def joined(self, account: Account) -> Account:
        """The account with what the mail hosts know of its addresses and its login name."""
        addresses = dict.fromkeys(address.lower() for address in account.mail)
        names = _names(account)
        sign_ins = [s for name in names for s in self.sign_ins.get(name, ())]
        forwards = [f for address in addresses for f in self.forwards.get(address, ())]
        traffic = [t for name in names for t in self.traffic.get(name, ())]
        if not sign_ins and not forwards and not traffic:
            return account
        return replace(
            account,
            sign_ins=(*account.sign_ins, *sign_ins),
            forwards=(*account.forwards, *forwards),
            traffic=tuple(traffic),
        )

    def holders(self, accounts: Iterable[Account]) -> Iterator[Holder]:
        """Who forwards: these accounts, with what the hosts know of them, and every address."""
        for account in accounts:
            if account.mail:
                yield Holder(addresses=account.mail, forwards=self.joined(account).forwards)
        for address, forwards in self.forwards.items():
            yield Holder(addresses=(address,), forwards=tuple(forwards))

    def has_mailbox(self, account: Account) -> bool:
        """Whether a mail host that was read has a mailbox for the account."""
        return not self.mailboxes.isdisjoint(_names(account))

    def gaps(self, addresses: Iterable[str]) -> dict[str, str]:
        """Account field -> why it could not be read in full for these addresses."""
        return {
            unread.field: unread.reason
            for address in addresses
            for unread in self.problems.get(address.lower(), ())
        }

    def _add_of_host(self, kind: str, record: Mapping[str, Any], host: str) -> None:
        if kind == "mailbox":
            self.mailboxes.add(read_whose(record))
        elif kind == "submission":
            self.submissions[host] = read_submission(record)
        elif kind == "listed_senders":
            self.senders[host] = read_sender_table(record)
        elif kind == "way":
            self._add_way(record, host)
        elif kind == "problem":
            self._add_problem(record)

    def _add_way(self, record: Mapping[str, Any], host: str) -> None:
        by, mailboxes = read_way(record)
        if mailboxes:
            where = f"{host}: " if host else ""
            what = f"{mailboxes} mailbox{'es' if mailboxes > 1 else ''}"
            self.notes.append(f"{where}the Sieve scripts of {what} were read {_WAYS.get(by, by)}")

    def _add_problem(self, record: Mapping[str, Any]) -> None:
        subject, problem = read_problem(record)
        if not subject and not problem.field:
            self.notes.append(problem.message)
            return
        for name in (problem.field,) if problem.field else sorted(MAIL_FIELDS):
            unread = Unread(field=name, unit=None, reason=problem.message)
            if subject:
                self.problems[subject].append(unread)
            else:
                self.unread.append(unread)


def _names(account: Account) -> dict[str, None]:
    """What a mail host may call the account: an address, or the login name."""
    return dict.fromkeys(name.lower() for name in (*account.mail, account.login))

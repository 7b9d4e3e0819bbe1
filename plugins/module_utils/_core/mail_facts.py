# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What the mail hosts know, by address, to be joined with the accounts of the directory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .account import Account, Forward
from .control import SeenMailHost
from .last_sign_ins import LastSignIns
from .listed_senders import SenderTable
from .names import Names
from .onward import Holder
from .outbound_limits import SubmissionService
from .snapshot import (
    Unread,
    read_filled_quota,
    read_forward,
    read_problem,
    read_quotas,
    read_seen_spam_handling,
    read_sender_table,
    read_sign_in,
    read_submission,
    read_way,
    read_whose,
)
from .spam_handling import FilledQuota, SeenQuotas, SeenSpamHandling
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

    mailboxes: Names = field(default_factory=Names)
    sign_ins: LastSignIns = field(default_factory=LastSignIns)
    forwards: Mapping[str, list[Forward]] = field(default_factory=lambda: defaultdict(list))
    # by what a host calls the mailbox; None: no log was read
    traffic: Callable[[str], Iterable[Traffic]] | None = None
    problems: Mapping[str, list[Unread]] = field(default_factory=lambda: defaultdict(list))
    quotas: Mapping[str, list[FilledQuota]] = field(default_factory=lambda: defaultdict(list))
    # by the host's inventory name
    submissions: dict[str, tuple[SubmissionService, ...]] = field(default_factory=dict)
    spam_handling: dict[str, SeenSpamHandling] = field(default_factory=dict)
    quota_counts: dict[str, SeenQuotas] = field(default_factory=dict)
    senders: dict[str, SenderTable] = field(default_factory=dict)
    # parts of a host that concern every address
    unread: list[Unread] = field(default_factory=list)
    # what the reader of the report has to know, and no verdict rests on
    notes: list[str] = field(default_factory=list)

    def add(self, records: Iterable[Mapping[str, Any]], host: str = "") -> None:
        """Take in the records of a mail snapshot of one host, by its inventory name."""
        readers = self._readers
        for record in records:
            if read := readers.get(record["record"]):
                read(record, host)
        self.sign_ins.sort()
        self.mailboxes.sort()

    def joined(self, account: Account, names: Collection[str] | None = None) -> Account:
        """The account with what the mail hosts know of its addresses and its login name.

        `names`: names_of() the account, where they are known already.
        """
        names = names_of(account) if names is None else names
        sign_ins = self.sign_ins.of(names)
        forwards = self._forwards_of(account) if self.forwards else ()
        traffic = tuple(one for name in names for one in self.traffic(name)) if self.traffic else ()
        if not sign_ins and not forwards and not traffic:
            return account
        return replace(
            account,
            sign_ins=(*account.sign_ins, *sign_ins),
            forwards=(*account.forwards, *forwards),
            traffic=traffic,
        )

    def holders(self, accounts: Iterable[Account]) -> Iterator[Holder]:
        """Who forwards: these accounts, with what the hosts know of them, and every address."""
        for account in accounts:
            if account.mail:
                known = (*account.forwards, *self._forwards_of(account))
                yield Holder(addresses=account.mail, forwards=known)
        for address, forwards in self.forwards.items():
            yield Holder(addresses=(address,), forwards=tuple(forwards))

    def filled_quotas(self, names: Iterable[str]) -> dict[str, FilledQuota]:
        """Of the mailboxes by these names those that fill up."""
        if not self.quotas:
            return {}
        return {
            name: max(self.quotas[name], key=lambda one: one.percent)
            for name in names
            if name in self.quotas
        }

    @property
    def knows_quotas(self) -> bool:
        """Whether every host has told how full its mailboxes are, or that none has a quota."""
        for host, found in self.spam_handling.items():
            counts = self.quota_counts.get(host)
            if found.quotas and (counts is None or counts.failure or counts.unread):
                return False
        return True

    def seen(self, host: str) -> SeenMailHost:
        """What was read of a host itself, by its inventory name."""
        return SeenMailHost(
            name=host,
            submissions=self.submissions.get(host),
            spam_handling=self.spam_handling.get(host),
            quotas=self.quota_counts.get(host),
            senders=self.senders.get(host),
        )

    def has_mailbox(self, names: Iterable[str]) -> bool:
        """Whether a mail host that was read has a mailbox by one of these names."""
        return not self.mailboxes.isdisjoint(names)

    def gaps(self, addresses: Iterable[str]) -> dict[str, str]:
        """Account field -> why it could not be read in full for these addresses."""
        if not self.problems:
            return {}
        return {
            unread.field: unread.reason
            for address in addresses
            for unread in self.problems.get(address.lower(), ())
        }

    def _forwards_of(self, account: Account) -> tuple[Forward, ...]:
        addresses = dict.fromkeys(map(str.lower, account.mail))
        return tuple(one for address in addresses for one in self.forwards.get(address, ()))

    @property
    def _readers(self) -> dict[str, Callable[[Mapping[str, Any], str], None]]:
        """By the kind of record."""
        return {
            "mailbox": self._add_mailbox,
            "sign_in": self._add_sign_in,
            "forward": self._add_forward,
            "quota": self._add_quota,
            "quotas": self._add_quota_counts,
            "spam_handling": self._add_spam_handling,
            "submission": self._add_submission,
            "listed_senders": self._add_senders,
            "way": self._add_way,
            "problem": self._add_problem,
        }

    def _add_mailbox(self, record: Mapping[str, Any], _: str) -> None:
        self.mailboxes.add(read_whose(record))

    def _add_sign_in(self, record: Mapping[str, Any], _: str) -> None:
        self.sign_ins.add(read_whose(record), read_sign_in(record))

    def _add_forward(self, record: Mapping[str, Any], host: str) -> None:
        self.forwards[read_whose(record)].append(replace(read_forward(record), host=host))

    def _add_quota(self, record: Mapping[str, Any], host: str) -> None:
        self.quotas[read_whose(record)].append(replace(read_filled_quota(record), host=host))

    def _add_quota_counts(self, record: Mapping[str, Any], host: str) -> None:
        self.quota_counts[host] = read_quotas(record)

    def _add_spam_handling(self, record: Mapping[str, Any], host: str) -> None:
        self.spam_handling[host] = read_seen_spam_handling(record)

    def _add_submission(self, record: Mapping[str, Any], host: str) -> None:
        self.submissions[host] = read_submission(record)

    def _add_senders(self, record: Mapping[str, Any], host: str) -> None:
        self.senders[host] = read_sender_table(record)

    def _add_way(self, record: Mapping[str, Any], host: str) -> None:
        by, mailboxes = read_way(record)
        if mailboxes:
            where = f"{host}: " if host else ""
            what = f"{mailboxes} mailbox{'es' if mailboxes > 1 else ''}"
            self.notes.append(f"{where}the Sieve scripts of {what} were read {_WAYS.get(by, by)}")

    def _add_problem(self, record: Mapping[str, Any], _: str) -> None:
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


def names_of(account: Account) -> dict[str, None]:
    """What a mail host may call the account: an address, or the login name."""
    return dict.fromkeys(map(str.lower, (*account.mail, account.login)))

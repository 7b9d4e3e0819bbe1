# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What could not be read, and of whom: account field -> why, "" being the whole record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta

from .account import Account
from .control import Context
from .dates import format_time
from .mail_facts import MAIL_FIELDS, MailFacts, names_of
from .snapshot import Source
from .traffic import QUIET, LogCoverage, Missing
from .twins import Twin, disagreement

SHORT_LOG = (
    "the mail log of {host} tells of {first} to {last}, and mail_logs.cover_days asks for the last "
    "{days} days"
)
LOG_UNREAD = "of the mail log of {host} a file could not be read: {failure}"
LOG_LACKS = "the mail log of {host} tells nothing of {since} to {until}: {why}"
WHY_MISSING = {
    "file": "a file of it is missing",
    "silence": "nothing was written, or it was lost",
}

NO_MAILBOX = (
    "no mail host that was read has a mailbox by an address or the login name of this account: "
    "name the host in the inventory, or give the account the address that the host knows"
)
NO_ADDRESS = (
    "the entry has no mail address, so what the mail hosts know cannot be joined to it: give it one"
)
NO_MAIL_HOST = "no mail host was read, so Sieve scripts, .forward files and aliases are not known"

# Account fields by which it is judged whether somebody uses the account; "" is all of it.
_TELLS_OF_USE = ("", "created_at", "lock", "sign_ins")


class Gaps:
    """The gaps of one run, by whose they are. What it gives out is shared: not to be changed."""

    def __init__(self, sources: Iterable[Source], mail: MailFacts, context: Context) -> None:
        sources = tuple(sources)
        self._mail = mail
        self._has_hosts = any(source.kind == "mail" for source in sources)
        self.of_all: Mapping[str, str] = _of_all(sources, mail)
        self.of_logs: Mapping[str, str] = _of_logs(
            (source for source in sources if source.kind == "log"), context
        )
        self._of_all_and_logs = {**self.of_all, **self.of_logs}
        self._of_units = _of_units(sources)
        # Directories that were not read in full, by name.
        self.partial: Mapping[str, str] = {
            source.name: why_partial(source)
            for source in directories_of(sources)
            if not source.complete
        }

    def of_account(
        self, source: Source, account: Account, names: Iterable[str]
    ) -> Mapping[str, str]:
        """Of an account; `names` are those that a mail host may call it (mail_facts.names_of)."""
        on_hosts = self._has_hosts or not source.holds_mail
        of_everybody = self._of_all_and_logs if on_hosts else self.of_logs
        unjoined = self._unjoined(source, account, names)
        if not (unjoined or self._of_units or self._mail.problems or account.problems):
            return of_everybody
        return {
            **unjoined,
            **of_everybody,
            **self._of_units.get((source.name, account.unit), {}),
            **self._of_units.get((source.name, None), {}),
            **self._mail.gaps(account.mail),
            **{problem.field: problem.message for problem in account.problems},
        }

    def of_twins(
        self, source: Source, known: Account, twins: Iterable[Twin], replicas: Iterable[Twin]
    ) -> Mapping[str, str]:
        """What its owner's accounts elsewhere add to the gaps of an account."""
        gaps: dict[str, str] = {}
        for twin in replicas:
            gaps |= disagreement(source, known, twin)
        return gaps | self._of_elsewhere(source, twins)

    def of_address(self, address: str) -> Mapping[str, str]:
        """Of an address that no account has."""
        return {**self.of_all, **self._mail.gaps([address])}

    def lacks_forwards(self, address: str) -> bool:
        """Whether some way in which mail for the address could go on was not read."""
        return (
            "forwards" in self.of_all
            or any("forwards" in gaps for gaps in self._of_units.values())
            or "forwards" in self._mail.gaps([address])
        )

    def _unjoined(
        self, source: Source, account: Account, names: Iterable[str]
    ) -> Mapping[str, str]:
        """The gaps of an account that no mail host knows: its silence there says nothing."""
        if source.holds_mail or self._mail.has_mailbox(names):
            return {}
        fields = MAIL_FIELDS if self._mail.mailboxes else frozenset({"forwards"})
        if not account.traffic:
            fields |= {"traffic"}
        return dict.fromkeys(sorted(fields), NO_MAILBOX if account.mail else NO_ADDRESS)

    def _of_elsewhere(self, source: Source, twins: Iterable[Twin]) -> dict[str, str]:
        """Why it is not known for sure that nobody signed in elsewhere."""
        reasons = [why for name, why in self.partial.items() if name != source.name]
        for twin in twins:
            there = self.of_account(twin.source, twin.account, names_of(twin.account))
            reasons += [there[name] for name in _TELLS_OF_USE if name in there]
        return {"sign_ins": reasons[0]} if reasons else {}


def reason_of(reads: frozenset[str], gaps: Mapping[str, str]) -> str | None:
    """Why something of these fields could not be read in full."""
    return next((gaps[name] for name in ("", *sorted(reads)) if name in gaps), None)


def why_partial(source: Source) -> str:
    """Why not all of a server is known."""
    return f"{source.name} was not read in full: {source.message}"


def span_of(log: LogCoverage) -> dict[str, str]:
    """A log's host and the times of its first and last line, as text."""
    first, last = (format_time(at) if at else "?" for at in (log.first, log.last))
    return {"host": log.host, "first": first, "last": last}


def directories_of(sources: Iterable[Source]) -> list[Source]:
    """The directories among the servers."""
    return [source for source in sources if source.kind == "accounts"]


def _of_all(sources: Iterable[Source], mail: MailFacts) -> dict[str, str]:
    """Account field -> why it could not be read in full for anybody."""
    hosts = [source for source in sources if source.kind == "mail"]
    gaps = {} if hosts else {"forwards": NO_MAIL_HOST}
    for host in hosts:
        if not host.complete:
            gaps |= dict.fromkeys(sorted(MAIL_FIELDS), why_partial(host))
        gaps |= {unread.field: unread.reason for unread in host.unread}
    return gaps | {unread.field: unread.reason for unread in mail.unread}


def _of_logs(logs: Iterable[Source], context: Context) -> dict[str, str]:
    """Why the logs do not tell of all that happened in the days that the policy asks for."""
    days = context.policy.mail_logs.cover_days
    since = context.now - timedelta(days=days)
    for log in logs:
        if not log.complete or log.coverage is None:
            return {"traffic": why_partial(log)}
        coverage = log.coverage
        if coverage.failures:
            told = LOG_UNREAD.format(host=log.name, failure=coverage.failures[0])
            return {"traffic": told}
        if lack := coverage.lacks(since, context.now):
            return {"traffic": _lacking(log.name, lack)}
        if not coverage.covers(since, context.now, QUIET):
            return {"traffic": SHORT_LOG.format(**span_of(coverage), days=days)}
    return {}


def _lacking(host: str, lack: Missing) -> str:
    since, until = format_time(lack.since), format_time(lack.until)
    return LOG_LACKS.format(host=host, since=since, until=until, why=WHY_MISSING[lack.why])


def _of_units(sources: Iterable[Source]) -> dict[tuple[str, str | None], dict[str, str]]:
    """(directory, unit or None for all of it) -> account field -> why it could not be read."""
    gaps: dict[tuple[str, str | None], dict[str, str]] = defaultdict(dict)
    for source in directories_of(sources):
        for unread in source.unread:
            gaps[source.name, unread.unit][unread.field] = unread.reason
    return dict(gaps)

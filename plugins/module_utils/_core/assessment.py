# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Assess: (policy, snapshots, now) -> findings. Pure, and a stream: one account at a time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from .account import Account
from .control import (
    Context,
    Control,
    Elsewhere,
    MailAddress,
    Message,
    PolicyUse,
    Status,
    Verdict,
    Workstation,
    expired,
)
from .dates import CLOCKS_AGREE, clocks_differ, format_time, local_day
from .exemptions import Approval
from .fate import LOGS, ReadServer, Subjects
from .findings import Finding
from .idle_ages import IdleAges
from .mail_facts import MAIL_FIELDS, MailFacts
from .names import Names
from .onward import Onward
from .policy import Policy
from .snapshot import Source, read_account, read_password_policy
from .spam_handling import FilledQuota
from .traffic import QUIET, LogCoverage, Missing
from .twins import Twin, Twins, disagreement, is_replica
from .usage import Usage

UNREADABLE = Message("assessment.unreadable", "Cannot be told: {reason}")
NOT_READ = Message("assessment.not-read", "{server} could not be read in full: {reason}")
NO_ANSWER = Message(
    "assessment.no-answer", "{server} did not answer, so nothing is known of it: {reason}"
)
POLICY_UNREADABLE = Message(
    "assessment.policy-unreadable",
    "{accounts} accounts: which password policy governs them, or what it demands, cannot be read",
)

NO_LOG = Message(
    "assessment.no-log",
    "No mail log was read: set mailbox_logs or mailbox_journal for the mail hosts in the inventory",
)
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
LOG_READ = (
    "{host}: {lines} lines of its mail log were read, which tells of {first} to {last}; not "
    "counted: {untimed} without a time, {overlong} too long; wrong passwords for users that there "
    "are not: {strangers}"
)

NO_MAILBOX = (
    "no mail host that was read has a mailbox by an address or the login name of this account: "
    "name the host in the inventory, or give the account the address that the host knows"
)
NO_ADDRESS = (
    "the entry has no mail address, so what the mail hosts know cannot be joined to it: give it one"
)
SEVERAL_ADDRESSES = (
    "{number} accounts have several mail addresses, as {example}: their findings go by the first "
    "one, and what mail hosts know of the others counts too; leave one if that is a mistake"
)
SILENT = (
    "{number} workstations did not answer, as {example}: nothing is known of their browsers; audit "
    "again when they are on"
)
IN_SEVERAL_DIRECTORIES = (
    "{number} mailboxes have accounts in several directories, as {example}: each account is judged "
    "where it is, and is idle only if its owner uses none of them"
)
NO_MAIL_HOST = "no mail host was read, so Sieve scripts, .forward files and aliases are not known"


@dataclass(frozen=True, kw_only=True, slots=True)
class _About:
    """A subject, and what goes into each of its findings."""

    subject: str
    unit: str = ""
    dn: str = ""
    server: str = ""
    gaps: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)  # that an exemption's selector sees
    account: Account | None = None
    elsewhere: tuple[Account, ...] = ()


class Assessment:
    """One assessment. Feed it the accounts of each directory, then ask for the rest."""

    def __init__(
        self,
        *,
        policy: Policy,
        controls: Sequence[Control],
        sources: Sequence[Source],
        mail: MailFacts,
        now: datetime,
        forwarding: Iterable[Account] = (),
        sharing: Iterable[tuple[Source, Account]] = (),
        reopened: Mapping[str, datetime] | None = None,
        workstations: Iterable[Workstation] = (),
    ) -> None:
        """`controls` are the ones to assess; `sources` every server that was to be read.

        `forwarding` are the accounts of all directories that have forwards of their own, or several
        addresses: forwards to them are followed. `sharing` are those, with their directories, that
        have an address which another account has, too. Both are assessed when they come with all
        others. `reopened`: account id -> when it was opened by approval.
        """
        self.accounts_by_unit: Counter[str] = Counter()
        self.exempted: Counter[int] = Counter()  # index of the exemption -> findings covered
        self.partners: Counter[str] = Counter()  # partner domain -> findings covered
        self._policy = policy
        self._controls = controls
        self._sources = sources
        self._mail = mail
        self._reopened = reopened or {}
        self._workstations = tuple(workstations)
        today = local_day(now, policy.time_zone)
        onward = Onward.of(
            mail.holders(forwarding),
            mailboxes=mail.mailboxes,
            policy=policy.forwarding,
            today=today,
        )
        coverages = tuple(source.coverage for source in sources if source.coverage)
        self._hosts = [source for source in sources if source.kind == "mail"]
        self.quotas_known = all(source.complete for source in self._hosts) and mail.knows_quotas
        self._context = Context(
            policy=policy,
            now=now,
            today=today,
            logs=coverages,
            quotas_known=self.quotas_known,
            onward=onward,
        )
        self._logs = [source for source in sources if source.kind == "log"]
        # Where no log was read, that is one finding, not one for each account.
        reads_logs = any(log.complete for log in self._logs)
        self._of_accounts = [
            (c, c.account)
            for c in controls
            if c.account and (reads_logs or "traffic" not in c.reads)
        ]
        self._of_use = [
            c for c in controls if c.unit and (reads_logs or "traffic" not in c.reads_of_units)
        ]
        self._gaps = _gaps_of_all(sources, mail)
        self._log_gaps = _gaps_of_logs(self._logs, self._context)
        self._unit_gaps = _gaps_of_units(sources)
        self._partial = {s.name: _why(s) for s in _directories(sources) if not s.complete}
        self._usage = Usage(self._context)
        self._idle_ages = IdleAges(today, policy.time_zone, policy.idle)
        directories = _directories(sources)
        self._has_several_directories = len({source.name for source in directories}) > 1
        self._twins = Twins.among(sharing, directories)
        self._seen = Names()
        self._several = _Subjects()  # with more than one address
        self._shared = _Subjects()  # in more than one directory
        # Addresses of accounts, of those that mail hosts know forwards of.
        self._forwarding_accounts: set[str] = set()
        self._filled: dict[str, None] = {}  # addresses whose quotas were judged with an account

    def of_directory(
        self, source: Source, records: Iterable[Mapping[str, Any]]
    ) -> Iterator[Finding]:
        """The findings on each account of one directory's snapshot."""
        there = self._by_clock_of(source)
        with_mail = replace(there, newest_sign_in=_newest([source, *self._hosts]))
        without_mail = replace(there, newest_sign_in=_newest([source]))
        for record in records:
            if record["record"] == "policy":
                self._usage.add_policy(source.name, read_password_policy(record))
            elif record["record"] == "account":
                account = read_account(record)
                # Of an account without an address, a mail host's silence says nothing.
                context = with_mail if account.mail else without_mail
                yield from self._of_account(source, account, context)

    def _by_clock_of(self, source: Source) -> Context:
        """The context with the server's own time, where that is another than ours."""
        if abs(source.clock_ahead) <= CLOCKS_AGREE:
            return self._context
        now = self._context.now + source.clock_ahead
        return replace(self._context, now=now, today=local_day(now, self._policy.time_zone))

    def of_the_rest(self) -> Iterator[Finding]:
        """The findings on all that is no account. To be called after every directory."""
        yield from self._of_addresses()
        yield from self._of_password_policies()
        yield from self._of_units()
        yield from self._of_workstations()
        yield from self._of_mail_hosts()
        yield from self._of_sources()

    @property
    def accounts(self) -> int:
        """How many accounts were assessed."""
        return self.accounts_by_unit.total()

    @property
    def idle_ages(self) -> dict[str, Any]:
        """How long ago the mailboxes that were assessed were last signed in to."""
        return self._idle_ages.summary()

    @property
    def use_by_unit(self) -> dict[str, dict[str, int]]:
        """How many open mailboxes of each unit are in use; what the mail logs count of all."""
        counted = ("used", "unused", "undecided", "signed_in", "sent")
        return {
            use.unit: {name: getattr(use, name) for name in counted}
            for use in self._usage.of_units()
        }

    @property
    def notes(self) -> list[str]:
        """What the reader has to know, and no verdict rests on."""
        clocks = [
            clocks_differ(one.name, one.clock_ahead)
            for one in _directories(self._sources)
            if abs(one.clock_ahead) > CLOCKS_AGREE
        ]
        several = self._several.told(SEVERAL_ADDRESSES)
        shared = self._shared.told(IN_SEVERAL_DIRECTORIES)
        silent = [source.name for source in self._sources if not source.answered]
        asleep = [SILENT.format(number=len(silent), example=first) for first in silent[:1]]
        logs = [_told(log) for log in self._context.logs if log.first and log.last]
        return [*self._mail.notes, *several, *shared, *clocks, *asleep, *logs]

    def subjects(self) -> Subjects:
        """What became of subjects without a finding. To be called when all was assessed."""
        return Subjects(
            servers=[_read_server(source) for source in self._sources],
            controls=frozenset(control.name for control in self._controls),
            knows_account=self._knows_account,
            knows_forwards=self._knows_forwards,
            knows_quotas=self.quotas_known,
        )

    @property
    def forwards_known(self) -> bool:
        """Whether of every address all ways were read in which its mail could go on."""
        spoilt = any(
            one.field == "forwards" for some in self._mail.problems.values() for one in some
        )
        return not spoilt and self._knows_forwards("")

    def _knows_account(self, subject: str) -> bool:
        # One of two of the same name is called by its entry, too: "name (DN)".
        return not self._seen.isdisjoint((subject, subject.partition(" (")[0]))

    def _knows_forwards(self, address: str) -> bool:
        """Whether every way in which mail for an address could go on was read."""
        unread = self._gaps.keys() | {name for gaps in self._unit_gaps.values() for name in gaps}
        unread |= self._mail.gaps([address]).keys()
        tell = [source for source in self._sources if source.kind not in ("log", "browsers")]
        return "forwards" not in unread and all(source.complete for source in tell)

    def _of_account(self, source: Source, known: Account, context: Context) -> Iterator[Finding]:
        twins = self._twins.elsewhere(source, known)
        replicas = [twin for twin in twins if is_replica(known, twin.account)]
        if any(self._twins.is_earlier(source, twin) for twin in replicas):
            return
        self.accounts_by_unit[known.unit] += 1
        account = self._mail.joined(known)
        subject = self._called(source, account)
        if len(account.mail) > 1:
            self._several.add(subject)
        gaps = self._gaps_of(source, account)
        if twins or self._partial:
            gaps |= self._gaps_of_twins(source, known, twins, replicas)
        elsewhere = tuple(map(self._elsewhere, twins))
        self._count_use(source, account, gaps, twins)
        if account.forwards:
            addresses = map(str.lower, account.mail)
            self._forwarding_accounts.update(filter(self._mail.forwards.__contains__, addresses))
        about = _About(
            subject=subject,
            unit=account.unit,
            dn=account.dn,
            server=source.name,
            gaps=gaps,
            facts=_facts(account),
            account=account,
            elsewhere=tuple(other.account for other in elsewhere),
        )
        reopened_at = self._reopened.get(account.id)
        if elsewhere or reopened_at:
            context = replace(context, elsewhere=elsewhere, reopened_at=reopened_at)
        yield from self._judged(account, context, about)

    def _judged(self, account: Account, context: Context, about: _About) -> Iterator[Finding]:
        for control, judge in self._of_accounts:
            for verdict in judge(account, context):
                yield self._finding(control, verdict, about)
        if filled := self._mail.filled_quotas(account):
            self._filled |= dict.fromkeys(filled)
            yield from self._of_quota(max(filled.values(), key=lambda one: one.percent), about)

    def _of_quota(self, filled: FilledQuota, about: _About) -> Iterator[Finding]:
        for control in self._controls:
            for verdict in control.quota(filled, self._context) if control.quota else ():
                yield self._finding(control, verdict, about)

    def _elsewhere(self, twin: Twin) -> Elsewhere:
        return Elsewhere(
            server=twin.source.name,
            account=self._mail.joined(twin.account),
            newest_sign_in=_newest([twin.source, *self._hosts]),
        )

    def _gaps_of_twins(
        self, source: Source, known: Account, twins: Iterable[Twin], replicas: Iterable[Twin]
    ) -> dict[str, str]:
        gaps: dict[str, str] = {}
        for twin in replicas:
            gaps |= disagreement(source, known, twin)
        return gaps | self._gaps_of_elsewhere(source, twins)

    def _gaps_of_elsewhere(self, source: Source, twins: Iterable[Twin]) -> dict[str, str]:
        """Why it is not known for sure that nobody signed in elsewhere."""
        reasons = [why for name, why in self._partial.items() if name != source.name]
        for twin in twins:
            there = self._gaps_of(twin.source, twin.account)
            reasons += [there[name] for name in _TELLS_OF_USE if name in there]
        return {"sign_ins": reasons[0]} if reasons else {}

    def _count_use(
        self, source: Source, account: Account, gaps: Mapping[str, str], twins: Iterable[Twin]
    ) -> None:
        """Count the account, and as a mailbox of its unit only where its owner is not counted."""
        others = [self._mail.joined(twin.account) for twin in twins]
        counted = any(self._twins.is_earlier(source, twin) for twin in twins)
        if others and not counted:
            self._shared.add(account.subject)
        self._usage.add(source.name, account, gaps, others, counted=counted)
        if not counted:
            self._idle_ages.add((account, *others))

    def _of_addresses(self) -> Iterator[Finding]:
        for address, forwards in self._mail.forwards.items():
            if address in self._forwarding_accounts:
                continue
            alias = MailAddress(mail=address, forwards=tuple(forwards))
            gaps = self._gaps | self._mail.gaps([address])
            about = _About(subject=address, gaps=gaps, facts={"mail": address})
            for control in self._controls:
                for verdict in control.address(alias, self._context) if control.address else ():
                    yield self._finding(control, verdict, about)

    def _of_password_policies(self) -> Iterator[Finding]:
        for name, use, readable in self._usage.of_policies():
            partial = self._partial.get(use.server)
            about = _About(
                subject=name,
                unit=next(iter(use.units)) if len(use.units) == 1 else "",
                dn=name,
                server=use.server,
                gaps={"password_policy": partial} if partial else {},
                facts={"name": name},
            )
            for control in self._controls:
                if control.password_policy is None:
                    continue
                verdicts = (
                    control.password_policy(use, self._context)
                    if readable
                    else [_policy_unreadable(use)]
                )
                for verdict in verdicts:
                    yield self._finding(control, verdict, about)

    def _of_units(self) -> Iterator[Finding]:
        # Accounts that were not read can belong to any unit.
        gap = next(iter(self._partial.values()), None)
        for use in self._usage.of_units():
            about = _About(
                subject=use.unit, unit=use.unit, gaps=self._log_gaps, facts={"name": use.unit}
            )
            for control in self._of_use:
                for verdict in control.unit(use, self._context) if control.unit else ():
                    if gap:
                        verdict = _unreadable(verdict, gap)
                    yield self._finding(control, verdict, about, control.reads_of_units)

    def _of_workstations(self) -> Iterator[Finding]:
        for workstation in self._workstations:
            about = _About(subject=workstation.name, facts={"name": workstation.name})
            for control in self._controls:
                judge = control.workstation
                for verdict in judge(workstation, self._context) if judge else ():
                    yield self._finding(control, verdict, about)

    def _of_mail_hosts(self) -> Iterator[Finding]:
        """What hosts do, and the nearly full mailboxes that no account was found for."""
        for address, filled in self._mail.quotas.items():
            if address not in self._filled:
                about = _About(subject=address, facts={"mail": address})
                yield from self._of_quota(max(filled, key=lambda one: one.percent), about)
        for source in self._hosts:
            host = self._mail.seen(source.name)
            about = _About(subject=source.name, facts={"name": source.name})
            for control in self._controls:
                # That it was not read is told of the source.
                judge = control.mail_host if source.complete or control.can_judge(host) else None
                for verdict in judge(host, self._context) if judge else ():
                    yield self._finding(control, verdict, about)

    def _of_sources(self) -> Iterator[Finding]:
        for control in self._controls if not self._logs else ():
            if control.reads_logs:
                verdict = Verdict(status=Status.UNKNOWN, message=NO_LOG)
                yield self._finding(control, verdict, _About(subject=LOGS))
        for source in self._sources:
            if source.complete:
                continue
            for control in self._controls:
                if not self._rests_on(control, source):
                    continue
                verdict = Verdict(
                    status=Status.ERROR if source.answered else Status.UNKNOWN,
                    message=NOT_READ if source.answered else NO_ANSWER,
                    params={"server": source.name, "reason": source.message},
                    mark=source.kind,  # a host can be both a directory and a mail host
                )
                yield self._finding(control, verdict, _About(subject=source.name))

    def _finding(
        self,
        control: Control,
        verdict: Verdict,
        about: _About,
        reads: frozenset[str] | None = None,
    ) -> Finding:
        """The finding; `reads`: what the verdict rests on, where not on what the control does."""
        reason = _reason(reads or control.reads, about.gaps) if about.gaps else None
        if reason and verdict.status not in control.holds_despite_gaps:
            verdict = _unreadable(verdict, reason)
        exemption = None
        status = verdict.status
        if status in (Status.FAIL, Status.MANUAL):
            exemption, verdict = self._exempted(control, about.facts, verdict)
            status = Status.EXEMPT if exemption else status
        return Finding(
            control=control,
            subject=about.subject,
            unit=about.unit,
            status=status,
            verdict=verdict,
            exemption=exemption,
            complete=reason is None,
            dn=about.dn,
            server=about.server,
            place=about.server if self._has_several_directories else "",
            account=about.account,
            elsewhere=about.elsewhere,
            facts=about.facts,
        )

    def _exempted(
        self, control: Control, facts: Mapping[str, Any], verdict: Verdict
    ) -> tuple[Approval | None, Verdict]:
        """The approval in force that covers the verdict, and the verdict with those expired."""
        today = self._context.today
        approvals: tuple[Approval, ...] = verdict.approvals
        self.partners.update(one.domain for one in verdict.approvals)
        ended = [one for one in approvals if one.is_expired(today)]
        if approvals and not ended:  # it needs each of them
            return min(approvals, key=lambda one: one.expires), verdict
        for index, exemption in enumerate(self._policy.exemptions):
            if not exemption.covers(control.name, facts):
                continue
            self.exempted[index] += 1
            if not exemption.is_expired(today):
                return exemption, verdict
            ended.append(exemption)
        return None, replace(verdict, evidence=(*verdict.evidence, *map(expired, ended)))

    def _called(self, source: Source, account: Account) -> str:
        """What findings call the account: with its entry where the directory has its name twice."""
        self._seen.add(account.subject)
        if self._twins.is_double(source, account):
            return f"{account.subject} ({account.dn})"
        return account.subject

    def _gaps_of(self, source: Source, account: Account) -> dict[str, str]:
        gaps = self._unjoined(source, account)
        if self._hosts or not source.holds_mail:
            gaps |= self._gaps
        gaps |= self._log_gaps
        if self._unit_gaps:
            gaps |= self._unit_gaps.get((source.name, account.unit), {})
            gaps |= self._unit_gaps.get((source.name, None), {})
        gaps |= self._mail.gaps(account.mail)
        for problem in account.problems:
            gaps[problem.field] = problem.message
        return gaps

    def _unjoined(self, source: Source, account: Account) -> dict[str, str]:
        """The gaps of an account that no mail host knows: its silence there says nothing."""
        if source.holds_mail or self._mail.has_mailbox(account):
            return {}
        fields = MAIL_FIELDS if self._mail.mailboxes else frozenset({"forwards"})
        if not account.traffic:
            fields |= {"traffic"}
        return dict.fromkeys(sorted(fields), NO_MAILBOX if account.mail else NO_ADDRESS)

    def _rests_on(self, control: Control, source: Source) -> bool:
        """Whether what the control says would be less without that server."""
        if source.kind == "browsers":
            return control.workstation is not None
        if source.kind == "mail":
            judges_it = control.mail_host is not None
            is_unread = judges_it and not control.can_judge(self._mail.seen(source.name))
            return is_unread or bool(control.reads & MAIL_FIELDS)
        if source.kind == "log":
            return control.reads_logs
        return control.judges_mailboxes


class _Subjects:
    """How many subjects something is true of, and the first of them."""

    def __init__(self) -> None:
        self._number, self._first = 0, ""

    def add(self, subject: str) -> None:
        self._number += 1
        self._first = self._first or subject

    def told(self, note: str) -> list[str]:
        return [note.format(number=self._number, example=self._first)] if self._number else []


# Account fields by which it is judged whether somebody uses the account; "" is all of it.
_TELLS_OF_USE = ("", "created_at", "lock", "sign_ins")


def _read_server(source: Source) -> ReadServer:
    return ReadServer(
        name=source.name,
        kind=source.kind,
        complete=source.complete,
        accounts=source.counts.get("account", 0),
        unread=frozenset(unread.field for unread in source.unread),
    )


def _directories(sources: Iterable[Source]) -> list[Source]:
    return [source for source in sources if source.kind == "accounts"]


def _newest(sources: Iterable[Source]) -> dict[str, datetime]:
    """The newest sign-in of each witness; of one on several servers, where it is oldest.

    For the server that stopped recording may be the one that the account signs in to.
    """
    newest: dict[str, datetime] = {}
    for source in sources:
        for witness, at in source.newest_sign_in.items():
            newest[witness] = min(at, newest.get(witness, at))
    return newest


def _gaps_of_all(sources: Iterable[Source], mail: MailFacts) -> dict[str, str]:
    """Account field -> why it could not be read in full for anybody."""
    hosts = [source for source in sources if source.kind == "mail"]
    gaps = {} if hosts else {"forwards": NO_MAIL_HOST}
    for host in hosts:
        if not host.complete:
            gaps |= dict.fromkeys(sorted(MAIL_FIELDS), _why(host))
        gaps |= {unread.field: unread.reason for unread in host.unread}
    return gaps | {unread.field: unread.reason for unread in mail.unread}


def _gaps_of_logs(logs: Iterable[Source], context: Context) -> dict[str, str]:
    """Why the logs do not tell of all that happened in the days that the policy asks for."""
    days = context.policy.mail_logs.cover_days
    since = context.now - timedelta(days=days)
    for log in logs:
        if not log.complete or log.coverage is None:
            return {"traffic": _why(log)}
        coverage = log.coverage
        if coverage.failures:
            told = LOG_UNREAD.format(host=log.name, failure=coverage.failures[0])
            return {"traffic": told}
        if lack := coverage.lacks(since, context.now):
            return {"traffic": _lacking(log.name, lack)}
        if not coverage.covers(since, context.now, QUIET):
            return {"traffic": SHORT_LOG.format(**_span(coverage), days=days)}
    return {}


def _span(log: LogCoverage) -> dict[str, str]:
    first, last = (format_time(at) if at else "?" for at in (log.first, log.last))
    return {"host": log.host, "first": first, "last": last}


def _lacking(host: str, lack: Missing) -> str:
    since, until = format_time(lack.since), format_time(lack.until)
    return LOG_LACKS.format(host=host, since=since, until=until, why=WHY_MISSING[lack.why])


def _told(log: LogCoverage) -> str:
    counts = {name: getattr(log, name) for name in ("lines", "untimed", "overlong", "strangers")}
    return LOG_READ.format(**_span(log), **counts)


def _gaps_of_units(sources: Iterable[Source]) -> dict[tuple[str, str | None], dict[str, str]]:
    """(directory, unit or None for all of it) -> account field -> why it could not be read."""
    gaps: dict[tuple[str, str | None], dict[str, str]] = defaultdict(dict)
    for source in _directories(sources):
        for unread in source.unread:
            gaps[source.name, unread.unit][unread.field] = unread.reason
    return dict(gaps)


def _reason(reads: frozenset[str], gaps: Mapping[str, str]) -> str | None:
    """Why something of these fields could not be read in full."""
    # "" is a problem of the whole record, so of every field.
    return next((gaps[name] for name in ("", *sorted(reads)) if name in gaps), None)


def _unreadable(verdict: Verdict, reason: str) -> Verdict:
    return Verdict(
        status=Status.UNKNOWN,
        message=UNREADABLE,
        params={"reason": reason},
        evidence=verdict.evidence,
    )


def _why(source: Source) -> str:
    return f"{source.name} was not read in full: {source.message}"


def _facts(account: Account) -> dict[str, Any]:
    """What an exemption's selector can look at (exemptions.FACTS)."""
    return {
        "mail": account.subject,
        "addresses": list(account.mail),
        "login": account.login,
        "name": account.name,
        "unit": account.unit,
        "dn": account.dn,
    }


def _policy_unreadable(use: PolicyUse) -> Verdict:
    accounts = sum(use.units.values())
    return Verdict(status=Status.UNKNOWN, message=POLICY_UNREADABLE, params={"accounts": accounts})

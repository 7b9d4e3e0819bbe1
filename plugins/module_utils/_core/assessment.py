# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Assess: (policy, snapshots, now) -> findings. Pure, and a stream: one account at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
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
from .counted import Counted
from .dates import CLOCKS_AGREE, clocks_differ, local_day
from .exemptions import Approval
from .fate import LOGS, ReadServer, Subjects
from .findings import Finding, Subject
from .gaps import Gaps, directories_of, reason_of, span_of
from .mail_facts import MAIL_FIELDS, MailFacts, names_of
from .onward import Onward
from .policy import Policy
from .snapshot import Source, read_account, read_password_policy
from .spam_handling import FilledQuota
from .traffic import LogCoverage
from .twins import Twin, Twins, is_replica

# In Python 3.11 an attribute of Status takes as long as a call.
_CAN_BE_EXEMPT = (Status.FAIL, Status.MANUAL)

NO_GAPS: Mapping[str, str] = MappingProxyType({})

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
LOG_READ = (
    "{host}: {lines} lines of its mail log were read, which tells of {first} to {last}; not "
    "counted: {untimed} without a time, {overlong} too long; wrong passwords for users that there "
    "are not: {strangers}"
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
        onward: Onward,
        sharing: Callable[[str], Iterable[tuple[Source, Account]]] | None = None,
        reopened: Mapping[str, datetime] | None = None,
        workstations: Iterable[Workstation] = (),
    ) -> None:
        """`controls` are the ones to assess; `sources` every server that was to be read.

        `onward`: of every holder (`mail.holders()`). `sharing`: address in lower case -> the
        accounts, with their directories, that have it, of those that another account has, too;
        None: there are none. `reopened`: account id -> when it was opened by approval.
        """
        self._policy = policy
        self._controls = controls
        self._sources = sources
        self._mail = mail
        self._reopened = reopened or {}
        self._workstations = tuple(workstations)
        today = local_day(now, policy.time_zone)
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
        self._gaps = Gaps(sources, mail, self._context)
        directories = directories_of(sources)
        self._has_several_directories = len({source.name for source in directories}) > 1
        self._twins = Twins(sharing, directories)
        self.counted = Counted(self._context)

    def of_directory(
        self, source: Source, records: Iterable[Mapping[str, Any]]
    ) -> Iterator[Finding]:
        """The findings on each account of one directory's snapshot."""
        there = self._by_clock_of(source)
        with_mail = replace(there, newest_sign_in=_newest([source, *self._hosts]))
        without_mail = replace(there, newest_sign_in=_newest([source]))
        for record in records:
            if record["record"] == "policy":
                self.counted.usage.add_policy(source.name, read_password_policy(record))
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
        return self.counted.by_unit.total()

    @property
    def idle_ages(self) -> dict[str, Any]:
        """How long ago the mailboxes that were assessed were last signed in to."""
        return self.counted.idle_ages.summary()

    @property
    def use_by_unit(self) -> dict[str, dict[str, int]]:
        """How many open mailboxes of each unit are in use; what the mail logs count of all."""
        counted = ("used", "unused", "undecided", "signed_in", "sent")
        return {
            use.unit: {name: getattr(use, name) for name in counted}
            for use in self.counted.usage.of_units()
        }

    @property
    def notes(self) -> list[str]:
        """What the reader has to know, and no verdict rests on."""
        clocks = [
            clocks_differ(one.name, one.clock_ahead)
            for one in directories_of(self._sources)
            if abs(one.clock_ahead) > CLOCKS_AGREE
        ]
        several = self.counted.several.told(SEVERAL_ADDRESSES)
        shared = self.counted.shared.told(IN_SEVERAL_DIRECTORIES)
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
        return not self.counted.subjects.isdisjoint((subject, subject.partition(" (")[0]))

    def _knows_forwards(self, address: str) -> bool:
        """Whether every way in which mail for an address could go on was read."""
        tell = [source for source in self._sources if source.kind not in ("log", "browsers")]
        return not self._gaps.lacks_forwards(address) and all(source.complete for source in tell)

    def _of_account(self, source: Source, known: Account, context: Context) -> list[Finding]:
        sharing = self._twins.of(source, known)
        twins = [twin for twin in sharing if twin.source is not source]
        replicas = [twin for twin in twins if is_replica(known, twin.account)]
        if any(self._twins.is_earlier(source, twin) for twin in replicas):
            return []
        names = names_of(known)
        account = self._mail.joined(known, names)
        gaps = self._gaps.of_account(source, account, names)
        if twins or self._gaps.partial:
            gaps = {**gaps, **self._gaps.of_twins(source, known, twins, replicas)}
        elsewhere = tuple(map(self._elsewhere, twins))
        about = Subject(
            name=_called(source, account, sharing),
            unit=account.unit,
            dn=account.dn,
            server=source.name,
            place=self._place_of(source.name),
            account=account,
            elsewhere=tuple(other.account for other in elsewhere),
        )
        self._count(source, account, about, gaps, twins)
        reopened_at = self._reopened.get(account.id)
        if elsewhere or reopened_at:
            context = replace(context, elsewhere=elsewhere, reopened_at=reopened_at)
        findings = [
            self._finding(control, verdict, about, gaps)
            for control, judge in self._of_accounts
            for verdict in judge(account, context)
        ]
        if filled := self._mail.filled_quotas(names):
            self.counted.filled |= dict.fromkeys(filled)
            fullest = max(filled.values(), key=lambda one: one.percent)
            findings += self._of_quota(fullest, about, gaps)
        return findings

    def _of_quota(
        self, filled: FilledQuota, about: Subject, gaps: Mapping[str, str] = NO_GAPS
    ) -> Iterator[Finding]:
        for control in self._controls:
            for verdict in control.quota(filled, self._context) if control.quota else ():
                yield self._finding(control, verdict, about, gaps)

    def _elsewhere(self, twin: Twin) -> Elsewhere:
        return Elsewhere(
            server=twin.source.name,
            account=self._mail.joined(twin.account),
            newest_sign_in=_newest([twin.source, *self._hosts]),
        )

    def _count(
        self,
        source: Source,
        account: Account,
        about: Subject,
        gaps: Mapping[str, str],
        twins: Sequence[Twin],
    ) -> None:
        """Count the account, and as a mailbox of its unit only where its owner is not counted."""
        counted, others = self.counted, about.elsewhere
        counted.by_unit[account.unit] += 1
        counted.subjects.add(account.subject)
        if len(account.mail) > 1:
            counted.several.add(about.name)
        if account.forwards:
            addresses = map(str.lower, account.mail)
            counted.forwarding.update(filter(self._mail.forwards.__contains__, addresses))
        is_counted = any(self._twins.is_earlier(source, twin) for twin in twins)
        if others and not is_counted:
            counted.shared.add(account.subject)
        counted.usage.add(source.name, account, gaps, others, counted=is_counted)
        if not is_counted:
            counted.idle_ages.add((account, *others))

    def _of_addresses(self) -> Iterator[Finding]:
        for address, forwards in self._mail.forwards.items():
            if address in self.counted.forwarding:
                continue
            alias = MailAddress(mail=address, forwards=tuple(forwards))
            about = Subject(name=address, called="mail")
            gaps = self._gaps.of_address(address)
            for control in self._controls:
                for verdict in control.address(alias, self._context) if control.address else ():
                    yield self._finding(control, verdict, about, gaps)

    def _of_password_policies(self) -> Iterator[Finding]:
        for name, use, readable in self.counted.usage.of_policies():
            partial = self._gaps.partial.get(use.server)
            gaps = {"password_policy": partial} if partial else NO_GAPS
            about = Subject(
                name=name,
                unit=next(iter(use.units)) if len(use.units) == 1 else "",
                dn=name,
                server=use.server,
                place=self._place_of(use.server),
                called="name",
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
                    yield self._finding(control, verdict, about, gaps)

    def _of_units(self) -> Iterator[Finding]:
        # Accounts that were not read can belong to any unit.
        gap = next(iter(self._gaps.partial.values()), None)
        for use in self.counted.usage.of_units():
            about = Subject(name=use.unit, unit=use.unit, called="name")
            for control in self._of_use:
                for verdict in control.unit(use, self._context) if control.unit else ():
                    if gap:
                        verdict = _unreadable(verdict, gap)
                    reads = control.reads_of_units
                    yield self._finding(control, verdict, about, self._gaps.of_logs, reads)

    def _of_workstations(self) -> Iterator[Finding]:
        for workstation in self._workstations:
            about = Subject(name=workstation.name, called="name")
            for control in self._controls:
                judge = control.workstation
                for verdict in judge(workstation, self._context) if judge else ():
                    yield self._finding(control, verdict, about)

    def _of_mail_hosts(self) -> Iterator[Finding]:
        """What hosts do, and the nearly full mailboxes that no account was found for."""
        for address, filled in self._mail.quotas.items():
            if address not in self.counted.filled:
                about = Subject(name=address, called="mail")
                yield from self._of_quota(max(filled, key=lambda one: one.percent), about)
        for source in self._hosts:
            host = self._mail.seen(source.name)
            about = Subject(name=source.name, called="name")
            for control in self._controls:
                # That it was not read is told of the source.
                judge = control.mail_host if source.complete or control.can_judge(host) else None
                for verdict in judge(host, self._context) if judge else ():
                    yield self._finding(control, verdict, about)

    def _of_sources(self) -> Iterator[Finding]:
        for control in self._controls if not self._logs else ():
            if control.reads_logs:
                verdict = Verdict(status=Status.UNKNOWN, message=NO_LOG)
                yield self._finding(control, verdict, Subject(name=LOGS))
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
                yield self._finding(control, verdict, Subject(name=source.name))

    def _finding(
        self,
        control: Control,
        verdict: Verdict,
        about: Subject,
        gaps: Mapping[str, str] = NO_GAPS,
        reads: frozenset[str] | None = None,
    ) -> Finding:
        """The finding; `reads`: what the verdict rests on, where not on what the control does."""
        reason = reason_of(reads or control.reads, gaps) if gaps else None
        if reason and verdict.status not in control.holds_despite_gaps:
            verdict = _unreadable(verdict, reason)
        exemption = None
        status = verdict.status
        if status in _CAN_BE_EXEMPT:
            exemption, verdict = self._exempted(control, about.facts, verdict)
            status = Status.EXEMPT if exemption else status
        return Finding(
            control=control,
            about=about,
            status=status,
            verdict=verdict,
            exemption=exemption,
            complete=reason is None,
        )

    def _exempted(
        self, control: Control, facts: Mapping[str, Any], verdict: Verdict
    ) -> tuple[Approval | None, Verdict]:
        """The approval in force that covers the verdict, and the verdict with those expired."""
        today = self._context.today
        approvals: tuple[Approval, ...] = verdict.approvals
        self.counted.partners.update(one.domain for one in verdict.approvals)
        ended = [one for one in approvals if one.is_expired(today)]
        if approvals and not ended:  # it needs each of them
            return min(approvals, key=lambda one: one.expires), verdict
        for index, exemption in enumerate(self._policy.exemptions):
            if not exemption.covers(control.name, facts):
                continue
            self.counted.exempted[index] += 1
            if not exemption.is_expired(today):
                return exemption, verdict
            ended.append(exemption)
        return None, replace(verdict, evidence=(*verdict.evidence, *map(expired, ended)))

    def _place_of(self, server: str) -> str:
        return server if self._has_several_directories else ""

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


def _called(source: Source, account: Account, sharing: Iterable[Twin]) -> str:
    """What findings call the account: with its entry where the directory has its name twice."""
    is_double = any(
        twin.source is source and twin.account.subject == account.subject for twin in sharing
    )
    return f"{account.subject} ({account.dn})" if is_double else account.subject


def _read_server(source: Source) -> ReadServer:
    return ReadServer(
        name=source.name,
        kind=source.kind,
        complete=source.complete,
        accounts=source.counts.get("account", 0),
        unread=frozenset(unread.field for unread in source.unread),
    )


def _newest(sources: Iterable[Source]) -> dict[str, datetime]:
    """The newest sign-in of each witness; of one on several servers, where it is oldest.

    For the server that stopped recording may be the one that the account signs in to.
    """
    newest: dict[str, datetime] = {}
    for source in sources:
        for witness, at in source.newest_sign_in.items():
            newest[witness] = min(at, newest.get(witness, at))
    return newest


def _told(log: LogCoverage) -> str:
    counts = {name: getattr(log, name) for name in ("lines", "untimed", "overlong", "strangers")}
    return LOG_READ.format(**span_of(log), **counts)


def _unreadable(verdict: Verdict, reason: str) -> Verdict:
    return Verdict(
        status=Status.UNKNOWN,
        message=UNREADABLE,
        params={"reason": reason},
        evidence=verdict.evidence,
    )


def _policy_unreadable(use: PolicyUse) -> Verdict:
    accounts = sum(use.units.values())
    return Verdict(status=Status.UNKNOWN, message=POLICY_UNREADABLE, params={"accounts": accounts})

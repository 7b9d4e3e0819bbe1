# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What a control is, and what it says of a subject.

A control judges one kind of subject at a time and knows no server, no exemption and no file. It
sees the facts and a Context; what it says are Verdicts. assessment.py makes findings of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from .account import Account, Forward, PasswordPolicy
from .browser_passwords import SeenBrowser
from .exemptions import Approval
from .forwarding_policy import PartnerDomain
from .listed_senders import SenderTable
from .onward import Onward
from .outbound_limits import SubmissionService
from .policy import Policy
from .spam_handling import FilledQuota, SeenQuotas, SeenSpamHandling
from .traffic import LogCoverage

Param = str | int | tuple[str, ...]


class Status(str, Enum):
    """What is known of a subject and a control. Only PASS is good; UNKNOWN changes nothing."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    UNKNOWN = "unknown"  # no evidence, or not readable
    EXEMPT = "exempt"  # would fail; somebody approved it until a day
    MANUAL = "manual"  # a person must judge
    ERROR = "error"  # could not be assessed


class Severity(str, Enum):
    """How much it matters, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence of a finding: its key for translations, and the English text with {params}."""

    key: str
    english: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """One thing that was seen: what, its value, where, and the time it speaks of."""

    what: str
    value: str
    source: str
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Remedy:
    """The change that would put it right. `before` and `after` are shown as they are."""

    field: str  # "lock", "must_change", "forwards", or a setting of a password policy
    before: tuple[str, ...]
    after: tuple[str, ...]
    target: str = ""  # where it is set, if not at the subject itself: policy, file, script, row
    server: str = ""  # inventory name of the server that holds it; "": the subject's directory
    channel: str = ""  # of a forward (account.Forward)
    source: str = ""  # of a forward: what to call that place, with the line where there is one


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What a control says of one subject."""

    status: Status
    message: Message
    params: Mapping[str, Param] = field(default_factory=dict)
    mark: str = ""  # tells several findings of one control and subject apart, in every run
    # Keys of its control's messages of which it knows nothing, for what they rest on was not looked
    # at: an earlier finding of them is not put right by it.
    silent_on: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    due: date | None = None  # a warning: the day from which it would fail
    severity: Severity | None = None  # None: the control's
    # Who approved all of it in the policy, in force or not; no exemption, which assessment.py adds
    approvals: tuple[PartnerDomain, ...] = ()


def expired(approval: Approval) -> Evidence:
    """What a finding says of an approval that is no longer in force."""
    value = f"{approval.expires.isoformat()}, approved by {approval.approver}"
    return Evidence(what="exemption expired", value=value, source="policy")


@dataclass(frozen=True, kw_only=True, slots=True)
class Elsewhere:
    """The same person's account in another directory, with what mail hosts know of it."""

    server: str  # inventory name
    account: Account
    newest_sign_in: Mapping[str, datetime] = field(default_factory=dict)  # as in Context


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a control may look at besides its subject."""

    policy: Policy
    today: date  # in the office's time zone
    now: datetime
    # witness (SignIn.source) of the subject's servers -> the newest sign-in that it recorded
    newest_sign_in: Mapping[str, datetime] = field(default_factory=dict)
    logs: tuple[LogCoverage, ...] = ()  # of the mail hosts whose logs were read
    quotas_known: bool = True  # of every mailbox that a mail host has
    onward: Onward = field(default_factory=Onward)  # where mail goes from addresses inside
    elsewhere: tuple[Elsewhere, ...] = ()  # of the account that is judged
    # When it was opened by approval, where its lock was not touched since; None: it was not.
    reopened_at: datetime | None = None

    @property
    def sign_in_by(self) -> date | None:
        """The last day on which the owner of a reopened mailbox can still sign in to keep it."""
        if self.reopened_at is None:
            return None
        return self.policy.reopening.sign_in_by(self.reopened_at, self.policy.time_zone)

    @property
    def may_sign_in(self) -> bool:
        """Whether it was reopened, and its owner still has time to sign in."""
        return self.sign_in_by is not None and self.today <= self.sign_in_by


@dataclass(frozen=True, kw_only=True, slots=True)
class MailAddress:
    """An address without an account, as of an alias, and where its mail goes on to."""

    mail: str
    forwards: tuple[Forward, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyUse:
    """A password policy and how many accounts of which unit it governs."""

    policy: PasswordPolicy | None  # None: these accounts have none
    server: str
    units: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitUse:
    """How many open mailboxes of a unit are in use."""

    unit: str
    used: int
    unused: int
    undecided: int  # no evidence either way
    signed_in: int = 0  # times, by the mail logs
    sent: int = 0  # messages, by the mail logs
    # What the mail logs count, of locked ones too: listed domain -> messages
    sent_to: Mapping[str, int] = field(default_factory=dict)
    received_from: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Workstation:
    """A workstation that was read, and the browsers on it."""

    name: str  # inventory name
    browsers: tuple[SeenBrowser, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenMailHost:
    """A mail host, and what was read of it; what is None was not."""

    name: str  # inventory name
    submissions: tuple[SubmissionService, ...] | None = None  # where users sign in to send
    spam_handling: SeenSpamHandling | None = None  # None, too: no Dovecot
    quotas: SeenQuotas | None = None  # None, too: none are in force
    senders: SenderTable | None = None  # None, too: no Postfix


@dataclass(frozen=True, kw_only=True)
class Control:
    """One control: its text, what it reads, and how it judges each kind of subject."""

    name: str
    title: str
    clause: str  # of the letter
    severity: Severity
    rationale: str
    references: tuple[str, ...]
    limit: str  # what it cannot show, in one sentence
    # The Account fields it rests on. Where one could not be read, only the statuses in
    # `holds_despite_gaps`, which no further evidence could overturn, stand; all others
    # become UNKNOWN.
    reads: frozenset[str]
    holds_despite_gaps: frozenset[Status]
    # The same of what it says of units, where that rests on other facts.
    unit_reads: frozenset[str] | None = None
    account: Callable[[Account, Context], Iterable[Verdict]] | None = None
    address: Callable[[MailAddress, Context], Iterable[Verdict]] | None = None
    password_policy: Callable[[PolicyUse, Context], Iterable[Verdict]] | None = None
    unit: Callable[[UnitUse, Context], Iterable[Verdict]] | None = None
    workstation: Callable[[Workstation, Context], Iterable[Verdict]] | None = None
    mail_host: Callable[[SeenMailHost, Context], Iterable[Verdict]] | None = None
    reads_of_hosts: frozenset[str] = frozenset()  # the SeenMailHost fields that `mail_host` needs
    quota: Callable[[FilledQuota, Context], Iterable[Verdict]] | None = None  # of a mailbox

    def __post_init__(self) -> None:
        unknown = (self.reads | self.reads_of_units) - set(Account.__dataclass_fields__)
        if unknown:
            raise ValueError(f"{self.name} reads what no account has: {sorted(unknown)}")
        if not (self.judges_mailboxes or self.workstation):
            raise ValueError(f"{self.name} judges nothing")

    @property
    def judges_mailboxes(self) -> bool:
        """Whether it rests on directories."""
        return any((self.account, self.address, self.password_policy, self.unit))

    def can_judge(self, host: SeenMailHost) -> bool:
        """Whether all was read of the mail host that it is judged by."""
        return all(getattr(host, name) is not None for name in self.reads_of_hosts)

    @property
    def reads_of_units(self) -> frozenset[str]:
        """The Account fields that what it says of units rests on."""
        return self.reads if self.unit_reads is None else self.unit_reads

    @property
    def reads_logs(self) -> bool:
        """Whether it rests on the logs of mail hosts, which an office need not have read."""
        return "traffic" in self.reads | self.reads_of_units

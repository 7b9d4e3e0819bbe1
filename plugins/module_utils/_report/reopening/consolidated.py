# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The consolidated report on locked mailboxes: what each unit asked for, and what came of it.

Pure: from the list of the locked, the decisions on requests of every directory, and the journals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum

from ..._core.answer_form import Wish
from ..._core.dates import local_day, parse_time
from ..._core.letter_file import LetterFile, Sender
from ..._core.lock_journals import Entry, LockJournals
from ..._core.policy import Policy
from ..._core.reopening import Verdict
from ..._core.reopening_decisions import Decided
from ..._core.seen_locked import SeenLocked
from ..._core.vietnamese import alike, alphabetical


class Outcome(str, Enum):
    """What came of a locked mailbox by the day of the report."""

    REOPENED = "reopened"
    APPROVED = "approved"  # and not opened yet
    REFUSED = "refused"
    KEEP = "keep"  # the unit wants it to stay locked
    SILENT = "no-answer"


ASKED = (Outcome.REOPENED, Outcome.APPROVED, Outcome.REFUSED)


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """One line of the report."""

    address: str
    unit: str
    outcome: Outcome
    is_listed: bool = True  # False: asked for, and not among the locked
    locked_at: datetime | None = None
    locked_for: str = ""  # the control; of a lock that no journal tells of a value of account.Lock
    decided: Decided | None = None  # on the request that the outcome rests on
    left: str = ""  # why it was not opened, though it is approved; as the journal has it
    opened_at: datetime | None = None
    sign_in_by: date | None = None


@dataclass(frozen=True, kw_only=True)
class Unit:
    """The mailboxes of a unit, by their addresses."""

    name: str
    mailboxes: tuple[Mailbox, ...]

    @property
    def counts(self) -> Counter[str]:
        """How many are locked, asked for, approved, reopened, refused, to be kept, unanswered."""
        found = Counter(one.outcome for one in self.mailboxes)
        return Counter(
            {
                "locked": sum(one.is_listed for one in self.mailboxes),
                "asked": sum(found[outcome] for outcome in ASKED),
                "approved": found[Outcome.REOPENED] + found[Outcome.APPROVED],
                "reopened": found[Outcome.REOPENED],
                "refused": found[Outcome.REFUSED],
                "keep": found[Outcome.KEEP],
                "silent": found[Outcome.SILENT],
            }
        )


COUNTS = ("locked", "asked", "approved", "reopened", "refused", "keep", "silent")


@dataclass(frozen=True, kw_only=True)
class Consolidated:
    """The report."""

    run_id: str  # whose list of locked mailboxes it is about
    policy: Policy
    made_at: datetime
    deadline: date | None  # for the report; None: none is stated
    units: tuple[Unit, ...]
    sources: tuple[str, ...] = ()  # files of requests and answers
    letter: LetterFile | None = None  # what the office states for its papers

    @property
    def counts(self) -> Counter[str]:
        """Of all units."""
        total: Counter[str] = Counter()
        for unit in self.units:
            total.update(unit.counts)
        return total


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the report is made of."""

    seen: Sequence[SeenLocked]  # of the run's audit
    run_id: str
    journals: LockJournals
    decisions: Sequence[Decided]  # of every directory
    policy: Policy
    _by_address: dict[str, Entry] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for entry in self.journals.locks():
            self._by_address.update(dict.fromkeys(entry.addresses, entry))

    def lock(self, addresses: Iterable[str]) -> Entry | None:
        """The newest lock of an account that has one of these addresses."""
        found = [self._by_address[one] for one in addresses if one in self._by_address]
        return max(found, key=lambda entry: entry.intent.at, default=None)


def consolidate(
    known: Known, *, made_at: datetime, deadline: date | None, letter: LetterFile | None = None
) -> Consolidated:
    """The report as of now."""
    found: dict[str, list[Mailbox]] = {}
    names: dict[str, str] = {}
    for mailbox in _mailboxes(known):
        key = alike(mailbox.unit)
        names.setdefault(key, mailbox.unit)
        found.setdefault(key, []).append(mailbox)
    return Consolidated(
        run_id=known.run_id,
        policy=known.policy,
        made_at=made_at,
        deadline=deadline,
        units=tuple(
            Unit(name=names[key], mailboxes=tuple(sorted(found[key], key=lambda m: m.address)))
            for key in sorted(found, key=lambda key: (not key, alphabetical(names[key])))
        ),
        sources=tuple(sorted({_file(one) for one in known.decisions})),
        letter=letter,
    )


def _file(decided: Decided) -> str:
    """The name of the file that the request is from; where it lies is of no use to a reader."""
    return decided.source.rpartition(", line ")[0].rpartition("/")[2]


def _mailboxes(known: Known) -> Iterator[Mailbox]:
    wanted = _decisive(known.decisions)
    listed = {one.subject.lower(): one for one in _locked_by_run(known)}
    listed |= {one.subject.lower(): one for one in known.seen}
    told: set[str] = set()
    for one in listed.values():
        decided = next((wanted[name] for name in one.addresses if name in wanted), None)
        told.update(one.addresses)
        yield _mailbox(known, decided, one)
    for address, decided in wanted.items():
        if address not in told:
            yield _mailbox(known, decided, None)


def _locked_by_run(known: Known) -> Iterator[SeenLocked]:
    """Those that the run locked after its audit."""
    for entry in known.journals.locks():
        if entry.run_id == known.run_id:
            change = entry.intent.change
            yield SeenLocked(
                subject=change.subject,
                addresses=tuple(entry.addresses),
                unit=change.unit,
                at=entry.intent.at,
                kind="",
            )


def _decisive(decisions: Iterable[Decided]) -> dict[str, Decided]:
    """Address -> the decision that says most of it: of several directories one has the account,
    and of several requests one may be approved."""
    found: dict[str, Decided] = {}
    for one in decisions:
        before = found.get(one.address)
        if before is None or _weight(one) > _weight(before):
            found[one.address] = one
    return found


def _weight(decided: Decided) -> int:
    verdict = Verdict(decided.verdict)
    return next((3 - at for at, some in enumerate(_WEIGHTY) if verdict in some), 0)


_WEIGHTY = (
    (Verdict.REOPEN, Verdict.REOPENED),
    (Verdict.CONTRADICTED, Verdict.USED, Verdict.TAKEN_BACK),
    tuple(one for one in Verdict if one not in (Verdict.UNKNOWN_ADDRESS, Verdict.TWICE)),
)


def _mailbox(known: Known, decided: Decided | None, seen: SeenLocked | None) -> Mailbox:
    addresses = seen.addresses if seen else (decided.address,) if decided else ()
    lock = known.lock(addresses)
    opened = known.journals.made(decided.change_id) if decided else None
    opened_at = opened.at if opened else None
    rules, zone = known.policy.reopening, known.policy.time_zone
    locked_at = lock.at if lock else parse_time(seen.at) if seen and seen.at else None
    return Mailbox(
        address=seen.subject if seen else decided.address if decided else "",
        unit=seen.unit if seen else decided.unit if decided else "",
        outcome=_outcome(decided, is_open=opened is not None),
        is_listed=seen is not None,
        locked_at=locked_at,
        locked_for=lock.control if lock else seen.kind if seen else "",
        decided=decided,
        left=known.journals.left(decided.change_id) if decided and not opened else "",
        opened_at=opened_at,
        sign_in_by=rules.sign_in_by(opened_at, zone) if opened_at else None,
    )


def _outcome(decided: Decided | None, *, is_open: bool) -> Outcome:
    if decided is None:
        return Outcome.SILENT
    if Wish(decided.wish) is Wish.KEEP_LOCKED:
        return Outcome.KEEP
    verdict = Verdict(decided.verdict)
    if is_open and verdict in (Verdict.REOPEN, Verdict.REOPENED):
        return Outcome.REOPENED
    return Outcome.APPROVED if verdict is Verdict.REOPEN else Outcome.REFUSED


def sender_of(report: Consolidated, code: str) -> Sender:
    """The office as the report's head names it; a place that is not stated is empty."""
    stated = report.letter.sender_in(code) if report.letter else Sender()
    return replace(stated, office=stated.office or report.policy.office)


def approver_of(report: Consolidated, decided: Decided) -> str:
    """Who approved, as the policy spells the name; a name that it has not as it was given."""
    known = report.policy.reopening.named(decided.approved_by)
    return known[0].name if known else decided.approved_by


def day_of(report: Consolidated, moment: datetime | None) -> date | None:
    """The day of a moment in the office's time zone."""
    return local_day(moment, report.policy.time_zone) if moment else None

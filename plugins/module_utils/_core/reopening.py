# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Whether a request opens a locked mailbox again, or why not.

Pure: it knows the request, what the journals and the last audit tell, and what the server
shows now. An approval opens a mailbox once; for another time it takes another approval.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from .answer_form import Wish
from .dates import local_day
from .findings import fingerprint
from .lock_journals import CONTROL, Entry, LockJournals
from .plan import Change
from .policy import Policy
from .reopening_requests import Request
from .seen_locked import SeenLocked
from .vietnamese import alike

IDLE, DEFAULT_PASSWORD = "idle-mailbox", "default-password"
# What this tool locks for and an approval takes back; other reasons are not for a unit to judge.
REASONS = (IDLE, DEFAULT_PASSWORD)


class Verdict(str, Enum):
    """What becomes of a request."""

    REOPEN = "reopen"  # it is approved, and the mailbox is to be opened
    REOPENED = "reopened"  # it was, by this very approval
    KEEP = "keep"  # the unit wants it to stay locked
    # Refused:
    NO_APPROVER = "no-approver"
    UNKNOWN_APPROVER = "unknown-approver"
    NOT_FOR_UNIT = "not-for-unit"
    NO_DAY = "no-day"
    IN_FUTURE = "in-future"
    BEFORE_LOCK = "before-lock"
    EXPIRED = "expired"
    USED = "used"
    TAKEN_BACK = "taken-back"
    TWICE = "twice"
    CONTRADICTED = "contradicted"
    UNKNOWN_ADDRESS = "unknown-address"
    AMBIGUOUS = "ambiguous"
    OTHER_UNIT = "other-unit"
    UNKNOWN_UNIT = "unknown-unit"
    KEPT_LOCKED = "kept-locked"
    NOT_LOCKED = "not-locked"
    OTHER_REASON = "other-reason"
    OTHER_HAND = "other-hand"
    UNCLEAR = "unclear"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, kw_only=True)
class State:
    """The account of an address, as one directory shows it now."""

    found: int  # accounts that have the address
    dn: str = ""
    account_id: str = ""
    locked: bool | None = None  # by an administrator; None: that cannot be told


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A request, and what becomes of it on one directory."""

    request: Request
    verdict: Verdict
    params: Mapping[str, str] = field(default_factory=dict)  # of the sentence; days as 2026-12-31
    state: State = State(found=0)
    unit: str = ""  # of the account; as the request has it where there is none
    change_id: str = ""
    lock: Entry | None = None  # the lock that is taken back, where a journal tells of it
    facts: Mapping[str, Any] = field(default_factory=dict)  # of the account: its names

    @property
    def forces_password(self) -> bool:
        """Whether a new password has to be set before the old one may be used again."""
        return self.lock is not None and self.lock.control == DEFAULT_PASSWORD


@dataclass(frozen=True, kw_only=True)
class Known:
    """What all requests to one directory are judged by."""

    policy: Policy
    run_id: str  # of this run, whose own broken-off changes it finishes
    today: date  # in the office's time zone
    journals: LockJournals
    states: Mapping[str, State]  # by address
    seen: Mapping[str, SeenLocked]  # by address: what the last audit saw locked


def decide(requests: Iterable[Request], known: Known) -> list[Decision]:
    """What becomes of each request, in their order."""
    asked = list(requests)
    stays = {
        _account(request, known): request for request in asked if request.wish is not Wish.REOPEN
    }
    opened: dict[str, Request] = {}
    decisions = []
    for request in asked:
        decision = _decided(request, known)
        account = _account(request, known)
        if decision.verdict is Verdict.REOPEN:
            if account in stays:
                where = {"where": stays[account].where}
                decision = _refused(decision, Verdict.CONTRADICTED, **where)
            elif account in opened:
                decision = _refused(decision, Verdict.TWICE, where=opened[account].where)
            else:
                opened[account] = request
        decisions.append(decision)
    return decisions


def _account(request: Request, known: Known) -> str:
    """What is the same for all addresses of an account."""
    state = known.states.get(request.address)
    return state.account_id or state.dn if state and state.found == 1 else request.address


def _decided(request: Request, known: Known) -> Decision:
    state = known.states.get(request.address, State(found=0))
    lock = known.journals.lock(state.account_id)
    seen = known.seen.get(request.address)
    change_id = _change_id(request, state)
    told = lock or known.journals.made(change_id)
    unit = seen.unit if seen else told.intent.change.unit if told else None
    decision = Decision(
        request=request,
        verdict=Verdict.REOPEN,
        state=state,
        unit=request.unit if unit is None else unit,
        change_id=change_id,
        lock=lock,
        facts=lock.intent.change.facts if lock else seen.facts if seen else {},
    )
    if request.wish is not Wish.REOPEN:
        return _refused(decision, Verdict.KEEP)
    refusals = (
        *_of_account(request, state),
        *_of_history(decision, known),
        *_of_lock(decision, known),
        *_of_approval(request, unit, known),
        *_of_days(decision, known),
    )
    for verdict, params in refusals:
        return _refused(decision, verdict, **params)
    return decision


Refusals = Iterator[tuple[Verdict, dict[str, str]]]


def _of_account(request: Request, state: State) -> Refusals:
    if state.found == 0:
        yield Verdict.UNKNOWN_ADDRESS, {}
    elif state.found > 1:
        yield Verdict.AMBIGUOUS, {"number": str(state.found)}


def _of_history(decision: Decision, known: Known) -> Refusals:
    """Of an approval that was used before, whatever is true of it today."""
    made, zone = known.journals.made(decision.change_id), known.policy.time_zone
    if made and decision.state.locked:
        yield Verdict.USED, {"on": _day(made, zone)}
    elif made:
        yield Verdict.REOPENED, {"on": _day(made, zone)}
    elif run := known.journals.taken_back(decision.change_id):
        yield Verdict.TAKEN_BACK, {"run": run}


def _of_approval(request: Request, unit: str | None, known: Known) -> Refusals:
    name = request.approved_by
    approvers = known.policy.reopening.named(name)
    if not name:
        yield Verdict.NO_APPROVER, {}
    elif not approvers:
        yield Verdict.UNKNOWN_APPROVER, {"approver": name}
    elif unit is None:
        yield Verdict.UNKNOWN_UNIT, {}
    elif request.unit and alike(request.unit) != alike(unit):
        yield Verdict.OTHER_UNIT, {"stated": request.unit, "unit": unit}
    elif not any(one.may_approve(unit) for one in approvers):
        yield Verdict.NOT_FOR_UNIT, {"approver": name, "unit": unit}


def _of_days(decision: Decision, known: Known) -> Refusals:
    day, until = decision.request.approved_on, decision.request.until
    lock, zone = decision.lock, known.policy.time_zone
    if day is None:
        yield Verdict.NO_DAY, {}
    elif day > known.today:
        yield Verdict.IN_FUTURE, {"on": day.isoformat()}
    elif until and known.today > until:
        yield Verdict.EXPIRED, {"until": until.isoformat()}
    elif lock and day < local_day(lock.at, zone):
        yield Verdict.BEFORE_LOCK, {"on": day.isoformat(), "locked": _day(lock, zone)}


def _of_lock(decision: Decision, known: Known) -> Refusals:
    request, state, lock = decision.request, decision.state, decision.lock
    rules = known.policy.reopening
    kept = next((rules.keep_locked[a] for a in _addresses(decision) if a in rules.keep_locked), "")
    run = known.journals.unclear(state.account_id)
    if kept:
        yield Verdict.KEPT_LOCKED, {"reason": kept}
    elif state.locked is None:
        yield Verdict.UNREADABLE, {}
    elif not state.locked:
        yield Verdict.NOT_LOCKED, {}
    elif run not in ("", known.run_id):
        yield Verdict.UNCLEAR, {"run": run}
    elif lock and lock.control and lock.control not in REASONS:
        yield Verdict.OTHER_REASON, {"control": lock.control}
    elif (lock is None or not lock.control) and not (request.by_state or rules.by_state):
        yield Verdict.OTHER_HAND, {}


def _addresses(decision: Decision) -> list[str]:
    """All addresses that are known of the account."""
    return [decision.request.address, *map(str.lower, decision.facts.get("addresses", ()))]


def _refused(decision: Decision, verdict: Verdict, **params: str) -> Decision:
    return Decision(**{**vars(decision), "verdict": verdict, "params": params})


def _day(entry: Entry, zone: ZoneInfo) -> str:
    return local_day(entry.at, zone).isoformat()


def _change_id(request: Request, state: State) -> str:
    """The same for the same approval of the same account, wherever it is written."""
    day = request.approved_on.isoformat() if request.approved_on else ""
    return fingerprint(
        CONTROL, state.account_id or state.dn, f"{alike(request.approved_by)}\0{day}"
    )


def unlocking(decision: Decision, server: str) -> Change:
    """The change that opens the mailbox."""
    return _change(decision, server, CONTROL, "lock", ("locked",), ("active",))


def forcing(decision: Decision, server: str) -> Change:
    """The change that asks for a new password, to be made before the mailbox is opened."""
    return _change(decision, server, DEFAULT_PASSWORD, "must_change", ("no",), ("yes",))


def _change(
    decision: Decision,
    server: str,
    control: str,
    what: str,
    before: tuple[str, ...],
    after: tuple[str, ...],
) -> Change:
    request, lock = decision.request, decision.lock
    locked = f"; locked by run {lock.run_id} for {lock.control or 'no control'}" if lock else ""
    known = lock.intent.change if lock else None
    is_lock = what == "lock"
    return Change(
        id=decision.change_id if is_lock else fingerprint(control, decision.change_id, what),
        control=control,
        subject=known.subject if known else request.address,
        unit=decision.unit,
        server=server,
        target=decision.state.dn,
        field=what,
        before=before,
        after=after,
        reason=f"approved by {request.approved_by} on {request.approved_on} ({request.where}):"
        f" {request.reason}{locked}",
        undo=f"{what}: {before[0]}",
        fingerprint=known.fingerprint if known else "",
        account_id=decision.state.account_id,
        facts=decision.facts or {"addresses": [request.address]},
    )

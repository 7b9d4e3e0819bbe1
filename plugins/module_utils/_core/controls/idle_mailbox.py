# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""idle-mailbox: no mailbox stays open that nobody has signed in to for three months."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from ..account import Account, Lock, SignIn
from ..control import (
    Context,
    Control,
    Evidence,
    Message,
    Param,
    Remedy,
    Severity,
    Status,
    Verdict,
)
from ..dates import CLOCKS_DIFFER, add_months, is_past, local_day

LOCKED = Message("idle-mailbox.locked", "Locked already, so nobody can sign in")
IN_USE = Message("idle-mailbox.in-use", "Last sign-in on {last}")
SOON = Message(
    "idle-mailbox.soon", "Last sign-in on {last}; counts as idle from {due} without a new one"
)
YOUNG = Message("idle-mailbox.young", "No sign-in on record; made only on {created}")
IDLE = Message("idle-mailbox.idle", "Last sign-in on {last}, more than {months} months ago")
NEVER = Message(
    "idle-mailbox.never",
    "No sign-in since {since}, when both the account and the record were there; that is more "
    "than {months} months",
)
LAGGING = Message(
    "idle-mailbox.lagging",
    "Last sign-in recorded on {last}, but the record may lag: it can have been on {latest}",
)
RECORD_OFF = Message(
    "idle-mailbox.record-off",
    "Last sign-in on {last}, but {sources} has recorded nobody since {newest}: the record seems to "
    "be switched off",
)
AHEAD = Message(
    "idle-mailbox.ahead",
    "Last sign-in recorded on {last}, which is still to come: check the server's clock",
)
NO_RECORD = Message(
    "idle-mailbox.no-record",
    "No sign-in on record, and the policy does not say since when {sources} has recorded them "
    "(idle_mailbox.sign_ins_recorded_since)",
)
NO_WITNESS = Message(
    "idle-mailbox.no-witness",
    "No sign-in on record, and no source has recorded any of anybody in the last {months} months",
)
SHORT_RECORD = Message(
    "idle-mailbox.short-record",
    "No sign-in on record; sign-ins are known only since {since}, less than {months} months",
)
NO_CREATION = Message(
    "idle-mailbox.no-creation", "No sign-in on record, and not known when the account was made"
)
REOPENED = Message(
    "idle-mailbox.reopened",
    "Reopened on {reopened} after approval; counts as idle from {due} on without a sign-in",
)
NOT_USED = Message(
    "idle-mailbox.not-used",
    "Reopened on {reopened} after approval, and nobody signed in by {by}",
)

LOCK = Remedy(field="lock", before=("active",), after=("locked",))
LOCK_FOR_GOOD = Remedy(field="lock", before=("locked by failures",), after=("locked",))


def _assess(account: Account, context: Context) -> Iterable[Verdict]:
    if account.lock is Lock.ADMINISTRATOR:
        return [Verdict(status=Status.PASS, message=LOCKED)]
    here = _judged(account, context)
    if context.elsewhere:
        here = _in_all(account, here, list(_elsewhere(context)))
    return [_reopened(account, here, context)]


def _reopened(account: Account, verdict: Verdict, context: Context) -> Verdict:
    """The same, but that who was given a mailbox back has time to sign in."""
    reopened_at, by = context.reopened_at, context.sign_in_by
    if verdict.status is not Status.FAIL or reopened_at is None or by is None:
        return verdict
    if any(sign_in.at > reopened_at for sign_in in account.sign_ins):  # and long ago, too
        return verdict
    day = local_day(reopened_at, context.policy.time_zone).isoformat()
    params: dict[str, Param] = {**verdict.params, "reopened": day}
    seen = Evidence(what="reopened", value="", source="journal", at=reopened_at)
    evidence = (*verdict.evidence, seen)
    if not context.may_sign_in:
        params["by"] = by.isoformat()
        return replace(verdict, message=NOT_USED, params=params, evidence=evidence)
    due = by + timedelta(days=1)
    return replace(
        verdict,
        status=Status.PASS,
        message=REOPENED,
        params={**params, "due": due.isoformat()},
        evidence=evidence,
        remedies=(),
        due=due,
    )


def _judged(account: Account, context: Context) -> Verdict:
    """By what is known of one account, whatever others its owner has."""
    if account.sign_ins:
        return _by_last_sign_in(account, context)
    return _without_sign_in(account, context)


def _elsewhere(context: Context) -> Iterator[Verdict]:
    """The verdicts on the owner's other accounts. Of one that is locked only use counts."""
    for other in context.elsewhere:
        there = replace(
            context, newest_sign_in=other.newest_sign_in, elsewhere=(), reopened_at=None
        )
        verdict = _judged(other.account, there)
        if other.account.lock is Lock.ADMINISTRATOR and (
            verdict.status is not Status.PASS or not other.account.sign_ins
        ):
            continue
        evidence = (replace(e, source=f"{e.source}, {other.server}") for e in verdict.evidence)
        yield replace(verdict, evidence=tuple(evidence))


def _in_all(account: Account, here: Verdict, elsewhere: list[Verdict]) -> Verdict:
    """Idle only if idle in all: the verdict that speaks most for use, with all evidence."""
    verdicts = [here, *elsewhere]
    decisive = max(verdicts, key=lambda one: (_FOR_USE.index(one.status), _last(one)))
    return replace(
        decisive,
        evidence=tuple(item for one in verdicts for item in one.evidence),
        remedies=_lock(account) if decisive.status is Status.FAIL else (),
    )


_FOR_USE = (Status.FAIL, Status.UNKNOWN, Status.PASS)


def _last(verdict: Verdict) -> str:
    return str(verdict.params.get("last", ""))


def _lock(account: Account) -> tuple[Remedy, ...]:
    return (LOCK_FOR_GOOD if account.lock is Lock.FAILURES else LOCK,)


def _by_last_sign_in(account: Account, context: Context) -> Verdict:
    zone, idle = context.policy.time_zone, context.policy.idle
    last = local_day(max(sign_in.at for sign_in in account.sign_ins), zone)
    is_ahead = last > context.today + CLOCKS_DIFFER
    if not is_ahead and not is_past(last, idle.warn_months, context.today):
        return _in_use(last, idle.limit_months)
    latest = local_day(max(sign_in.latest for sign_in in account.sign_ins), zone)
    evidence = tuple(_evidence(sign_in) for sign_in in account.sign_ins)
    params: dict[str, Param] = {"last": last.isoformat(), "months": idle.limit_months}
    if is_ahead:
        return Verdict(status=Status.UNKNOWN, message=AHEAD, params=params, evidence=evidence)
    if not is_past(last, idle.limit_months, context.today):
        due = add_months(last, idle.limit_months) + timedelta(days=1)
        return Verdict(
            status=Status.PASS,
            message=SOON,
            params={**params, "due": due.isoformat()},
            evidence=evidence,
            due=due,
        )
    if not is_past(latest, idle.limit_months, context.today):
        params["latest"] = latest.isoformat()
        return Verdict(status=Status.UNKNOWN, message=LAGGING, params=params, evidence=evidence)
    if not any(_covers(name, account, context) for name in _recording(context)):
        seen = {s.source: context.newest_sign_in.get(s.source, s.at) for s in account.sign_ins}
        params["sources"] = ", ".join(sorted(seen))
        params["newest"] = local_day(max(seen.values()), zone).isoformat()
        return Verdict(status=Status.UNKNOWN, message=RECORD_OFF, params=params, evidence=evidence)
    return Verdict(
        status=Status.FAIL, message=IDLE, params=params, evidence=evidence, remedies=_lock(account)
    )


@lru_cache(maxsize=4096)  # accounts share the days
def _in_use(last: date, months: int) -> Verdict:
    params: dict[str, Param] = {"last": last.isoformat(), "months": months}
    return Verdict(status=Status.PASS, message=IN_USE, params=params)


def _without_sign_in(account: Account, context: Context) -> Verdict:
    zone, idle = context.policy.time_zone, context.policy.idle
    if account.created_at is None:
        return Verdict(status=Status.UNKNOWN, message=NO_CREATION)
    created = local_day(account.created_at, zone)
    evidence = (_created(account.created_at),)
    if not is_past(created, idle.limit_months, context.today):
        params = {"created": created.isoformat()}
        return Verdict(status=Status.PASS, message=YOUNG, params=params, evidence=evidence)
    witnesses = _recording(context)
    if not witnesses:
        return Verdict(
            status=Status.UNKNOWN,
            message=NO_WITNESS,
            params={"months": idle.limit_months},
            evidence=evidence,
        )
    silent = [name for name in witnesses if name not in idle.sign_ins_recorded_since]
    if silent:
        return Verdict(
            status=Status.UNKNOWN,
            message=NO_RECORD,
            params={"sources": ", ".join(silent)},
            evidence=evidence,
        )
    since = max(created, *(idle.sign_ins_recorded_since[name] for name in witnesses))
    if account.password_changed_at:  # a reset by somebody else erases the record: OpenLDAP
        since = max(since, local_day(account.password_changed_at, zone))
    return _since(since, account, context, evidence)


def _since(
    since: date, account: Account, context: Context, evidence: tuple[Evidence, ...]
) -> Verdict:
    months = context.policy.idle.limit_months
    params: dict[str, Param] = {"since": since.isoformat(), "months": months}
    if not is_past(since, months, context.today):
        return Verdict(
            status=Status.UNKNOWN, message=SHORT_RECORD, params=params, evidence=evidence
        )
    return Verdict(
        status=Status.FAIL, message=NEVER, params=params, evidence=evidence, remedies=_lock(account)
    )


def _recording(context: Context) -> list[str]:
    """The witnesses that still record: each has a sign-in of somebody that is not idle itself."""
    limit, zone = context.policy.idle.limit_months, context.policy.time_zone
    days = {name: local_day(at, zone) for name, at in sorted(context.newest_sign_in.items())}
    latest = context.today + CLOCKS_DIFFER
    return [
        n for n, day in days.items() if day <= latest and not is_past(day, limit, context.today)
    ]


def _covers(witness: str, account: Account, context: Context) -> bool:
    """Whether a witness would have seen a sign-in within the limit, had there been one.

    It saw this account before, or the policy says that it has recorded for long enough: one that
    was switched on yesterday proves nothing of the months before.
    """
    if any(sign_in.source == witness for sign_in in account.sign_ins):
        return True
    since = context.policy.idle.sign_ins_recorded_since.get(witness)
    return since is not None and is_past(since, context.policy.idle.limit_months, context.today)


def _evidence(sign_in: SignIn) -> Evidence:
    what = f"last sign-in ({sign_in.detail})" if sign_in.detail else "last sign-in"
    value = f"up to {sign_in.precision.days} days late" if sign_in.precision else ""
    return Evidence(what=what, value=value, source=sign_in.source, at=sign_in.at)


def _created(created_at: datetime) -> Evidence:
    return Evidence(what="account made", value="", source="directory", at=created_at)


IDLE_MAILBOX = Control(
    name="idle-mailbox",
    title="Mailboxes in nobody's use are locked",
    clause="causes, 2nd point",
    severity=Severity.HIGH,
    rationale=(
        "A mailbox that nobody opens is one whose hijacking nobody notices; the letter asks for "
        "it to be locked after three months."
    ),
    references=(
        "CIS Controls v8: 5.3 (stricter: 45 days)",
        "NIST SP 800-53 r5: AC-2 g, AC-2 j, AC-2(3)(d), AC-2(4)",
        "ISO/IEC 27001:2022: A.5.16, A.5.18",
    ),
    limit="These are sign-ins that a server recorded; what no server records is not known.",
    reads=frozenset({"sign_ins", "created_at", "password_changed_at", "lock"}),
    # A sign-in that was seen stays seen, whatever another witness might add.
    holds_despite_gaps=frozenset({Status.PASS}),
    account=_assess,
)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""outbound-spam: no mailbox sends, or is signed in to, as one that was hijacked is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..account import Account, Lock
from ..control import Context, Control, Evidence, Message, Remedy, Severity, Status, Verdict
from ..log_evidence import told_by
from ..traffic import SUMMED_UP, Peak, Traffic

WITHIN = Message("outbound-spam.within", "Sent mail and sign-ins are within the limits")
HOUR = Message(
    "outbound-spam.hour",
    "Sent to {number} recipients within an hour ({day}, from {time} on); the limit is {limit}",
)
UNUSUAL = Message(
    "outbound-spam.unusual",
    "Sent to {number} recipients on {day}, {times} times as many as on its usual day ({usual}); "
    "the limit is {limit} times",
)
BOUNCED = Message(
    "outbound-spam.bounced",
    "{bounced} of {tried} recipients were refused for good ({share}%); the limit is {limit}%",
)
NETWORKS = Message(
    "outbound-spam.networks",
    "Used from {number} networks on {day}; the limit is {limit}",
)
WRONG_PASSWORDS = Message(
    "outbound-spam.wrong-passwords",
    "{number} wrong passwords on {day}, the limit is {limit}: somebody guesses, or a device has an "
    "old password",
)

GUESSED = Message(
    "outbound-spam.guessed",
    "Signed in to on {day} after {number} wrong passwords from the same network, the limit is "
    "{limit}: the password was guessed, or its owner mistyped it often",
)

LOCK = Remedy(field="lock", before=("active",), after=("locked",))
_WITHIN = Verdict(status=Status.PASS, message=WITHIN)


def _assess(account: Account, context: Context) -> Iterable[Verdict]:
    if not account.traffic:
        return [_WITHIN]
    verdicts = [*_sent(account.traffic, context), *_used(account.traffic, context)]
    seen = told_by(context.logs, account.traffic)
    told = [replace(one, evidence=(*one.evidence, *seen)) for one in verdicts]
    if told and _may_lock(account, context):
        # One lock is enough, for the first thing that the mailbox itself did.
        sent = next((n for n, one in enumerate(told) if one.message in _OF_SENDING), None)
        if sent is not None:
            told[sent] = replace(told[sent], remedies=(LOCK,))
    return told or [_WITHIN]


def _may_lock(account: Account, context: Context) -> bool:
    """Whether a lock may be proposed: not for what was looked at when the mailbox was reopened."""
    if not context.policy.outbound_spam.propose_lock or account.lock is Lock.ADMINISTRATOR:
        return False
    return context.reopened_at is None or context.now - context.reopened_at > SUMMED_UP


def _sent(every: Sequence[Traffic], context: Context) -> Iterator[Verdict]:
    """What the mailbox sent past a limit, on whichever host it was most."""
    limits = context.policy.outbound_spam
    hour = _highest(one.busiest_hour for one in every)
    if hour and hour.number > limits.recipients_per_hour:
        yield _peak(HOUR, hour, limits.recipients_per_hour, context, "recipients in an hour")
    yield from _unusual(every, context)
    yield from _bounced(every, context)


def _unusual(every: Sequence[Traffic], context: Context) -> Iterator[Verdict]:
    limits = context.policy.outbound_spam
    for one in every:
        day, usual = one.busiest_day, one.usual_day
        if not day or not usual or day.number < limits.usual_counts_from:
            continue
        if day.number > limits.times_usual_day * usual:
            told = _peak(UNUSUAL, day, limits.times_usual_day, context, "recipients on a day")
            params = {**told.params, "times": day.number // usual, "usual": usual}
            yield replace(told, params=params)
            return


def _bounced(every: Sequence[Traffic], context: Context) -> Iterator[Verdict]:
    limits = context.policy.outbound_spam
    bounced = sum(one.bounced for one in every)
    tried = bounced + sum(one.delivered for one in every)
    if tried < limits.bounced_counts_from or 100 * bounced <= limits.bounced_percent * tried:
        return
    yield Verdict(
        status=Status.FAIL,
        message=BOUNCED,
        params={
            "bounced": bounced,
            "tried": tried,
            "share": 100 * bounced // tried,
            "limit": limits.bounced_percent,
        },
        mark=BOUNCED.key,
    )


def _used(every: Sequence[Traffic], context: Context) -> Iterator[Verdict]:
    """What was done to the mailbox past a limit, by whoever it was."""
    limits = context.policy.outbound_spam
    networks = _highest(one.networks for one in every)
    if networks and networks.number > limits.networks_per_day:
        yield _peak(NETWORKS, networks, limits.networks_per_day, context, "networks on a day")
    wrong = _highest(one.wrong_passwords for one in every)
    if wrong and wrong.number > limits.wrong_passwords_per_day:
        told = _peak(
            WRONG_PASSWORDS, wrong, limits.wrong_passwords_per_day, context, "wrong passwords"
        )
        yield replace(told, severity=Severity.MEDIUM)
    guessed = _highest(one.guessed for one in every)
    if guessed and guessed.number > limits.wrong_passwords_before_sign_in:
        limit = limits.wrong_passwords_before_sign_in
        yield _peak(GUESSED, guessed, limit, context, "wrong passwords before a sign-in")


_OF_SENDING = (HOUR, UNUSUAL, BOUNCED)


def _highest(peaks: Iterable[Peak | None]) -> Peak | None:
    return max((one for one in peaks if one), key=lambda one: one.number, default=None)


def _peak(message: Message, found: Peak, limit: int, context: Context, what: str) -> Verdict:
    # Days are counted in UTC, hours are the same everywhere but for their names.
    at = found.at.astimezone(context.policy.time_zone) if message is HOUR else found.at
    params: dict[str, Any] = {
        "number": found.number,
        "day": at.date().isoformat(),
        "limit": limit,
    }
    if message is HOUR:
        params["time"] = at.strftime("%H:%M")
    seen = Evidence(what=what, value=str(found.number), source="mail log", at=found.at)
    return Verdict(
        status=Status.FAIL, message=message, params=params, mark=message.key, evidence=(seen,)
    )


OUTBOUND_SPAM = Control(
    name="outbound-spam",
    title="No mailbox sends as a hijacked one does",
    clause="causes",
    severity=Severity.HIGH,
    rationale=(
        "A hijacked mailbox sends spam until others refuse the mail of the whole domain. What it "
        "sends, and from where it is used, shows it early."
    ),
    references=(
        "CIS Controls v8: 8.11, 13.1, 13.11",
        "NIST SP 800-53 r5: SI-4(4), SI-4(5), SI-4(11), AC-2(12), AC-7, SI-8",
        "ISO/IEC 27001:2022: A.8.15, A.8.16",
        "CISA SCuBA M365: MS.SECURITYSUITE.4.1v1 a",
        "CISA SCuBA GWS: COMMONCONTROLS.13.1v1",
    ),
    limit=(
        "This is what the logs of the mail servers show; mail that left by way of another server "
        "is not in them."
    ),
    reads=frozenset({"traffic"}),
    # What was counted stays counted, whatever else was not read.
    holds_despite_gaps=frozenset({Status.FAIL}),
    account=_assess,
)

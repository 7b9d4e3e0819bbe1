# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""outbound-spam: no mailbox sends, or is signed in to, as one that was hijacked is.

And no mail host takes whatever one address hands in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..account import Account, Lock
from ..control import (
    Context,
    Control,
    Evidence,
    Message,
    Remedy,
    SeenMailHost,
    Severity,
    Status,
    Verdict,
)
from ..log_evidence import told_by
from ..outbound_limits import OutboundLimits, SubmissionService
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
LIMITED = Message(
    "outbound-spam.limited", "{service} limits what one network address hands in, as is asked for"
)
UNLIMITED = Message(
    "outbound-spam.unlimited",
    "{service}, where users sign in to send, takes from one network address without the limit that "
    "is asked for: {limits}",
)
BY_PROGRAM = Message(
    "outbound-spam.by-program",
    "{service}, where users sign in to send, asks {programs}, whose own rules can limit each "
    "sender: they are not looked at",
)
WITH_OUTSIDE = Message(
    "outbound-spam.with-outside",
    "{service} has users sign in beside the mail from outside, so that a limit for the ones would "
    "hold up the other",
)
NO_SIGN_INS = Message(
    "outbound-spam.no-sign-ins", "No service of Postfix has users sign in to send: nothing to limit"
)

GUESSED = Message(
    "outbound-spam.guessed",
    "Signed in to on {day} after {number} wrong passwords from the same network, the limit is "
    "{limit}: the password was guessed, or its owner mistyped it often",
)

LOCK = Remedy(field="lock", before=("active",), after=("locked",))
# The limits of these limits.
COUNTS_ADDRESSES = (
    "Postfix counts network addresses, not senders: users behind one address share its limits, and "
    "one who sends from many addresses is not stopped"
)
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


def _host(host: SeenMailHost, context: Context) -> Iterable[Verdict]:
    """Whether an address that a hijacked mailbox is used from is stopped at some point."""
    wanted = context.policy.outbound_limits
    if not wanted.asked or host.submissions is None:
        return []
    if not host.submissions:
        return [Verdict(status=Status.PASS, message=NO_SIGN_INS, mark="limits")]
    return [_of_service(one, wanted, host.name) for one in host.submissions]


def _of_service(one: SubmissionService, wanted: OutboundLimits, host: str) -> Verdict:
    missed = tuple(wanted.missed(one.limits if one.is_counted else {}, one.seconds))
    params: dict[str, Any] = {"service": one.name}
    if not missed:
        status, message = Status.PASS, LIMITED
    elif one.takes_mail_from_outside:
        status, message = Status.FAIL, WITH_OUTSIDE
    elif programs := one.counting_services:
        status, message = Status.MANUAL, BY_PROGRAM
        params["programs"] = tuple(f"{asked.program} ({asked.address})" for asked in programs)
    else:
        status, message = Status.FAIL, UNLIMITED
        params["limits"] = tuple(limit.title for limit in missed)
    return Verdict(
        status=status,
        message=message,
        params=params,
        mark=f"limits {one.name}",
        severity=Severity.MEDIUM,
        evidence=tuple(_set(one, wanted, host)),
    )


def _set(one: SubmissionService, wanted: OutboundLimits, host: str) -> Iterator[Evidence]:
    for limit, number in wanted.asked.items():
        within = f" / {one.seconds} s" if limit.is_rate else ""
        asked = f" / {wanted.seconds} s" if limit.is_rate else ""
        yield Evidence(
            what=limit.setting,
            value=f"{one.limits.get(limit.name, 0)}{within}; {number}{asked} asked for",
            source=host,
        )
    if not one.is_counted:
        yield Evidence(what="master.cf has no anvil, which counts", value="", source=host)
    if one.exempt:
        yield Evidence(what="not limited", value=", ".join(one.exempt), source=host)
    for asked_service in one.asks:
        program = asked_service.program or "unknown program"
        yield Evidence(
            what="asks a policy service", value=f"{asked_service.address}: {program}", source=host
        )
    yield Evidence(what=COUNTS_ADDRESSES, value="", source=host)


OUTBOUND_SPAM = Control(
    name="outbound-spam",
    title="No mailbox sends as a hijacked one does",
    clause="causes",
    severity=Severity.HIGH,
    rationale=(
        "A hijacked mailbox sends spam until others refuse the mail of the whole domain. What it "
        "sends, and from where it is used, shows it early; a limit where users sign in to send "
        "slows it down."
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
    mail_host=_host,
    reads_of_hosts=frozenset({"submissions"}),
)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""external-forwarding: no mail leaves the office by automatic forwarding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..account import ANSWERS, Account, Forward
from ..control import (
    Context,
    Control,
    Evidence,
    MailAddress,
    Message,
    Remedy,
    Severity,
    Status,
    Verdict,
)
from ..forwarding_policy import Destination

NONE = Message("external-forwarding.none", "Forwards nowhere outside the office")
PARTNERS_ONLY = Message(
    "external-forwarding.partners-only",
    "Forwards nowhere outside the office but to partner domains",
)
OUTSIDE = Message("external-forwarding.outside", "Forwards to {address} ({sources})")
UNCLEAR = Message(
    "external-forwarding.unclear",
    "Forwards to {address}, which could not be parsed, so it counts as outside ({sources})",
)
THROUGH = Message(
    "external-forwarding.through", "Forwards to {address} through {through} ({sources})"
)
DORMANT = Message(
    "external-forwarding.dormant",
    "A stored rule that is not in force would forward to {address} ({sources})",
)
OPAQUE = Message(
    "external-forwarding.opaque", "Forwards to where it cannot be told ({sources}): judge by eye"
)
SENDER = Message(
    "external-forwarding.answers",
    "Automatic answers give {address} as their sender, so that replies go there ({sources})",
)

_NONE = Verdict(status=Status.PASS, message=NONE)
_PARTNERS_ONLY = Verdict(status=Status.PASS, message=PARTNERS_ONLY)


def _assess(subject: Account | MailAddress, context: Context) -> Iterable[Verdict]:
    if not subject.forwards:
        return [_NONE]
    opaque = [
        forward
        for forward in subject.forwards
        if not forward.address or forward.opaque not in ("", ANSWERS)
    ]
    to = _by_address(subject.forwards, context)
    verdicts = [
        *_outside(subject, to, context),
        *_through(subject, to, context),
        *_opaque(opaque),
        *_answers(subject.forwards, context),
    ]
    if not verdicts:
        return [_NONE]
    if all(_is_approved(verdict, context) for verdict in verdicts):
        # What could not be read of the rest must not hide behind what is approved.
        verdicts.append(_PARTNERS_ONLY)
    return verdicts


def _is_approved(verdict: Verdict, context: Context) -> bool:
    approvals = verdict.approvals
    return bool(approvals) and not any(one.is_expired(context.today) for one in approvals)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Target:
    """One target, however often a subject forwards to it."""

    destination: Destination
    forwards: list[Forward]

    @property
    def in_force(self) -> list[Forward]:
        return [forward for forward in self.forwards if forward.active]


def _by_address(forwards: tuple[Forward, ...], context: Context) -> dict[str, _Target]:
    """The targets that can be told, by their lower-case text."""
    found: dict[str, _Target] = {}
    for forward in forwards:
        if forward.opaque or not forward.address:
            continue
        key = forward.address.lower()
        if key not in found:
            destination = context.policy.forwarding.destination(forward.address)
            found[key] = _Target(destination=destination, forwards=[])
        found[key].forwards.append(forward)
    return found


def _outside(
    subject: Account | MailAddress, targets: Mapping[str, _Target], context: Context
) -> Iterator[Verdict]:
    left = _targets(subject.forwards)
    for address, target in targets.items():
        active, destination = target.in_force, target.destination
        if not destination.outside:
            continue
        shown = active or target.forwards
        leaves = destination.leaves(context.today)
        evidence = [*map(_evidence, target.forwards), *_details(target)]
        yield Verdict(
            status=Status.FAIL if active else Status.MANUAL,
            message=_message(target),
            params={"address": shown[0].address, "sources": _sources(shown)},
            mark=address,
            evidence=(*evidence, *(_lock(subject) if active and leaves else ())),
            remedies=tuple(
                _without(address, place, source, left) for place, source in _writable(active)
            )
            if leaves
            else (),
            severity=None if active else Severity.LOW,
            approvals=destination.approvals,
        )


def _message(target: _Target) -> Message:
    if not target.in_force:
        return DORMANT
    return UNCLEAR if any(one.unclear for one in target.destination.outside) else OUTSIDE


def _details(target: _Target) -> Iterator[Evidence]:
    """Why a target is outside, where its text does not show it at once."""
    source = target.forwards[0].source
    for one in target.destination.outside:
        if one.unclear:
            yield Evidence(what="could not be parsed", value=one.unclear, source=source)
    recipients = target.destination.recipients
    if len(recipients) > 1 or len(recipients[0].domains) > 1:
        domains = dict.fromkeys(domain for one in recipients for domain in one.domains)
        yield Evidence(what="every domain in it", value=", ".join(domains), source=source)


def _through(
    subject: Account | MailAddress, targets: Mapping[str, _Target], context: Context
) -> Iterator[Verdict]:
    """What stays inside and goes outside from there. The remedy lies where it does."""
    own = subject.mail if isinstance(subject, Account) else (subject.mail,)
    for address, target in targets.items():
        if target.destination.outside or not target.in_force:
            continue
        leak = context.onward.leak(own, target.destination.recipients)
        if leak is None:
            continue
        goes_on = Evidence(what="goes on to", value=leak.address, source=leak.source)
        yield Verdict(
            status=Status.FAIL,
            message=THROUGH,
            params={
                "address": leak.address,
                "through": ", ".join(leak.through),
                "sources": _sources(target.in_force),
            },
            mark=address,
            evidence=(*map(_evidence, target.in_force), goes_on, *_lock(subject)),
        )


def _lock(subject: Account | MailAddress) -> Iterator[Evidence]:
    """A lock keeps its owner out, and no mail in."""
    if isinstance(subject, Account) and subject.lock:
        yield Evidence(
            what="locked, and forwards all the same",
            value=subject.lock.value,
            source="directory",
            at=subject.locked_at,
        )


def _opaque(opaque: list[Forward]) -> Iterator[Verdict]:
    if opaque:
        yield Verdict(
            status=Status.MANUAL,
            message=OPAQUE,
            params={"sources": _sources(opaque)},
            evidence=tuple(_evidence(forward) for forward in opaque),
            severity=Severity.MEDIUM,
        )


def _answers(forwards: Iterable[Forward], context: Context) -> Iterator[Verdict]:
    """Senders that automatic answers give: no mail leaves by itself, but replies do."""
    named = [forward for forward in forwards if forward.opaque == ANSWERS and forward.address]
    for address in dict.fromkeys(forward.address.lower() for forward in named):
        same = [forward for forward in named if forward.address.lower() == address]
        if context.policy.forwarding.destination(address).leaves(context.today):
            active = any(forward.active for forward in same)
            yield Verdict(
                status=Status.MANUAL,
                message=SENDER,
                params={"address": same[0].address, "sources": _sources(same)},
                mark=f"answers {address}",
                evidence=tuple(_evidence(forward) for forward in same),
                severity=Severity.MEDIUM if active else Severity.LOW,
            )


# Where a forward can be taken away: its host, channel and place.
Place = tuple[str, str, str]


def _place(forward: Forward) -> Place:
    return forward.host, forward.channel, forward.place


def _targets(every: tuple[Forward, ...]) -> dict[Place, tuple[str, ...]]:
    """Place -> what is set there and in force, as written."""
    left: dict[Place, tuple[str, ...]] = {}
    for forward in every:
        if forward.active:
            target = forward.opaque or forward.address
            left[_place(forward)] = (*left.get(_place(forward), ()), target)
    return left


def _without(address: str, place: Place, source: str, left: dict[Place, tuple[str, ...]]) -> Remedy:
    """Only this target goes: the other forwards of the same place may be lawful.

    `left` is what the remedies before this one leave there, for they are applied one by one.
    """
    before = left[place]
    left[place] = tuple(target for target in before if target.lower() != address)
    host, channel, target = place
    return Remedy(
        field="forwards",
        before=before,
        after=left[place],
        target=target,
        server=host,
        channel=channel,
        source=source,
    )


def _writable(forwards: list[Forward]) -> Iterator[tuple[Place, str]]:
    """Where the target can be taken away, and what to call that; the rest is for a person."""
    by_place: dict[Place, list[Forward]] = {}
    for forward in forwards:
        if forward.place or forward.channel == "directory":
            by_place.setdefault(_place(forward), []).append(forward)
    yield from ((place, _sources(there)) for place, there in by_place.items())


def _sources(forwards: list[Forward]) -> str:
    return ", ".join(dict.fromkeys(forward.source for forward in forwards))


def _evidence(forward: Forward) -> Evidence:
    what = "forward" if forward.active else "forward, not in force"
    return Evidence(
        what=what, value=forward.address or forward.opaque, source=forward.source, at=None
    )


EXTERNAL_FORWARDING = Control(
    name="external-forwarding",
    title="No automatic forwarding outside the office",
    clause="2, 3rd point",
    severity=Severity.HIGH,
    rationale=(
        "Forwarding takes official mail out of the office's reach, and is the usual next step "
        "after a mailbox was hijacked."
    ),
    references=(
        "CIS Controls v8: 3.12 (nearest)",
        "NIST SP 800-53 r5: AC-4, SC-7(10)",
        "ISO/IEC 27001:2022: A.5.14, A.8.12",
        "CISA SCuBA M365: MS.EXO.1.1v2, MS.SECURITYSUITE.4.1v1 c",
        "CISA SCuBA GWS: GMAIL.11.1v1",
        "MITRE ATT&CK: T1114.003",
    ),
    limit=(
        "This is what directories and mail hosts hold; a rule in a mail program on somebody's own "
        "computer is not seen."
    ),
    reads=frozenset({"forwards"}),
    holds_despite_gaps=frozenset({Status.FAIL, Status.MANUAL}),
    account=_assess,
    address=_assess,
)

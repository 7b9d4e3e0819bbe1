# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""external-forwarding: no mail leaves the office by automatic forwarding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..account import Account, Forward
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

NONE = Message("external-forwarding.none", "Forwards nowhere outside the office")
OUTSIDE = Message("external-forwarding.outside", "Forwards to {address} ({sources})")
DORMANT = Message(
    "external-forwarding.dormant",
    "A stored rule that is not in force would forward to {address} ({sources})",
)
OPAQUE = Message(
    "external-forwarding.opaque", "Forwards to where it cannot be told ({sources}): judge by eye"
)

_NONE = Verdict(status=Status.PASS, message=NONE)


def _assess(subject: Account | MailAddress, context: Context) -> Iterable[Verdict]:
    if not subject.forwards:
        return [_NONE]
    allows = context.policy.forwarding.allows
    opaque = [f for f in subject.forwards if f.opaque or not f.address]
    outside = [f for f in subject.forwards if f not in opaque and not allows(f.address)]
    verdicts = [*_outside(outside, subject.forwards), *_opaque(opaque)]
    return verdicts or [_NONE]


def _outside(outside: list[Forward], every: tuple[Forward, ...]) -> Iterator[Verdict]:
    left = _targets(every)
    for address in dict.fromkeys(forward.address.lower() for forward in outside):
        same = [forward for forward in outside if forward.address.lower() == address]
        active = [forward for forward in same if forward.active]
        shown = active or same
        yield Verdict(
            status=Status.FAIL if active else Status.MANUAL,
            message=OUTSIDE if active else DORMANT,
            params={"address": shown[0].address, "sources": _sources(shown)},
            mark=address,
            evidence=tuple(_evidence(forward) for forward in same),
            remedies=tuple(_without(address, place, left) for place in _writable(active)),
            severity=None if active else Severity.LOW,
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


# Where a forward can be taken away: its host, channel and place.
Place = tuple[str, str, str]


def _place(forward: Forward) -> Place:
    return forward.host, forward.channel, forward.place


def _targets(every: tuple[Forward, ...]) -> dict[Place, tuple[str, ...]]:
    """Place -> what is set there and in force, as written."""
    left: dict[Place, tuple[str, ...]] = {}
    for forward in every:
        if forward.active:
            target = forward.address or forward.opaque
            left[_place(forward)] = (*left.get(_place(forward), ()), target)
    return left


def _without(address: str, place: Place, left: dict[Place, tuple[str, ...]]) -> Remedy:
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
    )


def _writable(forwards: list[Forward]) -> list[Place]:
    """Where the target can be taken away; the rest is for a person."""
    return list(
        dict.fromkeys(
            _place(forward)
            for forward in forwards
            if forward.place or forward.channel == "directory"
        )
    )


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
        "CISA SCuBA M365: MS.EXO.1.1v2",
        "NIST SP 800-53 r5: AC-4",
        "ISO/IEC 27001:2022: A.5.14",
        "MITRE ATT&CK: T1114.003",
    ),
    reads=frozenset({"forwards"}),
    holds_despite_gaps=frozenset({Status.FAIL, Status.MANUAL}),
    account=_assess,
    address=_assess,
)

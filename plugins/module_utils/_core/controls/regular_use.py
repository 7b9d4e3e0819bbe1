# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""regular-use: the official mailbox is used regularly, measured per unit."""

from __future__ import annotations

from collections.abc import Iterable

from ..control import Context, Control, Message, Severity, Status, UnitUse, Verdict

USED = Message(
    "regular-use.used",
    "{used} of {open} open mailboxes were used in the last {days} days ({share}%)",
)
SELDOM = Message(
    "regular-use.seldom",
    "Only {used} of {open} open mailboxes were used in the last {days} days ({share}%, wanted "
    "{wanted}%)",
)
UNDECIDED = Message(
    "regular-use.undecided",
    "{used} of {open} open mailboxes were used in the last {days} days; of {undecided} it is not "
    "known",
)
EMPTY = Message("regular-use.empty", "No open mailbox in this unit")


def _assess(use: UnitUse, context: Context) -> Iterable[Verdict]:
    wanted = context.policy.regular_use
    total = use.used + use.unused + use.undecided
    if total == 0:
        return [Verdict(status=Status.PASS, message=EMPTY)]
    least, most = 100 * use.used // total, 100 * (use.used + use.undecided) // total
    if least >= wanted.min_share_percent:
        status, message = Status.PASS, USED
    elif most < wanted.min_share_percent:
        status, message = Status.FAIL, SELDOM
    else:
        status, message = Status.UNKNOWN, UNDECIDED
    params = {
        "used": use.used,
        "open": total,
        "undecided": use.undecided,
        "days": wanted.within_days,
        "share": least,
        "wanted": wanted.min_share_percent,
    }
    return [Verdict(status=status, message=message, params=params)]


REGULAR_USE = Control(
    name="regular-use",
    title="The official mailbox is used regularly",
    clause="1",
    severity=Severity.LOW,
    rationale="Official mail that nobody reads is work that is not done.",
    references=(
        "CIS Controls v8: 5.1",
        "NIST SP 800-53 r5: AC-2 g, AC-2 j, AT-2, CA-7",
        "ISO/IEC 27001:2022: A.5.10, A.5.16, A.5.36",
    ),
    limit=(
        "This counts recorded sign-ins and messages handed in; whether mail was read and answered "
        "is not known."
    ),
    reads=frozenset({"sign_ins"}),
    # Every gap counts as "undecided" already.
    holds_despite_gaps=frozenset({Status.PASS, Status.FAIL}),
    unit=_assess,
)

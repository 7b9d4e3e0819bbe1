# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""locked-mailbox: whoever is locked is listed, for the owner to check and propose reopening."""

from __future__ import annotations

from collections.abc import Iterable

from ..account import Account, Lock
from ..control import Context, Control, Evidence, Message, Severity, Status, Verdict
from ..dates import local_day

OPEN = Message("locked-mailbox.open", "Not locked")
BY_ADMINISTRATOR = Message(
    "locked-mailbox.administrator",
    "Locked by an administrator; last sign-in: {last}. The owner checks, and proposes to the "
    "competent authority to reopen it if it is needed",
)
BY_FAILURES = Message(
    "locked-mailbox.failures",
    "Locked by the server on {at} after too many wrong passwords. Ask the owner whether it was "
    "they who tried",
)
NO_SIGN_IN = "none on record"

_OPEN = Verdict(status=Status.PASS, message=OPEN)


def _assess(account: Account, context: Context) -> Iterable[Verdict]:
    zone = context.policy.time_zone
    if account.lock is None:
        yield _OPEN
    elif account.lock is Lock.ADMINISTRATOR:
        last = max((sign_in.at for sign_in in account.sign_ins), default=None)
        yield Verdict(
            status=Status.MANUAL,
            message=BY_ADMINISTRATOR,
            params={"last": local_day(last, zone).isoformat() if last else NO_SIGN_IN},
            mark=account.lock.value,
            evidence=_evidence(account),
        )
    else:
        at = local_day(account.locked_at, zone).isoformat() if account.locked_at else "?"
        yield Verdict(
            status=Status.MANUAL,
            message=BY_FAILURES,
            params={"at": at},
            mark=account.lock.value,
            evidence=_evidence(account),
        )


def _evidence(account: Account) -> tuple[Evidence, ...]:
    locked = Evidence(
        what="locked", value=str(account.lock and account.lock.value), source="directory",
        at=account.locked_at,
    )  # fmt: skip
    return (locked, *(
        Evidence(what="last sign-in", value=sign_in.detail, source=sign_in.source, at=sign_in.at)
        for sign_in in account.sign_ins
    ))  # fmt: skip


LOCKED_MAILBOX = Control(
    name="locked-mailbox",
    title="Locked mailboxes are checked and reopened only with approval",
    clause="3",
    severity=Severity.MEDIUM,
    rationale=(
        "The owner of a locked mailbox has to be told, and only the competent authority decides "
        "on reopening it."
    ),
    references=(
        "CIS Controls v8: 6.1, 6.2, 17.2, 17.3",
        "NIST SP 800-53 r5: AC-2 e, AC-2 f, AC-2 h, AC-2 i, AC-2(4), AC-5, CM-3 e, IA-5(1)(e)",
        "ISO/IEC 27001:2022: A.5.3, A.5.18, A.5.28",
        "CISA SCuBA GWS: COMMONCONTROLS.17.1v1 (partly: several approve)",
    ),
    limit=(
        "This is the state at the moment of the reading; who locked it and why, the directory "
        "does not say."
    ),
    reads=frozenset({"lock"}),
    holds_despite_gaps=frozenset({Status.MANUAL}),
    account=_assess,
)

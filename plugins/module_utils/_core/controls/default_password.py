# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""default-password: nobody keeps the password that the office once gave out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache

from ..account import Account, PasswordCheck
from ..control import Context, Control, Evidence, Message, Remedy, Severity, Status, Verdict
from ..dates import CLOCKS_DIFFER, local_day

CHANGED = Message("default-password.changed", "Password changed on {changed}")
COMPARED = Message(
    "default-password.compared",
    "Password changed on {changed}; the stored one is none that it was compared with",
)
GUESSED = Message(
    "default-password.guessed",
    "The stored password ({scheme}) is one of the office's default or guessable ones",
)
PENDING = Message(
    "default-password.pending",
    "Has to change the password at the next sign-in and has not done so yet; a mail server that "
    "only checks passwords still accepts the old one",
)
NEVER = Message(
    "default-password.never-changed", "Password never changed since the account was made ({made})"
)
NO_TIME = Message(
    "default-password.no-time", "The directory does not show when the password was last changed"
)

ODD_TIME = Message(
    "default-password.odd-time",
    "The directory says that the account was made on {made} and its password changed on "
    "{changed}: it was brought along from elsewhere, or a clock was wrong",
)

# Provisioning tools make the account first and set its first password moments later.
_SAME_ACT = timedelta(hours=1)

MUST_CHANGE = Remedy(field="must_change", before=("no",), after=("yes",))
LOCK = Remedy(field="lock", before=("active",), after=("locked",))


def _assess(account: Account, context: Context) -> Iterable[Verdict]:
    zone = context.policy.time_zone
    made, changed = account.created_at, account.password_changed_at
    # Dates tell nothing of which password it was changed to.
    silent_on = () if account.password_check is PasswordCheck.NO_MATCH else (GUESSED.key,)
    if account.password_check is PasswordCheck.MATCH:
        yield Verdict(
            status=Status.FAIL,
            message=GUESSED,
            params={"scheme": account.password_scheme or "?"},
            evidence=_evidence(account),
            remedies=_remedies(account, context),
            severity=Severity.CRITICAL,
        )
    elif account.must_change:
        yield Verdict(
            status=Status.FAIL,
            message=PENDING,
            silent_on=silent_on,
            evidence=_evidence(account),
            remedies=_remedies(account, context),
            severity=Severity.MEDIUM,
        )
    elif made is None or changed is None:
        yield Verdict(status=Status.UNKNOWN, message=NO_TIME, evidence=_evidence(account))
    elif changed < made - _SAME_ACT or changed > context.now + CLOCKS_DIFFER:
        params = {
            "made": local_day(made, zone).isoformat(),
            "changed": local_day(changed, zone).isoformat(),
        }
        yield Verdict(
            status=Status.UNKNOWN, message=ODD_TIME, params=params, evidence=_evidence(account)
        )
    elif changed - made <= _SAME_ACT:
        yield Verdict(
            status=Status.FAIL,
            message=NEVER,
            params={"made": local_day(made, zone).isoformat()},
            silent_on=silent_on,
            evidence=_evidence(account),
            remedies=_remedies(account, context),
        )
    else:
        yield _changed(local_day(changed, zone), silent_on)


@lru_cache(maxsize=4096)  # accounts share the days
def _changed(day: date, silent_on: tuple[str, ...]) -> Verdict:
    params = {"changed": day.isoformat()}
    message = CHANGED if silent_on else COMPARED
    return Verdict(status=Status.PASS, message=message, params=params, silent_on=silent_on)


def _remedies(account: Account, context: Context) -> tuple[Remedy, ...]:
    return tuple(_needed(account, context))


def _needed(account: Account, context: Context) -> Iterator[Remedy]:
    if not account.must_change:
        yield MUST_CHANGE
    lock_from = context.policy.default_password.lock_from
    is_due = lock_from is not None and context.today >= lock_from
    if is_due and account.lock is None and not context.may_sign_in:
        yield LOCK


def _evidence(account: Account) -> tuple[Evidence, ...]:
    seen = []
    for what, at in (
        ("account made", account.created_at),
        ("password changed", account.password_changed_at),
    ):
        value = "" if at else "not shown"
        seen.append(Evidence(what=what, value=value, source="directory", at=at))
    if account.password_check:
        compared = f"{account.password_check.value} ({account.password_scheme or '?'})"
        seen.append(Evidence(what="stored hash compared", value=compared, source="directory"))
    return tuple(seen)


DEFAULT_PASSWORD = Control(
    name="default-password",
    title="Default and guessable passwords are changed",
    clause="causes, 1st point; 2",
    severity=Severity.HIGH,
    rationale=(
        "A password that everyone was once given opens every mailbox that still has it; hijacked "
        "mailboxes send spam until the whole domain is blocked."
    ),
    references=(
        "CIS Controls v8: 4.7, 5.2",
        "NIST SP 800-53 r5: IA-5 e, IA-5(1)(a)(b)(e), IA-5(5)",
        "ISO/IEC 27001:2022: A.5.17",
        "CISA SCuBA GWS: COMMONCONTROLS.13.1v1 (partly: alerts on leaked passwords)",
    ),
    limit=(
        "This is what the directory's times show and, where hashes may be read, a comparison with "
        "the office's own candidates; nobody is signed in as."
    ),
    reads=frozenset({"created_at", "password_changed_at", "must_change"}),
    holds_despite_gaps=frozenset({Status.FAIL}),
    account=_assess,
)

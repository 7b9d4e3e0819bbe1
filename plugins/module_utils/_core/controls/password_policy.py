# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""password-policy: what the servers demand of a new password is at least what the letter asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..account import PasswordPolicy
from ..control import (
    Context,
    Control,
    Evidence,
    Message,
    PolicyUse,
    Remedy,
    Severity,
    Status,
    Verdict,
)
from ..policy import PasswordRequirements

MET = Message("password-policy.met", "Demands what the policy asks for")
NO_POLICY = Message(
    "password-policy.none", "{accounts} accounts have no password policy: any password will do"
)
TOO_SHORT = Message(
    "password-policy.min-length", "Accepts passwords of {found} characters; asked for: {wanted}"
)
NO_CLASSES = Message(
    "password-policy.classes",
    "Does not demand {missing}. This server cannot by itself; it needs a check module",
)
FEW_CLASSES = Message("password-policy.few-classes", "Does not demand {missing}")
CLASSES_UNREADABLE = Message(
    "password-policy.classes-unreadable",
    "Whether {wanted} are demanded is up to a check module of the server: {notes}",
)
HAS_CLASSES = Message(
    "password-policy.composition", "Demands {found}; NIST SP 800-63B-4 forbids composition rules"
)
NO_BLOCKLIST = Message(
    "password-policy.blocklist", "Does not compare new passwords with a list of known bad ones"
)
BLOCKLIST_UNREADABLE = Message(
    "password-policy.blocklist-unreadable",
    "Whether new passwords are compared with a list of known bad ones cannot be read: ask the "
    "server's administrator",
)
EXPIRES = Message(
    "password-policy.expiry",
    "Lets passwords expire after {days} days; NIST SP 800-63B-4 forbids periodic change",
)
SHORT_HISTORY = Message(
    "password-policy.history", "Remembers {found} old passwords; asked for: {wanted}"
)
NO_LOCKOUT = Message(
    "password-policy.lockout-threshold",
    "Locks after {found} wrong passwords (0: never); asked for: at most {wanted}",
)
NO_FORCED_CHANGE = Message(
    "password-policy.must-change-after-reset",
    "Does not force a change after an administrator set the password",
)
UNCHECKED = Message(
    "password-policy.checks-quality",
    "Accepts passwords that it cannot check, such as those sent in as a hash",
)


def _assess(use: PolicyUse, context: Context) -> Iterable[Verdict]:
    governed = sum(use.units.values())
    if use.policy is None:
        return [
            Verdict(
                status=Status.FAIL,
                message=NO_POLICY,
                params={"accounts": governed},
                mark="none",
                severity=Severity.CRITICAL,
            )
        ]
    verdicts = list(_deviations(use.policy, context.policy.password))
    return verdicts or [Verdict(status=Status.PASS, message=MET)]


def _deviations(found: PasswordPolicy, wanted: PasswordRequirements) -> Iterator[Verdict]:
    yield from _length(found, wanted)
    yield from _composition(found, wanted)
    yield from _blocklist(found, wanted)
    yield from _expiry(found, wanted)
    yield from _optional(found, wanted)


def _length(found: PasswordPolicy, wanted: PasswordRequirements) -> Iterator[Verdict]:
    length = found.min_length or 0
    if length < wanted.min_length:
        yield _fail(found, TOO_SHORT, "min_length", length, wanted.min_length)


def _composition(found: PasswordPolicy, wanted: PasswordRequirements) -> Iterator[Verdict]:
    if not wanted.allow_composition_rules:
        if found.classes:
            text = _list(found.classes)
            yield _fail(found, HAS_CLASSES, "classes", text, "none")
        return
    if found.classes is None and wanted.classes:
        yield Verdict(
            status=Status.MANUAL,
            message=CLASSES_UNREADABLE,
            params={"wanted": _list(wanted.classes), "notes": "; ".join(found.notes)},
            mark="classes",
        )
        return
    demanded = found.classes or frozenset()
    missing = wanted.classes - demanded
    if missing:
        present, both = _list(demanded) or "none", _list(demanded | wanted.classes)
        yield Verdict(
            status=Status.FAIL,
            message=FEW_CLASSES if found.sets_classes else NO_CLASSES,
            params={"missing": _list(missing)},
            mark="classes",
            evidence=(_evidence(found, "classes", present),),
            remedies=(_change(found, "classes", present, both),) if found.sets_classes else (),
        )


def _blocklist(found: PasswordPolicy, wanted: PasswordRequirements) -> Iterator[Verdict]:
    if wanted.blocklist and found.blocklist is None:
        yield Verdict(status=Status.MANUAL, message=BLOCKLIST_UNREADABLE, mark="blocklist")
    elif wanted.blocklist and not found.blocklist:
        yield Verdict(status=Status.FAIL, message=NO_BLOCKLIST, mark="blocklist")


def _expiry(found: PasswordPolicy, wanted: PasswordRequirements) -> Iterator[Verdict]:
    if not wanted.allow_expiry and found.max_age:
        days = found.max_age.days
        yield Verdict(
            status=Status.FAIL,
            message=EXPIRES,
            params={"days": days},
            mark="max_age",
            evidence=(_evidence(found, "max_age", f"{days} days"),),
            remedies=(_change(found, "max_age", f"{days} days", "0 days"),),
        )


def _optional(found: PasswordPolicy, wanted: PasswordRequirements) -> Iterator[Verdict]:
    if wanted.history is not None and (found.history or 0) < wanted.history:
        yield _fail(found, SHORT_HISTORY, "history", found.history or 0, wanted.history)
    threshold = found.lockout_threshold or 0
    if wanted.lockout_threshold and not 0 < threshold <= wanted.lockout_threshold:
        yield _fail(found, NO_LOCKOUT, "lockout_threshold", threshold, wanted.lockout_threshold)
    if wanted.must_change_after_reset and not found.must_change_after_reset:
        yield _fail(found, NO_FORCED_CHANGE, "must_change_after_reset", "no", "yes")
    if found.checks_quality is False:
        yield _fail(found, UNCHECKED, "checks_quality", "no", "yes")


def _fail(
    found: PasswordPolicy, message: Message, setting: str, value: str | int, wanted: str | int
) -> Verdict:
    return Verdict(
        status=Status.FAIL,
        message=message,
        params={"found": value, "wanted": wanted},
        mark=setting,
        evidence=(_evidence(found, setting, str(value)),),
        remedies=(_change(found, setting, str(value), str(wanted)),),
    )


def _change(found: PasswordPolicy, setting: str, before: str, after: str) -> Remedy:
    return Remedy(field=setting, before=(before,), after=(after,), target=found.name)


def _evidence(found: PasswordPolicy, setting: str, value: str) -> Evidence:
    return Evidence(what=setting, value=value, source=found.name)


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


PASSWORD_POLICY = Control(
    name="password-policy",
    title="Servers demand good passwords",
    clause="2, 1st point",
    severity=Severity.HIGH,
    rationale=(
        "A rule that no server enforces is followed by nobody; guessable passwords are how "
        "mailboxes are hijacked."
    ),
    references=(
        "CIS Controls v8: 5.2 (stricter: 14 characters without a second factor)",
        "NIST SP 800-53 r5: IA-5(1)",
        "NIST SP 800-63B-4: 3.1.1.2 (conflicts: no composition rules)",
        "ISO/IEC 27001:2022: A.5.17, A.8.5",
        "CISA SCuBA GWS: COMMONCONTROLS.5.1v1 to 5.6v1 (stricter: 12 characters, no expiry)",
        "CISA SCuBA M365: MS.AAD.6.1v1 (no expiry)",
    ),
    limit=(
        "This is what a server says that it enforces; a check module's own demands cannot be read."
    ),
    reads=frozenset({"password_policy"}),
    holds_despite_gaps=frozenset({Status.FAIL, Status.MANUAL}),
    password_policy=_assess,
)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The plan: findings to ordered changes. What check mode shows is the very object apply gets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from dataclasses import field as default  # Change has a field of that name
from typing import Any

from .account import Account
from .dates import format_time
from .errors import PlanError
from .findings import Finding, fingerprint

# Policy first, so that a forced new password meets it; locks last, so that the list is whole.
ORDER = (
    "password-policy",
    "default-password",
    "external-forwarding",
    "service-signup",
    "idle-mailbox",
    "outbound-spam",
)

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One change to one place."""

    id: str
    control: str
    subject: str
    unit: str
    server: str  # inventory name of the directory or mail host where it is written
    target: str  # DN, or the file, script or row of a table, where it is written
    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    reason: str
    undo: str  # what takes it back
    fingerprint: str  # of the finding that asks for it
    account_id: str = ""  # Account.id; "" where no account is changed
    channel: str = ""  # of a forward (account.Forward)
    source: str = ""  # of a forward: what people call its place, with the line where there is one
    # What the finding rests on: an Account field or a witness of sign-ins -> time ("": none). Where
    # the server says otherwise when it is to be written, the account has changed since.
    seen: Mapping[str, str] = default(default_factory=dict)
    facts: Mapping[str, Any] = default(default_factory=dict)  # that an exemption's selector sees


_NAMES = tuple(item.name for item in fields(Change))
_KINDS = dict.fromkeys(_NAMES, str) | {"before": tuple, "after": tuple, "seen": dict, "facts": dict}


def changes_for(finding: Finding) -> Iterator[Change]:
    """The changes that one finding asks for; none unless it fails."""
    about = finding.about
    for remedy in finding.remedies:
        target = remedy.target or about.dn
        yield Change(
            id=fingerprint(finding.fingerprint, remedy.field, f"{remedy.server}{target}"),
            control=finding.control.name,
            subject=finding.subject,
            unit=finding.unit,
            server=remedy.server or about.server,
            target=target,
            channel=remedy.channel,
            source=remedy.source,
            field=remedy.field,
            before=remedy.before,
            after=remedy.after,
            reason=finding.summary,
            undo=f"{remedy.field}: {', '.join(remedy.before) or 'none'}",
            fingerprint=finding.fingerprint,
            account_id=about.account.id if about.account else "",
            seen=_seen(about.account, about.elsewhere, finding.control.reads)
            if about.account
            else {},
            facts=about.facts,
        )


def _seen(
    account: Account, elsewhere: tuple[Account, ...], reads: frozenset[str]
) -> dict[str, str]:
    """The times of the account that a control with these `reads` judged by; "" for none.

    "sign_ins" is the newest in any of its owner's accounts, those by witness are of this one.
    """
    seen: dict[str, str] = {}
    if "sign_ins" in reads:
        by_source = {sign_in.source: format_time(sign_in.at) for sign_in in account.sign_ins}
        further = [format_time(one.at) for other in elsewhere for one in other.sign_ins]
        seen |= {"sign_ins": max([*by_source.values(), *further], default=""), **by_source}
    if "password_changed_at" in reads:
        changed = account.password_changed_at
        seen["password_changed_at"] = format_time(changed) if changed else ""
    return seen


def to_line(change: Change) -> str:
    """The JSON line of a change."""
    return _encode(content_of(change))


def content_of(change: Change) -> dict[str, Any]:
    """The change as a line has it; dataclasses.asdict() takes ten times as long."""
    return {name: getattr(change, name) for name in _NAMES}


def read_change(where: str, line: str) -> Change:
    """The change that a line of a plan states. Raises PlanError, naming `where`."""
    try:
        return change_of(json.loads(line))
    except ValueError as error:
        raise PlanError(f"{where} is no change of a plan ({error}): audit again") from None


def change_of(content: Mapping[str, Any]) -> Change:
    """The change that the content of a line states. Raises ValueError."""
    try:
        texts = {name: tuple(content[name]) for name in ("before", "after")}
        change = Change(**{**content, **texts})
    except (TypeError, KeyError) as error:
        raise ValueError(str(error)) from None
    wrong = [name for name, kind in _KINDS.items() if not isinstance(getattr(change, name), kind)]
    wrong += [name for name, values in texts.items() if not all(map(_is_text, values))]
    if wrong:
        raise ValueError(f"{', '.join(wrong)} cannot be understood")
    return change


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def in_order(changes: list[Change]) -> list[Change]:
    """The changes as they have to be made; within a control they keep their order."""
    return sorted(changes, key=lambda change: ORDER.index(change.control))

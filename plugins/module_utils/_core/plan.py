# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The plan: findings to ordered changes. What check mode shows is the very object apply gets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from .findings import Finding, fingerprint

# Policy first, so that a forced new password meets it; locks last, so that the list is whole.
ORDER = ("password-policy", "default-password", "external-forwarding", "idle-mailbox")

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One change to one place."""

    id: str
    control: str
    subject: str
    unit: str
    server: str  # inventory name of the directory that holds the account; "" for a mail host's
    target: str  # DN, or the attribute, script or map, where it is written
    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    reason: str
    undo: str  # what takes it back
    fingerprint: str  # of the finding that asks for it


def changes_for(finding: Finding) -> Iterator[Change]:
    """The changes that one finding asks for; none unless it fails."""
    for remedy in finding.remedies:
        target = remedy.target or finding.dn
        yield Change(
            id=fingerprint(finding.fingerprint, remedy.field, target),
            control=finding.control.name,
            subject=finding.subject,
            unit=finding.unit,
            server=finding.server,
            target=target,
            field=remedy.field,
            before=remedy.before,
            after=remedy.after,
            reason=finding.summary,
            undo=f"{remedy.field}: {', '.join(remedy.before) or 'none'}",
            fingerprint=finding.fingerprint,
        )


def to_line(change: Change) -> str:
    """The JSON line of a change."""
    return _encode(asdict(change))

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What assessment.json says of the policy that was used and of the servers that were read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from .._core.controls.external_forwarding import EXTERNAL_FORWARDING
from .._core.dates import format_time
from .._core.exemptions import Approval
from .._core.policy import Policy
from .._core.snapshot import Incremental, Source
from .._core.traffic import LogCoverage


def of_policy(
    policy: Policy, matched: Mapping[int, int], partners: Mapping[str, int], today: date
) -> dict[str, Any]:
    """The policy; counted are the findings that each exemption, by its index, and each partner
    domain speaks of."""
    exemptions = [
        _approval(one, one.control, one.select, matched.get(index, 0), today)
        for index, one in enumerate(policy.exemptions)
    ]
    exemptions += [
        _approval(one, EXTERNAL_FORWARDING.name, one.domain, partners.get(one.domain, 0), today)
        for one in policy.forwarding.partner_domains
    ]
    return {
        "office": policy.office,
        "time_zone": policy.time_zone.key,
        "profile": policy.profile,
        "exemptions": exemptions,
        "settings": _settings(policy),
    }


def _settings(policy: Policy) -> dict[str, dict[str, Any]]:
    """What was in force, defaults and profile included: section -> key -> value."""
    sections: dict[str, Any] = {
        "password": policy.password,
        "forwarding": policy.forwarding,
        "default_password": policy.default_password,
        "idle_mailbox": policy.idle,
        "regular_use": policy.regular_use,
        "mail_logs": policy.mail_logs,
        "free_mail": policy.free_mail,
        "service_signup": policy.service_signup,
        "spam_handling": policy.spam_handling,
        "outbound_spam": policy.outbound_spam,
        "enforcement": policy.enforcement,
    }
    return {
        name: {
            one.name: _plain(getattr(section, one.name))
            for one in fields(section)
            if one.name != "partner_domains"  # with the exemptions
        }
        for name, section in sections.items()
    }


def _plain(value: Any) -> Any:
    """The value as JSON can have it."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in sorted(value.items())}
    if isinstance(value, (set, frozenset)):
        return sorted(map(_plain, value))
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _approval(
    approval: Approval, control: str, select: str, matched: int, today: date
) -> dict[str, Any]:
    return {
        "control": control,
        "select": select,
        "reason": approval.reason,
        "approver": approval.approver,
        "expires": approval.expires.isoformat(),
        "expired": approval.is_expired(today),
        "matched": matched,
    }


def of_source(source: Source) -> dict[str, Any]:
    """One server, and what of it could not be read."""
    return {
        "name": source.name,
        "kind": source.kind,
        "server": source.server,
        "software": source.software,
        "complete": source.complete,
        "answered": source.answered,
        "message": source.message,
        "accounts": source.counts.get("account", 0),
        "read_at": format_time(source.started_at) if source.started_at else None,
        "unread": [asdict(unread) for unread in source.unread],
        "coverage": _coverage(source.coverage) if source.coverage else None,
        "incremental": _incremental(source.incremental) if source.incremental else None,
    }


def _incremental(found: Incremental) -> dict[str, Any]:
    """Since when only what changed was read, and when everything was."""
    return {
        "since": format_time(found.since),
        "full_at": format_time(found.full_at),
        "changed": found.changed,
        "gone": found.gone,
    }


def _coverage(log: LogCoverage) -> dict[str, Any]:
    """What part of the past a log shows."""
    return {
        "first": format_time(log.first) if log.first else None,
        "last": format_time(log.last) if log.last else None,
        "missing": [
            {"since": format_time(one.since), "until": format_time(one.until), "why": one.why}
            for one in log.missing
        ],
        "failures": list(log.failures),
    }

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What assessment.json says of the policy that was used and of the servers that were read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from .._core.dates import format_time
from .._core.policy import Policy
from .._core.snapshot import Source


def of_policy(policy: Policy, matched: Mapping[int, int], today: date) -> dict[str, Any]:
    """The policy; `matched` counts the findings that each exemption speaks of."""
    return {
        "office": policy.office,
        "time_zone": policy.time_zone.key,
        "profile": policy.profile,
        "exemptions": [
            {
                "control": exemption.control,
                "select": exemption.select,
                "reason": exemption.reason,
                "approver": exemption.approver,
                "expires": exemption.expires.isoformat(),
                "expired": exemption.is_expired(today),
                "matched": matched.get(index, 0),
            }
            for index, exemption in enumerate(policy.exemptions)
        ],
    }


def of_source(source: Source) -> dict[str, Any]:
    """One server, and what of it could not be read."""
    return {
        "name": source.name,
        "kind": source.kind,
        "server": source.server,
        "software": source.software,
        "complete": source.complete,
        "message": source.message,
        "accounts": source.counts.get("account", 0),
        "read_at": format_time(source.started_at) if source.started_at else None,
        "unread": [asdict(unread) for unread in source.unread],
    }

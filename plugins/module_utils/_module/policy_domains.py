# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The domains that mail may go to by itself, from the policy file of the control node."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from .._core.dates import local_day
from .._core.errors import PolicyError
from .policy_file import load_policy

__all__ = ["PolicyError", "policy_domains"]


def policy_domains(path: str) -> list[str]:
    """Those of today, in the office's time zone. Raises PolicyError."""
    policy = load_policy(Path(path))
    today = local_day(datetime.now(timezone.utc), policy.time_zone)
    return list(policy.forwarding.domains(today))

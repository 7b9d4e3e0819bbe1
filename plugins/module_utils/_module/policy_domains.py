# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The option domains of modules of mail hosts, from the policy file of the control node."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from .._core.dates import local_day
from .._core.errors import PolicyError
from .policy_file import load_policy

__all__ = ["PolicyError", "listed_domains", "policy_domains"]


def policy_domains(path: str) -> dict[str, list[str]]:
    """Those that mail may go to by itself today, in the office's time zone. Raises PolicyError."""
    policy = load_policy(Path(path))
    today = local_day(datetime.now(timezone.utc), policy.time_zone)
    return {"domains": list(policy.forwarding.domains(today))}


def listed_domains(path: str) -> dict[str, list[str]]:
    """Those whose mail is counted in logs. Raises PolicyError."""
    policy = load_policy(Path(path))
    return {"domains": sorted(policy.free_mail.domains | policy.service_signup.domains)}

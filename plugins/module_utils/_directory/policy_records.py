# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The record of a password policy in a snapshot."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import timedelta
from typing import Any

from .._core.account import PasswordPolicy


def policy_fields(policy: PasswordPolicy) -> dict[str, Any]:
    """What a policy record says: no None, durations in seconds, sets sorted."""
    content: dict[str, Any] = {}
    for item in fields(policy):
        value = getattr(policy, item.name)
        if isinstance(value, timedelta):
            content[item.name] = int(value.total_seconds())
        elif isinstance(value, frozenset):
            content[item.name] = sorted(value)
        elif value is not None:
            content[item.name] = value
    return content


def policy_line(policy: PasswordPolicy) -> str:
    """The record as a line of the snapshot."""
    content = {"record": "policy", **policy_fields(policy)}
    return json.dumps(content, ensure_ascii=False) + "\n"

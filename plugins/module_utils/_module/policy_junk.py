# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What mail hosts are to do with junk, from the policy file of the control node."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from .._core.errors import PolicyError
from .policy_file import load_policy

__all__ = ["PolicyError", "policy_junk"]


def policy_junk(path: str) -> dict[str, Any]:
    """The options of spam_handling that the policy states. Raises PolicyError."""
    return asdict(load_policy(Path(path)).spam_handling)

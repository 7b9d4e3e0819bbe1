# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""At which sites browsers may not keep passwords, from the policy file of the control node."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .._core.errors import PolicyError
from .policy_file import load_policy

__all__ = ["PolicyError", "policy_sites"]


def policy_sites(path: str) -> dict[str, Any]:
    """The options `sites` and `official_sites` of browser_policy. Raises PolicyError."""
    stated = load_policy(Path(path)).browser_passwords
    sites = [one.origin if one.has_scheme else one.host for one in stated.official_sites]
    return {"sites": stated.sites, "official_sites": sites}

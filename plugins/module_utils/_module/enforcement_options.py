# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The options of the modules that carry out a plan, and of those that write to a directory."""

from __future__ import annotations

from typing import Any

from .._directory.dialects.catalogue import names
from .directory_options import DIRECTORY_ARGUMENTS

WRITING_ARGUMENTS: dict[str, Any] = {
    **DIRECTORY_ARGUMENTS,
    "name": {"type": "str"},
    "dialect": {"type": "str", "choices": ["auto", *names()], "default": "auto"},
}
LIMITS = ("max_changes", "max_percent", "unit_max_changes", "unit_max_percent")

PLAN_ARGUMENTS: dict[str, Any] = {
    "plan": {"type": "path"},
    "controls": {"type": "list", "elements": "str"},
    "policy_file": {"type": "path"},
    **{name: {"type": "int"} for name in LIMITS},
    "max_plan_age_hours": {"type": "int"},
}
# Options that say nothing without the one that they are of.
OF_A_PLAN = dict.fromkeys((*LIMITS[1:], "controls", "max_plan_age_hours"), "plan")
ENFORCEMENT_ARGUMENTS: dict[str, Any] = {
    **WRITING_ARGUMENTS,
    **PLAN_ARGUMENTS,
    "search_base": {"type": "str", "required": True},
    "default_password_policy": {"type": "str", "no_log": False},  # a DN
}

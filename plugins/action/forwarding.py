# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shows how far the module is, and what it left as it is."""

from __future__ import annotations

from ..plugin_utils.enforcement import EnforcementAction


class ActionModule(EnforcementAction):
    """Runs the module; all else is in EnforcementAction."""

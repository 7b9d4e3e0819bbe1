# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the policy file on the control node for a module that runs on the workstation."""

from __future__ import annotations

from ..module_utils._module.policy_sites import PolicyError, policy_sites
from ..plugin_utils.policy_options import PolicyOptionsAction


class ActionModule(PolicyOptionsAction):
    """With the choice that the policy file has."""

    options_of = policy_sites
    refusal = PolicyError

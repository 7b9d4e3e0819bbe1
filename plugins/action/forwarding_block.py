# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the policy file on the control node for a module that runs on the mail host."""

from __future__ import annotations

from ..module_utils._module.policy_domains import PolicyError, policy_domains
from ..plugin_utils.policy_options import PolicyOptionsAction


class ActionModule(PolicyOptionsAction):
    """With the domains that mail may go to by itself."""

    options_of = policy_domains
    refusal = PolicyError

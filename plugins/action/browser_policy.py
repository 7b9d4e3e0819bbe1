# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the policy file on the control node for a module that runs on the workstation."""

from __future__ import annotations

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..module_utils._module.policy_sites import PolicyError, policy_sites


class ActionModule(ActionBase):
    """Runs the module with the choice that the policy file has."""

    def run(self, tmp=None, task_vars=None):
        """Run the module and return its result unchanged."""
        super().run(tmp, task_vars)
        arguments = dict(self._task.args)
        if arguments.get("policy_file") and not arguments.get("sites"):
            try:
                arguments |= policy_sites(arguments.pop("policy_file"))
            except PolicyError as error:
                raise AnsibleActionFail(str(error)) from error
        return self._execute_module(module_args=arguments, task_vars=task_vars)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the policy file on the control node for a module that runs on the mail host."""

from __future__ import annotations

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..module_utils._module.policy_junk import PolicyError, policy_junk


class ActionModule(ActionBase):
    """Runs the module with what the policy file asks for."""

    def run(self, tmp=None, task_vars=None):
        """Run the module and return its result unchanged."""
        super().run(tmp, task_vars)
        arguments = dict(self._task.args)
        if path := arguments.pop("policy_file", None):
            try:
                arguments = policy_junk(path) | arguments
            except PolicyError as error:
                raise AnsibleActionFail(str(error)) from error
        return self._execute_module(module_args=arguments, task_vars=task_vars)

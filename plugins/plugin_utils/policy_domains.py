# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""For modules of mail hosts that need domains of the policy file, which is on the control node."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase


class PolicyDomainsAction(ActionBase):
    """Runs the module with the domains that the policy file has, in place of the file's path."""

    domains_of: ClassVar[Callable[[str], list[str]]]  # by the path of the file
    refusal: ClassVar[type[Exception]]  # what that raises of a file that cannot be followed

    def run(self, tmp=None, task_vars=None):
        """Run the module and return its result unchanged."""
        super().run(tmp, task_vars)
        arguments = dict(self._task.args)
        if arguments.get("policy_file") and not arguments.get("domains"):
            try:
                arguments["domains"] = type(self).domains_of(arguments.pop("policy_file"))
            except self.refusal as error:
                raise AnsibleActionFail(str(error)) from error
        return self._execute_module(module_args=arguments, task_vars=task_vars)

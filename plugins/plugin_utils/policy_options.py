# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""For modules of other hosts that need what the policy file says, which is on the control node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase


class PolicyOptionsAction(ActionBase):
    """Runs the module with the options that the policy file states, in place of the file's path.

    Where one of them is given beside the file the module gets both, and refuses them.
    """

    options_of: ClassVar[Callable[[str], Mapping[str, Any]]]  # by the path of the file
    refusal: ClassVar[type[Exception]]  # what that raises of a file that cannot be followed

    def run(self, tmp=None, task_vars=None):
        """Run the module and return its result unchanged."""
        super().run(tmp, task_vars)
        arguments = dict(self._task.args)
        if arguments.get("policy_file"):
            try:
                stated = type(self).options_of(arguments["policy_file"])
            except self.refusal as error:
                raise AnsibleActionFail(str(error)) from error
            if not any(arguments.get(name) is not None for name in stated):
                del arguments["policy_file"]
                arguments |= stated
        return self._execute_module(module_args=arguments, task_vars=task_vars)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What every module of the collection shares: check mode, the error boundary, the guard."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from .._core.errors import MailboxError, ResultError
from .guard import clean


class MailboxModule(AnsibleModule):
    """An AnsibleModule whose work is one function: module in, result dictionary out."""

    def __init__(self, argument_spec: dict[str, Any], **restrictions: Any) -> None:
        super().__init__(argument_spec=argument_spec, supports_check_mode=True, **restrictions)

    def run(self, work: Callable[[MailboxModule], dict[str, Any]]) -> None:
        """Call `work` and end the module with its result, or with a message for the operator.

        The exception goes out as text: as an object, ansible-core prints it unmasked.
        """
        try:
            result = work(self)
        except ResultError as error:
            self.fail_json(msg=self._guarded(str(error)), **self._guarded(error.result))
        except MailboxError as error:
            self.fail_json(msg=self._guarded(str(error)))
        except Exception as error:  # pylint: disable=broad-except
            self.fail_json(
                msg=self._guarded(f"Unexpected error, please report it: {error!r}"),
                exception=self._guarded(traceback.format_exc()),
            )
        else:
            self.exit_json(**self._guarded(result))

    def warn_clean(self, warning: str) -> None:
        """Warn the operator: ansible-core masks results, but not warnings."""
        self.warn(self._guarded(warning))

    def _guarded(self, value: Any) -> Any:
        return clean(value, frozenset(map(str, self.no_log_values)))

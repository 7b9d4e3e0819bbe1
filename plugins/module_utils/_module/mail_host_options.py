# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Which servers of the mail host a module works with: the options, and what they mean."""

from __future__ import annotations

import os
from typing import Any

from .._core.errors import MailboxError, MailHostError
from .._mail.dovecot import Dovecot
from .._mail.mail_host import MailHost
from .._mail.postfix import Postfix

ARGUMENTS: dict[str, Any] = {
    "dovecot": {"type": "bool"},
    "dovecot_config": {"type": "path"},
    "postfix": {"type": "bool"},
    "postfix_config": {"type": "path"},
    "timeout": {"type": "int", "default": 60},
}


def find_host(params: dict[str, Any], name: str) -> MailHost:
    """The servers meant. Raises MailHostError when there is none, or one that is named is not."""
    timeout = params["timeout"]
    dovecot = Dovecot(config=params["dovecot_config"], timeout=timeout)
    postfix = Postfix(config=params["postfix_config"], timeout=timeout)
    has_dovecot = _is_wanted("dovecot", params, dovecot.is_installed())
    has_postfix = _is_wanted("postfix", params, postfix.is_installed())
    if not (has_dovecot or has_postfix):
        raise MailHostError(
            f"{name} has neither Dovecot nor Postfix to be asked: run this on the mail host"
        )
    return MailHost(
        dovecot=dovecot if has_dovecot else None,
        postfix=postfix if has_postfix else None,
        name=name,
    )


def explained(error: MailboxError) -> str:
    """Its text, with what most often is the reason."""
    uid = os.geteuid()
    return str(error) if uid == 0 else f"{error} (this runs as user {uid}: it needs root)"


def _is_wanted(server: str, params: dict[str, Any], installed: bool) -> bool:
    wanted: bool | None = params[server]
    if wanted is None:
        # A configuration that is named is one to be read.
        wanted = installed or params[f"{server}_config"] is not None
    if wanted and not installed:
        raise MailHostError(
            f"{server.capitalize()} is not installed on this host: run this where it is, or set "
            f"{server} to false"
        )
    return wanted

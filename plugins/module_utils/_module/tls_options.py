# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Which certificates a module trusts: the options validate_certs and ca_path."""

from __future__ import annotations

import ssl
from typing import Any

from .._core.errors import MailboxError

ARGUMENTS: dict[str, Any] = {
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
}


def tls_context(params: dict[str, Any]) -> ssl.SSLContext:
    """What to begin TLS with. Raises MailboxError."""
    try:
        context = ssl.create_default_context(cafile=params["ca_path"])
    except OSError as error:
        raise MailboxError(f"ca_path {params['ca_path']} cannot be used: {error}") from error
    if not params["validate_certs"]:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context

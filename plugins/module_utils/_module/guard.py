# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The one guard on the way out: nothing secret leaves in a result or a message."""

from __future__ import annotations

import re

MASK = "********"

# {SSHA}..., {CRYPT}$6$..., {ARGON2}$argon2id$...: RFC 2307 userPassword values.
_HASH = re.compile(r"\{[A-Z0-9][A-Z0-9-]{2,23}\}[A-Za-z0-9+/=$.,]{13,}[^\s\"']*")
# A password in the user part of a URI (RFC 3986, 3.2.1).
_URI_PASSWORD = re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s/:@]*):[^\s/@]+@")


def clean(value: object, secrets: frozenset[str]) -> object:
    """The same value, with secrets, password hashes and passwords in URIs masked in every text."""
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, MASK)
        return _URI_PASSWORD.sub(rf"\1:{MASK}@", _HASH.sub(MASK, value))
    if isinstance(value, dict):
        return {key: clean(item, secrets) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(item, secrets) for item in value]
    return value

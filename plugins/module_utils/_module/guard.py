# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The one guard on the way out: nothing secret leaves in a result or a message."""

from __future__ import annotations

import re

MASK = "********"

# A stored password behind its scheme (RFC 2307, 5.3; Dovecot, 389-DS): {SSHA}..., {CRYPT}$6$...
_STORED = re.compile(
    r"""\{(?:[A-Z][A-Z0-9._-]{2,23}\}[A-Za-z0-9+/=$.,]{13,}
    |(?i:s?sha|s?md5|crypt|argon2|pbkdf2|blf-crypt|scram|cram-md5|ntlm|lanman)[\w.-]*\}[\w+/=$.]{13,}
    |(?i:cleartext|clear|plain)(?:\.[\w]+)?\}\S)[^\s"']*""",
    re.VERBOSE,
)
# One without a scheme before it (crypt(5)): $6$..., $2y$..., $y$..., $argon2id$...
_CRYPT = re.compile(r"\$(?:\d[abxy]?|g?y|7|argon2(?:id?|d)|pbkdf2[\w-]*)\$[A-Za-z0-9./$=,+]{13,}")
# A password in the user part of a URI (RFC 3986, 3.2.1), / and @ left as they are. Not a port.
_URI_PASSWORD = re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s/:@]*):(?!\d+/)[^\s\"'<>]+@", re.IGNORECASE)


def clean(value: object, secrets: frozenset[str]) -> object:
    """The same value, with secrets, password hashes and passwords in URIs masked in every text."""
    if isinstance(value, str):
        return _masked(value, secrets)
    if isinstance(value, dict):
        return {clean(key, secrets): clean(item, secrets) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [clean(item, secrets) for item in value]
    return value


def _masked(text: str, secrets: frozenset[str]) -> str:
    # The longest first: one that begins another one would leave the other's end to be read.
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, MASK)
    for pattern in (_STORED, _CRYPT):
        text = pattern.sub(MASK, text)
    return _URI_PASSWORD.sub(rf"\1:{MASK}@", text)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""LDAP filters as text (RFC 4515)."""

from __future__ import annotations

import re

from .._core.errors import DirectoryError

try:
    from ldap3.core.exceptions import LDAPExceptionError
    from ldap3.operation.search import compile_filter, parse_filter
    from pyasn1.codec.ber import encoder
    from pyasn1.error import PyAsn1Error
except ImportError:
    pass  # opening.py tells of it before anything is asked

_SPECIAL = re.compile(rb"[\x00()*\\]|[^\x20-\x7e]")


def escaped(value: str) -> str:
    """A value as it may stand in a filter: RFC 4515, 3."""
    return _SPECIAL.sub(lambda found: b"\\%02x" % found[0][0], value.encode()).decode()


def encoded(ldap_filter: str) -> bytes:
    """The filter as it is sent (RFC 4511, 4.5.1.7). Raises DirectoryError."""
    try:
        tree = parse_filter(
            ldap_filter, schema=None, auto_escape=True, auto_encode=True, validator=None,
            check_names=False,
        )  # fmt: skip
        found: bytes = encoder.encode(compile_filter(tree.elements[0]))
    except (LDAPExceptionError, PyAsn1Error, ValueError) as error:
        raise DirectoryError(f"{ldap_filter} is no LDAP filter (RFC 4515): {error}") from None
    return found

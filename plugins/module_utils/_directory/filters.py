# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""LDAP filters as text (RFC 4515)."""

from __future__ import annotations

import re

_SPECIAL = re.compile(rb"[\x00()*\\]|[^\x20-\x7e]")


def escaped(value: str) -> str:
    """A value as it may stand in a filter: RFC 4515, 3."""
    return _SPECIAL.sub(lambda found: b"\\%02x" % found[0][0], value.encode()).decode()

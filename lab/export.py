# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stands in a directory, as its administrator reads it: the same text for the same content."""

from __future__ import annotations

from .layout import Layout
from .ldif import sort_entries
from .process import run
from .server import Server

# 389-DS shows a password policy only to who asks for its class.
_EVERYTHING = "(|(objectClass=*)(objectClass=ldapSubEntry))"


def export(layout: Layout, server: Server) -> str:
    """The entries of a directory server with their operational attributes: sorted LDIF."""
    facts = server.describe(layout)
    admin = facts["accounts"]["admin"]
    parts = [
        run(
            *("ldapsearch", "-LLL", "-o", "ldif-wrap=no", "-x", "-H", facts["ldaps"]),
            *("-D", admin["dn"], "-w", admin["password"]),
            # Nothing of other servers: Active Directory refers to them.
            *("-E", "domainScope", "-b", base, "-s", scope, _EVERYTHING, "*", "+"),
            environment={"LDAPTLS_CACERT": str(layout.directory / "tls/ca.pem")},
        )
        for base, scope in server.exported
    ]
    return sort_entries("".join(parts))

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What keeps us from a directory server, and the way out of it."""

from __future__ import annotations

import ssl

from .access import Access

# ldap3 keeps only the text of what the system said.
_WAYS_OUT = (
    ("refused", "nothing listens there: check that it runs, and host and port of server_uri"),
    ("invalid server address", "this host has no address: correct the host of server_uri"),
    ("terminated by server", "it ended the connection: does its port want ldaps://?"),
    ("reset by peer", "it ended the connection: check port and scheme of server_uri"),
    ("Broken pipe", "it ended the connection: check port and scheme of server_uri"),
)


def reason(error: Exception, access: Access) -> str:
    """What went wrong on the way to the server, and the way out."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"its certificate is not accepted ({error.verify_message}): set ca_path to the"
            " authority that signed it, and name the host in server_uri as the certificate does"
        )
    if isinstance(error, ssl.SSLError):
        return f"TLS failed ({error.reason or error}): check port and scheme of server_uri"
    text = str(error)
    if isinstance(error, TimeoutError) or "timed out" in text:
        seconds = f"{access.connect_timeout} s to connect, {access.receive_timeout} s to answer"
        return f"no LDAP answer in time ({seconds}): check host and port, or raise the timeouts"
    for part, way in _WAYS_OUT:
        if part in text:
            return way
    return f"{text}: check host and port of server_uri, and that the server runs"

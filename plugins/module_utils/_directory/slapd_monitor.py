# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What slapd says of itself: version and clock, from its monitor. slapd-monitor(5)."""

from __future__ import annotations

from datetime import datetime

from .client import BASE, Directory
from .codecs import UnclearError, moment, shown_text
from .complaints import RefusedError
from .dialect import RootDse


def version_and_clock(directory: Directory, root: RootDse) -> tuple[str, datetime | None]:
    """As "OpenLDAP 2.5.13+dfsg-5", and its time; "" and None where we may not read them."""
    context = shown_text(root.get("monitorContext", [b""])[0])
    if not context:
        return "", None
    version = _monitored(directory, context, "monitoredInfo")
    clock = _monitored(directory, f"cn=Current,cn=Time,{context}", "monitorTimestamp")
    # "OpenLDAP: slapd 2.5.13+dfsg-5 (Feb  8 2025 11:22:33)"
    words = shown_text(version).replace("OpenLDAP:", "OpenLDAP").replace("slapd ", "").split(" (")
    try:
        return words[0], moment(clock)
    except UnclearError:
        return words[0], None


def _monitored(directory: Directory, dn: str, attribute: str) -> bytes:
    try:
        entries = directory.find(dn, "(objectClass=*)", [attribute], scope=BASE)
    except RefusedError:
        return b""
    return entries[0][1].get(attribute, [b""])[0] if entries else b""

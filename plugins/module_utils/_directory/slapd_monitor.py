# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What slapd says of itself by its monitor: version, clock, whom it copies. slapd-monitor(5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .client import ANY, BASE, Directory
from .codecs import UnclearError, moment, shown_text
from .complaints import RefusedError
from .dialect import RootDse
from .dn import context_of, same_dn

_OF_DATABASES = ("namingContexts", "monitorUpdateRef", "monitorOverlay")


@dataclass(frozen=True, kw_only=True)
class Copying:
    """Whether the entries of a database are those of another server, which takes all writes."""

    source: str = ""  # URI of that server; "": it is not shown that there is one
    hands_on: bool = False  # what is written here (overlay chain)


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


def copying(directory: Directory, root: RootDse, base: str) -> Copying:
    """Of the database that holds `base`."""
    context = shown_text(root.get("monitorContext", [b""])[0])
    try:
        found = directory.find(f"cn=Databases,{context}", ANY, _OF_DATABASES) if context else []
    except RefusedError:
        return Copying()
    sources = {
        same_dn(shown_text(suffix)): shown_text(values["monitorUpdateRef"][0])
        for _, values in found
        for suffix in values.get("namingContexts", [])
        if "monitorUpdateRef" in values
    }
    suffix = context_of(base, map(shown_text, root.get("namingContexts", [])))
    return Copying(
        source=sources.get(same_dn(suffix), ""),
        hands_on=any(b"chain" in values.get("monitorOverlay", []) for _, values in found),
    )


def _monitored(directory: Directory, dn: str, attribute: str) -> bytes:
    try:
        entries = directory.find(dn, "(objectClass=*)", [attribute], scope=BASE)
    except RefusedError:
        return b""
    return entries[0][1].get(attribute, [b""])[0] if entries else b""

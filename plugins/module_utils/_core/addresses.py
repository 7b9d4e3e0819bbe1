# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Mail addresses: the domain by which one is inside or outside (RFC 5321, 4.1.2)."""

from __future__ import annotations

import re

# Mail servers send an address with one of these in its local part on to another address that is
# hidden there. Postfix looks for it inside quotes too (resolve_dequoted_address).
_ROUTING = frozenset("@%!")
# What parts addresses, or an address from a name; harmless only between quotes.
_PARTING = re.compile(r'[\s,;:<>()\[\]\\"]')
_QUOTED = re.compile(r'"[^"\\]+"')
_NAME = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
# Valid letters of their own for IDNA 2008 (RFC 5894, 7.2), replaced by Python's IDNA 2003.
_DEVIATIONS = frozenset("ßẞς\u200c\u200d")


def domain_of(address: str) -> str | None:
    """The domain of an address in lower-case ASCII, or None where it cannot be told for sure."""
    local, _, domain = address.strip().rpartition("@")
    if not local or not _ROUTING.isdisjoint(local):
        return None
    if _PARTING.search(local) and not _QUOTED.fullmatch(local):
        return None
    return ascii_domain(domain)


def ascii_domain(domain: str) -> str | None:
    """A domain name in lower-case ASCII without its final dot (RFC 5890), or None."""
    if not _DEVIATIONS.isdisjoint(domain):
        return None
    try:
        name = domain.strip().removesuffix(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return name if _NAME.fullmatch(name) else None

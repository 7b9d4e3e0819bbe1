# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Mail addresses: the domain by which one is inside or outside (RFC 5321, 4.1.2)."""

from __future__ import annotations


def domain_of(address: str) -> str | None:
    """The domain of an address in lower-case ASCII, or None where it cannot be told for sure.

    The last @ parts the domain, since a quoted local part may hold others. None also for an
    unquoted local part with % or !: old relays send such mail on to the address hidden in it.
    """
    local, at, domain = address.strip().rpartition("@")
    if not at or not local or any(sign in local for sign in "%!") or local.startswith("@"):
        return None
    return ascii_domain(domain)


def ascii_domain(domain: str) -> str | None:
    """A domain name in lower-case ASCII without its final dot (RFC 5890), or None."""
    try:
        name = domain.strip().rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return name if name and " " not in name else None

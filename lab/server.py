# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the lab needs to know of a server; each one's own file fills this in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .layout import HOST, Layout
from .process import Probe

_ANONYMOUS_BIND = bytes.fromhex("300c020101600702010304008000")  # RFC 4511, 4.2
_SUCCESS = bytes.fromhex("0a0100")


def ldap_probe(port: str) -> Probe:
    """A listener that serves once it answers an anonymous bind with success."""
    return Probe(port=port, send=_ANONYMOUS_BIND, expect=_SUCCESS)


@dataclass(frozen=True, kw_only=True)
class Server:
    """One server of the lab. `prepare` writes its files, `command` runs it in the foreground."""

    name: str  # names its pid file and its log
    title: str
    packages: tuple[str, ...]  # of Debian
    probes: tuple[Probe, ...]  # all must answer before it counts as running
    version: Callable[[], str]
    prepare: Callable[[Layout], None]
    command: Callable[[Layout], list[str]]
    describe: Callable[[Layout], dict[str, Any]]  # its part of lab.json, beside the version
    # Of a directory: what an export has, each with its scope, "sub" or "base".
    exported: tuple[tuple[str, str], ...] = ()

    def ports(self, layout: Layout) -> dict[str, int]:
        """Its listeners."""
        return {probe.port: layout.port(probe.port) for probe in self.probes}

    def addresses(self, layout: Layout) -> list[str]:
        """Its listeners, for people to read."""
        return [f"{name} {HOST}:{port}" for name, port in self.ports(layout).items()]

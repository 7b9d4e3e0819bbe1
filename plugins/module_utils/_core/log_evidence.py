# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What a finding says of the logs that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .control import Evidence
from .traffic import LogCoverage, Traffic

DOMAINS_SHOWN = 5


def told_by(logs: Iterable[LogCoverage], traffic: Iterable[Traffic] | None) -> tuple[Evidence, ...]:
    """From when on each log tells, of those that told this traffic (None: of all)."""
    hosts = None if traffic is None else {one.host for one in traffic}
    return tuple(
        Evidence(
            what="this is what the log of one server shows, from then on",
            value="",
            source=log.host,
            at=log.first,
        )
        for log in logs
        if hosts is None or log.host in hosts
    )


def by_domain(what: str, counts: Mapping[str, int]) -> tuple[Evidence, ...]:
    """The domains with the most messages."""
    most = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:DOMAINS_SHOWN]
    return tuple(
        Evidence(what=what, value=f"{domain}: {number}", source="mail log")
        for domain, number in most
    )

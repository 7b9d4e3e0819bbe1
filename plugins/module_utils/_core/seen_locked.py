# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The mailboxes that an audit saw locked, as its findings tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .lock_journals import CONTROL


@dataclass(frozen=True, kw_only=True)
class SeenLocked:
    """A mailbox that was locked when it was looked at."""

    subject: str  # what findings call it
    addresses: tuple[str, ...]  # in lower case
    unit: str
    at: str  # since when, as 2019-01-08T01:02:03Z; "": not known
    kind: str  # who locked it: a value of account.Lock; "": a run of the enforcement
    facts: Mapping[str, Any] = field(default_factory=dict)  # as a finding has them


def of_finding(finding: Mapping[str, Any]) -> Iterator[SeenLocked]:
    """What a line of findings.jsonl tells: one that is locked, or none.

    Raises AttributeError, KeyError, TypeError for a line that is no finding.
    """
    if finding["control"] != CONTROL or finding["status"] not in ("manual", "exempt"):
        return
    for item in finding["evidence"]:
        if item["what"] == "locked":
            addresses = {finding["subject"].lower(), *map(str.lower, finding["facts"]["addresses"])}
            yield SeenLocked(
                subject=finding["subject"],
                addresses=tuple(sorted(addresses)),
                unit=finding["unit"],
                at=item["at"] or "",
                kind=item["value"],
                facts=finding["facts"],
            )

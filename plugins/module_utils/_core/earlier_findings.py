# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The findings of an earlier run that were no pass, as its findings.jsonl has them.

There can be as many as there are accounts: of each are kept some twenty bytes, and a table of the
few kinds of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .kinds import Kinds
from .names import Names
from .rows_by_name import RowsByName

_KEPT = {"fingerprint", "status", "control", "subject"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Earlier:
    """What a comparison asks of an earlier finding, less its subject: many have it in common."""

    status: str
    severity: str  # "" where the run did not write it
    control: str
    message: str  # key; "" where the run did not write it
    server: str  # of an account or a password policy
    place: str  # its directory, where several were read


class EarlierFindings:
    """Those that were added, by fingerprint."""

    def __init__(self) -> None:
        self.whereabouts = Names()  # (control, subject, place) of each
        self._rows = RowsByName("I")  # place in _kinds
        self._kinds = Kinds[Earlier]()

    def add(self, finding: Mapping[str, Any]) -> None:
        """Take in one more."""
        earlier = earlier_of(finding)
        self._rows.add(finding["fingerprint"], self._kinds.place(earlier))
        self.whereabouts.add((earlier.control, finding["subject"], earlier.place))

    def __len__(self) -> int:
        """How many there are."""
        return len(self._rows)

    def of(self, fingerprint: str) -> Earlier | None:
        """The one with this fingerprint."""
        for (place,) in self._rows.of(fingerprint):
            return self._kinds[place]
        return None

    def sort(self) -> None:
        """Be ready to be asked: before a fork, so that not each process has to."""
        self._rows.sort()
        self.whereabouts.sort()


def earlier_of(finding: Mapping[str, Any]) -> Earlier:
    """What is asked of it."""
    return Earlier(
        status=finding["status"],
        severity=finding.get("severity") or "",
        control=finding["control"],
        message=finding.get("message") or "",
        server=finding.get("server") or "",
        place=finding.get("place") or "",
    )


def no_passes(lines: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The lines of a findings.jsonl that are no pass, as they are and read.

    Raises ValueError when one is no finding.
    """
    for line in lines:
        if '"status":"pass"' not in line:
            yield line, read_finding(line)


def read_finding(line: str) -> dict[str, Any]:
    """A line of findings.jsonl. Raises ValueError when it is none."""
    finding = json.loads(line)
    if not isinstance(finding, dict) or not finding.keys() >= _KEPT:
        raise ValueError("no finding")
    if not all(isinstance(finding[key], str) for key in _KEPT):
        raise ValueError("no finding")
    if not isinstance(finding.get("silent_on", []), list):
        raise ValueError("no finding")
    return finding

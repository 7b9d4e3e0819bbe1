# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The difference between two runs: what is new, unchanged, resolved, and no longer assessed.

A finding that is gone counts as resolved only where its subject was assessed again with nothing
missing; otherwise it is "not_assessed", for a partial answer must not look like a cure.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .control import Status
from .findings import Finding

WORDS = ("new", "resolved", "unchanged", "not_assessed")

_KEPT = {"fingerprint", "status", "control", "subject", "server"}
_UNDECIDED = {Status.UNKNOWN.value, Status.ERROR.value}


@dataclass(frozen=True, kw_only=True, slots=True)
class Earlier:
    """What is kept of a finding of the previous run that was no pass."""

    status: str
    control: str
    subject: str
    server: str  # of an account or a password policy


class Comparison:
    """Compares a stream of findings with those of the previous run."""

    def __init__(self, earlier: Mapping[str, Earlier] | None) -> None:
        """`earlier` by fingerprint; None when there is no previous run."""
        self.counts: Counter[str] = Counter()
        self._compares = earlier is not None
        self._left = dict(earlier or {})
        self._of_interest = {(e.control, e.subject, e.server) for e in self._left.values()}
        self._decided: set[tuple[str, str, str]] = set()

    @property
    def compares(self) -> bool:
        """Whether there is a previous run."""
        return self._compares

    def change(self, finding: Finding) -> str:
        """The word for a finding of this run: "new", "unchanged", "not_assessed" or ""."""
        if not self._compares:
            return ""
        where = (finding.control.name, finding.subject, finding.server)
        if finding.complete and where in self._of_interest and not _undecided(finding):
            self._decided.add(where)
        if finding.status is Status.PASS:
            return ""
        word = self._word(self._left.pop(finding.fingerprint, None), finding)
        self.counts[word] += 1
        return word

    def gone(self, settled: Callable[[str, str, str], bool]) -> dict[str, str]:
        """Fingerprint -> "resolved" or "not_assessed" of what was not found again.

        To be called once, after every finding was seen. `settled` tells of a finding's control,
        subject and server whether the subject, if nothing was found of it, is known to be in order.
        """
        words = {}
        for fingerprint, earlier in self._left.items():
            where = (earlier.control, earlier.subject, earlier.server)
            resolved = where in self._decided or settled(*where)
            words[fingerprint] = "resolved" if resolved else "not_assessed"
        self.counts.update(words.values())
        return words

    def summary(self) -> dict[str, int] | None:
        """How many findings each word was given to; None when there is no previous run."""
        return {word: self.counts[word] for word in WORDS} if self._compares else None

    @staticmethod
    def _word(earlier: Earlier | None, finding: Finding) -> str:
        if earlier is None:
            return "new"
        if earlier.status == finding.status.value:
            return "unchanged"
        if _undecided(finding) and earlier.status not in _UNDECIDED:
            return "not_assessed"
        return "new"


def read_earlier(lines: Iterable[str]) -> Iterator[tuple[str, Earlier]]:
    """The findings of a findings.jsonl that are no pass, by fingerprint.

    Raises ValueError when a line is no finding.
    """
    for line in lines:
        if '"status":"pass"' in line:
            continue
        finding = _finding(line)
        yield (
            finding["fingerprint"],
            Earlier(
                status=finding["status"],
                control=finding["control"],
                subject=finding["subject"],
                server=finding["server"],
            ),
        )


def gone_lines(lines: Iterable[str], gone: Mapping[str, str]) -> Iterator[str]:
    """The lines of the previous findings.jsonl that are gone, each with its word as `change`."""
    for line in lines:
        if '"status":"pass"' in line:
            continue
        finding = _finding(line)
        word = gone.get(finding["fingerprint"])
        if word:
            finding["change"] = word
            yield json.dumps(finding, ensure_ascii=False, separators=(",", ":"))


def _finding(line: str) -> dict[str, Any]:
    finding = json.loads(line)
    if not isinstance(finding, dict) or not finding.keys() >= _KEPT:
        raise ValueError("no finding")
    return finding


def _undecided(finding: Finding) -> bool:
    return finding.status.value in _UNDECIDED

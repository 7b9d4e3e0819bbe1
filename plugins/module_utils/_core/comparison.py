# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The difference between two runs, one word for each finding that is no pass in either.

A finding that is gone counts as resolved only where its subject was assessed again with nothing
missing and no verdict that is silent on it, and as disappeared only where its account's directory
was read in full; otherwise it is "not_assessed", for a partial answer must not look like a cure.
Nor must the end of an outage: one that was not known is never resolved, it is decided.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from .control import Severity, Status
from .earlier_findings import Earlier, EarlierFindings, earlier_of, no_passes
from .findings import Finding
from .names import Names

# What calls for a look comes first.
WORDS = (
    "new",  # no such finding before
    "worse",  # the same finding, with a worse status or severity
    "expired",  # was exempt; the exemption ended
    "not_assessed",  # could not be assessed this time
    "disappeared",  # the account is gone from its directory
    "exempted",  # an exemption covers it now
    "better",  # the same finding, with a better status or severity
    "decided",  # was not known and is now: in order, or another finding says what is not
    "resolved",  # was known not to be in order, and is now
    "unchanged",
)
# What a pipeline can be made to fail on -> the words that make it fail.
FAIL_ON: Mapping[str, tuple[str, ...]] = {
    "new": ("new", "worse", "expired"),
    "any": tuple(word for word in WORDS if word != "unchanged"),
    "none": (),
}

_UNDECIDED = {Status.UNKNOWN.value, Status.ERROR.value}
# How bad a status is, where neither run has an exemption for the finding.
_BADNESS = {"error": 0, "unknown": 1, "manual": 2, "fail": 3}
_SEVERITIES = tuple(severity.value for severity in reversed(Severity))  # mildest first


class Fate(Protocol):
    """What a run knows of subjects that it has no finding on."""

    def settled(self, control: str, subject: str, server: str, message: str) -> bool:
        """Whether an earlier finding on it is known to be put right."""

    def disappeared(self, control: str, subject: str, server: str) -> bool:
        """Whether it was an account, and is known to be gone from its directory."""


@dataclass
class Compared:
    """What findings of this run say of the earlier ones."""

    counts: Counter[str] = field(default_factory=Counter)  # by word
    found: Names = field(default_factory=Names)  # fingerprints of earlier ones that came again
    decided: Names = field(default_factory=Names)  # whereabouts, where nothing was missing
    silent: Names = field(default_factory=Names)  # whereabouts, with a message

    def take_in(self, later: Compared) -> None:
        """Add what the findings after these say."""
        self.counts.update(later.counts)
        self.found.take_in(later.found)
        self.decided.take_in(later.decided)
        self.silent.take_in(later.silent)


class Comparison:
    """Compares a stream of findings with those of an earlier run."""

    def __init__(self, earlier: EarlierFindings | None) -> None:
        """`earlier` is None when there is no earlier run."""
        self.compared = Compared()
        self._earlier = earlier

    @property
    def compares(self) -> bool:
        """Whether there is an earlier run."""
        return self._earlier is not None

    def change(self, finding: Finding) -> str:
        """The word for a finding of this run; "" for a pass, and where nothing is compared."""
        if self._earlier is None:
            return ""
        status, silent_on = finding.status.value, finding.verdict.silent_on
        self.saw(
            finding.control.name,
            finding.subject,
            finding.about.place,
            status,
            complete=finding.complete,
            silent_on=silent_on,
        )
        if finding.status is Status.PASS:
            return ""
        return self.word(finding.fingerprint, status, finding.severity.value, silent_on)[0]

    def saw(
        self,
        control: str,
        subject: str,
        place: str,
        status: str,
        *,
        complete: bool,
        silent_on: Collection[str],
    ) -> None:
        """Take note of a finding, passes too: what is gone of its subject may be resolved.

        `complete`: whether all that it rests on could be read. `silent_on`: as of its verdict.
        """
        where = (control, subject, place)
        if self._earlier is None or where not in self._earlier.whereabouts:
            return
        if complete and status not in _UNDECIDED:
            self.compared.decided.add(where)
        self.compared.silent.update((where, message) for message in silent_on)

    def word(
        self, fingerprint: str, status: str, severity: str, silent_on: Collection[str]
    ) -> tuple[str, Earlier | None]:
        """The word for a finding that is no pass, and what it was in the earlier run."""
        earlier = self._earlier.of(fingerprint) if self._earlier else None
        word = _word(earlier, status, severity)
        if word == "better" and earlier and earlier.message in silent_on:
            word = "not_assessed"
        self.compared.counts[word] += 1
        if earlier:
            self.compared.found.add(fingerprint)
        return word, earlier

    def gone(self, lines: Iterable[str], fate: Fate) -> Iterator[str]:
        """Those lines of the earlier findings.jsonl that are gone, each with its word as `change`:
        "decided", "resolved", "disappeared" or "not_assessed".

        To be called once, after every finding was seen; summary() counts those that were told.
        Raises ValueError when a line is no finding.
        """
        found = self.compared.found
        if self._earlier and found.distinct() == len(self._earlier):
            return
        for _, finding in no_passes(lines):
            if finding["fingerprint"] not in found:
                word = self._gone(finding["subject"], earlier_of(finding), fate)
                self.compared.counts[word] += 1
                finding["change"] = word
                yield json.dumps(finding, ensure_ascii=False, separators=(",", ":"))

    def summary(self) -> dict[str, int] | None:
        """How many findings each word was given to; None when there is no earlier run."""
        return {word: self.compared.counts[word] for word in WORDS} if self.compares else None

    def _gone(self, subject: str, earlier: Earlier, fate: Fate) -> str:
        where = (earlier.control, subject, earlier.place)
        put_right = "decided" if earlier.status in _UNDECIDED else "resolved"
        if (where, earlier.message) in self.compared.silent:
            return "not_assessed"
        if where in self.compared.decided:
            return put_right
        asked = (earlier.control, subject, earlier.server)
        if fate.settled(*asked, earlier.message):
            return put_right
        return "disappeared" if fate.disappeared(*asked) else "not_assessed"


def failing(counts: Mapping[str, int], fail_on: str) -> dict[str, int]:
    """The words, of those that `fail_on` stands for, that occur, each with its number."""
    return {word: counts[word] for word in FAIL_ON[fail_on] if counts.get(word)}


def _word(earlier: Earlier | None, status: str, severity: str) -> str:
    if earlier is None:
        return "exempted" if status == Status.EXEMPT else "new"
    if status == Status.EXEMPT and earlier.status != Status.EXEMPT:
        return "exempted"
    if status in _UNDECIDED and earlier.status not in _UNDECIDED:
        return "not_assessed"
    if earlier.status == Status.EXEMPT and status != Status.EXEMPT:
        return "expired"
    moved = _BADNESS.get(status, 0) - _BADNESS.get(earlier.status, 0)
    if not moved and earlier.severity in _SEVERITIES and severity in _SEVERITIES:
        moved = _SEVERITIES.index(severity) - _SEVERITIES.index(earlier.severity)
    if moved:
        return "worse" if moved > 0 else "better"
    return "unchanged"

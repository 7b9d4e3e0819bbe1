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
from typing import Any, Protocol

from .control import Severity, Status
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

_KEPT = {"fingerprint", "status", "control", "subject"}
_UNDECIDED = {Status.UNKNOWN.value, Status.ERROR.value}
# How bad a status is, where neither run has an exemption for the finding.
_BADNESS = {"error": 0, "unknown": 1, "manual": 2, "fail": 3}
_SEVERITIES = tuple(severity.value for severity in reversed(Severity))  # mildest first


@dataclass(frozen=True, kw_only=True, slots=True)
class Earlier:
    """What is kept of a finding of the earlier run that was no pass."""

    status: str
    severity: str  # "" where the run did not write it
    control: str
    message: str  # key; "" where the run did not write it
    subject: str
    server: str  # of an account or a password policy
    place: str  # its directory, where several were read


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
    decided: set[int] = field(default_factory=set)  # where nothing was missing
    silent: set[int] = field(default_factory=set)  # where, with a message

    def take_in(self, later: Compared) -> None:
        """Add what the findings after these say."""
        self.counts.update(later.counts)
        self.found.take_in(later.found)
        self.decided |= later.decided
        self.silent |= later.silent


class Comparison:
    """Compares a stream of findings with those of an earlier run."""

    def __init__(self, earlier: Mapping[str, Earlier] | None) -> None:
        """`earlier` by fingerprint; None when there is no earlier run."""
        self.compared = Compared()
        self._compares = earlier is not None
        self._left = dict(earlier or {})
        self._of_interest = {_where(e.control, e.subject, e.place) for e in self._left.values()}

    @property
    def compares(self) -> bool:
        """Whether there is an earlier run."""
        return self._compares

    def change(self, finding: Finding) -> str:
        """The word for a finding of this run; "" for a pass, and where nothing is compared."""
        if not self._compares:
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
        where = _where(control, subject, place)
        if where not in self._of_interest:
            return
        if complete and status not in _UNDECIDED:
            self.compared.decided.add(where)
        self.compared.silent.update(hash((where, message)) for message in silent_on)

    def word(
        self, fingerprint: str, status: str, severity: str, silent_on: Collection[str]
    ) -> tuple[str, Earlier | None]:
        """The word for a finding that is no pass, and what it was in the earlier run."""
        earlier = self._left.pop(fingerprint, None)
        word = _word(earlier, status, severity)
        if word == "better" and earlier and earlier.message in silent_on:
            word = "not_assessed"
        self.compared.counts[word] += 1
        if earlier:
            self.compared.found.add(fingerprint)
        return word, earlier

    def gone(self, fate: Fate) -> dict[str, str]:
        """Fingerprint -> "decided", "resolved", "disappeared" or "not_assessed" of what is gone.

        To be called once, after every finding was seen.
        """
        found = self.compared.found.hashes()
        words = {
            mark: self._gone(earlier, fate)
            for mark, earlier in self._left.items()
            if hash(mark) not in found
        }
        self.compared.counts.update(words.values())
        return words

    def summary(self) -> dict[str, int] | None:
        """How many findings each word was given to; None when there is no earlier run."""
        return {word: self.compared.counts[word] for word in WORDS} if self._compares else None

    def _gone(self, earlier: Earlier, fate: Fate) -> str:
        where = _where(earlier.control, earlier.subject, earlier.place)
        put_right = "decided" if earlier.status in _UNDECIDED else "resolved"
        if hash((where, earlier.message)) in self.compared.silent:
            return "not_assessed"
        if where in self.compared.decided:
            return put_right
        asked = (earlier.control, earlier.subject, earlier.server)
        if fate.settled(*asked, earlier.message):
            return put_right
        return "disappeared" if fate.disappeared(*asked) else "not_assessed"


def failing(counts: Mapping[str, int], fail_on: str) -> dict[str, int]:
    """The words, of those that `fail_on` stands for, that occur, each with its number."""
    return {word: counts[word] for word in FAIL_ON[fail_on] if counts.get(word)}


def read_earlier(lines: Iterable[str]) -> Iterator[tuple[str, Earlier]]:
    """The findings of a findings.jsonl that are no pass, by fingerprint.

    Raises ValueError when a line is no finding.
    """
    known: dict[str, str] = {}  # one text for each of the few values of these keys

    def kept(finding: Mapping[str, Any], key: str) -> str:
        value = finding.get(key) or ""
        return known.setdefault(value, value)

    for _, finding in no_passes(lines):
        yield (
            finding["fingerprint"],
            Earlier(
                status=kept(finding, "status"),
                severity=kept(finding, "severity"),
                control=kept(finding, "control"),
                message=kept(finding, "message"),
                subject=finding["subject"],
                server=kept(finding, "server"),
                place=kept(finding, "place"),
            ),
        )


def gone_lines(lines: Iterable[str], gone: Mapping[str, str]) -> Iterator[str]:
    """The lines of the earlier findings.jsonl that are gone, each with its word as `change`."""
    for _, finding in no_passes(lines):
        word = gone.get(finding["fingerprint"])
        if word:
            finding["change"] = word
            yield json.dumps(finding, ensure_ascii=False, separators=(",", ":"))


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


def _where(control: str, subject: str, place: str) -> int:
    """A number for what a finding is on: one is kept for each finding, and text is larger."""
    return hash((control, subject, place))

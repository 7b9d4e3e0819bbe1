# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What changed between two runs, as texts and pages are made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ..._core.comparison import WORDS
from ..digest import badness
from ..language import Language
from ..records import Row


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """One finding with its word, and what it was in the earlier run."""

    row: Row  # of the later run; of the earlier one where it is gone
    before: str  # its status then; "": there was none
    severity_before: str
    after: str  # its status now; "": it is gone


@dataclass(frozen=True, kw_only=True, slots=True)
class Acceptance:
    """Who accepted the earlier run as the baseline, when and why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Two runs, how many findings each word was given to, and the changes to show."""

    run_id: str
    previous: str  # its run id
    office: str
    acceptance: Acceptance | None
    unread: tuple[str, ...]  # servers that the later run could not read in full
    counts: Mapping[str, int]
    shown: tuple[Changed, ...]  # in the order of WORDS, worst first
    total: int  # how many changes there are, shown or not
    language: Language
    zone: ZoneInfo

    def number(self, number: int) -> str:
        """A number as the language writes it."""
        return self.language.number(number)

    def word(self, word: str) -> str:
        """A word of the comparison in the language."""
        return self.language.word(lambda words: words.changes, word)

    def status(self, status: str) -> str:
        """A status in the language; a dash for none."""
        return self.language.word(lambda words: words.statuses, status) if status else "–"

    def severity(self, severity: str) -> str:
        """A severity in the language; nothing for none."""
        return self.language.word(lambda words: words.severities, severity) if severity else ""

    @property
    def compared(self) -> str:
        """Which runs these are, in a sentence."""
        texts = self.language.texts
        baseline = texts.diff_baseline.format(run=self.previous)
        previous = baseline if self.acceptance else self.previous
        return texts.diff_compared.format(run=self.run_id, previous=previous)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the reader has to know besides: who accepted the baseline, what was not read."""
        texts, one = self.language.texts, self.acceptance
        accepted = (
            texts.diff_accepted.format(
                by=one.by, at=self.language.time(one.at, self.zone), reason=one.reason
            )
            if one
            else ""
        )
        unread = texts.diff_unread.format(servers=", ".join(self.unread)) if self.unread else ""
        return tuple(filter(None, (accepted, unread)))


def order(changed: Changed) -> tuple[int, object]:
    """Sorts what calls for a look first."""
    return WORDS.index(changed.row.change), badness(changed.row)

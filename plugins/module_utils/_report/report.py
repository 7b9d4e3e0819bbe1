# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A report: one run, seen in one language. Every format is made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .._core.errors import MailboxError
from .digest import STATUSES, Digest, digest
from .language import Language
from .messages.catalogue import language
from .planned import Planned, planned
from .records import Assessment
from .run_folder import RunFolder
from .run_journal import RunJournal
from .trend import Trend

ROWS_SHOWN = 4000  # findings on the page at most; page/data.py bounds their bytes too


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a format is given."""

    folder: RunFolder
    assessment: Assessment
    digest: Digest
    plan: Planned
    language: Language
    zone: ZoneInfo
    title: str

    @cached_property
    def earlier(self) -> Trend:
        """The runs before this one that lie beside it."""
        return self.folder.earlier(self.assessment.now)

    @cached_property
    def journal(self) -> RunJournal:
        """What enforcement and rollback did."""
        return self.folder.journal()

    @cached_property
    def limits(self) -> Mapping[str, tuple[str, ...]]:
        """Control -> what its passes could not show in this run."""
        return {name: tuple(self._limits(name)) for name in self.assessment.counts}

    def _limits(self, name: str) -> Iterator[str]:
        total = self.number(self.assessment.counts[name].get("pass", 0))
        for message, text in self.language.silent(name).items():
            number = self.folder.passes_silent_on(message)
            if number:
                yield text.format(number=self.number(number), total=total)

    @property
    def office(self) -> str:
        """Whose report it is."""
        return self.assessment.office or self.language.texts.office

    @property
    def undecided(self) -> int:
        """How many findings could not be decided: unknown, not assessed at all, or of a status
        that only a newer version knows."""
        decided = ("fail", "manual", "exempt", "pass")
        return sum(n for status, n in self.assessment.totals.items() if status not in decided)

    def time(self, time: datetime) -> str:
        """A moment on the clocks of the office."""
        return self.language.time(time, self.zone)

    def number(self, number: int) -> str:
        """A number as the language writes it."""
        return self.language.number(number)

    def unit(self, name: str) -> str:
        """A unit's name, or that there is none."""
        return name or self.language.texts.no_unit


def make_report(folder: RunFolder, *, code: str, title: str = "") -> Report:
    """The report of a run in the language `code`. Raises MailboxError when it cannot be read."""
    assessment = folder.assessment()
    chosen = language(code)
    found = digest(
        folder.notable(assessment),
        limit=ROWS_SHOWN,
        accounts=assessment.accounts,
        accounts_by_unit=assessment.accounts_by_unit,
        gone=folder.gone(),
    )
    return Report(
        folder=folder,
        assessment=assessment,
        digest=found,
        plan=planned(folder.changes(), {row.fingerprint for row in found.rows}),
        language=chosen,
        zone=zone_of(assessment.time_zone),
        title=title or chosen.texts.title,
    )


def in_order(statuses: Iterable[str]) -> list[str]:
    """The statuses, worst first; those that only a newer version knows come last."""
    there = set(statuses)
    known = [status for status in STATUSES if status in there]
    return known + sorted(there.difference(STATUSES))


def zone_of(name: str) -> ZoneInfo:
    """The time zone that an assessment names. Raises MailboxError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise MailboxError(
            f"this machine does not know the time zone {name!r} of assessment.json: install tzdata"
        ) from error

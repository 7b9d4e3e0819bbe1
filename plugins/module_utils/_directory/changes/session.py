# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A reading that may do with what changed since the last one, and is remembered for the next.

docs/incremental.md has what is trusted, and why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..._core.dates import CLOCKS_AGREE, format_time, parse_time
from ..account_lines import AccountLines
from ..client import Entry
from ..complaints import RefusedError
from ..tally import Kind
from ..visibility import Ask, Hidden, Visibility
from .catching_up import Before, Now, catch_up
from .evidence import NOT_KNOWN, Evidence
from .feeds import SWEEP, SYNC, Asked, ReadAllError, begin, digest, swept
from .memory import Accounts, Memory, MemoryLostError


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """What was kept of the last reading, and how long it is trusted."""

    before: Before | None = None
    lost: str = ""  # why there is none
    copy: Callable[[memoryview], object]  # writes a piece of the last snapshot to the new one
    most_runs: int = 7  # of so many runs one reads all
    most_days: int = 7  # that may lie between two of those


@dataclass(kw_only=True)
class Progress:
    """How a reading came about."""

    read_all_because: str = ""  # why what changed was not enough; "": it was
    since: str = ""  # JSON time of the reading that this one rests on
    full_at: str = ""  # JSON time at which all was read last
    changed: int = 0
    gone: int = 0
    memory: Memory | None = None  # for the next reading; None: that one has to read all


@dataclass(frozen=True, kw_only=True)
class Terms:
    """On what the lines of all accounts rest besides the entries, and how changes are found."""

    rests_on: Mapping[str, str]  # its name for an operator -> a digest
    feed: str  # that the server offers
    sign_ins: Sequence[str]  # attributes
    started: datetime
    clock_ahead: timedelta | None  # of the server's clock before ours; None: not known


class Session:
    """One reading."""

    def __init__(self, keeping: Keeping, asked: Asked, terms: Terms) -> None:
        self.progress = Progress()
        marks = asked.marks
        # Whatever the feed: a server that refuses the one it offers is swept.
        self.asked = replace(asked, attributes=tuple(sorted({*asked.attributes, *swept(marks)})))
        self._keeping, self._terms, self._feed = keeping, terms, terms.feed
        self._cookies: list[str] = []
        self._accounts: Accounts | None = Accounts()
        self._evidence = Evidence(terms.sign_ins, marks.mark)

    def changes(self, lines: AccountLines, others: AccountLines) -> Now | None:
        """All accounts, from what changed; None: all have to be read, as `progress` says.

        Raises DirectoryError.
        """
        before = self._keeping.before
        try:
            if before is None:
                raise ReadAllError(self._keeping.lost)
            self._trust(before.memory)
            self._evidence.known = before.memory.signs
            now = catch_up(self.asked, before, lines, others, self._evidence)
        except (ReadAllError, RefusedError) as why:  # a limit for what is asked, say
            self.progress.read_all_because = str(why)
            self._evidence.known = NOT_KNOWN
            return None
        memory = before.memory
        self._feed = memory.feed
        self.progress.since, self.progress.full_at = memory.read_at, memory.full_at
        self.progress.changed, self.progress.gone = now.changed, now.gone
        return now

    @property
    def _before(self) -> Before:
        """The last reading, where this one rests on it."""
        if not self._keeping.before:
            raise ValueError("there is no last reading")
        return self._keeping.before

    def _trust(self, memory: Memory) -> None:
        """Raise ReadAllError where the last reading is no good for this one."""
        terms, keeping = self._terms, self._keeping
        differs = [
            name for name in terms.rests_on if terms.rests_on[name] != memory.rests_on.get(name)
        ]
        if differs:
            raise ReadAllError(f"not as in the last run: {', '.join(differs)}")
        if memory.runs + 1 >= keeping.most_runs:
            raise ReadAllError(f"every {keeping.most_runs} runs all is read")
        age = terms.started - parse_time(memory.full_at)
        if age >= timedelta(days=keeping.most_days):
            raise ReadAllError(f"all was read more than {keeping.most_days} days ago")
        if terms.started < parse_time(memory.read_at):
            raise ReadAllError("the clock of this machine was set back")
        ahead, then = terms.clock_ahead, memory.clock_ahead
        if (ahead is None) != (then is None):
            raise ReadAllError("the server's clock is shown, or not shown, unlike in the last run")
        if (
            ahead is not None
            and then is not None
            and abs(ahead - timedelta(seconds=then)) > CLOCKS_AGREE
        ):
            raise ReadAllError("the server's clock was set")

    def begin(self) -> None:
        """Before all is read. Raises DirectoryError."""
        self.progress.full_at = format_time(self._terms.started)
        try:
            self._cookies = begin(self.asked, self._feed)
        except ReadAllError:  # it is offered, and not for this part of the directory or not to us
            self._feed = SWEEP

    def note(self, entry: Entry, text: str, kind: Kind) -> None:
        """An account that was read, with its text in the snapshot."""
        if self._accounts is None:
            return
        values = entry[1]
        marks = None
        if self._feed == SYNC:
            self._evidence.note(values)
        else:
            marks = digest(self.asked, entry)
        size = len(text) if text.isascii() else len(text.encode())
        try:
            self._accounts.add(self.asked.marks.key(values), size, kind, marks)
        except MemoryLostError:
            self._accounts = None

    def hidden(
        self, now: Now, visibility: Visibility, shown: Mapping[str, int], ask: Ask
    ) -> list[Hidden]:
        """What is not shown: asked for where all was shown before, else as it was then.

        Raises DirectoryError.
        """
        before = self._before
        then = before.memory.accounts.tally().shown()
        asked_then = {(unit, row.attribute) for unit, row in visibility.missing(then)}
        missing = visibility.missing(shown)
        new = [pair for pair in missing if (pair[0], pair[1].attribute) not in asked_then]
        for unit in {unit for unit, _ in new}.difference(visibility.samples):
            visibility.samples[unit] = now.texts.of_unit(unit, now.rows)
        still = {(unit, row.attribute) for unit, row in missing}
        kept = [one for one in before.memory.hidden if (one.unit, one.attribute) in still]
        return kept + visibility.hidden(new, ask)

    def references(self, now: Now | None) -> list[str]:
        """Those to other servers that are told with what did not change."""
        return self._before.memory.references if now and self._feed == SYNC else []

    def remember(
        self,
        now: Now | None,
        *,
        start: int,
        newest: Mapping[str, str],
        hidden: Sequence[Hidden],
        references: Sequence[str],
    ) -> None:
        """When all is written; the accounts begin at that byte of the snapshot."""
        accounts = now.accounts if now else self._accounts
        if accounts is None:
            return
        last, ahead = self._before.memory if now else None, self._terms.clock_ahead
        self.progress.memory = Memory(
            rests_on=dict(self._terms.rests_on),
            full_at=self.progress.full_at,
            runs=last.runs + 1 if last else 0,
            read_at=format_time(self._terms.started),
            clock_ahead=None if ahead is None else round(ahead.total_seconds()),
            cookies=now.found.cookies if now else self._cookies,
            feed=self._feed,
            signs=self._evidence.known,
            references=list(references),
            newest=dict(newest),
            hidden=list(hidden),
            recent=[key.hex() for key in now.recent] if now else [],
            start=start,
            accounts=accounts,
        )

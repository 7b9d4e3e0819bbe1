# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Reading the logs of a mail host into its ledger: what is new in them, each part once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import Protocol

from ..._core.errors import MailHostError
from .chains import Hole, Reach, hole_since, holes_between
from .events import event_of
from .files import DAMAGED, Cursor, Unchanged, unread_parts
from .following import followed
from .joining import Joiner
from .journal import entry_of
from .ledger import Ledger
from .lines import LONGEST, Block
from .stamps import Stamps

_MOST = 50_000  # entries of a batch; then it goes into the ledger
_AHEAD = timedelta(days=1)  # a line may be younger than its file by so much, where a clock was set


class _Source(Protocol):
    """What of a file or a journal was not read yet."""

    @property
    def start(self) -> int: ...  # where the blocks begin

    @property
    def known(self) -> Cursor | None: ...  # how far it was read before

    @property
    def written_at(self) -> float: ...  # in seconds since 1970

    @property
    def is_journal(self) -> bool: ...

    def blocks(self) -> Iterator[Block]: ...

    def read_up_to(self, offset: int, reach: Reach, *, whole: bool) -> Cursor: ...


def read_logs(
    ledger: Ledger,
    paths: Iterable[Path],
    *,
    zone: tzinfo,
    domains: frozenset[str],
    users: frozenset[str] | None = None,
    journals: Sequence[str] | None = None,
    show: Callable[[str], None] = lambda text: None,
) -> list[MailHostError]:
    """Count what is new in the files, and keep it; the files that could not be read whole.

    `zone` is the host's, for times that name none; `domains` and `users` are as in Joiner;
    `journals` are files of a journal to follow, with wildcards (none: the host's own; None: no
    journal is read); `show` is told how far it is.
    """
    joiner = Joiner(ledger.open_messages(), domains=domains, users=users)
    reading = _Reading(ledger, zone, joiner)
    before, named = ledger.cursors(), set(paths)
    failures = []
    if journals is not None:
        show("reading the journal")
        try:
            reading.follow(journals, before)
        except MailHostError as error:
            failures.append(error)
    there: dict[Path, Cursor] = {}
    went_on: set[tuple[str, int]] = set()  # the cursors that a file went on from
    for part in unread_parts(named, before):
        if isinstance(part, MailHostError):
            failures.append(part)
            continue
        if part.known:
            went_on.add((part.known.head, part.known.head_size))
        if isinstance(part, Unchanged):
            there[part.path] = part.known
            continue
        show(f"{part.path}: reading from byte {part.start:,}")
        try:
            there[part.path] = reading.read(part)
        except DAMAGED as error:
            failures.append(MailHostError(f"{part.path} is damaged: {error}"))
    ledger.keep_holes(
        [
            *holes_between(
                {path: _reach(there[path]) if path in there else Reach() for path in named},
                [(one.chain, _reach(one)) for one in before],
            ),
            *_not_gone_on_with(before, went_on, there.values()),
        ]
    )
    return failures


def _not_gone_on_with(
    before: Iterable[Cursor], went_on: set[tuple[str, int]], there: Iterable[Cursor]
) -> Iterator[Hole]:
    """What is missing where the file that an earlier run read last is gone."""
    newest: dict[str, Cursor] = {}
    for one in sorted(before, key=lambda one: (one.last or 0, one.offset)):
        newest[one.chain] = one
    for chain, one in newest.items():
        if not one.entry and (one.head, one.head_size) not in went_on:
            of_chain = [_reach(other) for other in there if other.chain == chain]
            yield from hole_since(chain, _reach(one), of_chain)


def _reach(cursor: Cursor) -> Reach:
    return Reach(cursor.first, cursor.last)


class _Reading:
    """One reading of all logs into a ledger."""

    def __init__(self, ledger: Ledger, zone: tzinfo, joiner: Joiner) -> None:
        self._ledger, self._zone, self._joiner = ledger, zone, joiner
        self._span = ledger.span()
        self._sequences = ledger.sequences()

    def read(self, part: _Source) -> Cursor:
        """Count a part, and keep it; up to where it was read."""
        written_at = datetime.fromtimestamp(part.written_at, timezone.utc)
        stamps = Stamps(zone=self._zone, written_at=written_at)
        reach = Reach(part.known.first, part.known.last) if part.known else Reach()
        count = self._count_entries if part.is_journal else self._count
        end = part.start
        try:
            for block in part.blocks():
                count(block, stamps)
                self._reach(reach, block, stamps, is_journal=part.is_journal)
                end = part.start + block.end
                if self._joiner.batch.size > _MOST:
                    self._keep(part.read_up_to(end, reach, whole=False))
        except DAMAGED:  # what was counted before is kept with where that ends, and counts once
            self._keep(part.read_up_to(end, reach, whole=False))
            raise
        cursor = part.read_up_to(end, reach, whole=True)
        self._keep(cursor)
        return cursor

    def follow(self, files: Sequence[str], before: Iterable[Cursor]) -> None:
        """Read what is new in a journal. Raises MailHostError."""
        with followed(files, before) as part:
            self.read(part)
            self._ledger.keep_holes(part.holes())

    def _keep(self, cursor: Cursor) -> None:
        self._ledger.add(
            self._joiner.take(), cursor, self._joiner.open, self._span, self._sequences
        )

    def _count(self, block: Block, stamps: Stamps) -> None:
        span, joiner = self._span, self._joiner
        span.lines += block.lines
        span.overlong += block.overlong
        for line in block.telling:
            stamped = stamps.split(line.decode("utf-8", "replace"))
            if stamped is None:
                span.untimed += 1
                continue
            at, text = stamped
            if event := event_of(text):
                span.reach(at)
                joiner.add(at, event)

    def _count_entries(self, block: Block, stamps: Stamps) -> None:
        """The same of a journal: what stands in two exports of it counts once."""
        del stamps
        span, joiner = self._span, self._joiner
        span.lines += block.lines
        span.overlong += block.overlong
        for line in block.telling:
            entry = entry_of(line)
            if entry is None or not entry.said:
                span.untimed += 1
                continue
            if entry.sequence:
                source, number = entry.sequence
                if number <= self._sequences.get(source, -1):
                    continue
                self._sequences[source] = number
            if event := event_of(entry.said):
                span.reach(entry.at)
                joiner.add(entry.at, event)

    def _reach(self, reach: Reach, block: Block, stamps: Stamps, *, is_journal: bool) -> None:
        """Take in the times of a block's first and last line, whatever they tell."""
        latest = stamps.written_at + _AHEAD
        for line in (block.first, block.last):
            at = _time_of(line, stamps, is_journal=is_journal)
            if at is None or at > latest:
                continue
            self._span.days.add(at.date())
            seconds = int(at.timestamp())
            reach.first = seconds if reach.first is None else min(reach.first, seconds)
            reach.last = seconds if reach.last is None else max(reach.last, seconds)


def _time_of(line: bytes, stamps: Stamps, *, is_journal: bool) -> datetime | None:
    if is_journal:
        entry = entry_of(line)
        return entry.at if entry else None
    stamped = stamps.split(line[:LONGEST].decode("utf-8", "replace"))
    return stamped[0] if stamped else None

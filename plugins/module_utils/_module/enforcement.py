# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Carrying out changes on one directory: prepare, journal, write, journal, batch by batch.

What check mode shows are the very steps that are written otherwise. The journal has each step on
disk before the server gets it, and its result after the server acknowledged it; a run that was
broken off is finished by running it again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from typing import Any, Protocol

from .._core import journal
from .._core.dates import format_time
from .._core.errors import DirectoryError
from .._core.plan import Change
from .._core.step import Outcome, Skip, Step, Why
from .change_diff import block_of_step
from .journal_file import JournalFile

BATCH = 500  # steps between two looks at the server
GROUP = 100  # acknowledged writes between two forced writes of the journal
BROKEN_OFF = "after a run was broken off"
TAKEN_BACK = "made by this run, and taken back since by somebody: left as it is. Audit again"
ROLLED_BACK = "undone by a rollback of this run, and left so: audit again to make it anew"
SHOWN = 100  # changes and reasons in a result; the journal has all


class Writer(Protocol):
    """What Enforcement needs of the writer of a server."""

    def assume(self, steps: Iterable[Step]) -> None:
        """Prepare what comes as if these steps were written, for check mode."""

    def at_once(self, step: Step) -> list[str]:
        """What writing this brings about for accounts at once, for the operator."""

    def standing(self, steps: Sequence[Step], *, look_only: bool = False) -> Iterator[bool]:
        """Whether what each step was to write stands there; what does is put in force, where that
        takes more than to write it and `look_only` is not set."""

    def write(self, steps: Sequence[Step]) -> Iterator[Outcome]:
        """Write them; the outcomes come as they are acknowledged, in any order."""


Prepare = Callable[[list[Any]], Iterator[Step | Skip]]


@dataclass(kw_only=True)
class Tally:
    """What came of the changes."""

    counts: Counter[str] = field(default_factory=Counter)
    steps: list[Step] = field(default_factory=list)  # done, or to be done in check mode
    left: list[dict[str, str]] = field(default_factory=list)  # skipped and failed, with reasons
    first_failed: dict[str, str] = field(default_factory=dict)  # may be past what `left` holds
    warnings: list[str] = field(default_factory=list)  # what happens at once to accounts

    def done(self, step: Step) -> None:
        """Count a change that was made, or would be."""
        self.counts["changed"] += 1
        self.steps.append(step)

    def end_batch(self, steps: Sequence[Step]) -> None:
        """Keep those that are shown, as the batch had them: a server acknowledges in any order, and
        a run is to show what its preview showed."""
        places = {id(step): place for place, step in enumerate(steps)}
        self.steps.sort(key=lambda step: places.get(id(step), -1))
        del self.steps[SHOWN:]

    def skip(self, change: Change, kind: str, reason: str) -> None:
        """Count a change that was not made."""
        self.counts[kind] += 1
        what = {"subject": change.subject, "field": change.field, "result": kind, "reason": reason}
        if kind == "failed" and not self.first_failed:
            self.first_failed = what
        if kind != Why.ALREADY.value and len(self.left) < SHOWN:
            self.left.append(what)


class Enforcement:
    """Carries out steps on one server, with a journal or (check mode) without."""

    def __init__(
        self,
        writer: Writer,
        journal_file: JournalFile | None,
        *,
        check_mode: bool,
        mode: str,
        begin: Mapping[str, str],
        progress: Callable[[str], object],
    ) -> None:
        """`journal_file` is None in check mode, and where none is wanted; `begin` is what the
        journal's first line is to say."""
        self.tally = Tally()
        self._writer, self._journal, self._mode = writer, journal_file, mode
        self._check_mode, self._progress = check_mode, progress
        self._begin, self._started = dict(begin), time.monotonic()
        self.server = begin.get("server", "")
        self.history = journal.History()  # of the run, before this
        self._unclear: dict[str, journal.Intent] = {}  # of a broken-off run, by the change's id

    def settle(self, server: str, history: journal.History) -> None:
        """Find out what became of the steps that a broken-off run had sent to this server.

        What is not there yet stays unclear until the end: the server may still be at work on it.
        """
        self.history = history
        pending = history.pending()
        self._unclear = {one.change.id: one for one in pending if one.change.server == server}
        self._arrived(list(self._unclear))

    def once(self, prepare: Prepare) -> Prepare:
        """The same, but for what this run made before and was taken back since: that was
        somebody's decision."""
        made = {one.change.id: TAKEN_BACK for one in self.history.done()}
        made |= {one.change.id: ROLLED_BACK for one in self.history.rolled_back()}
        # Made, though nothing tells what it was.
        made |= {one.change_id: TAKEN_BACK for one in self.history.lost() if one.change_id}

        def prepared(changes: list[Any]) -> Iterator[Step | Skip]:
            for one in prepare(changes):
                reason = made.get(one.change.id) if isinstance(one, Step) else None
                yield Skip(change=one.change, why=Why.CHANGED, reason=reason) if reason else one

        return prepared

    def carry_out(self, items: Sequence[Any], prepare: Prepare) -> None:
        """Prepare and write all of them. Raises DirectoryError, JournalError."""
        looked_at = 0
        for batch in _batches(items):
            prepared = list(prepare(batch))
            self._skip_all([one for one in prepared if isinstance(one, Skip)])
            steps = [one for one in prepared if isinstance(one, Step)]
            for step in steps:
                self.tally.warnings += self._writer.at_once(step)
            if self._check_mode:
                self._writer.assume(steps)
                for step in steps:
                    self.tally.done(step)
                self.tally.end_batch(steps)
            elif steps:
                self._write(steps)
            looked_at += len(batch)
            self._tell_progress(looked_at, len(items))

    def end(self) -> None:
        """Close the journal's account of this run, if there is any."""
        self._arrived(list(self._unclear))
        for intent in self._unclear.values():
            self._add_result(intent.change, "skipped", f"never written {BROKEN_OFF}", intent.mode)
        if not self._begin:
            self._add(journal.end_line(at=_now(), mode=self._mode, counts=self.tally.counts))
            self._sync()

    def skip(self, skip: Skip) -> None:
        """Count and journal a change that is not made."""
        self.tally.skip(skip.change, skip.why.value, skip.reason)
        if skip.why is Why.ALREADY and self._mode == "rollback":
            self._add_result(skip.change, "done", skip.reason, self._mode)
        elif skip.why is not Why.ALREADY:
            self._unclear.pop(skip.change.id, None)
            self._add_result(skip.change, "skipped", skip.reason, self._mode)

    def _skip_all(self, skips: list[Skip]) -> None:
        """Skip them, but for what the broken-off run turns out to have written."""
        arrived = self._arrived(skip.change.id for skip in skips)
        for skip in skips:
            if skip.change.id not in arrived:
                self.skip(skip)

    def _arrived(self, ids: Iterable[str]) -> set[str]:
        """Those of the unclear changes that stand by now as they were sent; they are done."""
        looked_at = [self._unclear[one] for one in ids if one in self._unclear]
        steps = [Step(change=one.change, before=one.before, after=one.after) for one in looked_at]
        found = set()
        standing = self._writer.standing(steps, look_only=self._check_mode)
        for step, stands in zip(steps, standing, strict=True):
            if stands:
                change, mode = step.change, self._unclear.pop(step.change.id).mode
                found.add(change.id)
                self.history.settle(change.id, mode, "done")
                self._add_result(change, "done", f"found written {BROKEN_OFF}", mode)
                if mode == self._mode:
                    self.tally.done(step)
        self._sync()
        return found

    def _write(self, steps: list[Step]) -> None:
        for step in steps:
            self._add(
                journal.intent_line(
                    at=_now(),
                    change=step.change,
                    before=step.before,
                    after=step.after,
                    mode=self._mode,
                )
            )
        self._sync()
        late = []
        try:
            for number, outcome in enumerate(self._writer.write(steps), 1):
                if outcome.changed_since and outcome.step.change.id in self._unclear:
                    late.append(outcome)  # perhaps by the broken-off run: looked at below
                else:
                    self._take(outcome)
                if not number % GROUP:
                    self._sync()
        except DirectoryError:
            self._sync()  # what was acknowledged before is known
            raise
        finally:
            self.tally.end_batch(steps)
        arrived = self._arrived(outcome.step.change.id for outcome in late)
        for outcome in late:
            if outcome.step.change.id not in arrived:
                self._take(outcome)
        self._sync()

    def _take(self, outcome: Outcome) -> None:
        change, reason = outcome.step.change, outcome.reason
        self._unclear.pop(change.id, None)
        if not reason:
            self.tally.done(outcome.step)
            self._add_result(change, "done", "", self._mode)
        elif outcome.changed_since:
            self.tally.skip(change, Why.CHANGED.value, reason)
            self._add_result(change, "skipped", reason, self._mode)
        else:
            self.tally.skip(change, "failed", reason)
            self._add_result(change, "failed", reason, self._mode)

    def _add_result(self, change: Change, result: str, reason: str, mode: str) -> None:
        self._add(
            journal.result_line(
                at=_now(), change_id=change.id, result=result, reason=reason, mode=mode
            )
        )

    def _add(self, line: str) -> None:
        if self._journal is None:
            return
        if self._begin:
            self._journal.add(journal.begin_line(at=_now(), mode=self._mode, **self._begin))
            self._begin = {}
        self._journal.add(line)

    def _tell_progress(self, done: int, total: int) -> None:
        rate = done / max(time.monotonic() - self._started, 0.001)
        self._progress(f"{done:,} of {total:,} changes looked at, {rate:,.0f} a second")

    def _sync(self) -> None:
        if self._journal is not None:
            self._journal.sync()


def _batches(items: Iterable[Any]) -> Iterator[list[Any]]:
    """Lists of at most BATCH, in none of which an entry comes twice: what is done to it second
    has to be prepared after the first is done."""
    batch: list[Any] = []
    targets: set[str] = set()
    for item in items:
        target = item.change.target if isinstance(item, Step) else item.target
        if len(batch) == BATCH or target in targets:
            yield batch
            batch, targets = [], set()
        batch.append(item)
        targets.add(target)
    if batch:
        yield batch


def _now() -> str:
    return format_time(datetime.now(timezone.utc))


def result_of(tally: Tally, *, show_diff: bool) -> dict[str, Any]:
    """What a module returns of it."""
    total, shown = tally.counts["changed"], tally.steps[:SHOWN]
    result: dict[str, Any] = {
        "changed": total > 0,
        "total": total,
        "counts": dict(tally.counts),
        "changes": [_brief(step.change) for step in shown],
        "left": tally.left,
        "truncated": total > len(shown),
    }
    if show_diff:
        result["diff"] = [block_of_step(step) for step in shown]
        if total > len(shown):
            more = f"... and {total - len(shown)} more changes\n"
            result["diff"].append({"prepared": more})
    return result


def _brief(change: Change) -> dict[str, Any]:
    known = asdict(change)
    return {name: known[name] for name in _SHOWN_OF_A_CHANGE}


_SHOWN_OF_A_CHANGE = (
    "id",
    "control",
    "subject",
    "unit",
    "target",
    "field",
    "before",
    "after",
    "reason",
)

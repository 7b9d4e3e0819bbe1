# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Writing to places of a mail host, each only if it is still what was looked at.

The same ways in and out as _directory/writing.py: who prepares says what is to be written, or why
not; write() writes it after one more look, and puts it in force.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial

from .._core.errors import MailHostError
from .._core.plan import Change
from .._core.step import ACTIVE, CONTENT, ROW, SETTING, Outcome, Skip, Step, Values, Why
from .lookup_table import Table
from .place import Place
from .places import TableRow
from .postfix import Postfix
from .target_lists import NotEditableError
from .user_files import ChangedSinceError

GONE = "it is not there any more. Audit again"
SINCE_THE_RUN = "changed since the run, and left as it is"
IN_BETWEEN = "changed in the moment of writing: left as it is. Audit again"
BY_HAND = "cannot be changed safely, so do it by hand"
_WRONG = (MailHostError, OSError, NotEditableError)


class PlaceWriter:
    """Writes steps whose values are known."""

    def __init__(self, place_of: Callable[[Change], Place], postfix: Postfix | None) -> None:
        """`place_of` raises MailHostError; `postfix` is to look again when its tables change."""
        self._place_of, self._postfix = place_of, postfix
        self._assumed: dict[str, Values] = {}

    def prepare_steps(self, steps: Sequence[Step]) -> Iterator[Step | Skip]:
        """What is to be done about steps whose values are known, as those that undo a run."""
        for step in steps:
            yield self.guarded(step.change, partial(self._still_wanted, step))

    def assume(self, steps: Iterable[Step]) -> None:
        """Prepare what comes as if these steps were written, for check mode."""
        for step in steps:
            target = step.change.target
            self._assumed[target] = {**self._assumed.get(target, {}), **step.after}

    def at_once(self, step: Step) -> list[str]:
        """Nothing that a step brings about for accounts besides what it shows."""
        return []

    def standing(self, steps: Sequence[Step], *, look_only: bool = False) -> Iterator[bool]:
        """Whether what each step was to write stands there; what does is put in force, unless
        `look_only`."""
        for step in steps:
            try:
                place = self._place_of(step.change)
                if not look_only:
                    place.clear()
                stands = same(place.read(), step.after)
                if stands and not look_only:
                    place.finish()
            except _WRONG:
                stands = False
            yield stands

    def write(self, steps: Sequence[Step]) -> Iterator[Outcome]:
        """Write them; those of one table come together, once it is made anew."""
        tables: dict[Table, list[tuple[Place, Step]]] = {}
        for step in steps:
            place = self._place_of(step.change)
            outcome = _written(place, step)
            if outcome.reason:
                yield outcome
            elif isinstance(place, TableRow):
                tables.setdefault(place.table, []).append((place, step))
            else:
                yield from _finished([(place, step)])
        for rows in tables.values():
            yield from _finished(rows)
        if tables and self._postfix:
            self._postfix.reload()

    def present(self, change: Change) -> Values:
        """What stands there, or would by now in check mode."""
        return {**self._place_of(change).read(), **self._assumed.get(change.target, {})}

    def guarded(self, change: Change, judge: Callable[[], Step | Skip]) -> Step | Skip:
        """What `judge` says; why it could not tell is a reason to skip the change."""
        try:
            return judge()
        except NotEditableError as error:
            return Skip(change=change, why=Why.REFUSED, reason=f"{BY_HAND}: {error}")
        except (MailHostError, OSError) as error:
            reason = _reason(error, change.target)
            return Skip(change=change, why=Why.REFUSED, reason=reason)

    def _still_wanted(self, step: Step) -> Step | Skip:
        values = self.present(step.change)
        if same(values, step.after):
            return Skip(change=step.change, why=Why.ALREADY, reason="it is as it was before")
        if not same(values, step.before):
            return Skip(change=step.change, why=Why.CHANGED, reason=SINCE_THE_RUN)
        return step


def _written(place: Place, step: Step) -> Outcome:
    try:
        place.write(step.before, step.after)
    except ChangedSinceError:
        return Outcome(step=step, reason=IN_BETWEEN, changed_since=True)
    except FileNotFoundError:
        return Outcome(step=step, reason=GONE, changed_since=True)
    except _WRONG as error:
        return Outcome(step=step, reason=_reason(error, step.change.target))
    return Outcome(step=step)


def _finished(written: Sequence[tuple[Place, Step]]) -> Iterator[Outcome]:
    """Put in force what was written in one place, or in rows of one table.

    Where that fails it is taken back. Raises MailHostError where that fails, too: what came of it
    is looked up by the next run.
    """
    steps, reason = [step for _, step in written], ""
    try:
        written[0][0].finish()
    except _WRONG as error:
        reason = _reason(error, steps[0].change.target)
        _take_back(written, reason)
    yield from (Outcome(step=step, reason=reason) for step in steps)


def _take_back(written: Sequence[tuple[Place, Step]], reason: str) -> None:
    for place, step in reversed(written):
        try:
            place.write(step.after, step.before)
        except (*_WRONG, ChangedSinceError) as error:
            what = f"{step.change.target} is written and not in force: {reason}"
            raise MailHostError(what) from error
    with suppress(*_WRONG):  # the reason is told already
        written[0][0].finish()


def _reason(error: Exception, target: str) -> str:
    if isinstance(error, OSError):
        return f"{error.filename or target}: {error.strerror}"
    return str(error)


def same(values: Values, wanted: Values) -> bool:
    """Whether what is wanted stands there."""
    names = wanted.keys() & {CONTENT, ACTIVE, ROW, SETTING}
    return all(values.get(name, []) == wanted[name] for name in names)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Taking forwards away on a mail host, each only if its place is still what was looked at.

The same ways in and out as _directory/writing.py: prepare() looks and says what is to be written,
or why not; write() writes it after one more look, and puts it in force.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from .._core.errors import MailHostError
from .._core.plan import Change
from .._core.step import CONTENT, ROW, Outcome, Skip, Step, Values, Why
from .mail_host import MailHost
from .places import Place, TableRow, place_of
from .postfix import Table
from .sieve_programs import not_compiling
from .target_lists import NotEditableError
from .user_files import ChangedSinceError

GONE = "it is not there any more. Audit again"
SINCE_THE_RUN = "changed since the run, and left as it is"
IN_BETWEEN = "changed in the moment of writing: left as it is. Audit again"
BY_HAND = "cannot be changed safely, so do it by hand"
_WRONG = (MailHostError, OSError, NotEditableError)


class ForwardWriter:
    """Prepares and writes changes of one mail host."""

    def __init__(self, host: MailHost) -> None:
        self._host = host
        self._assumed: dict[str, Values] = {}

    def prepare(self, changes: Sequence[Change]) -> Iterator[Step | Skip]:
        """What is to be done about each change, in their order."""
        found = [self._guarded(change, partial(self._prepared, change)) for change in changes]
        yield from self._compiling(found)

    def prepare_steps(self, steps: Sequence[Step]) -> Iterator[Step | Skip]:
        """The same for steps whose values are known, as those that undo a run."""
        for step in steps:
            yield self._guarded(step.change, partial(self._still_wanted, step))

    def assume(self, steps: Iterable[Step]) -> None:
        """Prepare what comes as if these steps were written, for check mode."""
        self._assumed |= {step.change.target: step.after for step in steps}

    def at_once(self, step: Step) -> list[str]:
        """Nothing that a step brings about for accounts besides what it shows."""
        return []

    def standing(self, steps: Sequence[Step]) -> Iterator[bool]:
        """Whether what each step was to write stands there; what does is put in force."""
        for step in steps:
            try:
                place = place_of(self._host, step.change)
                stands = _same(place.read(), step.after)
                if stands:
                    place.finish()
            except _WRONG:
                stands = False
            yield stands

    def write(self, steps: Sequence[Step]) -> Iterator[Outcome]:
        """Write them; those of one table come together, once it is made anew."""
        tables: dict[Table, list[tuple[TableRow, Step]]] = {}
        for step in steps:
            place = place_of(self._host, step.change)
            outcome = _written(place, step)
            if outcome.reason:
                yield outcome
            elif isinstance(place, TableRow):
                tables.setdefault(place.table, []).append((place, step))
            else:
                yield from _finished(place, [step])
        for rows in tables.values():
            yield from _finished(rows[0][0], [step for _, step in rows])
        if tables and self._host.postfix:
            self._host.postfix.reload()

    def _guarded(self, change: Change, judge: Callable[[], Step | Skip]) -> Step | Skip:
        try:
            return judge()
        except NotEditableError as error:
            return Skip(change=change, why=Why.REFUSED, reason=f"{BY_HAND}: {error}")
        except (MailHostError, OSError) as error:
            reason = _reason(error, change.target)
            return Skip(change=change, why=Why.REFUSED, reason=reason)

    def _prepared(self, change: Change) -> Step | Skip:
        place = place_of(self._host, change)
        values = self._assumed.get(change.target) or place.read()
        if not values:
            return Skip(change=change, why=Why.CHANGED, reason=GONE)
        kept = {target.lower() for target in change.after}
        unwanted = {target.lower() for target in change.before} - kept
        after = place.without(values, unwanted.__contains__)
        if _same(values, after) and not _is_stale(place):
            return Skip(change=change, why=Why.ALREADY, reason="it forwards there no more")
        return Step(change=change, before=values, after=after)

    def _still_wanted(self, step: Step) -> Step | Skip:
        values = place_of(self._host, step.change).read()
        if _same(values, step.after):
            return Skip(change=step.change, why=Why.ALREADY, reason="it is as it was before")
        if not _same(values, step.before):
            return Skip(change=step.change, why=Why.CHANGED, reason=SINCE_THE_RUN)
        return step

    def _compiling(self, found: Sequence[Step | Skip]) -> Iterator[Step | Skip]:
        """Refuse the scripts that Dovecot's own compiler takes as they are and not as they
        would be."""
        edited = [one for one in found if isinstance(one, Step) and one.change.channel == "sieve"]
        refused = dict(self._not_compiling(edited))
        for one in found:
            reason = refused.get(one.change.id)
            yield Skip(change=one.change, why=Why.REFUSED, reason=reason) if reason else one

    def _not_compiling(self, edited: Sequence[Step]) -> Iterator[tuple[str, str]]:
        if not edited or self._host.dovecot is None:
            return
        refused = partial(not_compiling, self._host.dovecot)
        numbers = refused([step.after[CONTENT][0] for step in edited])
        broken = [edited[number] for number in sorted(numbers)]
        before = refused([step.before[CONTENT][0] for step in broken])
        for number, step in enumerate(broken):
            if number not in before:  # one that names a script of the user's own never compiles
                yield step.change.id, f"{BY_HAND}: sievec refuses what would be left of it"


def _is_stale(place: Place) -> bool:
    """Whether a run was broken off between the text of a table and the table."""
    return isinstance(place, TableRow) and not place.is_in_force()


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


def _finished(place: Place, steps: Sequence[Step]) -> Iterator[Outcome]:
    """Put in force what was written in one place, or in rows of one table."""
    reason = ""
    try:
        place.finish()
    except _WRONG as error:
        reason = _reason(error, steps[0].change.target)
    yield from (Outcome(step=step, reason=reason) for step in steps)


def _reason(error: Exception, target: str) -> str:
    if isinstance(error, OSError):
        return f"{error.filename or target}: {error.strerror}"
    return str(error)


def _same(values: Values, wanted: Values) -> bool:
    return all(values.get(name, []) == wanted.get(name, []) for name in (CONTENT, ROW))

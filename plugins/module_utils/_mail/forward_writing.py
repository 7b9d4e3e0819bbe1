# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Taking forwards away on a mail host."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from .._core.plan import Change
from .._core.step import CONTENT, LINE, ROW, Skip, Step, Why
from .mail_host import MailHost
from .place_writing import BY_HAND, GONE, PlaceWriter, same
from .places import ForwardPlace, TableRow, place_of
from .sieve_programs import not_compiling


class ForwardWriter(PlaceWriter):
    """Prepares and writes changes of one mail host."""

    def __init__(self, host: MailHost) -> None:
        super().__init__(partial(place_of, host), host.postfix)
        self._host = host

    def prepare(self, changes: Sequence[Change]) -> Iterator[Step | Skip]:
        """What is to be done about each change.

        Rows come from the end of their table to its beginning: then each row's number holds until
        it is written, and in the other order until it is put back.
        """
        found = [self.guarded(change, partial(self._prepared, change)) for change in changes]
        yield from sorted(self._compiling(found), key=_line, reverse=True)

    def _prepared(self, change: Change) -> Step | Skip:
        place, values = place_of(self._host, change), self.present(change)
        if ROW not in values and not values.get(CONTENT):
            return Skip(change=change, why=Why.CHANGED, reason=GONE)
        kept = {target.lower() for target in change.after}
        unwanted = {target.lower() for target in change.before} - kept
        after = place.without(values, unwanted.__contains__)
        if same(values, after) and not _is_stale(place):
            return Skip(change=change, why=Why.ALREADY, reason="it forwards there no more")
        return Step(change=change, before=values, after=after)

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


def _line(one: Step | Skip) -> int:
    return int(one.before[LINE][0]) if isinstance(one, Step) and LINE in one.before else 0


def _is_stale(place: ForwardPlace) -> bool:
    """Whether a run was broken off between the text of a table and the table."""
    return isinstance(place, TableRow) and not place.is_in_force()

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Taking forwards away on a mail host."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, partial

from .._core.errors import MailHostError
from .._core.listed_senders import CHANNEL as LISTED_SENDERS
from .._core.plan import Change
from .._core.step import CONTENT, LINE, ROW, Skip, Step, Why
from .channels.sieve import GlobalScripts, running, shared_scripts
from .mail_host import MailHost
from .place import Place
from .place_writing import GONE, SINCE_THE_RUN, PlaceWriter, same
from .places import ForwardPlace, SieveFile, StoredSieve, TableRow, place_of
from .sender_table import SenderTablePlace
from .sieve_programs import not_compiling
from .target_lists import NotEditableError

RUNS_NO_MORE = "it does not run any more, so nothing is switched off for it. Audit again"


class ForwardWriter(PlaceWriter):
    """Prepares and writes changes of one mail host."""

    def __init__(self, host: MailHost, *, deactivates: bool = False) -> None:
        """`deactivates`: a script that cannot be edited is not left as it is; its user's scripts
        are switched off."""
        super().__init__(partial(_place_of, host), host.postfix)
        self._host, self._deactivates = host, deactivates
        self._switched_off: dict[object, str] = {}  # SieveFile.switch -> the target that it was for
        self._reasons: dict[str, str] = {}  # id of a change that deactivates -> why

    def prepare(self, changes: Sequence[Change]) -> Iterator[Step | Skip]:
        """What is to be done about each change.

        Rows come from the end of their table to its beginning: then each row's number holds until
        it is written, and in the other order until it is put back.
        """
        found = [self.guarded(change, partial(self._prepared, change)) for change in changes]
        yield from sorted(self._compiling(found), key=_line, reverse=True)

    def at_once(self, step: Step) -> list[str]:
        reason = self._reasons.get(step.change.id)
        if reason is None:
            return []
        why = f"{step.change.target} cannot be edited: {reason}"
        return [f"{step.change.subject}: no Sieve script of this mailbox runs any more, for {why}"]

    def _prepared(self, change: Change) -> Step | Skip:
        if change.channel == LISTED_SENDERS:
            return self._set(change)
        try:
            return self._edited(change)
        except NotEditableError as error:
            if change.channel != "sieve" or not self._deactivates:
                raise
            return self._deactivated(change, str(error))

    def _set(self, change: Change) -> Step | Skip:
        """The table of listed senders as the plan has it, where it is what the audit saw."""
        place, values = _sender_table(self._host, change), self.present(change)
        rows = place.rows(values)
        if rows == change.after:
            return Skip(change=change, why=Why.ALREADY, reason="it is in force")
        if rows != change.before:
            return Skip(change=change, why=Why.CHANGED, reason=SINCE_THE_RUN)
        return Step(change=change, before=values, after=place.with_rows(values, change.after))

    def _deactivated(self, change: Change, reason: str) -> Step | Skip:
        """No script of the user is to run, for this one could not be edited."""
        place, values = place_of(self._host, change), self.present(change)
        assert isinstance(place, SieveFile | StoredSieve)  # noqa: S101
        shared = self._shared
        if place.name in shared.started:
            raise NotEditableError(f"{reason}; and one of the administrator's scripts runs it")
        target = self._switched_off.get(place.switch, change.target)
        after = place.deactivated(values)
        if target != change.target or same(values, after):
            reason = "no script of this mailbox runs any more"
            return Skip(change=change, why=Why.ALREADY, reason=reason)
        if place.name not in running(place.scripts(), shared):
            return Skip(change=change, why=Why.CHANGED, reason=RUNS_NO_MORE)
        self._switched_off[place.switch] = target
        self._reasons[change.id] = reason
        return Step(change=change, before=values, after=after)

    @cached_property
    def _shared(self) -> GlobalScripts:
        """What users' scripts can include, and which of theirs run although they are not active."""
        if self._host.dovecot is None:
            return GlobalScripts(folder=None)
        return shared_scripts(self._host, self._host.dovecot)

    def _edited(self, change: Change) -> Step | Skip:
        place, values = place_of(self._host, change), self.present(change)
        if ROW not in values and not values.get(CONTENT):
            return Skip(change=change, why=Why.CHANGED, reason=GONE)
        kept = {target.lower() for target in change.after}
        unwanted = {target.lower() for target in change.before} - kept
        after = place.without(values, unwanted.__contains__)
        if same(values, after) and not _is_stale(place):
            return Skip(change=change, why=Why.ALREADY, reason="it forwards there no more")
        before = {name: values[name] for name in after if name in values}
        return Step(change=change, before=before, after=after)

    def _compiling(self, found: Sequence[Step | Skip]) -> Iterator[Step | Skip]:
        """Edit no script that Dovecot's own compiler takes as it is and not as it would be."""
        edited = [
            one
            for one in found
            if isinstance(one, Step)
            and one.change.channel == "sieve"
            and one.before[CONTENT] != one.after[CONTENT]
        ]
        refused = frozenset(self._not_compiling(edited))
        for one in found:
            if one.change.id in refused:
                yield self.guarded(one.change, partial(self._not_edited, one.change))
            else:
                yield one

    def _not_edited(self, change: Change) -> Step | Skip:
        reason = "sievec refuses what would be left of it"
        if self._deactivates:
            return self._deactivated(change, reason)
        raise NotEditableError(reason)

    def _not_compiling(self, edited: Sequence[Step]) -> Iterator[str]:
        """The ids of the changes to scripts that compile, and would not."""
        if not edited or self._host.dovecot is None:
            return
        refused = partial(not_compiling, self._host.dovecot)
        numbers = refused([step.after[CONTENT][0] for step in edited])
        broken = [edited[number] for number in sorted(numbers)]
        before = refused([step.before[CONTENT][0] for step in broken])
        for number, step in enumerate(broken):
            if number not in before:  # one that names a script of the user's own never compiles
                yield step.change.id


def _place_of(host: MailHost, change: Change) -> Place:
    if change.channel == LISTED_SENDERS:
        return _sender_table(host, change)
    return place_of(host, change)


def _sender_table(host: MailHost, change: Change) -> SenderTablePlace:
    place = SenderTablePlace(host.postfix) if host.postfix else None
    if place is None or change.target != str(place.file):
        raise MailHostError(f"{change.target} is no table of this host's Postfix. Audit again")
    return place


def _line(one: Step | Skip) -> int:
    return int(one.before[LINE][0]) if isinstance(one, Step) and LINE in one.before else 0


def _is_stale(place: ForwardPlace) -> bool:
    """Whether a run was broken off between the text of a table and the table."""
    return isinstance(place, TableRow) and not place.is_in_force()

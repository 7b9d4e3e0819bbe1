# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Sending steps to a server, each only while its entry is what was looked at, and what came of it.

How the server makes sure of that is conditional_write.py's: by an assertion, or by exchanging
values, with the rest read just before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .._core.step import Outcome, Step
from .client import Directory
from .codecs import shown_text
from .conditional_write import asserted, assertion, exchanged, replaced
from .dialect import Dialect, RootDse, Values
from .pipeline import WINDOW
from .requests import Modification
from .result_codes import (
    ASSERTION_FAILED,
    ATTRIBUTE_OR_VALUE_EXISTS,
    INSUFFICIENT_ACCESS_RIGHTS,
    NO_SUCH_ATTRIBUTE,
    NO_SUCH_OBJECT,
    SUCCESS,
    name_of,
    way_out,
)

GONE = "it is not there any more: deleted, renamed or moved since the audit. Audit again"
IN_BETWEEN = "changed in the moment of writing: left as it is. Audit again"
COMPUTED = (
    "{names} does not stand in the entry itself: a role or a class of service gives it, and it can"
    " be changed there only"
)
_CLASHES = (NO_SUCH_ATTRIBUTE, ATTRIBUTE_OR_VALUE_EXISTS)  # what stands there is something else


class Sender:
    """Writes the steps of one server."""

    def __init__(self, directory: Directory, dialect: Dialect, root: RootDse) -> None:
        self._directory, self._dialect, self._root = directory, dialect, root

    def send(self, steps: Sequence[Step]) -> Iterator[Outcome]:
        """Write them; the outcomes come as the server acknowledges, in any order.

        Raises DirectoryError when the connection ends: what has no outcome is then not known.
        """
        if self._dialect.asserts:
            yield from self._assert(steps)
            return
        for few in _in_turn(steps):
            yield from self._exchange(few)

    def standing(self, steps: Sequence[Step]) -> Iterator[bool]:
        """Whether what each step was to write stands there."""
        for step, values in self._present(steps):
            yield values is not None and self._dialect.has(values, step.after)

    def compared(self, attribute: str, dn: str) -> int:
        """What the server says to the attribute: a search does not tell whether it is absent."""
        rows = self._dialect.fields
        sample = next((row.codec.sample for row in rows if row.attribute == attribute), "x")
        question = (dn.encode(), attribute, sample)
        (code,) = self._dialect.ask(self._directory, self._root, [question])
        return code

    def _assert(self, steps: Sequence[Step]) -> Iterator[Outcome]:
        unseen, untrue = [], []
        for written in self._directory.modify(map(asserted, steps)):
            step = steps[written.index]
            if written.code == ASSERTION_FAILED:
                untrue.append(step)
            elif written.code != SUCCESS:
                yield _failed(step, written.code, written.message)
            elif not written.values and any(step.after.values()):
                unseen.append(step)  # no post-read control, or no right to read
            else:
                yield self._verified(step, written.values)
        yield from self._verify(unseen)
        yield from map(self._untrue, untrue)

    def _exchange(self, steps: Sequence[Step]) -> Iterator[Outcome]:
        """The same without assertions; few at a time, so that little time lies in between."""
        moved = list(self._moved(steps))
        yield from moved
        gone = {id(outcome.step) for outcome in moved}
        still = [step for step in steps if id(step) not in gone]
        unseen, clashing = [], []
        for written in self._directory.modify(map(self._modification, still)):
            step = still[written.index]
            if written.code in _CLASHES:
                clashing.append(step)
            elif written.code != SUCCESS:
                yield _failed(step, written.code, written.message)
            else:
                unseen.append(step)
        yield from self._verify(unseen)
        for step, values in self._present(clashing):
            yield self._clashed(step, values)

    def _modification(self, step: Step) -> Modification:
        return exchanged(step) if self._dialect.exchanges(step.change.target) else replaced(step)

    def _moved(self, steps: Sequence[Step]) -> Iterator[Outcome]:
        """Those whose entries are not what was looked at any more."""
        names = sorted({name for step in steps for name, _ in _looked_at(step)})
        entries = self._directory.read([step.change.target for step in steps], names)
        for step, values in zip(steps, entries, strict=True):
            if values is None:
                yield Outcome(step=step, reason=GONE, changed_since=True)
            elif not all(_holds(values, name, value) for name, value in _looked_at(step)):
                yield Outcome(step=step, reason=IN_BETWEEN, changed_since=True)

    def _present(self, steps: Sequence[Step]) -> Iterator[tuple[Step, Values | None]]:
        """What stands there now of what each step writes; None: no such entry."""
        names = sorted({name for step in steps for name in step.after})
        entries = self._directory.read([step.change.target for step in steps], names)
        yield from zip(steps, entries, strict=True)

    def _verify(self, steps: Sequence[Step]) -> Iterator[Outcome]:
        """What came of steps that the server took without showing what then stands there."""
        for step, values in self._present(steps):
            yield self._verified(step, values or {})

    def _untrue(self, step: Step) -> Outcome:
        """What an assertion failed for: another state of the entry, or nothing that we may read."""
        rows = {row.attribute for row in self._dialect.fields}
        for name in [name for name, value in _looked_at(step) if value is None and name in rows]:
            if self.compared(name, step.change.target) == INSUFFICIENT_ACCESS_RIGHTS:
                return Outcome(step=step, reason=unread(name))
        return Outcome(step=step, reason=IN_BETWEEN, changed_since=True)

    def _verified(self, step: Step, values: Values) -> Outcome:
        if self._dialect.has(values, step.after):
            return Outcome(step=step)
        reason = (
            f"the server took it and does not show it: {shown(step, values)}. Look at its log and"
            " its overlays"
        )
        return Outcome(step=step, reason=reason)

    def _clashed(self, step: Step, values: Values | None) -> Outcome:
        """What came of a step whose values could not be exchanged, by what stands there now."""
        if values is not None and self._dialect.has(values, step.before):
            return Outcome(step=step, reason=COMPUTED.format(names=", ".join(step.after)))
        return Outcome(step=step, reason=IN_BETWEEN, changed_since=True)


def shown(step: Step, values: Values) -> str:
    """What stands there of what the step writes, for a reader."""
    return "; ".join(
        f"{name} is {', '.join(map(shown_text, values.get(name, []))) or 'not set'}"
        for name in step.after
    )


def unread(attribute: str) -> str:
    """Why nothing can be said of an account whose attribute we may not read."""
    return (
        f"{attribute} may not be read, so a change since the audit would not be seen: give the"
        " account that binds the right to read it"
    )


def not_in_schema(attribute: str) -> str:
    """Why nothing can be written to an attribute that the server does not know."""
    return (
        f"{attribute} is not in the schema of this server, so nothing can be written to it: it came"
        " with a later version, or with a schema that is not loaded"
    )


def _in_turn(steps: Iterable[Step]) -> Iterator[list[Step]]:
    """The steps, few at a time; those of one entry one after the other, for the first may write
    what the second rests on."""
    few: dict[str, Step] = {}
    for step in steps:
        if len(few) == WINDOW or step.change.target in few:
            yield list(few.values())
            few = {}
        few[step.change.target] = step
    if few:
        yield list(few.values())


def _looked_at(step: Step) -> tuple[tuple[str, bytes | None], ...]:
    """What has to be so for the step to be written: attribute and value (None: it has none)."""
    return (*assertion(step.before), *step.guards)


def _holds(values: Values, name: str, value: bytes | None) -> bool:
    found = values.get(name, [])
    return not found if value is None else value in found


def _failed(step: Step, code: int, message: str) -> Outcome:
    if code == NO_SUCH_OBJECT:
        return Outcome(step=step, reason=GONE, changed_since=True)
    said = f' "{message}"' if message else ""
    advice = way_out(code)
    if code == INSUFFICIENT_ACCESS_RIGHTS:
        names = ", ".join(step.after)
        advice = f"give the account that binds the right to write {names}"
    return Outcome(
        step=step,
        reason=f"the server answered {name_of(code)}{said}" + (f": {advice}" if advice else ""),
    )

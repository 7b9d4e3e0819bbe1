# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The way through a script: which commands are reached, and what the variables hold there.

A test is taken to hold or not to hold, unless it is made of `true` and `false` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from .grammar import Call, SieveError
from .variables import Values, changed_in, set_in

STOPS = frozenset({"stop", "return", "error"})  # RFC 5228, 3.3; RFC 6609, 3.3; RFC 5463, 5
_ENDS = STOPS | {"break"}  # RFC 5703, 3.1
_OFF = "disabled_if"  # Zimbra's, of a rule that is switched off
_BRANCHES = frozenset({"if", "elsif", "else", _OFF})
_DECIDED = {"else": True, _OFF: False}  # whatever is tested


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """A command or a test, as the script comes to it."""

    call: Call
    is_command: bool
    reachable: bool
    values: Values


def points(commands: Sequence[Call]) -> list[Point]:
    """Every command and test of a script, in the order in which they stand.

    Raises SieveError, naming the line, where `elsif` or `else` has no `if`.
    """
    required = frozenset(_strings(commands, "require"))
    wanted = frozenset(_strings(_tests(commands), "ihave"))
    values = Values(
        extensions=required, perhaps=wanted - required, changed=frozenset(changed_in(commands))
    )
    walk = _Walk()
    walk.commands(commands, _State(live=True, values=values))
    return walk.points


@dataclass(frozen=True, kw_only=True, slots=True)
class _State:
    """Whether the script comes here, and with what."""

    live: bool
    values: Values

    def dead(self) -> _State:
        return replace(self, live=False)

    def or_else(self, other: _State) -> _State:
        if not (self.live and other.live):
            return self if self.live else other
        values = self.values.or_else(other.values)
        return self if values is self.values else replace(self, values=values)


class _Walk:
    """Goes through the commands once, each block with the state before it."""

    def __init__(self) -> None:
        self.points: list[Point] = []

    def commands(self, commands: Sequence[Call], state: _State) -> _State:
        """The state behind the last command."""
        ends: list[_State] = []  # of the branches of the last if, once each
        for command in commands:
            if command.name not in ("elsif", "else"):
                state = reduce(_State.or_else, ends, state)
                ends = []
            elif not ends:
                raise SieveError(command.line, f"{command.name} without if")
            self._point(command, state)
            if command.name in _BRANCHES:
                inside, state = _parted(command, state)
                ends.append(self.commands(command.block or (), inside))
            else:
                state = self._behind(command, state)
        return reduce(_State.or_else, ends, state)

    def _behind(self, command: Call, state: _State) -> _State:
        if command.block is not None:  # foreverypart: any number of times
            lost = dict.fromkeys(set_in(command.block))
            state = replace(state, values=state.values.without(lost))
            self.commands(command.block, state)
        elif command.name in _ENDS:
            return state.dead()
        values = state.values.after(command)
        return state if values is state.values else replace(state, values=values)

    def _point(self, call: Call, state: _State, *, is_command: bool = True) -> None:
        self.points.append(
            Point(call=call, is_command=is_command, reachable=state.live, values=state.values)
        )
        for test in call.tests:
            self._point(test, state, is_command=False)


def _parted(command: Call, state: _State) -> tuple[_State, _State]:
    """The states inside a branch and beside it."""
    holds = _DECIDED.get(command.name, _all(map(_truth, command.tests)))
    inside = state if holds is not False else state.dead()
    return inside, state if holds is not True else state.dead()


def _truth(test: Call) -> bool | None:
    """Whether a test holds for every mail, or for none; None where it depends."""
    inner = map(_truth, test.tests)
    if test.name in ("true", "false"):
        return test.name == "true"
    if test.name == "not":
        return _opposite(_all(inner))
    if test.name == "allof":
        return _all(inner)
    if test.name == "anyof":
        return _opposite(_all(map(_opposite, inner)))
    return None


def _all(truths: Iterable[bool | None]) -> bool | None:
    found = set(truths)
    if False in found:
        return False
    return None if None in found else True


def _opposite(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _strings(calls: Iterable[Call], name: str) -> Iterator[str]:
    for call in calls:
        if call.name == name and call.arguments:
            yield from (value.lower() for value in call.arguments[-1].values)


def _tests(calls: Iterable[Call]) -> Iterator[Call]:
    for call in calls:
        yield from call.tests
        yield from _tests(call.tests)
        yield from _tests(call.block or ())

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Taking actions out of a Sieve script, and leaving every other byte as it was.

A redirect without :copy keeps the mail out of the mailbox; without it the mail stays there, by the
implicit keep (RFC 5228, 2.10.2). `require` lines stay: what they name may be unused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from ..file_text import bytes_of, text_of
from .actions import Redirect, redirects_of
from .addresses import mailbox, mailto_recipients, mailto_without
from .flow import STOPS, Point, points
from .grammar import Call, parse
from .redirects import include_of
from .tokens import tokens

# They end the implicit keep: beside one of them, a mail that is not redirected is lost or bounced.
_LOSES_MAIL = frozenset({"discard", "reject", "ereject"})

# Offsets of a piece of the script, and what comes in its place.
_Change = tuple[int, int, str]


class CannotEditError(Exception):
    """What is not wanted cannot be taken out safely. The text holds nothing of the script."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")


def without(script: bytes, is_unwanted: Callable[[Redirect], bool]) -> bytes:
    """The script without the unwanted actions, and without unwanted recipients of others.

    `is_unwanted` is asked of each address that an action sends to, and of what cannot be told: an
    opaque one, or an include. Where it wants one of those away, only a person can do it.
    Comments inside an action stay where it was. Raises SieveError when no server can run the
    script, CannotEditError, naming the line, when something unwanted cannot be taken out.
    """
    text = text_of(script)
    commands = parse(text)
    found = points(commands)
    losing = {p.call.start for p in found if p.call.name in _LOSES_MAIL and p.reachable}
    lost = frozenset(_together(commands, losing))
    changes = [change for point in found for change in _changes(text, point, is_unwanted, lost)]
    return bytes_of(_changed(text, changes))


def _changes(
    text: str, point: Point, is_unwanted: Callable[[Redirect], bool], lost: Collection[int]
) -> Iterator[_Change]:
    ways = [*redirects_of(point), *_included(point)]
    unwanted = [way for way in ways if is_unwanted(way)]
    if not unwanted:
        return
    call = point.call
    if opaque := next((way.opaque for way in unwanted if way.opaque), ""):
        raise CannotEditError(call.line, opaque)
    if len(unwanted) < len(ways):
        yield _fewer_recipients(text, call, ways, unwanted)
    elif call.name == "redirect" and point.reachable and call.start in lost:
        raise CannotEditError(call.line, "without this redirect a discard or reject loses the mail")
    else:
        yield from _removed(text, call)


def _included(point: Point) -> Iterator[Redirect]:
    """What an included script sends on stands in that script."""
    if include := include_of(point):
        yield Redirect(
            address="", line=include.line, action="include", opaque="it includes another script"
        )


def _removed(text: str, call: Call) -> Iterator[_Change]:
    """The command's place, but for the comments in it."""
    end = call.start
    for token in tokens(text[call.start : call.end]):
        start = call.start + token.start
        if text[end:start].isspace():
            start = end
        end = call.start + token.end
        yield start, end, ""


def _fewer_recipients(
    text: str, call: Call, ways: Sequence[Redirect], unwanted: Collection[Redirect]
) -> _Change:
    method = call.arguments[-1]
    written = text[method.start : method.end]
    uri = written[1:-1]
    recipients = list(mailto_recipients(uri))
    is_plain = written[0] == '"' and method.values == (uri,)
    if not is_plain or list(map(mailbox, recipients)) != [way.address for way in ways]:
        reason = "it notifies others, too, in a way that cannot be changed safely"
        raise CannotEditError(call.line, reason)
    gone = {given for given, way in zip(recipients, ways, strict=True) if way in unwanted}
    return method.start, method.end, f'"{mailto_without(uri, gone.__contains__)}"'


def _together(
    commands: Sequence[Call], losing: Collection[int], before: bool = False, behind: bool = False
) -> Iterator[int]:
    """Where the commands stand that run together with one of `losing`, before or behind them.

    Under the same conditions, that is: a discard with a condition of its own is a rule of its own.
    """
    places = [number for number, command in enumerate(commands) if command.start in losing]
    first, last = (places[0], places[-1]) if places else (len(commands), -1)
    behind = behind and not any(command.name in STOPS for command in commands)
    for number, command in enumerate(commands):
        lost_before, lost_behind = before or first < number, behind or last > number
        if lost_before or lost_behind:
            yield command.start
        yield from _together(command.block or (), losing, lost_before, lost_behind)


def _changed(text: str, changes: Iterable[_Change]) -> str:
    parts, position = [], 0
    for start, end, new in changes:
        parts += [text[position:start], new]
        position = end
    return "".join([*parts, text[position:]])

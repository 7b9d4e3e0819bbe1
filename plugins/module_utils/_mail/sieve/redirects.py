# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What leaves a Sieve script: redirects, reports, notifications by mail, programs.

What cannot be reached (behind `stop`, under `if false`) is told from what can.
"""

from __future__ import annotations

from dataclasses import dataclass

from .actions import Redirect, last_string, redirects_of, sender_of, without_block
from .flow import Point, points
from .grammar import parse

# A script without these sends nothing on: no encoding hides the name of a command or a tag.
_WORDS = (b"redirect", b"notify", b"include", b"report", b"pipe", b"filter", b"execute", b":from")


@dataclass(frozen=True, kw_only=True, slots=True)
class Include:
    """Another script that this one runs (RFC 6609)."""

    name: str  # "" where a variable names it
    line: int
    is_global: bool = False
    optional: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """All that leaves a script."""

    redirects: tuple[Redirect, ...] = ()
    senders: tuple[Redirect, ...] = ()  # addresses that automatic answers give as their sender
    includes: tuple[Include, ...] = ()  # those that can be reached
    extensions: frozenset[str] = frozenset()  # a server without one of these runs none of it


def may_send(script: bytes) -> bool:
    """A quick look: False when the script cannot send anything on."""
    text = script.lower()
    return any(word in text for word in _WORDS)


def outgoing(script: str) -> Outgoing:
    """What leaves the script.

    Raises SieveError, naming the line, when no server can run it.
    """
    found = points(parse(script))
    return Outgoing(
        redirects=tuple(redirect for point in found for redirect in redirects_of(point)),
        senders=tuple(sender for point in found if (sender := sender_of(point))),
        includes=tuple(include for point in found if (include := include_of(point))),
        extensions=found[0].values.extensions if found else frozenset(),
    )


def include_of(point: Point) -> Include | None:
    """The script that a command includes, where it can be reached."""
    call = point.call
    if call.name != "include" or not point.is_command:
        return None
    without_block(call)
    name = point.values.text(last_string(call))
    if not point.reachable:
        return None
    return Include(
        name=name or "",
        line=call.line,
        is_global=":global" in call.tags,
        optional=":optional" in call.tags,
    )

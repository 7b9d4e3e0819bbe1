# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The actions of Sieve that send mail on, and where each one sends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from .addresses import is_mailto, mailbox, mailto_recipients
from .flow import Point
from .grammar import Argument, Call, SieveError
from .tokens import Kind

_VARIABLE = "a variable names the address"


@dataclass(frozen=True, kw_only=True, slots=True)
class Redirect:
    """One way out of a script: one address that one action sends mail to."""

    address: str  # "" where it cannot be told
    line: int
    action: str = "redirect"  # the command's name
    reachable: bool = True
    opaque: str = ""  # why the address cannot be told


def redirects_of(point: Point) -> Iterator[Redirect]:
    """What a command or a test sends on. Raises SieveError where no server takes it."""
    read = (_ACTIONS if point.is_command else _PROGRAMS).get(point.call.name)
    if read:
        without_block(point.call)
        yield from read(point)


def sender_of(point: Point) -> Redirect | None:
    """The address that a vacation gives as its sender: answers to it go there by themselves."""
    given = point.call.after(":from") if point.call.name == "vacation" else None
    return _to(point, _single(point.call, given)) if given else None


def without_block(call: Call) -> None:
    """Raises SieveError where a call has tests or a block that it cannot have."""
    if call.tests or call.block is not None:
        raise SieveError(call.line, f"; is missing after {call.name}")


def last_string(call: Call) -> str:
    """The last argument, as written. Raises SieveError unless it is one string."""
    return _single(call, call.arguments[-1] if call.arguments else None)


def _single(call: Call, argument: Argument | None) -> str:
    if argument is None or argument.kind is not Kind.QUOTED or len(argument.values) != 1:
        raise SieveError(call.line, f"{call.name} needs a string where its address stands")
    return argument.values[0]


def _redirect(point: Point) -> Iterator[Redirect]:
    if ":list" in point.call.tags:
        yield _opaque(point, "an external list (extlists) names the addresses")
    else:
        yield _to(point, last_string(point.call))


def _notify(point: Point) -> Iterator[Redirect]:
    extensions = point.values.extensions | point.values.perhaps
    if "enotify" in extensions:
        yield from _enotify(point)
    elif "notify" in extensions:
        yield from _old_notify(point)
    else:
        raise SieveError(point.call.line, "notify without enotify (RFC 5435)")


def _enotify(point: Point) -> Iterator[Redirect]:
    method = point.values.text(last_string(point.call))
    if method is None:
        yield _opaque(point, _VARIABLE)
    elif is_mailto(method):
        for recipient in mailto_recipients(method):
            yield _at(point, recipient)
    else:
        yield _opaque(point, "notify by another way than mail")


def _old_notify(point: Point) -> Iterator[Redirect]:
    """Dovecot 2.3's notify of before RFC 5435: :method is mailto, :options has the addresses."""
    options = point.call.after(":options")
    for address in options.values if options else ():
        yield _to(point, address)


def _program(point: Point) -> Iterator[Redirect]:
    yield _opaque(point, f"a program gets the mail ({point.call.name})")


def _to(point: Point, written: str) -> Redirect:
    text = point.values.text(written)
    if text is None:
        return _opaque(point, _VARIABLE)
    return _at(point, text, is_fixed=text == written)


def _at(point: Point, text: str, *, is_fixed: bool = True) -> Redirect:
    address = mailbox(text)
    if address is None:
        if not is_fixed:  # told only when the script runs: then the mail is kept
            return _opaque(point, "a variable gives no mail address")
        raise SieveError(point.call.line, "this is no mail address")
    return Redirect(
        address=address.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
        line=point.call.line,
        action=point.call.name,
        reachable=point.reachable,
    )


def _opaque(point: Point, reason: str) -> Redirect:
    return Redirect(
        address="",
        line=point.call.line,
        action=point.call.name,
        reachable=point.reachable,
        opaque=reason,
    )


_Reader = Callable[[Point], Iterator[Redirect]]
# Commands of vnd.dovecot.pipe, .filter and .execute; the last two are tests as well.
_PROGRAMS: Mapping[str, _Reader] = dict.fromkeys(("pipe", "filter", "execute"), _program)
_ACTIONS: Mapping[str, _Reader] = {
    "redirect": _redirect,
    "notify": _notify,
    "report": _redirect,  # vnd.dovecot.report: its last argument is the address
    **_PROGRAMS,
}

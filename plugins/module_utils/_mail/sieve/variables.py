# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""What the variables of a script hold (RFC 5229), as far as the script alone tells it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from string import ascii_lowercase, ascii_uppercase
from urllib.parse import quote

from .addresses import decode
from .grammar import Call, SieveError
from .tokens import Kind

_REFERENCE = re.compile(r"\$\{([a-z0-9_.]+)\}", re.IGNORECASE | re.ASCII)
_NAME = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)

# Dovecot's defaults. Longer values are cut (in octets), more variables refused.
_LONGEST_VALUE = 4000
_MOST_VARIABLES = 255

# Tests that set variables.
_SETTING_TESTS = frozenset({"execute", "filter", "pipe"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Values:
    """The value of each variable at one point of a script; None where it cannot be told.

    A variable that was never set is empty.
    """

    extensions: frozenset[str]  # what the script requires
    perhaps: frozenset[str] = frozenset()  # what it uses where the server has it (RFC 5463)
    changed: frozenset[str] = frozenset()  # variables that others than `set` give a value
    known: Mapping[str, str | None] = field(default_factory=dict)

    def text(self, written: str) -> str | None:
        """The text that a string of the script stands for here, or None."""
        if "${" not in written:
            return written
        if self.perhaps & {"variables", "encoded-character"}:
            return None
        if "encoded-character" in self.extensions:
            written = decode(written)
        return self._filled(written) if "variables" in self.extensions else written

    def after(self, command: Call) -> Values:
        """The values behind a `set`; any other command leaves them."""
        if command.name != "set":
            return self
        name = _variable_of(command)
        if name not in self.known and len(self.known) >= _MOST_VARIABLES:
            raise SieveError(command.line, f"more than {_MOST_VARIABLES} variables")
        return replace(self, known={**self.known, name: self._value(command)})

    def without(self, names: Iterable[str]) -> Values:
        """The values where these variables may have been given any."""
        lost = dict.fromkeys(names)
        return replace(self, known={**self.known, **lost}) if lost else self

    def or_else(self, other: Values) -> Values:
        """The values where two ways come together: only those on which both agree."""
        if self.known is other.known:
            return self
        known = {
            name: self._of(name) if self._of(name) == other._of(name) else None
            for name in {**self.known, **other.known}
        }
        return replace(self, known=known)

    def _of(self, name: str) -> str | None:
        return None if name in self.changed else self.known.get(name, "")

    def _filled(self, written: str) -> str | None:
        parts, size, position = [], 0, 0
        for match in _REFERENCE.finditer(written):
            name = match[1].lower()
            # A number is what a test matched; a dot parts a namespace from its variable.
            value = self._of(name) if _NAME.fullmatch(name) else None
            if value is None:
                return None
            size += len(value.encode("utf-8", "surrogateescape"))
            if size > _LONGEST_VALUE:
                return None
            parts += [written[position : match.start()], value]
            position = match.end()
        return "".join([*parts, written[position:]])

    def _value(self, command: Call) -> str | None:
        tags = [argument.values[0] for argument in command.arguments if argument.kind is Kind.TAG]
        value = self.text(_strings_of(command)[1])
        if value is None or not all(tag in _MODIFIERS for tag in tags):
            return None
        for modify in (_MODIFIERS[tag] for tag in _MODIFIERS if tag in tags):
            value = modify(value)
        return value


def set_in(commands: Iterable[Call]) -> Iterator[str]:
    """The variables that `set` gives a value somewhere in the commands."""
    for command in commands:
        if command.name == "set":
            yield _variable_of(command)
        yield from set_in(command.block or ())


def changed_in(calls: Iterable[Call]) -> Iterator[str]:
    """Every text that may name a variable to another command than `set`.

    So do extracttext (RFC 5703), execute, addflag and its like (RFC 5232), global (RFC 6609).
    """
    for call in calls:
        if call.name != "set":
            yield from (value.lower() for a in call.arguments for value in a.values)
        yield from changed_in(test for test in call.tests if _sets(test))
        yield from changed_in(call.block or ())


def _sets(test: Call) -> bool:
    return test.name in _SETTING_TESTS or any(map(_sets, test.tests))


def _variable_of(command: Call) -> str:
    return _strings_of(command)[0].lower()


def _strings_of(command: Call) -> tuple[str, str]:
    strings = [a.values for a in command.arguments if a.kind is Kind.QUOTED]
    if len(strings) != 2 or len(strings[0]) != 1 or len(strings[1]) != 1:
        raise SieveError(command.line, "set needs a name and a value")
    return strings[0][0], strings[1][0]


def _upper(text: str) -> str:
    return text.translate(_TO_UPPER)


def _lower(text: str) -> str:
    return text.translate(_TO_LOWER)


_TO_UPPER = str.maketrans(ascii_lowercase, ascii_uppercase)
_TO_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
# In the order in which they are applied (RFC 5229, 4.1; RFC 5435, 6).
_MODIFIERS: Mapping[str, Callable[[str], str]] = {
    ":lower": _lower,
    ":upper": _upper,
    ":lowerfirst": lambda text: _lower(text[:1]) + text[1:],
    ":upperfirst": lambda text: _upper(text[:1]) + text[1:],
    ":quotewildcard": lambda text: re.sub(r"([*?\\])", r"\\\1", text),
    ":encodeurl": lambda text: quote(text, safe="", errors="surrogateescape"),
    ":length": lambda text: str(len(text)),
}

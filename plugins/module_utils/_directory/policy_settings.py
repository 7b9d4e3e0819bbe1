# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Kinds of settings that password policies of many servers have: amounts and switches.

The value of a setting is in words, as the plan has it: "9", "90 days", "900 seconds", "yes".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .codecs import UnclearError
from .dialect import Values

LARGEST = 2**31 - 1  # servers read a setting as a C or Java int


def as_number(value: bytes) -> int:
    """An INTEGER, or a BOOLEAN as 1 or 0."""
    return {b"TRUE": 1, b"FALSE": 0}[value] if value in (b"TRUE", b"FALSE") else int(value)


def as_integer(number: int) -> bytes:
    """RFC 4517, 3.3.16."""
    return str(number).encode()


def number_of(values: Values, attribute: str, read: Callable[[bytes], int] = as_number) -> int:
    """A setting of the policy; one that is left out is off, as it is for the server."""
    return read(values[attribute][0]) if values.get(attribute) else 0


@dataclass(frozen=True, kw_only=True)
class Need:
    """What has to stand in the policy too, or a setting has no effect."""

    attribute: str
    value: bytes  # to write where it is off

    def met(self, values: Values) -> bool:
        """Whether it stands there."""
        return number_of(values, self.attribute) > 0


@dataclass(frozen=True, kw_only=True)
class Amount:
    """A setting that is a number; 0: off."""

    attribute: str
    unit: str = ""
    factor: int = 1  # of what the server counts in one unit
    need: Need | None = None
    read: Callable[[bytes], int] = as_number  # raises UnclearError
    write: Callable[[int], bytes] = as_integer

    def present(self, values: Values) -> str:
        """What the server enforces: 0 where what it needs is off."""
        in_force = self.need is None or self.need.met(values)
        number = number_of(values, self.attribute, self.read) if in_force else 0
        return f"{number // self.factor}{self.unit}"

    def wanted(self, words: str, values: Values) -> Iterator[tuple[str, bytes]]:
        """The attributes to write and their values. Raises UnclearError."""
        digits = words.removesuffix(self.unit)
        number = int(digits) * self.factor if digits.isdecimal() else -1
        if not words.endswith(self.unit) or not 0 <= number <= LARGEST:
            raise UnclearError(f"{words} is no value of {self.attribute}")
        if number != number_of(values, self.attribute, self.read):
            yield self.attribute, self.write(number)
        if number and self.need and not self.need.met(values):
            yield self.need.attribute, self.need.value


@dataclass(frozen=True, kw_only=True)
class Switch:
    """A setting that is on or off."""

    attribute: str
    off: bytes = b"FALSE"
    on: bytes = b"TRUE"

    def present(self, values: Values) -> str:
        """Off is all that is below the value which stands for on."""
        return "no" if number_of(values, self.attribute) < as_number(self.on) else "yes"

    def wanted(self, words: str, values: Values) -> Iterator[tuple[str, bytes]]:
        """The attribute to write and its value, unless it is as it should be."""
        if words not in ("no", "yes"):
            raise UnclearError(f"{words} is no value of {self.attribute}")
        if words != self.present(values):
            yield self.attribute, self.on if words == "yes" else self.off

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""How a value of an attribute says where mail goes on to: one address, several, a Sieve script."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .._core.account import Forward
from .codecs import UnclearError, shown_text

CHANNEL = "directory"

IsUnwanted = Callable[[str], bool]  # asked with a target in lower case


@dataclass(frozen=True, kw_only=True)
class Notation:
    """How to read a value of an attribute, and to write it with fewer targets."""

    # attribute, value -> the ways on; raises UnclearError
    forwards: Callable[[str, bytes], Iterable[Forward]]
    # the value without its unwanted targets (b"": nothing is left of it); raises UnclearError
    without: Callable[[bytes, IsUnwanted], bytes]
    rests_on: str = ""  # other entries that the forwards are made from, as a text


def _address(attribute: str, value: bytes) -> Iterator[Forward]:
    yield Forward(address=shown_text(value), channel=CHANNEL, source=attribute)


def _without_address(value: bytes, is_unwanted: IsUnwanted) -> bytes:
    return b"" if is_unwanted(shown_text(value).lower()) else value


def _addresses(attribute: str, value: bytes) -> Iterator[Forward]:
    for target in _parts(value):
        yield Forward(address=shown_text(target), channel=CHANNEL, source=attribute)


def _without_addresses(value: bytes, is_unwanted: IsUnwanted) -> bytes:
    parts = list(_parts(value))
    kept = [part for part in parts if not is_unwanted(shown_text(part).lower())]
    return value if kept == parts else b", ".join(kept)


def _parts(value: bytes) -> Iterator[bytes]:
    return (part for piece in value.split(b",") if (part := piece.strip()))


def _script(attribute: str, value: bytes) -> Iterable[Forward]:
    raise UnclearError("Sieve scripts are not read here")


def _without_script(value: bytes, is_unwanted: IsUnwanted) -> bytes:
    raise UnclearError("Sieve scripts are not written here")


ADDRESS = Notation(forwards=_address, without=_without_address)
ADDRESSES = Notation(forwards=_addresses, without=_without_addresses)  # separated by commas
# Stands in a table for a Sieve script: who opens the directory says how those are read.
SCRIPT = Notation(forwards=_script, without=_without_script)

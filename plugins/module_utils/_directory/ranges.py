# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Attributes of which Active Directory sends a part at a time ([MS-ADTS], 3.1.1.3.1.3.3)."""

from __future__ import annotations

from collections.abc import Callable

from .ber import MalformedError
from .codecs import shown_text
from .entries import RANGE, whole_name

Entry = tuple[bytes, dict[str, list[bytes]]]


def whole(entry: Entry, ask: Callable[[str, str], dict[str, list[bytes]]]) -> Entry:
    """The entry with all values of those attributes that came in part, by their whole names.

    `ask` gives the attributes of an entry (DN, name with a range) as the server names them.
    Raises MalformedError where a part does not go on from the one before.
    """
    dn, values = entry
    for part in [name for name in values if RANGE in name]:
        name, found, last = whole_name(part), values.pop(part), _last(part)
        while last.isdecimal():
            before = int(last)
            answer = ask(shown_text(dn), f"{name}{RANGE}{before + 1}-*")
            part, more = next(iter(answer.items()), ("", []))
            found, last = found + more, _last(part)
            if last.isdecimal() and int(last) <= before:
                raise MalformedError(f"values of {name} that it had sent before")
        values[name] = found
    return dn, values


def _last(part: str) -> str:
    """The number of the last value in "member;range=0-1499"; "*": there are no more."""
    return part.rpartition("-")[2] if RANGE in part else "*"

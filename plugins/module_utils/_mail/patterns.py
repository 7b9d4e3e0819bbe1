# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The text of tables of regular expressions (regexp_table(5), pcre_table(5))."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .targets import logical_lines

_PART_OF_KEY = re.compile(r"\$(?:\$|(\d+)|\{(\d+)\}|\((\d+)\))")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pattern:
    """A line of the table: keys that match, or with "!" do not, have this value."""

    line: int
    text: str  # with its delimiters and flags
    value: str  # a part of the key is written $1 in it


def patterns(text: str) -> Iterator[Pattern]:
    """The patterns of a table. Conditions around them (if, endif) are taken to hold."""
    for line, content in logical_lines(text):
        end = _end(content)
        if end is not None:
            value = _PART_OF_KEY.sub(_as_number, content[end:].strip())
            yield Pattern(line=line, text=content[:end], value=value)


def _end(content: str) -> int | None:
    """Where the pattern ends with its flags, or None where the line has none, as `if /x/`."""
    start = len(content) - len(content.lstrip("! \t"))
    delimiter = re.escape(content[start : start + 1])
    if not delimiter or delimiter.isalnum():
        return None
    whole = re.compile(rf"{delimiter}(?:\\.|(?!{delimiter}).)*{delimiter}\w*", re.DOTALL)
    found = whole.match(content, start)
    return found.end() if found else None


def _as_number(match: re.Match[str]) -> str:
    number = match[1] or match[2] or match[3]
    return f"${number}" if number else "$"

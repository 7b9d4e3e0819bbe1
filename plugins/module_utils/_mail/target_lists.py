# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Lists of targets as text: one target taken out, every other byte as it was.

Of tables (aliases(5), virtual(5)) and of files that are such a list (.forward, :include:).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .targets import ITEM, Kind, single_target, targets_of, unquote

IsUnwanted = Callable[[str], bool]  # of an address as written

_LINE = re.compile(r"[^\n]*(?:\n|\Z)")
_KEY_COLON = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^:#\s][^:]*):', re.DOTALL)
_PLAIN_ITEM = re.compile(r'(?:"(?:[^"\\]|\\.)*"|\((?:[^()\\]|\\.)*\)|<[^<>]*>|[^;:])*', re.DOTALL)
_KEY_SPACE = re.compile(r'\s*((?:"(?:[^"\\]|\\.)*"|\\.|[^\s"\\])+)', re.DOTALL)


class NotEditableError(Exception):
    """Only a person can take the target out; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TextRow:
    """A logical line: where it stands in the text."""

    start: int
    end: int  # with its line ending
    number: int  # of its first line, from 1


def logical_rows(text: str) -> Iterator[TextRow]:
    """The logical lines (postmap(1), aliases(5)): one that begins with space goes on."""
    held: TextRow | None = None
    for number, match in enumerate(_LINE.finditer(text), 1):
        line = match.group()
        if not line:
            break
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        if line[0].isspace() and held:
            held = TextRow(start=held.start, end=match.end(), number=held.number)
            continue
        if held:
            yield held
        held = TextRow(start=match.start(), end=match.end(), number=number)
    if held:
        yield held


def row_of(text: str, key: str, *, colon: bool) -> TextRow | None:
    """The row of a key, whose case does not matter. Raises NotEditableError for several."""
    found = [row for row in logical_rows(text) if _key(text, row, colon=colon) == key.lower()]
    if len(found) > 1:
        raise NotEditableError(f"{key} has {len(found)} rows")
    return found[0] if found else None


def row_without(row: str, is_unwanted: IsUnwanted, *, colon: bool, is_single: bool = False) -> str:
    """A row without the unwanted targets; "" when none is left. Raises NotEditableError.

    With `is_single` Postfix takes all of it for one target, commas and all.
    """
    if is_single:
        return "" if is_unwanted(single_target(value_of(row, colon=colon)).value) else row
    match = (_KEY_COLON if colon else _KEY_SPACE).match(row)
    start = match.end() if match else 0
    value = _without(row[start:], is_unwanted)
    return row[:start] + value if value.strip() or value == row[start:] else ""


def value_of(row: str, *, colon: bool) -> str:
    """The targets of a row as one line; "" for no row."""
    match = (_KEY_COLON if colon else _KEY_SPACE).match(row)
    lines = row[match.end() :].splitlines() if match else []
    return " ".join(line.strip() for line in lines if not line.lstrip().startswith("#"))


def with_row(text: str, row: str, number: int) -> str:
    """The text with a row put in as its line `number`: behind a row that it would part there."""
    lines = [match.group() for match in _LINE.finditer(text)]
    start = len("".join(lines[: number - 1]))
    parted = (other.end for other in logical_rows(text) if other.start < start < other.end)
    start = next(parted, start)
    before, behind = text[:start], text[start:]
    if before and not before.endswith("\n"):
        before += "\n"
    if behind and not row.endswith("\n"):
        row += "\n"
    return before + row + behind


def list_without(text: str, is_unwanted: IsUnwanted) -> str:
    """A file of targets without the unwanted ones. Raises NotEditableError."""
    parts, last = [], 0
    for row in logical_rows(text):
        before = text[row.start : row.end]
        after = _without(before, is_unwanted)
        parts += [text[last : row.start], after if after.strip() else ""]
        last = row.end
    return "".join(parts) + text[last:]


def _key(text: str, row: TextRow, *, colon: bool) -> str:
    match = (_KEY_COLON if colon else _KEY_SPACE).match(text, row.start, row.end)
    return unquote(match[1].strip()).lower() if match else ""


def _without(value: str, is_unwanted: IsUnwanted) -> str:
    """A comma-separated list without some items; "" for none left."""
    fields = _fields(value)
    wanted = [not _is_target(field, is_unwanted) for field in fields]
    if all(wanted):
        return value
    if any(line.lstrip().startswith("#") for line in value.splitlines()[1:]):
        raise NotEditableError("a comment stands among the targets")
    kept = [field for field, stays in zip(fields, wanted, strict=True) if stays]
    if not any(field.strip() for field in kept):
        return ""
    left = ",".join(kept)
    if not wanted[0]:
        left = left.lstrip()
        if left.startswith("#"):
            raise NotEditableError("what is left would pass for a comment")
        left = value[: len(value) - len(value.lstrip())] + left
    return left if wanted[-1] else left + value[len(value.rstrip()) :]


def _fields(value: str) -> list[str]:
    """What stands between the commas of a list."""
    without_items = ITEM.sub(lambda item: "_" * len(item.group()), value)
    commas = [place for place, sign in enumerate(without_items) if sign == ","]
    starts = [0, *(place + 1 for place in commas)]
    return [value[start:end] for start, end in zip(starts, [*commas, None], strict=True)]


def _is_target(item: str, is_unwanted: IsUnwanted) -> bool:
    said = [t.kind is Kind.ADDRESS and is_unwanted(t.value) for t in targets_of(item)]
    if any(said) and not (all(said) and _PLAIN_ITEM.fullmatch(item)):
        raise NotEditableError("the address stands among others with no comma between them")
    return any(said)

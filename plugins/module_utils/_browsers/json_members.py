# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Members of an object in JSON text, changed so that every other byte stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")
_decoder = json.JSONDecoder()


@dataclass(frozen=True, kw_only=True)
class Member:
    """One member, by its places in the text."""

    key: str
    start: int  # of the key's quotation mark
    value_start: int
    end: int  # behind the value


def parsed(text: str) -> dict[str, Any]:
    """The object that the text is. Raises ValueError saying what is wrong, without its content."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}: not JSON: {error.msg}") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(found, dict):
        raise ValueError("not an object in braces")
    return found


def raw_values(text: str, at: Sequence[str]) -> dict[str, str]:
    """Key -> the text of its value, in the object at a path; empty where that is not there.

    Raises ValueError where it is no object, or a key stands twice.
    """
    start = _place(text, at)
    if start is None:
        return {}
    values: dict[str, str] = {}
    for member in _members(text, start):
        if member.key in values:
            raise ValueError(f"{member.key} stands there twice")
        values[member.key] = text[member.value_start : member.end]
    return values


def with_value(text: str, at: Sequence[str], key: str, raw: str) -> str:
    """The text with a member of that value, at the end if it is new."""
    start = _place(text, at)
    if start is None:
        text = with_value(text, at[:-1], at[-1], "{}")
        return with_value(text, at, key, raw)
    members = list(_members(text, start))
    for member in members:
        if member.key == key:
            return text[: member.value_start] + raw + text[member.end :]
    written = f"{json.dumps(key)}: {raw}"
    if members:
        gap = text[start + 1 : members[0].start]
        end = members[-1].end
        return f"{text[:end]},{gap}{written}{text[end:]}"
    line = text[text.rfind("\n", 0, start) + 1 : start]
    indent = line[: len(line) - len(line.lstrip())]
    end = _after_space(text, start + 1)
    return f"{text[: start + 1]}\n{indent}  {written}\n{indent}{text[end:]}"


def without(text: str, at: Sequence[str], key: str) -> str:
    """The text without that member."""
    start = _place(text, at)
    members = list(_members(text, start)) if start is not None else []
    for index, member in enumerate(members):
        if member.key != key:
            continue
        if index:
            return text[: members[index - 1].end] + text[member.end :]
        if len(members) > 1:
            return text[: member.start] + text[members[1].start :]
        return text[: member.start].rstrip() + text[_after_space(text, member.end) :]
    return text


def _place(text: str, at: Sequence[str]) -> int | None:
    """Where the object at the path begins; None where it is not there."""
    start = _after_space(text, 0)
    for key in at:
        found = [member for member in _members(text, start) if member.key == key]
        if not found:
            return None
        if len(found) > 1:
            raise ValueError(f"{key} stands there twice")
        start = found[0].value_start
        if text[start] != "{":
            raise ValueError(f"{key} is not an object in braces")
    return start


def _members(text: str, start: int) -> Iterator[Member]:
    place = _after_space(text, start + 1)
    while text[place] != "}":
        key, after = scanstring(text, place + 1, True)
        value_start = _after_space(text, _after_space(text, after) + 1)
        _, end = _decoder.raw_decode(text, value_start)
        yield Member(key=key, start=place, value_start=value_start, end=end)
        place = _after_space(text, end)
        if text[place] == ",":
            place = _after_space(text, place + 1)


def _after_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place

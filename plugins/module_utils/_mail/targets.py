# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Targets of aliases, virtual aliases and .forward files (aliases(5), virtual(5), local(8))."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What mail is handed to."""

    ADDRESS = "address"
    LOCAL_COPY = "local_copy"  # \name: the mailbox itself, without a further look at .forward
    COMMAND = "command"
    FILE = "file"
    INCLUDE = "include"  # a file with more targets


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One target; value is the address, the name or the path, "" for a command."""

    kind: Kind
    value: str


ITEM = re.compile(r'(?:"(?:[^"\\]|\\.)*"|\((?:[^()\\]|\\.)*\)|<[^<>]*>|[^,])+', re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_STRING_OR_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|\((?:[^()\\]|\\.)*\)', re.DOTALL)
_IN_BRACKETS = re.compile(r'(?:[^<>"]|"(?:[^"\\]|\\.)*")*<([^<>]*)>', re.DOTALL)
_NEEDLESS_QUOTES = re.compile(r'"([\w!#$%&\'*+/=?^`{|}~.-]+)"@', re.ASCII)


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their first number: one that begins with space goes on, # begins a comment."""
    number, held = 0, ""
    for current, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        if line[0].isspace() and held:
            held = f"{held} {stripped}"
            continue
        if held:
            yield number, held
        number, held = current, stripped
    if held:
        yield number, held


def entries(text: str, *, colon: bool) -> Iterator[tuple[str, str]]:
    """Keys and values of a table's text: `name: value` (aliases) or `key value` (virtual)."""
    for _, line in logical_lines(text):
        if colon:
            match = re.match(r'("(?:[^"\\]|\\.)*"|[^:]*):(.*)', line, re.DOTALL)
            if match:
                yield unquote(match[1].strip()), match[2].strip()
        else:
            key, *value = line.split(None, 1)
            yield key, "".join(value)


def targets(value: str) -> Iterator[Target]:
    """The targets of a comma-separated list."""
    for item in ITEM.findall(value):
        if target := target_of(item):
            yield target


def target_of(item: str) -> Target | None:
    """The target that an item of a list states; None for an empty one."""
    text = _STRING_OR_COMMENT.sub(lambda match: match[1] or "", item).strip()
    return _target(text) if text else None


def unquote(text: str) -> str:
    """The content of a text that is one quoted string, else the text itself."""
    match = _QUOTED.fullmatch(text)
    return re.sub(r"\\(.)", r"\1", match[1]) if match else text


def _target(text: str) -> Target:
    bare = unquote(text)
    if bare.startswith("\\"):
        return Target(kind=Kind.LOCAL_COPY, value=bare[1:])
    if bare.startswith("|"):
        return Target(kind=Kind.COMMAND, value="")
    if bare.startswith("/"):
        return Target(kind=Kind.FILE, value=bare)
    if bare.lower().startswith(":include:"):
        return Target(kind=Kind.INCLUDE, value=unquote(bare[len(":include:") :].strip()))
    if match := _IN_BRACKETS.fullmatch(text):
        text = match[1].strip()
    return Target(kind=Kind.ADDRESS, value=_NEEDLESS_QUOTES.sub(r"\1@", text))

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
# Strings, comments and domain literals hold signs that mean something elsewhere.
_STRING = r'"(?:[^"\\]|\\.)*"'
_TOKEN = re.compile(
    rf"""
      (?P<gap> (?:\s | \((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\))+ )
    | (?P<include> :include: \s* (?:{_STRING} | [^\s,;"]*) )
    | (?P<command> \| \s* (?:{_STRING} | [^\s,;"] )(?:{_STRING} | [^\s,;"])* )
    | (?P<bracket> <[^<>]*> )
    | (?P<end> [,;] )
    | (?P<group> : )
    | (?P<word> (?:{_STRING} | \[[^\[\]]*\] | \s*[.@]\s* | \\. | [^\s,;:<>()"])+ )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_PIECE = re.compile(rf"{_STRING}|\\.|.", re.DOTALL)
_ATOMS = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]*")


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
    """The targets of a list: commas part them, and so do spaces, for Postfix takes both."""
    for item in ITEM.findall(value):
        yield from targets_of(item)


def single_target(value: str) -> Target:
    """A value that Postfix takes for one address: of "a@x, b@y" the domain is y."""
    local_part, at, domain = value.strip().rpartition("@")
    if "," in local_part:
        return Target(kind=Kind.ADDRESS, value=f'"{local_part}"{at}{domain}')
    found = next(targets(value), None)
    return found if found and found.kind is Kind.ADDRESS else Target(kind=Kind.ADDRESS, value=value)


def targets_of(item: str) -> list[Target]:
    """What stands between two commas: mostly one target, none for an empty or a quoted name.

    As Postfix reads it: words that nothing joins are an address each, words before <...> are a
    name, and so are those before the colon of a group.
    """
    found: list[Target] = []
    begins = 0  # where the words began that <...> or a colon would make a name
    for match in _TOKEN.finditer(item):
        kind, text = match.lastgroup, match.group().strip()
        if kind == "bracket" or (kind == "group" and _is_name(found[begins:])):
            del found[begins:]
        if kind == "bracket":
            found += _in_brackets(text[1:-1])
        elif kind in ("include", "command", "word"):
            found.append(_target(text))
        if kind in ("bracket", "end"):
            begins = len(found)
    return found


def _is_name(found: list[Target]) -> bool:
    return all(target.kind is Kind.ADDRESS for target in found)


def unquote(text: str) -> str:
    """The content of a text that is one quoted string, else the text itself."""
    match = _QUOTED.fullmatch(text)
    return re.sub(r"\\(.)", r"\1", match[1]) if match else text


def _in_brackets(text: str) -> list[Target]:
    """The address in <...>; a source route in front of it does not count."""
    address = text.rpartition(":")[2] if text.lstrip().startswith("@") else text
    return [_target(address.strip())] if address.strip() else []


def _target(text: str) -> Target:
    bare = unquote(text)
    if bare.startswith("|") or text.startswith('"|'):
        return Target(kind=Kind.COMMAND, value="")
    if bare.startswith("/") or text.startswith('"/'):
        return Target(kind=Kind.FILE, value=bare)
    if bare.lower().startswith(":include:"):
        return Target(kind=Kind.INCLUDE, value=unquote(bare[len(":include:") :].strip()))
    is_final = bare.startswith("\\")
    address = _address(bare[1:] if is_final else text)
    # Of a name on another host the backslash changes nothing.
    kind = Kind.LOCAL_COPY if is_final and "@" not in address else Kind.ADDRESS
    return Target(kind=kind, value=address)


def _address(text: str) -> str:
    """An address with no more quotes than it needs: "a@b" as a whole in quotes is one as well."""
    pieces = _PIECE.findall(text)
    ats = [index for index, piece in enumerate(pieces) if piece == "@"]
    if ats:
        local_part, domain = _plain(pieces[: ats[-1]]), _plain(pieces[ats[-1] + 1 :])
    elif "@" in (content := _plain(pieces)):
        local_part, _, domain = content.rpartition("@")
    else:
        local_part, domain = content, ""
    if not _ATOMS.fullmatch(local_part):
        escaped = local_part.replace("\\", "\\\\").replace('"', '\\"')
        local_part = f'"{escaped}"'
    return f"{local_part}@{domain}" if ats or domain else local_part


def _plain(pieces: list[str]) -> str:
    """The text that is meant: without quotes, escapes, and spaces that are not quoted."""
    return "".join(
        unquote(piece) if piece.startswith('"') else piece.strip().removeprefix("\\")
        for piece in pieces
    )

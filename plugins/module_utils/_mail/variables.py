# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Dovecot's variables in settings: "%Lu" and "%{user}" of 2.3, "%{user | domain}" of 2.4."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

_VARIABLE = re.compile(r"%(?P<modifier>[A-Z0-9.]*)(?:(?P<letter>[a-z%])|\{(?P<long>[^{}]*)\})")
_LETTERS = {"u": "user", "n": "username", "d": "domain", "h": "home", "s": "protocol"}
_SAME = {"service": "protocol"}
# user | username is what 2.3 calls username.
_PARTS = frozenset({"username", "domain"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Variable:
    """One variable of a template; name is "" for one that is not known here."""

    name: str
    lower: bool = False


@cache
def pieces(template: str) -> tuple[str | Variable, ...]:
    """A template as its fixed texts and its variables."""
    found: list[str | Variable] = []
    end = 0
    for match in _VARIABLE.finditer(template):
        found.append(template[end : match.start()])
        found.append("%" if match["letter"] == "%" else _variable(match))
        end = match.end()
    return tuple(piece for piece in (*found, template[end:]) if piece != "")


def expand(template: str, values: Mapping[str, str]) -> str | None:
    """The template with its variables put in, or None where one is not among `values`."""
    text = []
    for piece in pieces(template):
        if isinstance(piece, str):
            text.append(piece)
        elif piece.name not in values:
            return None
        else:
            value = values[piece.name]
            text.append(value.lower() if piece.lower else value)
    return "".join(text)


def of_user(user: str, home: str) -> dict[str, str]:
    """The values of a user's variables; without home where there is none."""
    username, _, domain = user.partition("@")
    known = {"user": user, "username": username, "domain": domain}
    return {**known, "home": home} if home else known


def _variable(match: re.Match[str]) -> Variable:
    if match["letter"]:
        return _modified(_LETTERS.get(match["letter"], ""), match["modifier"])
    first, *filters = (part.strip() for part in match["long"].split("|"))
    name = _SAME.get(first, first)
    for word in filters:
        if name == "user" and word in _PARTS:
            name = word
        elif word != "lower":
            return Variable(name="")
    lower = "lower" in filters
    found = _modified(name, match["modifier"])
    return Variable(name=found.name, lower=lower or found.lower)


def _modified(name: str, modifier: str) -> Variable:
    return Variable(name=name if modifier in ("", "L") else "", lower=modifier == "L")

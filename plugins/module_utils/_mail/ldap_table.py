# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""LDAP tables of Postfix (ldap_table(5)): a few searches for all keys in place of one for each.

A table whose filter compares attributes with the key, as (mail=%s), is asked by copies of its file
that say "*" in the key's place, and so have the directory's answer for all keys at once: the keys
that there are, and those of entries that have a result. A key that is there, in an entry without a
result, needs no search of its own. Every other does, and gets it from the table itself.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from .._core.errors import MailHostError
from .lookup_table import Table

FEWEST_KEYS = 1000  # below them one search for each costs less than a copy does
_KEY_IN_FILTER = re.compile(r"\(([A-Za-z][A-Za-z0-9;-]*)=%s\)")
_SETTING = re.compile(r"([A-Za-z_]+)\s*=\s*(.*)")
# What says more of a result than its attributes do.
_BEYOND = ("special_result_attribute", "leaf_result_attribute", "terminal_result_attribute")
# Of the table's own key and result: a copy has others, or none.
_OWN = frozenset({
    "domain", "query_filter", "result_attribute", "result_format", "result_filter",
    "expansion_limit", "size_limit", "timeout",
})  # fmt: skip
_ANY_KEY = "postmaster@localhost"


class Asked(Protocol):
    """What is wanted of a Postfix."""

    @property
    def timeout(self) -> float:
        """Seconds that an answer may take."""

    def text(self, table: Table) -> str:
        """The file of a table's name."""

    def answer(self, table: Table, key: str) -> str:
        """What a table says of a key; "" for nothing."""


def to_ask_for(postfix: Asked, table: Table, keys: Sequence[str]) -> Sequence[str]:
    """Those of the keys that the table may have an answer for; all where that cannot be told."""
    if table.type != "ldap" or not table.name.startswith("/") or len(keys) < FEWEST_KEYS:
        return keys
    try:
        settings = read_settings(postfix.text(table))
        with TemporaryDirectory(prefix="civic.mailbox.") as folder:
            return _left(_Directory(postfix, settings, Path(folder)), keys)
    except (MailHostError, OSError, ValueError):  # asking for each key tells what is wrong
        return keys


def read_settings(text: str) -> dict[str, str]:
    """The settings of a table's file: a line that begins with white space goes on with another."""
    lines = (
        line for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#")
    )
    logical: list[str] = []
    for line in lines:
        if line[0].isspace() and logical:
            logical[-1] += line
        else:
            logical.append(line)
    return {found[1]: found[2].strip() for found in map(_SETTING.match, logical) if found}


class _Directory:
    """What a table's directory has for any key. Raises ValueError where it cannot be asked that."""

    def __init__(self, postfix: Asked, settings: Mapping[str, str], folder: Path) -> None:
        asked = settings.get("query_filter", "(mailacceptinggeneralid=%s)")
        for_any, attributes = _KEY_IN_FILTER.subn(r"(\1=*)", asked), _KEY_IN_FILTER.findall(asked)
        if "%" in for_any[0] or "!" in asked or not attributes:
            raise ValueError("the filter does not compare attributes with the whole key alone")
        if "%" in settings.get("search_base", "") or any(map(settings.get, _BEYOND)):
            raise ValueError("what it gives is not told by result_attribute alone")
        self._postfix, self._settings, self._folder = postfix, settings, folder
        self._filter = for_any[0]
        self._keys = tuple(dict.fromkeys(attributes))
        self._results = tuple(re.split(r"[\s,]+", settings.get("result_attribute", "maildrop")))

    def keys(self, *, with_result: bool) -> set[str]:
        """What it compares keys with."""
        return {_folded(value) for value in self._values(self._keys, with_result)}

    def results(self, *, with_result: bool) -> list[str]:
        """Every value of a result, sorted."""
        return sorted(self._values(self._results, with_result))

    def _values(self, attributes: Sequence[str], with_result: bool) -> Iterator[str]:
        present = "".join(f"({name}=*)" for name in self._results)
        copy = {name: value for name, value in self._settings.items() if name not in _OWN} | {
            "query_filter": f"(&{self._filter}(|{present}))" if with_result else self._filter,
            "result_attribute": ", ".join(attributes),
            "timeout": str(int(self._postfix.timeout)),
        }
        path = self._folder / "table.cf"
        path.touch(mode=0o600)  # it has the password
        path.write_text("".join(f"{name} = {value}\n" for name, value in copy.items()))
        # Of a file that has just been written, Postfix waits some two seconds for more.
        os.utime(path, (0, 0))
        found = self._postfix.answer(Table(type="ldap", name=str(path)), _ANY_KEY)
        return iter(found.split(",")) if found else iter(())


def _left(directory: _Directory, keys: Sequence[str]) -> list[str]:
    """The keys without those of entries that are seen and have no result.

    Whoever may read a result and not search for it would find no entry that has one: so that there
    is none is believed only where the search finds every result that can be read.
    """
    if directory.results(with_result=False) != directory.results(with_result=True):
        raise ValueError("results can be read, and not be searched for")
    there, answered = directory.keys(with_result=False), directory.keys(with_result=True)
    return [key for key in keys if (folded := _folded(key)) not in there or folded in answered]


def _folded(value: str) -> str:
    """A value as servers compare it: without regard to case and to spaces (RFC 4518)."""
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())

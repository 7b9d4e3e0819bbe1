# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Reading a mapping of the policy file key by key, keeping account of every mistake in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from reprlib import Repr
from typing import Any, TypeVar, overload

KeyPath = tuple[str | int, ...]
Default = TypeVar("Default", int, int | None)
Flag = TypeVar("Flag", bool, bool | None)


@dataclass(frozen=True, kw_only=True)
class Located:
    """Parsed YAML and where each key of it stands."""

    file: str
    data: object
    lines: Mapping[KeyPath, int]  # path of keys and list indexes -> line, from 1


_brief = Repr()
_brief.maxlevel, _brief.maxlist, _brief.maxdict = 2, 3, 3
_brief.maxstring = _brief.maxother = 60
_shown = _brief.repr  # a value of the file, cut to what a message can hold


class Section:
    """One mapping of the file. A key that is not asked for is a mistake (`finish`)."""

    def __init__(
        self, document: Located, path: KeyPath, data: Mapping[str, Any], mistakes: list[str]
    ) -> None:
        self.mistakes = mistakes
        self._document = document
        self._path = path
        self._data = data
        self._asked: dict[str, None] = {}  # in the order of asking

    @classmethod
    def top(cls, document: Located) -> Section:
        """The file as a whole."""
        section = cls(document, (), {}, [])
        section._data = section._mapping(document.data, ())
        return section

    def mistake(self, key: str | int | None, text: str) -> None:
        """Note what is wrong with a key of this section (None: with the section itself)."""
        path = self._path if key is None else (*self._path, key)
        name = ".".join(str(part) for part in path) or "the file"
        known = next(
            (
                self._document.lines[path[:end]]
                for end in range(len(path), -1, -1)
                if path[:end] in self._document.lines
            ),
            1,
        )
        self.mistakes.append(f"{self._document.file}, line {known}, {name}: {text}")

    def finish(self) -> None:
        """Note every key that nothing asked for."""
        for key in self._data:
            if key in self._asked:
                continue
            close = get_close_matches(str(key), self._asked, n=1)
            hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(self._asked)}"
            self.mistake(key, f"unknown key; {hint}")

    def has(self, key: str) -> bool:
        """Whether the key is there with a value."""
        return self._get(key) is not None

    def text(self, key: str, *, default: str = "", required: bool = False) -> str:
        """A text value."""
        value = self._get(key, required=required)
        if value is None:
            return default
        if not isinstance(value, str):
            self.mistake(key, f"expected a text, found {_shown(value)}")
            return default
        if required and not value.strip():
            self.mistake(key, "the text is empty")
        return value

    def label(self, key: str) -> str:
        """A text that may be written as a whole number."""
        value = self._get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return self.text(key)

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of texts."""
        value = self._get(key, required=required)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.mistake(key, f"expected a list of texts, found {_shown(value)}")
            return ()
        if required and not value:
            self.mistake(key, "the list is empty")
        return tuple(value)

    def number(self, key: str, least: int, most: int, *, default: Default) -> Default:
        """A whole number from `least` to `most`."""
        value = self._get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.mistake(
                key, f"expected a whole number from {least} to {most}, found {_shown(value)}"
            )
            return default
        return value

    def flag(self, key: str, *, default: Flag) -> Flag:
        """true or false."""
        value = self._get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.mistake(key, f"expected true or false, found {_shown(value)}")
            return default
        return value

    def choice(self, key: str, choices: tuple[str, ...], *, default: str) -> str:
        """One of `choices`."""
        value = self._get(key)
        if value is None:
            return default
        if value not in choices:
            self.mistake(key, f"expected one of {', '.join(choices)}, found {_shown(value)}")
            return default
        return str(value)

    @overload
    def names(
        self, key: str, choices: tuple[str, ...], *, default: None
    ) -> tuple[str, ...] | None: ...

    @overload
    def names(
        self, key: str, choices: tuple[str, ...], *, default: tuple[str, ...]
    ) -> tuple[str, ...]: ...

    def names(
        self, key: str, choices: tuple[str, ...], *, default: tuple[str, ...] | None
    ) -> tuple[str, ...] | None:
        """A list of some of `choices`."""
        if not self.has(key):
            return default
        chosen = self.texts(key)
        for name in chosen:
            if name not in choices:
                self.mistake(key, f"{name!r} is none of {', '.join(choices)}")
        return chosen

    def day(self, key: str, *, required: bool = False) -> date | None:
        """A calendar day, as 2026-12-31."""
        return self._as_day(key, self._get(key, required=required))

    def dates(self, key: str, names: tuple[str, ...]) -> dict[str, date]:
        """A mapping of some of `names` to calendar days."""
        value = self._get(key)
        if value is None:
            return {}
        inner = self._inner(key, value)
        days = {name: inner.day(name) for name in names}
        inner.finish()
        return {name: day for name, day in days.items() if day}

    def section(self, key: str, *, required: bool = False) -> Section:
        """The mapping below a key; an empty one where it is absent."""
        return self._inner(key, self._get(key, required=required))

    def sections(self, key: str) -> list[Section]:
        """A list of mappings below a key."""
        value = self._get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.mistake(key, f"expected a list, found {_shown(value)}")
            return []
        path = (*self._path, key)
        return [
            Section(
                self._document,
                (*path, index),
                self._mapping(item, (*path, index)),
                self.mistakes,
            )
            for index, item in enumerate(value)
        ]

    def _inner(self, key: str, value: object) -> Section:
        path = (*self._path, key)
        data = {} if value is None else self._mapping(value, path)
        return Section(self._document, path, data, self.mistakes)

    def _mapping(self, value: object, path: KeyPath) -> Mapping[str, Any]:
        if isinstance(value, dict) and all(isinstance(key, str) for key in value):
            return value
        Section(self._document, path, {}, self.mistakes).mistake(
            None, f"expected keys and values, found {_shown(value)}"
        )
        return {}

    def _as_day(self, key: str, value: object) -> date | None:
        if value is None:
            return None
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.mistake(key, f"expected a day as 2026-12-31, found {_shown(value)}")
            return None

    def _get(self, key: str, *, required: bool = False) -> Any:
        self._asked[key] = None
        value = self._data.get(key)
        if value is None and required:
            self.mistake(key if key in self._data else None, f"the key {key} is required")
        return value

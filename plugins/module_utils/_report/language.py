# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A language: its texts, and how it writes dates, numbers and the sentences of findings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from .records import Json, Row
from .texts import ControlText, ControlWords, FindingWords, Texts, Words
from .visible import visible

_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, kw_only=True, eq=False)  # there is one of each
class Language:
    """Everything that differs from one language to the next."""

    code: str  # BCP 47
    texts: Texts
    words: Words
    day_format: str  # strftime
    thousands: str
    controls: Mapping[str, ControlWords]
    assessment: FindingWords
    # English words in the values of findings -> this language's
    terms: Mapping[str, str] = field(default_factory=dict)
    # the same for words around a value: pattern and its replacement
    patterns: tuple[tuple[re.Pattern[str], str], ...] = ()
    # why a journal says that a change was not made: English with {} and {w} -> with {0}, {1}, ...
    reasons: Mapping[str, str] = field(default_factory=dict)

    def day(self, day: date) -> str:
        """A calendar day."""
        return day.strftime(self.day_format)

    def day_of(self, text: str) -> str:
        """A calendar day of the files; a text that is none stays as it is."""
        try:
            return self.day(date.fromisoformat(text))
        except ValueError:
            return text

    def time(self, time: datetime, zone: ZoneInfo) -> str:
        """A moment, on the clocks of the office."""
        return time.astimezone(zone).strftime(f"{self.day_format} %H:%M")

    def number(self, number: int) -> str:
        """A number with its digits grouped."""
        return f"{number:,}".replace(",", self.thousands)

    def sentence(self, row: Row) -> str:
        """What a finding says."""
        template = self._words(row.message).sentences.get(row.message)
        if template is None:
            return visible(row.summary)
        try:
            params = {name: self._param(value) for name, value in row.params.items()}
            return visible(template.format_map(params))
        except (KeyError, IndexError, ValueError):  # params of another version of the message
            return visible(row.summary)

    def advice(self, message: str) -> str:
        """What to do about a finding of that message where no change can be planned; "" is none."""
        return self._words(message).advice.get(message, "")

    def exempted(self, exemption: Json) -> str:
        """Who approved an exemption, until when and why."""
        told = {name: str(exemption.get(name, "")) for name in ("reason", "approver", "expires")}
        return visible(
            self.texts.exempted.format_map({**told, "expires": self.day_of(told["expires"])})
        )

    def term(self, text: str) -> str:
        """A value of a finding with the words that are ours, not a server's, translated.

        A list "digits, letters" word by word; "last sign-in (imap)" up to its bracket.
        """
        return _term(self, text)

    def reason(self, text: str) -> str:
        """Why a change was not made, by its journal; the words of a server stay as they are."""
        for pattern, sentence in self._reasons:
            if found := pattern.fullmatch(text):
                return sentence.format(*map(self._value, found.groups()))
        return text

    @cached_property
    def _reasons(self) -> list[tuple[re.Pattern[str], str]]:
        return [(_fitting(english), sentence) for english, sentence in self.reasons.items()]

    def _value(self, text: str) -> str:
        """A value within a reason: it may be one itself."""
        told = self.words.fields.get(text) or self.reason(text)
        return self.day_of(self.term(text)) if told == text else told

    def word(self, words: Callable[[Words], Mapping[str, str]], key: str) -> str:
        """The language's name for a key of the files, or the key itself."""
        return words(self.words).get(key) or visible(key)

    def control(self, name: str) -> ControlText:
        """The texts of a control; one that is not known is called by its name."""
        if name in self.controls:
            return self.controls[name].text
        return ControlText(
            title=visible(name), short=visible(name), clause="", rationale="", limit=""
        )

    def silent(self, name: str) -> Mapping[str, str]:
        """Message -> the limit of a control's passes that could not have been it."""
        return self.controls[name].silent if name in self.controls else {}

    def _words(self, message: str) -> FindingWords:
        return self.controls.get(message.partition(".")[0], self.assessment)

    def _param(self, value: object) -> object:
        if isinstance(value, list):
            return ", ".join(self.term(str(item)) for item in value)
        if isinstance(value, str) and _ISO_DAY.fullmatch(value):
            return self.day_of(value)
        return self.term(value) if isinstance(value, str) else value


@lru_cache(maxsize=4096)  # findings have most of their values in common
def _term(language: Language, text: str) -> str:
    terms = language.terms
    if text in terms:
        return terms[text]
    words = text.split(", ")
    if all(word in terms for word in words):
        return ", ".join(terms[word] for word in words)
    head, bracket, rest = text.partition(" (")
    if bracket and head in terms:
        return f"{terms[head]} ({rest}"
    for pattern, replacement in language.patterns:
        if pattern.fullmatch(text):
            return pattern.sub(replacement, text)
    return text


def _fitting(template: str) -> re.Pattern[str]:
    """What a text fits that was made of the template."""
    text = re.escape(template).replace(re.escape("{w}"), "([a-z_]+)")
    return re.compile(text.replace(re.escape("{}"), "(.*?)"), re.DOTALL)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The words of a mail to users: a template in each language, which an office may write anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from string import Template
from typing import ClassVar, TypeVar

from .errors import MailboxError


@dataclass(frozen=True, kw_only=True)
class MailWording:
    """A mail in one language. Raises MailboxError for a placeholder that nothing fills."""

    placeholders: ClassVar[tuple[str, ...]] = ()  # what ${...} may name in subject and body

    language: str
    subject: str
    body: str
    source: str = ""  # the file it was read from
    lines_above: int = 0  # lines of that file before the subject; the text follows at once

    def __post_init__(self) -> None:
        faults = []
        for number, line in enumerate(f"{self.subject}\n{self.body}".split("\n"), 1):
            template = Template(line)
            unknown = sorted(set(template.get_identifiers()) - set(self.placeholders))
            if unknown or not template.is_valid():
                what = ", ".join(f"${{{name}}}" for name in unknown) or "a $ that begins none"
                faults.append(f"line {number + self.lines_above}: {what}")
        if faults:
            raise MailboxError(
                f"{self.source}, {'; '.join(faults)} is no placeholder. There are "
                + ", ".join(f"${{{name}}}" for name in self.placeholders)
                + "; a dollar sign is written $$"
            )


Wording = TypeVar("Wording", bound=MailWording)


def reworded(wording: Wording, text: str, source: str) -> Wording:
    """The wording of a file: its first line is the subject, the rest is the text."""
    begun = text.lstrip("\ufeff\r\n ")
    subject, _, body = begun.partition("\n")
    if not subject.strip() or not body.strip():
        raise MailboxError(f"{source}: the first line is the subject, the others are the text")
    above = text[: len(text) - len(begun)].count("\n")
    return replace(wording, subject=subject, body=body, source=source, lines_above=above)


def filled(parts: Iterable[tuple[MailWording, Mapping[str, str]]]) -> tuple[str, str]:
    """Subject (one line) and text of a mail: each wording with its values, one after the other."""
    subjects, bodies = [], []
    for wording, values in parts:
        subjects.append(" ".join(Template(wording.subject).substitute(values).split()))
        bodies.append(Template(wording.body).substitute(values).strip() + "\n")
    return " / ".join(subjects), _BETWEEN.join(bodies)


_BETWEEN = f"\n{'-' * 60}\n\n"


def shown_day(day: date) -> str:
    """Day, month, year, as letters in Vietnam have it."""
    return f"{day.day:02}/{day.month:02}/{day.year}"

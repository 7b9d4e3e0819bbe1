# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The words of a letter to a unit in one language; its text can be an office's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Template

from ..._core.errors import MailboxError
from ..._core.mail_wording import MailWording
from .contents import Kind, State

BLOCKS = ("cites", "locked", "soon", "forwards", "passwords", "requests")
INLINE = (
    "unit",
    "office",
    "audited",
    "deadline",
    "contact",
    "contact_details",
    "authority",
    "months",
)


@dataclass(frozen=True, kw_only=True)
class ListWords:
    """The words of one list of a letter."""

    heading: str  # with ${count}
    note: str  # heading of the last column
    request: str  # what the unit is to do, with INLINE


@dataclass(frozen=True, kw_only=True)
class FormWords:
    """The words of the answer form; all with INLINE."""

    title: str
    about: str
    instructions: tuple[str, ...]
    signatures: tuple[str, ...]
    dateline: str


@dataclass(frozen=True, kw_only=True)
class IndexWords:
    """The words of the list of all letters."""

    title: str
    run: str
    summary: str  # with {letters}, {units}
    incomplete: str  # with {servers}
    unit: str
    kinds: Mapping[Kind, str]  # headings
    files: str
    nothing: str
    no_unit: str


@dataclass(frozen=True, kw_only=True)
class LetterWording(MailWording):
    """A letter: `subject` is what it is about, `body` its text, a paragraph each line.

    A placeholder of BLOCKS stands for whole paragraphs and tables, so it has a line of its own.
    """

    placeholders = (*INLINE, *BLOCKS)

    nation: str
    motto: str
    number: str  # with ${number}, ${symbol}
    blank_number: str  # what is left free for a number
    dated: str  # with ${place}, ${day}, ${month}, ${month_name}, ${year}
    undated: str  # the same without a day
    about: str  # with ${about}
    to: str
    copies_label: str
    as_above: str
    archive: str  # with ${archive}
    ends: tuple[str, str]  # signs at the end of all copies but the last, and of the last
    cite_ends: tuple[str, str]
    day: str  # in the text, with ${day}, ${month}, ${month_short}, ${month_name}, ${year}
    no_unit: str  # who is written to of addresses in no unit, with ${office}
    no_unit_note: str  # a paragraph of such a letter, with INLINE
    authority: str
    serial: str  # heading of the column of numbers
    address: str  # heading
    last_sign_in: str  # heading
    never: str  # no sign-in on record
    lists: Mapping[Kind, ListWords]
    points: str  # letters that number the lists and the requests
    answer_request: str  # the last request, where there is something to answer
    closing_request: str  # the last request, where there is not
    notes: Mapping[State, str]  # with ${last}, ${due}, ${months}, ${at}, ${made}, ${found}
    forwards: Mapping[str, str]  # ${found} by the key of the finding's message, with ${to}
    causes: Mapping[str, str]  # the same of a lock, by the control that asked for it
    states: Mapping[State, str]  # of the locked ones, for the answer form
    form: FormWords
    index: IndexWords

    def __post_init__(self) -> None:
        MailWording.__post_init__(self)
        for number, line in enumerate(f"{self.subject}\n{self.body}".split("\n"), 1):
            for name in Template(line).get_identifiers():
                if name in BLOCKS and (number == 1 or line.strip() != f"${{{name}}}"):
                    raise MailboxError(
                        f"{self.source}, line {number + self.lines_above}: ${{{name}}} stands for"
                        " paragraphs and tables, so it has to be alone in a line of the text"
                    )

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The files of a unit: its letter and its answer form, in each language and format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .answer_csv import answer_csv
from .composition import Writer
from .contents import Contents
from .docx import answer_docx, letter_docx
from .html import page
from .letter import AnswerForm, Letter

FORMATS = ("html", "docx")

_LETTERS: dict[str, Callable[[Letter], bytes]] = {
    "html": lambda letter: page(letter).encode(),
    "docx": letter_docx,
}
_FORMS: dict[str, Callable[[AnswerForm], bytes]] = {"csv": answer_csv, "docx": answer_docx}


@dataclass(frozen=True, kw_only=True)
class UnitFile:
    """One file of a unit's folder."""

    name: str
    content: bytes


def files_of(
    contents: Contents, writers: Sequence[Writer], formats: Sequence[str]
) -> Iterator[UnitFile]:
    """The letter in the formats that are asked for; the form as CSV, and as DOCX with a letter so.

    Without a letter (nothing was found) there are none.
    """
    if contents.is_empty:
        return
    for writer in writers:
        code = writer.language.code
        letter, form = writer.letter(contents), writer.answer_form(contents)
        for kind in formats:
            yield UnitFile(name=f"letter-{code}.{kind}", content=_LETTERS[kind](letter))
        if form is None:
            continue
        for kind in ("csv", *(one for one in formats if one in _FORMS)):
            yield UnitFile(name=f"answer-{code}.{kind}", content=_FORMS[kind](form))

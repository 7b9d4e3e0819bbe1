# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The answer forms that units sent back: a folder of CSV and DOCX files."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from .._core.answer_form import LONGEST, Line, is_form, lines_of_csv, read_answers
from .._core.errors import AnswerFormError
from .._core.reopening_requests import Request, requests_of

# What a form may come back as; scans and other papers beside them are for people.
_OTHER_FORMATS = frozenset({".xlsx", ".xls", ".ods", ".doc", ".odt", ".rtf"})
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"  # ECMA-376, part 1, 17
_DOCUMENT = "word/document.xml"


def read_forms(folder: Path) -> tuple[Request, ...]:
    """What all forms of a folder ask for, file by file in the order of their names.

    Raises AnswerFormError that lists the mistakes of all of them.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if _is_looked_at(path))
    except OSError as error:
        raise AnswerFormError(
            f"cannot read the folder of answer forms {folder}: {error.strerror}"
        ) from error
    found: list[Request] = []
    mistakes = []
    for path in paths:
        try:
            lines = _lines(path)
            if lines is not None:
                found += requests_of(read_answers(lines, str(path)))
        except AnswerFormError as error:
            mistakes.append(str(error))
    if mistakes:
        raise AnswerFormError("\n".join(mistakes))
    return tuple(found)


def _is_looked_at(path: Path) -> bool:
    """Not the files that Word and LibreOffice lay beside an open one."""
    return path.is_file() and not path.name.startswith((".", "~$"))


def _lines(path: Path) -> tuple[Line, ...] | None:
    """The lines of a form; None for a file that is none."""
    kind = path.suffix.lower()
    if kind in _OTHER_FORMATS:
        raise AnswerFormError(f"{path}: cannot read {kind} files: save it as CSV UTF-8 or DOCX")
    try:
        if kind == ".csv":
            return lines_of_csv(path.read_bytes(), str(path))
        return _lines_of_docx(path) if kind == ".docx" else None
    except OSError as error:
        raise AnswerFormError(f"cannot read {path}: {error.strerror}") from error


def _lines_of_docx(path: Path) -> tuple[Line, ...]:
    """Rows and cells of the table in a DOCX file that has the form's headings."""
    for table in _document(path).iter(f"{_WORD}tbl"):
        lines = tuple(
            (number, tuple(map(_text, row.findall(f"{_WORD}tc"))))
            for number, row in enumerate(table.findall(f"{_WORD}tr"), 1)
        )
        if is_form(lines):
            return lines
    raise AnswerFormError(f"{path}: no table in it has the headings of the form")


def _document(path: Path) -> ElementTree.Element:
    try:
        with zipfile.ZipFile(path) as parts, parts.open(_DOCUMENT) as file:
            text = file.read(LONGEST + 1)
        # A form has none of these; without a DOCTYPE there are no entities to expand.
        if len(text) > LONGEST or b"<!DOCTYPE" in text or b"\0" in text:
            raise AnswerFormError(f"{path}: this is no answer form")
        return ElementTree.fromstring(text)  # noqa: S314
    except (zipfile.BadZipFile, KeyError, RuntimeError, EOFError, ElementTree.ParseError) as error:
        raise AnswerFormError(f"{path}: this is no DOCX file that can be read") from error


def _text(cell: ElementTree.Element) -> str:
    """The text of a cell, its paragraphs parted by blanks, without what is marked as deleted."""
    return " ".join("".join(_runs(paragraph)) for paragraph in cell.iter(f"{_WORD}p"))


def _runs(paragraph: ElementTree.Element) -> Iterator[str]:
    for node in paragraph.iter():
        if node.tag == f"{_WORD}t":
            yield node.text or ""
        elif node.tag in (f"{_WORD}tab", f"{_WORD}br"):
            yield " "

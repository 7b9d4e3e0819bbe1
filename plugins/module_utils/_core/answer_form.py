# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The answer form: what is asked of a unit for each locked mailbox, and what it sends back.

The first columns are filled in when the form is made, the others by the unit. Columns are known by
their headings, in either language and any order; more columns, and lines above the headings, do no
harm. Words are compared without accents and case, so it makes no difference whether a letter is
precomposed or combined (Unicode NFC, NFD), or whether one writes "khóa" or "khoá".
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from .errors import AnswerFormError


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of the form."""

    key: str  # the field of Answer that it fills
    headings: Mapping[str, str]  # language -> heading
    by_unit: bool  # whether it is left empty for the unit


ADDRESS = Column(key="address", headings={"vi": "Địa chỉ hộp thư", "en": "Address"}, by_unit=False)
STATE = Column(key="state", headings={"vi": "Tình trạng", "en": "State"}, by_unit=False)
REASON = Column(key="reason", headings={"vi": "Lý do khóa", "en": "Reason"}, by_unit=False)
WISH = Column(
    key="wish",
    headings={"vi": "Đề nghị (mở lại / giữ khóa)", "en": "Wish (reopen / keep locked)"},
    by_unit=True,
)
WISH_REASON = Column(
    key="wish_reason",
    headings={"vi": "Lý do đề nghị", "en": "Reason for the wish"},
    by_unit=True,
)
APPROVER = Column(
    key="approver", headings={"vi": "Người phê duyệt", "en": "Approver"}, by_unit=True
)
APPROVED_ON = Column(
    key="approved_on",
    headings={"vi": "Ngày phê duyệt", "en": "Date of approval"},
    by_unit=True,
)
COLUMNS = (ADDRESS, STATE, REASON, WISH, WISH_REASON, APPROVER, APPROVED_ON)

# What a person may make of a heading besides those above, without accents.
_OTHER_HEADINGS: Mapping[str, Column] = {
    "dia chi": ADDRESS,
    "hop thu": ADDRESS,
    "email": ADDRESS,
    "ly do": REASON,
    "de nghi": WISH,
    "wish": WISH,
    "ngay": APPROVED_ON,
    "date": APPROVED_ON,
}


class Wish(Enum):
    """What the unit wants done with a locked mailbox."""

    REOPEN = "reopen"
    KEEP_LOCKED = "keep_locked"


WISHES: Mapping[str, Mapping[Wish, str]] = {
    "vi": {Wish.REOPEN: "mở lại", Wish.KEEP_LOCKED: "giữ khóa"},
    "en": {Wish.REOPEN: "reopen", Wish.KEEP_LOCKED: "keep locked"},
}
_OTHER_WISHES: Mapping[str, Wish] = {
    "mo": Wish.REOPEN,
    "mo khoa": Wish.REOPEN,
    "open": Wish.REOPEN,
    "unlock": Wish.REOPEN,
    "khoa": Wish.KEEP_LOCKED,
    "tiep tuc khoa": Wish.KEEP_LOCKED,
    "khong mo": Wish.KEEP_LOCKED,
    "khong mo lai": Wish.KEEP_LOCKED,
    "locked": Wish.KEEP_LOCKED,
    "keep": Wish.KEEP_LOCKED,
}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a unit wishes for one mailbox; texts in NFC, without blanks around them."""

    address: str
    state: str = ""
    reason: str = ""  # why it is locked, as the form had it
    wish: Wish
    wish_reason: str = ""
    approver: str = ""
    approved_on: date | None = None
    file: str
    line: int


Line = tuple[int, Sequence[str]]  # number of a line of the file or row of the table, and its cells

# Longer files are none of a unit's; csv would take hours for some.
LONGEST = 10_000_000


def headings(language: str) -> tuple[str, ...]:
    """The headings of the form in "vi" or "en"."""
    return tuple(column.headings[language] for column in COLUMNS)


def lines_of_csv(data: bytes, file: str) -> tuple[Line, ...]:
    """Lines and cells of a CSV form, as a spreadsheet writes it: with ; , or tabs.

    An apostrophe at the start of a cell, put there so that nothing becomes a formula, is taken off.
    Raises AnswerFormError for what is no such text.
    """
    text = _decoded(data, file)
    lines = re.findall(r"[^\n]*\n|[^\n]+", text.replace("\r\n", "\n").replace("\r", "\n"))
    first = 0
    if lines and re.fullmatch(r'"?sep=.{1,3}\n', lines[0], re.IGNORECASE):
        first = 1  # a line for Excel alone
    fault = None
    for delimiter in ";,\t":
        try:
            table = tuple(_cells(lines[first:], first, delimiter))
        except _CsvError as error:
            fault = fault or error
            continue
        if _heading_line(table) is not None:
            return table
    if fault:
        raise AnswerFormError(
            f"{file}, line {fault.line}: a quotation mark in it is never closed: {fault}"
        ) from fault
    raise AnswerFormError(_no_headings(file))


def is_form(lines: Iterable[Line]) -> bool:
    """Whether a table has the headings of the form."""
    return _heading_line(tuple(lines)) is not None


def read_answers(lines: Iterable[Line], file: str) -> tuple[Answer, ...]:
    """The answers of a form. A mailbox for which the unit filled in nothing has none.

    Raises AnswerFormError that lists every mistake with file, line and column.
    """
    table = tuple(lines)
    at = _heading_line(table)
    if at is None:
        raise AnswerFormError(_no_headings(file))
    mistakes: list[str] = []
    places = _places(table[at], file, mistakes)
    if mistakes:
        raise AnswerFormError("\n".join(mistakes))
    answers: dict[str, Answer] = {}
    for number, cells in table[at + 1 :]:
        answer = _read_line(_Line(number, cells, places, file, mistakes))
        if answer is None:
            continue
        twin = answers.setdefault(answer.address.casefold(), answer)
        if twin is not answer:
            mistakes.append(
                f"{file}, line {number}: {answer.address} stands in line {twin.line} already"
            )
    if mistakes:
        raise AnswerFormError("\n".join(mistakes))
    return tuple(answers.values())


class _CsvError(Exception):
    def __init__(self, text: str, line: int) -> None:
        super().__init__(text)
        self.line = line


def _decoded(data: bytes, file: str) -> str:
    if len(data) > LONGEST:
        raise AnswerFormError(f"{file}: longer than {LONGEST} bytes: that is no answer form")
    coding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(coding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise AnswerFormError(
            f"{file}, line {line}: its letters are not UTF-8: save it as CSV UTF-8"
        ) from error
    if "\0" in text:
        raise AnswerFormError(f"{file}: this is no CSV text: save it as CSV UTF-8")
    return text


def _cells(lines: Sequence[str], skipped: int, delimiter: str) -> Iterator[Line]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    begun = 0
    while True:
        begun = reader.line_num
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _CsvError(str(error), begun + 1 + skipped) from error
        yield begun + 1 + skipped, tuple(cell.removeprefix("'") for cell in row)


def _heading_line(table: Sequence[Line]) -> int | None:
    """Where in the table the headings are: the first line with address and wish."""
    for at, (_, cells) in enumerate(table[:50]):
        found = {column.key for cell in cells if (column := _column(cell))}
        if {ADDRESS.key, WISH.key} <= found:
            return at
    return None


def _no_headings(file: str) -> str:
    either = " or ".join(
        f"{ADDRESS.headings[language]!r} and {WISH.headings[language]!r}"
        for language in ("vi", "en")
    )
    return f"{file}: no line has the headings of the form, among them {either}"


def _places(heading_line: Line, file: str, mistakes: list[str]) -> dict[str, int]:
    """Column -> its place in a line. Columns that the office filled in may be missing."""
    number, cells = heading_line
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        column = _column(cell)
        if column is None:
            continue
        if column.key in places:
            mistakes.append(f"{file}, line {number}: two columns are {' '.join(cell.split())!r}")
        places[column.key] = place
    for column in COLUMNS:
        if column.by_unit and column.key not in places:
            mistakes.append(f"{file}, line {number}: the {_name(column)} is missing")
    return places


@dataclass(frozen=True)
class _Line:
    number: int
    cells: Sequence[str]
    places: Mapping[str, int]
    file: str
    mistakes: list[str]

    def text(self, column: Column) -> str:
        place = self.places.get(column.key)
        if place is None or place >= len(self.cells):
            return ""
        return unicodedata.normalize("NFC", " ".join(self.cells[place].split()))

    def mistake(self, column: Column, text: str) -> None:
        self.mistakes.append(f"{self.file}, line {self.number}, {_name(column)}: {text}")


def _read_line(line: _Line) -> Answer | None:
    if not any(line.text(column) for column in COLUMNS):
        return None
    before = len(line.mistakes)
    address = line.text(ADDRESS)
    if "@" not in address:
        line.mistake(ADDRESS, "there is no address in it" if address else "the address is missing")
    wish = _wish(line)
    approved_on = _day(line)
    if wish is None or len(line.mistakes) > before:
        return None
    return Answer(
        address=address,
        state=line.text(STATE),
        reason=line.text(REASON),
        wish=wish,
        wish_reason=line.text(WISH_REASON),
        approver=line.text(APPROVER),
        approved_on=approved_on,
        file=line.file,
        line=line.number,
    )


def _wish(line: _Line) -> Wish | None:
    written = line.text(WISH)
    if not written:
        if any(line.text(column) for column in COLUMNS if column.by_unit):
            line.mistake(WISH, "it is empty, and the columns beside it are not")
        return None
    wish = _KNOWN_WISHES.get(_plain(written))
    if wish is None:
        known = ", ".join(word for words in WISHES.values() for word in words.values())
        line.mistake(WISH, f"{written[:60]!r} is none of {known}")
    return wish


# 8/1/2019, 08-01-2019, 8.1.2019; as letters have it: ngày 08 tháng 01 năm 2019.
_DAY_FIRST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})")
_IN_WORDS = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")


def _day(line: _Line) -> date | None:
    written = line.text(APPROVED_ON)
    if not written:
        return None
    try:
        if match := _DAY_FIRST.fullmatch(written):
            return date(int(match[4]), int(match[3]), int(match[1]))
        if match := _IN_WORDS.fullmatch(_plain(written)):
            return date(int(match[3]), int(match[2]), int(match[1]))
        if match := _YEAR_FIRST.fullmatch(written):
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        line.mistake(APPROVED_ON, f"{written!r} is no day of the calendar; the day comes first")
        return None
    line.mistake(APPROVED_ON, f"{written[:60]!r} is no day as 08/01/2019 or 2019-01-08")
    return None


def _name(column: Column) -> str:
    return f"column {column.headings['vi']!r} ({column.headings['en']})"


def _plain(text: str) -> str:
    """The text without accents, case, signs and doubled blanks, to be compared."""
    apart = unicodedata.normalize("NFKD", text).casefold().replace("đ", "d")
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^\w@]+", " ", bare).split())


_KNOWN_HEADINGS = {
    **_OTHER_HEADINGS,
    **{_plain(text): column for column in COLUMNS for text in column.headings.values()},
}
_KNOWN_WISHES = {
    **_OTHER_WISHES,
    **{_plain(word): wish for words in WISHES.values() for wish, word in words.items()},
}


def _column(heading: str) -> Column | None:
    return _KNOWN_HEADINGS.get(_plain(heading))

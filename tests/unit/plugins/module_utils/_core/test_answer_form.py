# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The answer form: read as spreadsheets write it, and every mistake told with its place."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.answer_form import (
    COLUMNS,
    WISHES,
    Wish,
    headings,
    lines_of_csv,
    read_answers,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import AnswerFormError

HEAD = ";".join(headings("vi"))
LINE = "an@town.example;khóa;3 tháng;mở lại;Trở lại làm việc;Chủ tịch;08/01/2019"


def answers(text, coding="utf-8"):
    return read_answers(lines_of_csv(text.encode(coding), "form.csv"), "form.csv")


def one(**cells):
    """The answer of a form with one mailbox whose cells are these; None: no answer."""
    values = {"address": "an@town.example", **cells}
    row = [values.get(column.key, "") for column in COLUMNS]
    found = read_answers([(1, headings("vi")), (2, row)], "form.csv")
    return found[0] if found else None


FILES = [
    ("semicolons, as in a Vietnamese locale", f"{HEAD}\r\n{LINE}\r\n", "utf-8"),
    ("commas", f"{HEAD}\n{LINE}\n".replace(";", ","), "utf-8"),
    ("tabs", f"{HEAD}\n{LINE}\n".replace(";", "\t"), "utf-8"),
    ("a byte order mark", f"{HEAD}\n{LINE}\n", "utf-8-sig"),
    ("Excel's Unicode text", f"{HEAD}\n{LINE}\n".replace(";", "\t"), "utf-16"),
    ("no line end at the end", f"{HEAD}\n{LINE}", "utf-8"),
    ("line ends of an old Macintosh", f"{HEAD}\r{LINE}\r", "utf-8"),
    ("a separator line for Excel", f"sep=;\n{HEAD}\n{LINE}\n", "utf-8"),
    ("combining letters", unicodedata.normalize("NFD", f"{HEAD}\n{LINE}\n"), "utf-8"),
    ("English headings", f"{';'.join(headings('en'))}\n{LINE}\n", "utf-8"),
    (
        "a title above, and empty lines",
        f"Phường;;;\n;;;;\n{HEAD}\n;;;;;;\n{LINE}\n;;;;;;\n",
        "utf-8",
    ),
    ("a column of the unit's own", f"STT;{HEAD}\n1;{LINE}\n", "utf-8"),
    ("apostrophes in front", f"{HEAD}\n'{LINE}\n".replace(";", ";'"), "utf-8"),
]


@pytest.mark.parametrize(("text", "coding"), [pytest.param(*c, id=n) for n, *c in FILES])
def test_a_form_is_read_however_a_spreadsheet_saved_it(text, coding):
    (answer,) = answers(text, coding)

    assert answer.address == "an@town.example"
    assert (answer.state, answer.reason) == ("khóa", "3 tháng")
    assert answer.wish is Wish.REOPEN
    assert (answer.wish_reason, answer.approver) == ("Trở lại làm việc", "Chủ tịch")
    assert answer.approved_on == date(2019, 1, 8)


def test_lines_are_those_of_the_file_when_cells_have_line_breaks():
    first = LINE.replace("Trở lại làm việc", '"Trở lại\nlàm việc"')

    a, b = answers(f"{HEAD}\n{first}\n{LINE.replace('an@', 'b@')}\n")

    assert (a.line, b.line) == (2, 4)
    assert a.wish_reason == "Trở lại làm việc"


ADDRESSES = [
    ("one apostrophe is taken off", "'=an@town.example", "=an@town.example"),
    ("one only, so what is written is read", "''an@town.example", "'an@town.example"),
]


@pytest.mark.parametrize(("cell", "address"), [pytest.param(*c, id=n) for n, *c in ADDRESSES])
def test_the_apostrophe_against_formulas_is_taken_off(cell, address):
    (answer,) = answers(f"{HEAD}\n{LINE.replace('an@town.example', cell)}\n")

    assert answer.address == address


def test_apostrophes_of_a_table_that_is_no_spreadsheet_stay():
    assert one(address="'an@town.example", wish="mở lại").address == "'an@town.example"


WISHED = [
    ("mở lại", Wish.REOPEN),
    ("MỞ LẠI.", Wish.REOPEN),
    (unicodedata.normalize("NFD", "Mở  lại"), Wish.REOPEN),
    ("mở khoá", Wish.REOPEN),
    ("Reopen", Wish.REOPEN),
    ("giữ khóa", Wish.KEEP_LOCKED),
    ("giữ khoá", Wish.KEEP_LOCKED),
    ("không mở lại", Wish.KEEP_LOCKED),
    ("Keep locked", Wish.KEEP_LOCKED),
]


@pytest.mark.parametrize(("written", "wish"), WISHED)
def test_wishes_in_both_languages(written, wish):
    assert one(wish=written).wish is wish


def test_the_words_that_the_form_asks_for_are_understood():
    assert {one(wish=word).wish for words in WISHES.values() for word in words.values()} == set(
        Wish
    )


DAYS = [
    ("8/1/2019", date(2019, 1, 8)),
    ("08-01-2019", date(2019, 1, 8)),
    ("08.01.2019", date(2019, 1, 8)),
    ("2019-01-08", date(2019, 1, 8)),
    ("2019-01-08 00:00:00", date(2019, 1, 8)),
    ("ngày 08 tháng 01 năm 2019", date(2019, 1, 8)),
    ("", None),
]


@pytest.mark.parametrize(("written", "day"), DAYS)
def test_days(written, day):
    assert one(wish="mở lại", approved_on=written).approved_on == day


def test_a_mailbox_for_which_nothing_was_filled_in_has_no_answer():
    assert one(state="khóa", reason="3 tháng") is None


MISTAKES = [
    ("a wish that is none", {"wish": "chưa biết"}, "'Đề nghị (mở lại / giữ khóa)' (Wish", "'chưa biết' is none of mở lại"),
    ("an approver without a wish", {"approver": "Chủ tịch"}, "(Wish", "it is empty, and"),
    ("the month first", {"wish": "mở lại", "approved_on": "01/13/2019"}, "'Ngày phê duyệt'", "no day of the calendar"),
    ("a year of two digits", {"wish": "mở lại", "approved_on": "8/1/19"}, "'Ngày phê duyệt'", "no day as 08/01/2019"),
    ("mixed separators", {"wish": "mở lại", "approved_on": "8/1-2019"}, "'Ngày phê duyệt'", "no day as"),
    ("no address", {"address": "", "wish": "mở lại"}, "'Địa chỉ hộp thư'", "the address is missing"),
    ("a name for an address", {"address": "Phường"}, "'Địa chỉ hộp thư'", "there is no address in it"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "column", "text"), [pytest.param(*c, id=n) for n, *c in MISTAKES]
)
def test_a_mistake_is_told_with_file_line_and_column(cells, column, text):
    with pytest.raises(AnswerFormError) as error:
        one(**cells)

    assert str(error.value).startswith("form.csv, line 2, column ")
    assert column in str(error.value)
    assert text in str(error.value)


def test_every_mistake_is_told_at_once():
    with pytest.raises(AnswerFormError) as error:
        answers(f"{HEAD}\n{LINE.replace('mở lại', 'x')}\n{LINE.replace('08/01', '99/99')}\n")

    assert [line.split(",")[1] for line in str(error.value).splitlines()] == [" line 2", " line 3"]


def test_an_address_twice():
    with pytest.raises(AnswerFormError, match=r"line 3: An@town\.example stands in line 2 already"):
        answers(f"{HEAD}\n{LINE}\n{LINE.replace('an@', 'An@')}\n")


WHOLE_FILES = [
    ("not UTF-8", f"{HEAD}\n{LINE}\n".encode().replace(b"\xc3", b"\xc3\x28"), "line 1: its letters are not UTF-8"),
    ("a spreadsheet's own format", b"PK\x03\x04\x00\x00", "this is no CSV text"),
    ("no headings", LINE.encode(), "no line has the headings of the form"),
    ("empty", b"", "no line has the headings of the form"),
    ("a quote that is never closed", f'{HEAD}\n"{LINE}\n'.encode(), "line 2: a quotation mark"),
    ("a column that is missing", f"{HEAD}\n{LINE}\n".replace("Người phê duyệt;", "").encode(), "line 1: the column 'Người"),
    ("a column twice", f"{HEAD};Ngày\n{LINE}\n".encode(), "line 1: two columns are 'Ngày'"),
    ("too long", b";" * 10_000_001, "longer than 10000000 bytes"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "text"), [pytest.param(*case, id=n) for n, *case in WHOLE_FILES])
def test_a_file_that_is_no_form_is_told(data, text):
    with pytest.raises(AnswerFormError) as error:
        read_answers(lines_of_csv(data, "form.csv"), "form.csv")

    assert str(error.value).startswith("form.csv")
    assert text in str(error.value)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""DOCX: what goes into the letter comes out of it, the same bytes each time; forms come back."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._module.answer_files import read_forms
from ansible_collections.civic.mailbox.plugins.module_utils._report.notice.docx import (
    answer_docx,
    letter_docx,
)

from .letters import EN, UNIT, VI, contents, everything, forward, locked, writer

python_docx = pytest.importorskip("docx")
FILLED = ("mở lại", "cần dùng cho kỳ thi", "Chủ tịch", "10/12/2026")


def opened(data: bytes):
    return python_docx.Document(io.BytesIO(data))


def xml_of(data: bytes) -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()


def all_text(data: bytes) -> str:
    document = opened(data)
    cells = [c.text for table in document.tables for row in table.rows for c in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.parametrize("wording", [VI, EN], ids=["vi", "en"])
def test_every_part_of_the_letter_is_there(wording):
    letter = writer(wording).letter(everything())
    text = all_text(letter_docx(letter))

    parts = [letter.number, letter.dateline, letter.about, letter.to, *letter.copies]
    parts += [*map(str.upper, (*letter.titles, *letter.head.issuer)), letter.head.motto]
    assert [part for part in parts if part not in text] == []


def test_paper_margins_and_fonts_are_those_of_the_decree():
    document = opened(letter_docx(writer().letter(everything())))
    section = document.sections[0]

    def mm(length):
        return round(length.mm)

    assert (mm(section.page_width), mm(section.page_height)) == (210, 297)
    assert 20 <= mm(section.top_margin) <= 25
    assert 20 <= mm(section.bottom_margin) <= 25
    assert 30 <= mm(section.left_margin) <= 35
    assert 15 <= mm(section.right_margin) <= 20
    normal = document.styles["Normal"].font
    assert (normal.name, normal.size.pt) == ("Times New Roman", 14)
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header._element.xml
    assert "PAGE" not in section.first_page_header._element.xml


def test_the_same_letter_gives_the_same_bytes():
    first = letter_docx(writer().letter(everything()))

    assert letter_docx(writer().letter(everything())) == first
    times = {item.date_time for item in zipfile.ZipFile(io.BytesIO(first)).infolist()}
    assert times == {(1980, 1, 1, 0, 0, 0)}


def test_no_table_is_the_last_part():
    """LibreOffice 25.2 never comes to an end with one that it is to write as text."""
    made = everything()

    for data in (letter_docx(writer().letter(made)), answer_docx(writer().answer_form(made))):
        *_, last, _section = opened(data).element.body
        assert last.tag.endswith("}p")


def test_nothing_of_the_directory_breaks_the_file_or_becomes_a_part_of_it():
    odd = "\x00\x0b\ud800\ufffe]]>&lt;<w:p/>"
    made = contents(locked(f"{odd}a@x", unit=odd), forward(f"{odd}b@x", to=f"{odd}@y", unit=odd))

    for data in (letter_docx(writer().letter(made)), answer_docx(writer().answer_form(made))):
        text = all_text(data)
        assert "‹U+0000›‹U+000B›‹U+D800›‹U+FFFE›]]>&lt;<w:p/>" in text
        assert "\x0b" not in text


def test_it_names_no_program_and_no_author():
    core = zipfile.ZipFile(io.BytesIO(letter_docx(writer().letter(everything())))).read(
        "docProps/core.xml"
    )

    assert b"python-docx" not in core
    assert re.search(rb"<dc:creator ?/>|<dc:creator></dc:creator>", core)


def filled(data: bytes) -> bytes:
    """The form as a unit fills it in."""
    document = opened(data)
    table = document.tables[1]
    for row in table.rows[1:]:
        for cell, text in zip(row.cells[4:], FILLED, strict=True):
            cell.text = text
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def blank(*subjects: str, wording=VI) -> bytes:
    rows = [locked(subject) for subject in subjects or ("a@x.example", "b@x.example")]
    return answer_docx(writer(wording).answer_form(contents(*rows)))


@pytest.mark.parametrize("wording", [VI, EN], ids=["vi", "en"])
def test_a_form_that_comes_back_is_read(tmp_path, wording):
    (tmp_path / "form.docx").write_bytes(filled(blank(wording=wording)))

    requests = read_forms(tmp_path)

    assert [one.address for one in requests] == ["a@x.example", "b@x.example"]
    assert {(one.approved_by, one.approved_on, one.reason) for one in requests} == {
        ("Chủ tịch", date(2026, 12, 10), "cần dùng cho kỳ thi")
    }


def test_one_that_was_not_filled_in_asks_for_nothing(tmp_path):
    (tmp_path / "form.docx").write_bytes(blank())

    assert read_forms(tmp_path) == ()


def test_the_form_is_laid_across_and_names_the_unit():
    document = opened(blank())

    assert document.sections[0].page_width > document.sections[0].page_height
    assert UNIT.upper() in all_text(blank())

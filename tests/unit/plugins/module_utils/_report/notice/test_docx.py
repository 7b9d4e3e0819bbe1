# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""DOCX: what goes into the letter comes out of it, the same bytes each time; forms come back."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.answer_form import (
    Wish,
    read_answers,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import AnswerFormError
from ansible_collections.civic.mailbox.plugins.module_utils._report.notice import docx
from ansible_collections.civic.mailbox.plugins.module_utils._report.notice.docx import (
    answer_docx,
    letter_docx,
    lines_of_docx,
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


def filled(data: bytes, change=lambda document: None) -> bytes:
    """The form as a unit fills it in."""
    document = opened(data)
    table = document.tables[1]
    for row in table.rows[1:]:
        for cell, text in zip(row.cells[4:], FILLED, strict=True):
            cell.text = text
    change(document)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def blank(*subjects: str, wording=VI) -> bytes:
    rows = [locked(subject) for subject in subjects or ("a@x.example", "b@x.example")]
    return answer_docx(writer(wording).answer_form(contents(*rows)))


@pytest.mark.parametrize("wording", [VI, EN], ids=["vi", "en"])
def test_a_form_that_comes_back_is_read(wording):
    answers = read_answers(lines_of_docx(filled(blank(wording=wording)), "f.docx"), "f.docx")

    assert [one.address for one in answers] == ["a@x.example", "b@x.example"]
    assert {(one.wish, one.approver, one.approved_on) for one in answers} == {
        (Wish.REOPEN, "Chủ tịch", date(2026, 12, 10))
    }


def test_one_that_was_not_filled_in_has_no_answers():
    assert read_answers(lines_of_docx(blank(), "f.docx"), "f.docx") == ()


def test_what_was_typed_with_changes_tracked_is_read_and_what_was_struck_out_is_not():
    def track(document):
        cell = document.tables[1].rows[1].cells[5]
        run = cell.paragraphs[0].runs[0]._r
        inserted = run.makeelement(
            docx.qn("w:ins"), {docx.qn("w:id"): "1", docx.qn("w:author"): "x"}
        )
        run.addprevious(inserted)
        inserted.append(run)
        deleted = run.makeelement(
            docx.qn("w:del"), {docx.qn("w:id"): "2", docx.qn("w:author"): "x"}
        )
        struck = run.makeelement(docx.qn("w:r"), {})
        text = run.makeelement(docx.qn("w:delText"), {})
        text.text = "old"
        struck.append(text)
        deleted.append(struck)
        inserted.addprevious(deleted)

    answer = read_answers(lines_of_docx(filled(blank(), track), "f"), "f")[0]

    assert answer.wish_reason == "cần dùng cho kỳ thi"


def test_lines_and_cells_that_were_joined_are_read():
    def join(document):
        table = document.tables[1]
        table.cell(1, 6).merge(table.cell(2, 6)).text = "Phó\nChủ tịch"

    answers = read_answers(lines_of_docx(filled(blank(), join), "f"), "f")

    assert [one.approver for one in answers] == ["Phó Chủ tịch"] * 2


NO_FORM = [
    ("nothing", b""),
    ("text", "Địa chỉ".encode()),
    ("the old format", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500)),
    ("half of one", blank()[:3000]),
]


@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in NO_FORM])
def test_what_is_no_form_is_told_with_its_name(data):
    with pytest.raises(AnswerFormError, match=r"^f\.docx: this is no Word document"):
        lines_of_docx(data, "f.docx")


def test_another_document_has_no_headings_and_a_zip_that_grows_is_refused():
    letter = letter_docx(writer().letter(contents(forward())))
    with pytest.raises(AnswerFormError, match="no line has the headings"):
        read_answers(lines_of_docx(letter, "f"), "f")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(20_000_000))
    with pytest.raises(AnswerFormError, match="it unpacks to more than"):
        lines_of_docx(bomb.getvalue(), "f")


def test_without_python_docx_the_way_out_is_told(monkeypatch):
    monkeypatch.setattr(docx, "HAS_DOCX", False)

    with pytest.raises(
        AnswerFormError, match="pip install python-docx; or have the form sent as CSV"
    ):
        lines_of_docx(b"", "f.docx")


def test_the_form_is_laid_across_and_names_the_unit():
    document = opened(blank())

    assert document.sections[0].page_width > document.sections[0].page_height
    assert UNIT.upper() in all_text(blank())

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A form as it comes back: CSV and DOCX files of a folder, and what is none."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.answer_form import Wish, headings
from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import AnswerFormError
from ansible_collections.civic.mailbox.plugins.module_utils._module.answer_files import read_forms

ROW = ("an@town.example", "khóa", "", "mở lại", "Cần dùng", "Chủ tịch", "08/01/2019")
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def csv_form(path: Path, *rows: tuple[str, ...]) -> None:
    lines = [";".join(row) for row in (headings("vi"), *rows)]
    path.write_text("\r\n".join(lines), "utf-8-sig")


def cell(text: str) -> str:
    """A cell in which Word has parted the text into runs, as after a spelling check."""
    middle = len(text) // 2
    runs = "".join(f"<w:r><w:t>{part}</w:t></w:r>" for part in (text[:middle], text[middle:]))
    return f"<w:tc><w:p>{runs}<w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p></w:tc>"


def docx_form(path: Path, *rows: tuple[str, ...], head: str = "") -> None:
    body = "".join(f"<w:tr>{''.join(map(cell, row))}</w:tr>" for row in rows)
    letter = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>UBND</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    text = (
        f'{head}<w:document xmlns:w="{WORD}"><w:body>{letter}<w:tbl>{body}</w:tbl></w:body>'
        "</w:document>"
    )
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("word/document.xml", text)


def test_all_forms_of_a_folder_in_the_order_of_their_names(tmp_path):
    docx_form(tmp_path / "b.docx", headings("vi"), ROW)
    csv_form(tmp_path / "a.CSV", ("bình@town.example", *ROW[1:]))
    for other in ("scan.pdf", "~$b.docx", ".~lock.a.CSV#", "note.txt"):
        (tmp_path / other).write_bytes(b"\x00")

    first, second = read_forms(tmp_path)

    assert (first.address, first.line) == ("bình@town.example", 2)
    assert (second.address, second.wish) == ("an@town.example", Wish.REOPEN)
    assert (second.approved_by, second.line) == ("Chủ tịch", 2)
    assert second.file.endswith("b.docx")


def test_the_mistakes_of_all_forms_are_told_at_once(tmp_path):
    csv_form(tmp_path / "a.csv", (*ROW[:3], "maybe", *ROW[4:]))
    docx_form(tmp_path / "b.docx", headings("en"), (*ROW[:6], "x"))
    (tmp_path / "c.xlsx").write_bytes(b"PK")

    with pytest.raises(AnswerFormError) as error:
        read_forms(tmp_path)

    a, b, c = str(error.value).splitlines()
    assert "a.csv, line 2, column 'Đề nghị" in a
    assert "b.docx, line 2, column 'Ngày phê duyệt'" in b
    assert "c.xlsx: cannot read .xlsx files: save it as CSV UTF-8 or DOCX" in c


DAMAGED = [
    ("no archive", b"not a zip", "no DOCX file that can be read"),
    ("cut off", None, "no DOCX file that can be read"),
]


@pytest.mark.parametrize(("data", "text"), [pytest.param(*case, id=n) for n, *case in DAMAGED])
def test_a_file_that_is_damaged(tmp_path, data, text):
    path = tmp_path / "a.docx"
    docx_form(path, headings("vi"), ROW)
    path.write_bytes(data or path.read_bytes()[:-40])

    with pytest.raises(AnswerFormError, match=text):
        read_forms(tmp_path)


def test_a_docx_without_the_table(tmp_path):
    docx_form(tmp_path / "a.docx", ROW)

    with pytest.raises(AnswerFormError, match="no table in it has the headings"):
        read_forms(tmp_path)


def test_entities_are_never_expanded(tmp_path):
    docx_form(
        tmp_path / "a.docx", headings("vi"), ROW, head='<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'
    )

    with pytest.raises(AnswerFormError, match="this is no answer form"):
        read_forms(tmp_path)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(AnswerFormError, match="cannot read the folder of answer forms"):
        read_forms(tmp_path / "none")

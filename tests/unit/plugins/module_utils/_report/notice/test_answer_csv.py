# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The answer form as CSV."""

from __future__ import annotations

from ansible_collections.civic.mailbox.plugins.module_utils._core.answer_form import (
    headings,
    lines_of_csv,
    read_answers,
)
from ansible_collections.civic.mailbox.plugins.module_utils._report.notice.answer_csv import (
    answer_csv,
)

from .letters import EN, contents, locked, writer


def written(*subjects: str, **more) -> bytes:
    rows = [locked(subject) for subject in subjects]
    return answer_csv(writer(**more).answer_form(contents(*rows)))


def test_it_has_the_columns_of_the_form_and_reads_back():
    data = written("b@x.example", "a@x.example")

    (_, first), *rest = lines_of_csv(data, "f")
    assert first[0].removeprefix("\ufeff") == headings("vi")[0]
    assert [cells[0] for _, cells in rest] == ["a@x.example", "b@x.example"]
    assert read_answers(lines_of_csv(data, "f"), "f") == ()
    assert read_answers(lines_of_csv(written("a@x", wording=EN), "f"), "f") == ()


def test_excel_takes_its_letters_for_what_they_are():
    assert written("a@x").startswith('\ufeff"Địa chỉ hộp thư"'.encode())


def test_no_cell_is_a_formula_and_the_address_comes_back():
    data = written("=cmd|'/C calc'!A0@x.example", "+1@x.example", "'@x.example")

    cells = [line.split(b'","')[0] for line in data.split(b"\r\n")[1:-1]]
    assert all(cell.startswith(b"\"'") for cell in cells)
    addresses = {cells[0] for _, cells in lines_of_csv(data, "f")[1:]}
    assert addresses == {"=cmd|'/C calc'!A0@x.example", "+1@x.example", "'@x.example"}

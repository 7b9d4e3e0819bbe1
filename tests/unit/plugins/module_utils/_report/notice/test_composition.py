# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The letter and its form: every part that the Decree asks for, from what was found and stated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.answer_form import (
    read_answers,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.letter_file import (
    LetterFile,
    Sender,
    UnitEntry,
)
from ansible_collections.civic.mailbox.plugins.module_utils._core.mail_wording import reworded
from ansible_collections.civic.mailbox.plugins.module_utils._report.notice.letter import (
    Letter,
    Style,
    Table,
)

from .letters import (
    EN,
    OFFICE,
    STATED,
    UNIT,
    VI,
    contents,
    everything,
    forward,
    idle,
    locked,
    password,
    soon,
    writer,
)

BARE = LetterFile(sender=Sender(contact="CNTT"), deadline=date(2026, 12, 15))


def texts(letter: Letter) -> list[str]:
    return [block.text for block in letter.blocks if not isinstance(block, Table)]


def tables(letter: Letter) -> list[Table]:
    return [block for block in letter.blocks if isinstance(block, Table)]


def test_the_head_and_the_end_are_those_of_an_official_letter():
    letter = writer().letter(everything())

    assert letter.head.nation == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    assert letter.head.motto == "Độc lập - Tự do - Hạnh phúc"
    assert letter.head.issuer == ("Ủy ban nhân dân", "phường Cẩm Bình")
    assert letter.number == "Số: 06/UBND"
    assert letter.dateline == "Cẩm Bình, ngày 08 tháng 01 năm 2026"
    assert letter.about.startswith("V/v rà soát")
    assert (letter.to_label, letter.to) == ("Kính gửi:", UNIT)
    assert letter.copies == ("Như trên;", "Lãnh đạo (b/c);", "Lưu: VT.")
    assert letter.titles == ("TM. Ủy ban nhân dân", "Chủ tịch")


def test_what_the_office_does_not_state_is_left_free():
    letter = writer(stated=BARE).letter(everything())

    assert letter.number == "Số:         "
    assert letter.dateline == "..............., ngày       tháng       năm 2026"
    assert (letter.titles, letter.signer, letter.copies) == ((), "", ("Như trên.",))
    assert not [block for block in letter.blocks if getattr(block, "style", "") is Style.CITE]


DATES = [
    (date(2026, 1, 8), "ngày 08 tháng 01 năm 2026"),
    (date(2026, 2, 10), "ngày 10 tháng 02 năm 2026"),
    (date(2026, 3, 1), "ngày 01 tháng 3 năm 2026"),
    (date(2026, 12, 31), "ngày 31 tháng 12 năm 2026"),
]


@pytest.mark.parametrize(("day", "written"), DATES)
def test_days_below_10_and_the_first_two_months_have_a_nought(day, written):
    assert writer(stated=replace(STATED, day=day)).letter(everything()).dateline.endswith(written)


NUMBERS = [
    ("6", "Số: 06/UBND"),
    ("125", "Số: 125/UBND"),
    ("6a", "Số: 6a/UBND"),
    ("", "Số:         /UBND"),
]


@pytest.mark.parametrize(("number", "written"), NUMBERS)
def test_a_number_below_10_has_a_nought(number, written):
    assert writer(stated=replace(STATED, number=number)).letter(everything()).number == written


def test_a_unit_has_its_own_addressee_and_number():
    entry = UnitEntry(unit=UNIT, addressee="Hiệu trưởng", number="7")
    letter = writer(stated=replace(STATED, units={UNIT: entry})).letter(everything())

    assert (letter.to, letter.number) == ("Hiệu trưởng", "Số: 07/UBND")


def test_cites_end_as_the_decree_has_it():
    blocks = writer().letter(everything()).blocks[:2]
    assert [block.style for block in blocks] == [Style.CITE] * 2
    cites = [block.text for block in blocks]

    assert [text[-1] for text in cites] == [";", "."]
    assert not cites[1].endswith(";.")


def test_there_is_a_list_for_each_kind_and_a_request_for_each():
    letter = writer().letter(everything())

    assert [table.rows[0][1] for table in tables(letter)] == [
        "locked@town.example", "idle@town.example", "fw@town.example", "pw@town.example",
    ]  # fmt: skip
    headings = [b.text[:3] for b in letter.blocks if getattr(b, "style", "") is Style.HEADING]
    assert headings == ["a) ", "b) ", "c) ", "d) "]
    requests = texts(letter)[texts(letter).index("2. Nội dung đề nghị") + 1 : -1]
    assert [text[:3] for text in requests] == ["a) ", "b) ", "c) ", "d) ", "đ) "]
    assert "15/12/2026" in requests[-1]
    assert "phiếu trả lời" in requests[-1]


ALONE = [
    (locked(), ["02", "01/08/2026", "Quản trị viên đã khóa"]),
    (soon(), ["01/08/2026", "Từ ngày 20/12/2026"]),
    (idle(), ["01/08/2026", "Đã quá 3 tháng"]),
    (forward(), ["Chuyển tiếp thư đến me@home.example"]),
    (password(), ["mật khẩu mặc định"]),
]


@pytest.mark.parametrize(("found", "told"), ALONE)
def test_only_what_was_found_is_told_and_asked_for(found, told):
    letter = writer().letter(contents(found))

    (table,) = tables(letter)
    assert len(table.rows) == 1
    assert all(part in " ".join(table.rows[0]) for part in told if part != "02")
    requests = texts(letter)[texts(letter).index("2. Nội dung đề nghị") + 1 : -1]
    assert len(requests) == 2
    assert ("phiếu trả lời" in requests[-1]) is (found.control == "locked-mailbox")


def test_what_enforcement_has_done_is_told_as_done():
    found = idle(), forward()
    done = {one.fingerprint: frozenset({"lock", "forwards"}) for one in found}
    locks, forwards = tables(writer().letter(contents(*found, **done)))

    assert locks.rows[0][-1] == "Lâu ngày không đăng nhập"
    assert forwards.rows[0][-1].endswith("Đã tắt")


def test_a_lock_that_a_run_set_is_told_with_its_cause():
    made = contents(locked("a@x"), locked("b@x"), causes={"a@x": "default-password"})
    (table,) = tables(writer().letter(made))

    assert [row[-1] for row in table.rows] == [
        "Còn dùng mật khẩu mặc định hoặc dễ đoán", "Quản trị viên đã khóa",
    ]  # fmt: skip


def test_addresses_in_no_unit_are_told_to_the_office_and_it_is_said():
    letter = writer().letter(contents(forward(unit="")))

    assert letter.to == f"Các bộ phận thuộc {OFFICE}"
    note = next(text for text in texts(letter) if "chưa được gắn với đơn vị nào" in text)
    assert OFFICE in note


def test_the_english_letter_says_the_same():
    letter = writer(EN).letter(everything())

    assert letter.head.issuer == ("People's Committee", "of Cẩm Bình Ward")
    assert letter.dateline == "Cẩm Bình, 08 January 2026"
    assert [len(table.rows) for table in tables(letter)] == [1, 2, 1, 1]
    assert len(texts(letter)) == len(texts(writer(VI).letter(everything())))


class Abroad(date):
    """A day in a process whose locale is not English; Ansible sets that of the environment."""

    def __format__(self, how: str) -> str:
        return self.strftime(how)

    def strftime(self, how: str) -> str:
        return how.replace("%B", "Tháng").replace("%b", "Thg")


def test_months_are_english_whatever_the_locale():
    stated = replace(STATED, day=Abroad(2026, 1, 8), deadline=Abroad(2026, 12, 15))

    letter = writer(EN, stated=stated).letter(everything())

    assert letter.dateline == "Cẩm Bình, 08 January 2026"
    assert any("15 Dec 2026" in text for text in texts(letter))


def test_an_office_has_its_own_text():
    own = reworded(VI, "Khóa thư\nGửi ${unit}:\n\n${locked}\nHạn ${deadline}.\n", "own.txt")
    letter = writer(own).letter(everything())

    assert letter.about == "V/v Khóa thư"
    assert texts(letter) == [
        f"Gửi {UNIT}:", "a) Hộp thư đang bị khóa (01 hộp thư):", "Hạn 15/12/2026."
    ]  # fmt: skip
    assert len(tables(letter)) == 1


def test_the_form_is_read_back_by_the_one_that_reads_answers():
    form = writer().answer_form(everything())
    filled = [
        (1, form.headings),
        *(
            (2 + n, (*row[:3], "mở lại", "cần dùng", "Chủ tịch", "10/12/2026"))
            for n, row in enumerate(form.rows)
        ),
    ]

    (answer,) = read_answers(filled, "form")

    assert (answer.address, answer.state) == ("locked@town.example", "Đang bị khóa")
    assert answer.approved_on == date(2026, 12, 10)


def test_a_form_has_the_locked_ones_with_an_address_alone():
    form = writer().answer_form(contents(locked(), locked("uid=x,dc=town"), soon()))

    assert [row[0] for row in form.rows] == ["locked@town.example"]
    assert form.rows[0][3:] == ("", "", "", "")
    assert writer().answer_form(contents(soon())) is None
    assert writer().answer_form(contents(locked("uid=x,dc=town"))) is None


def test_text_of_the_office_is_composed_and_on_one_line():
    sender = replace(STATED.sender, place="Ca\u0302\u0309m\u00a0Bi\u0300nh\n")
    letter = writer(stated=replace(STATED, sender=sender)).letter(everything())

    assert letter.dateline.startswith("Cẩm Bình, ngày")


def test_what_the_directory_says_can_hide_nothing():
    letter = writer().letter(contents(locked("a\u202eb\x00@x", unit="Đ\x07ội")))

    assert tables(letter)[0].rows[0][1] == "a‹U+202E›b‹U+0000›@x"
    assert letter.to == "Đ‹U+0007›ội"

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""A letter in parts, as each file format sets them on paper.

The parts are those of an official letter by Annex I of Decree 30/2020/NĐ-CP; what each is called
stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Style(Enum):
    """How a paragraph of the text is set."""

    TEXT = "text"
    CITE = "cite"  # căn cứ
    HEADING = "heading"


@dataclass(frozen=True, kw_only=True, slots=True)
class Paragraph:
    """One paragraph of the text."""

    text: str
    style: Style = Style.TEXT


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table with a row of headings; its columns share the width of the text by `shares`."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...]
    centred: tuple[int, ...] = ()  # columns


Block = Paragraph | Table


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """Who writes, under which number, where and when: the same on a letter and on its form."""

    language: str  # BCP 47
    nation: str  # quốc hiệu
    motto: str  # tiêu ngữ
    superior: str  # tên cơ quan, tổ chức chủ quản trực tiếp; "": there is none
    issuer: tuple[str, ...]  # tên cơ quan, tổ chức ban hành


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One letter."""

    head: Letterhead
    number: str  # số, ký hiệu
    dateline: str  # địa danh và thời gian ban hành
    about: str  # trích yếu nội dung
    to_label: str  # "Kính gửi"
    to: str
    blocks: tuple[Block, ...]  # nội dung
    copies_label: str  # "Nơi nhận"
    copies: tuple[str, ...]
    titles: tuple[str, ...]  # quyền hạn, chức vụ của người ký
    signer: str  # họ tên; the seal goes between


@dataclass(frozen=True, kw_only=True)
class AnswerForm:
    """What a unit fills in and sends back. `headings` and `rows` are those of answer_form.py."""

    head: Letterhead
    unit: str
    title: str
    about: str  # a line under the title
    instructions: tuple[str, ...]
    serial: str  # heading of a column of numbers, for the eye
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    signatures: tuple[str, ...]  # side by side
    dateline: str  # left free for the unit

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The letter as text."""

from __future__ import annotations

from ansible_collections.civic.mailbox.plugins.module_utils._report.notice.plain import plain

from .letters import everything, writer


def test_every_part_of_the_letter_is_there():
    letter = writer().letter(everything())
    text = plain(letter)

    parts = [
        letter.number,
        letter.dateline,
        letter.about,
        letter.to,
        *letter.copies,
        *letter.titles,
    ]
    assert [part for part in parts if part not in text] == []
    assert "  1 | locked@town.example | 01/08/2026 | Quản trị viên đã khóa\n" in text

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Vietnamese names in the order of their alphabet."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._report.collation import collation_key

ORDER = [
    "12 Trần Phú", "An", "Ăn", "Ấn", "Bình", "Công an phường", "Dũng", "Đạt", "Đỗ", "Em", "Êm",
    "Ông", "Ở", "Thanh", "Thành", "Thảnh", "Thãnh", "Thánh", "Thạnh", "Thanh niên", "Trường",
    "Út", "Ước", "Văn",
]  # fmt: skip


def test_letters_come_before_tones():
    shuffled = sorted(ORDER, key=lambda name: name[::-1])

    assert sorted(shuffled, key=collation_key) == ORDER


@pytest.mark.parametrize("name", ORDER)
def test_combining_and_composed_letters_are_alike(name):
    written = {unicodedata.normalize(form, name) for form in ("NFC", "NFD")}

    assert len({collation_key(one) for one in written}) == 1


@given(st.lists(st.text(), max_size=6))
def test_any_text_has_a_place(names):
    for first, second in pairwise(sorted(names, key=collation_key)):
        assert collation_key(first) <= collation_key(second)

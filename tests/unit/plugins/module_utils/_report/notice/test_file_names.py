# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names of folders, whatever a unit is called."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._report.notice.file_names import (
    folder_of,
)

NAMES = [
    "Trường THCS Cẩm Bình", "../../etc/passwd", "/", "..", ".", "-rf", "CON", "a\x00b", "a\nb", "😀",
    "đội" * 200, "Cán bộ, công chức", "\ud800", "<script>", "Тест",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_is_safe_and_goes_nowhere_else(name):
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,47}-[0-9a-f]{8}", folder_of(name))


@given(st.text(st.characters()))
def test_any_name_at_all(name):
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,80}", folder_of(name))


def test_it_can_be_read():
    assert folder_of("Trường THCS Cẩm Bình").startswith("truong-thcs-cam-binh-")


def test_other_units_have_other_folders():
    names = ["Trường A", "Trương A", "Truong A", "truong a", "", "no-unit", *NAMES]

    assert len({folder_of(name) for name in names}) == len(names)


def test_both_ways_to_write_a_name_give_the_same():
    assert len({folder_of(unicodedata.normalize(form, NAMES[0])) for form in ("NFC", "NFD")}) == 1

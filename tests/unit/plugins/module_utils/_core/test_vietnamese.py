# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Vietnamese names: two ways to write one, and the order of the dictionary."""

from __future__ import annotations

import random
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.vietnamese import (
    alike,
    alphabetical,
    same_name,
    without_marks,
)

IN_ORDER = [
    "",
    "1 Khu phố",
    "An",
    "Ăn",
    "Ân",
    "Ba",
    "Cán bộ, công chức",
    "Công an phường",
    "Dân quân",
    "Đảng ủy",
    "Em",
    "Hội đồng nhân dân",
    "ma",
    "mà",
    "mả",
    "mã",
    "má",
    "mạ",
    "mai",
    "Trường THCS Cẩm Bình",
    "Trường Tiểu học Cẩm Bình",
    "Tư pháp",
    "Ủy ban",
    "Ưu",
    "Я",
]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_are_in_the_order_of_the_dictionary_however_they_are_written(form):
    written = [unicodedata.normalize(form, name) for name in IN_ORDER]
    shuffled = random.Random(1).sample(written, len(written))

    assert sorted(shuffled, key=alphabetical) == written


@pytest.mark.parametrize("name", IN_ORDER)
def test_both_ways_to_write_a_name_sort_alike(name):
    keys = {alphabetical(unicodedata.normalize(form, name)) for form in ("NFC", "NFD")}

    assert len(keys) == 1


SAME = [
    ("combining and precomposed", "Tru\u031bo\u031b\u0300ng", "Trường"),
    ("spaces", " Công  an\u00a0phường ", "Công an phường"),
]


@pytest.mark.parametrize(("one", "other"), [pytest.param(*case, id=name) for name, *case in SAME])
def test_what_looks_alike_is_the_same_name(one, other):
    assert same_name(one) == same_name(other)


def test_case_and_tone_tell_names_apart():
    assert len({same_name(name) for name in ("An", "an", "Ăn", "Án")}) == 4


ALIKE = [
    # what the case shows                one way              another                alike
    ("combining and precomposed",        "Tru\u031bo\u031b\u0300ng", "Trường",      True),
    ("case",                             "ủy ban",            "Ủy Ban",              True),
    ("spaces",                           "Ủy  ban ",          "Ủy ban",              True),
    ("where the tone mark stands",       "Uỷ ban",            "Ủy ban",              True),
    ("the same in two words",            "Thúy Hòa",          "Thuý  hoà",           True),
    ("letters without marks",            "Đức",               "Duc",                 False),
    ("another tone",                     "Hoa",               "Hòa",                 False),
    ("another letter",                   "Dung",              "Đung",                False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "are"), [pytest.param(*case, id=name) for name, *case in ALIKE]
)
def test_people_write_a_name_in_several_ways(one, other, are):
    assert (alike(one) == alike(other)) is are


@given(st.lists(st.text(), max_size=6))
def test_any_text_has_a_place(names):
    for first, second in pairwise(sorted(names, key=alphabetical)):
        assert alphabetical(first) <= alphabetical(second)


def test_marks_can_be_left_out():
    assert without_marks("Đội Quản lý đô thị") == "Doi Quan ly do thi"

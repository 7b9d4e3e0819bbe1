# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which parts are missing, and what the hosts of units are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.parts import (
    ROOT_NAME,
    Part,
    host_names,
    plain_name,
    unread_parts,
)

ROOT = "dc=x"


def part(key: str, *without: str) -> Part:
    return Part(name=key, key=key, without=without)


READ = [
    ("all of them",                    [part(ROOT, "a", "b"), part("a", "c"), part("b"), part("c")], []),
    ("one without units",              [part(ROOT)],                                       []),
    ("nothing",                        [],                                                 [ROOT]),
    ("the root is missing",            [part("a"), part("b")],                             [ROOT]),
    ("one is missing",                 [part(ROOT, "a", "b"), part("a")],                  ["b"]),
    ("one within another is missing",  [part(ROOT, "a"), part("a", "c")],                  ["c"]),
    ("the root and one more",          [part("a", "c")],                                   [ROOT]),
    ("one that nobody left out",       [part(ROOT, "a"), part("a"), part("z", "y")],       []),
    ("parts that leave out each other", [part(ROOT, "a"), part("a", "b"), part("b", "a")], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("read", "expected"), [pytest.param(*case, id=name) for name, *case in READ]
)
def test_what_a_part_left_out_has_to_be_read(read, expected):
    assert unread_parts(read, ROOT) == expected


NAMES = [
    ("plain letters",           [["UBND phường Cẩm Bình"]],               ["ubnd-phuong-cam-binh"]),
    ("a letter with a stroke",  [["Đội Quản lý Đô thị"]],                 ["doi-quan-ly-do-thi"]),
    ("decomposed",              [["Ca\u0301n bo\u0323\u0302"]],           ["can-bo"]),
    ("signs",                   [["{{ 7*7 }} & Co., Ltd"]],               ["7-7-co-ltd"]),
    ("no letters of ours",      [["公安"]],                               ["unit"]),
    ("one name in two places",  [["Tổ 1", "Nam"], ["Tổ 1", "Bắc"], ["Tổ 2", "Bắc"]],
     ["to-1.nam", "to-1.bac", "to-2"]),
    ("two above the same",      [["Tổ 1", "Nam", "A"], ["Tổ 1", "Nam", "B"], ["Tổ 1", "Tây", "B"]],
     ["to-1.nam.a", "to-1.nam.b", "to-1.tay"]),
    ("one below the other",     [["Tổ 1"], ["Tổ 1", "Tổ 1"]],             ["to-1", "to-1.to-1"]),
    ("alike but for the marks", [["Tổ 1"], ["To 1"], ["TỔ 1"]],           ["to-1", "to-1-2", "to-1-3"]),
    ("a number that is taken",  [["To 1"], ["Tổ 1"], ["to-1-2"]],         ["to-1", "to-1-3", "to-1-2"]),
    ("the name of the rest",    [["_rest"]],                              ["rest"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("paths", "expected"), [pytest.param(*case, id=name) for name, *case in NAMES]
)
def test_a_host_is_called_as_its_unit(paths, expected):
    assert host_names("ldap1", paths) == [f"ldap1.{name}" for name in expected]


@given(st.lists(st.lists(st.text(max_size=4), min_size=1, max_size=3), max_size=12))
def test_no_two_hosts_have_one_name_and_none_is_the_rest(paths):
    names = host_names("d", paths)

    assert len({*names, f"d.{ROOT_NAME}"}) == len(paths) + 1


@given(st.text())
def test_a_plain_name_is_fit_for_a_host(text):
    assert plain_name(text).replace("-", "a").isascii()
    assert plain_name(text).replace("-", "a").isalnum()

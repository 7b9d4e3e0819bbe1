# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.names import Names


def test_a_name_that_was_added_is_found_and_no_other():
    names = Names(f"user{number}@town.example" for number in range(500))
    names.add("late@town.example")

    assert "user499@town.example" in names
    assert "late@town.example" in names
    assert "user500@town.example" not in names
    assert len(names) == 501


def test_those_that_are_added_after_a_look_are_found_too():
    names = Names(["a"])
    later = [f"user{number}@town.example" for number in range(50)]
    assert later[0] not in names

    for name in later:
        names.add(name)

    assert all(name in names for name in later)


def test_none_is_in_an_empty_set():
    assert not Names()
    assert Names().isdisjoint(["a"])


def test_those_that_were_added_twice_are_told():
    twice = Names(["a", "b", "c", "b", "b", "a"]).repeated()

    assert len(twice) == 2
    assert [name for name in "abc" if name in twice] == ["a", "b"]
    assert len(Names(["a", "b"]).repeated()) == 0


@pytest.mark.parametrize(("names", "different"), [("", 0), ("a", 1), ("abab", 2), ("aba", 2)])
def test_those_that_were_added_again_are_not_counted_as_others(names, different):
    assert Names(names).distinct() == different

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Units are parts of which no account is in two, and none in none, however they are dealt out."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import DirectoryError
from ansible_collections.civic.mailbox.plugins.module_utils._core.parts import Part, unread_parts
from ansible_collections.civic.mailbox.plugins.module_utils._directory.client import Entry
from ansible_collections.civic.mailbox.plugins.module_utils._directory.complaints import (
    RefusedError,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dividing import (
    Unit,
    units_by_tree,
    units_by_value,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dn import is_within
from ansible_collections.civic.mailbox.plugins.module_utils._directory.part_reading import (
    NOT_REACHED,
    Division,
    PartState,
    Search,
    entries_of,
)
from ansible_collections.civic.mailbox.plugins.module_utils._directory.units import (
    from_attribute,
    from_dn,
)

BASE = "dc=x"
OU = from_dn("ou")

# Paths of units, each of which may lie in others; accounts with the path they lie in.
paths = st.lists(st.sampled_from(["A", "B", "C, D", "tổ 1"]), max_size=3).map(tuple)
places = st.lists(paths, max_size=12)


def dn(path: tuple[str, ...]) -> str:
    return ",".join([*("ou=" + name.replace(",", r"\2C") for name in reversed(path)), BASE])


def searching(accounts: list[str]) -> Search:
    def search(base: str, is_narrow: bool) -> Iterator[Entry]:
        del is_narrow
        return iter([(one.encode(), {}) for one in accounts if is_within(one, [base])])

    return search


def read(parts: list[Part], search: Search, *, by_subtree: bool = True, unit=OU) -> list[str]:
    division = Division(search_base=BASE, by_subtree=by_subtree, rule="", parts=tuple(parts))
    states: dict[str, PartState] = {}
    found = [entry[0].decode() for entry in entries_of(division, unit, search, states)]
    assert {state.message for state in states.values()} <= {""}
    assert sum(state.accounts for state in states.values()) == len(found)
    return found


@given(units=places, homes=places, known=st.booleans(), slices=st.integers(1, 4), data=st.data())
def test_every_account_is_in_one_part_of_a_tree(units, homes, known, slices, data):
    entries = sorted({dn(path[:depth]) for path in units for depth in range(1, len(path) + 1)})
    accounts = [f"uid={number},{dn(path)}" for number, path in enumerate(homes)]
    counted = [one.encode() for one in accounts] if known else None

    found = units_by_tree("d", BASE, [one.encode() for one in entries], counted)

    parts = [unit.part for unit in found]
    data.draw(st.randoms()).shuffle(parts)
    shares = [parts[number::slices] for number in range(slices)]
    read_by_all = [one for share in shares for one in read(share, searching(accounts))]
    assert sorted(read_by_all) == sorted(accounts)
    assert unread_parts(parts, BASE) == []


@given(
    values=st.dictionaries(st.sampled_from(["", "A", "a", "B", "b"]), st.integers(1, 3)),
    later=st.lists(st.sampled_from(["", "A", "new"]), max_size=3),
    slices=st.integers(1, 4),
)
def test_every_account_is_in_one_part_of_values(values, later, slices):
    held = [value for value, number in values.items() for _ in range(number)] + later
    entries = [
        (f"uid={number},{BASE}".encode(), {"ou": [value.encode()]} if value else {})
        for number, value in enumerate(held)
    ]

    parts = [unit.part for unit in units_by_value("d", values)]

    shares = [parts[number::slices] for number in range(slices)]
    found = [
        one
        for share in shares
        for one in read(
            share, lambda *_: iter(entries), by_subtree=False, unit=from_attribute("ou")
        )
    ]
    assert sorted(found) == sorted(entry[0].decode() for entry in entries)
    assert unread_parts(parts, "") == []


ENTRIES = [b"ou=people,dc=x", b"ou=A,ou=people,dc=x", b"ou=B,ou=people,dc=x", b"dc=x"]


def by_name(units: list[Unit]) -> dict[str, Unit]:
    return {unit.part.name: unit for unit in units}


def test_units_are_named_and_know_what_lies_in_them():
    units = by_name(units_by_tree("d", BASE, ENTRIES, None))

    assert units.keys() == {"d._rest", "d.people", "d.a", "d.b"}
    assert units["d.people"].part.without == ("ou=A,ou=people,dc=x", "ou=B,ou=people,dc=x")
    assert units["d._rest"].part == Part(name="d._rest", key=BASE, without=("ou=people,dc=x",))
    assert {unit.accounts for unit in units.values()} == {None}


def test_where_accounts_are_counted_a_unit_without_any_is_none():
    accounts = [b"uid=1,ou=A,ou=people,dc=x", b"uid=2,dc=x"]

    units = by_name(units_by_tree("d", BASE, ENTRIES, accounts))

    assert {name: unit.accounts for name, unit in units.items()} == {"d._rest": 1, "d.a": 1}
    assert units["d._rest"].part.without == ("ou=A,ou=people,dc=x",)


def test_an_account_that_is_a_unit_itself_is_read_once():
    units = units_by_tree("d", BASE, ENTRIES, None)
    accounts = ["ou=A,ou=people,dc=x", "ou=people,dc=x"]

    assert Counter(read([unit.part for unit in units], searching(accounts))) == Counter(accounts)


def test_a_part_that_is_refused_leaves_the_others_be():
    def search(base: str, is_narrow: bool) -> Iterator[Entry]:
        if base == "ou=A,ou=people,dc=x":
            raise RefusedError("no such object", 32)
        return searching(["uid=1,ou=B,ou=people,dc=x"])(base, is_narrow)

    division, states = _division(), {}
    found = list(entries_of(division, OU, search, states))

    assert len(found) == 1
    assert division.end(states, "")["parts"] == {
        "d._rest": "", "d.people": "", "d.a": "no such object", "d.b": "",
    }  # fmt: skip


def test_parts_that_were_not_reached_are_not_read():
    def search(base: str, is_narrow: bool) -> Iterator[Entry]:
        if base == "ou=A,ou=people,dc=x":
            raise DirectoryError("connection lost")
        return searching([])(base, is_narrow)

    division, states = _division(), {}
    with pytest.raises(DirectoryError):
        list(entries_of(division, OU, search, states))

    # What is read after the accounts is a part of all, so without it none is whole.
    assert set(division.end(states, "lost")["parts"].values()) == {"lost"}
    assert division.end({}, "")["parts"]["d.b"] == NOT_REACHED


def _division() -> Division:
    units = units_by_tree("d", BASE, ENTRIES, None)
    parts = tuple(unit.part for unit in units)
    return Division(search_base=BASE, by_subtree=True, rule="", parts=parts)


def test_a_tree_of_any_order_gives_the_same_units():
    shuffled = ENTRIES.copy()
    random.Random(1).shuffle(shuffled)

    assert units_by_tree("d", BASE, shuffled, None) == units_by_tree("d", BASE, ENTRIES, None)

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.rows_by_name import RowsByName

ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(-(2**63), 2**63 - 1), st.integers(0, 9))
)


@given(ROWS, ROWS)
def test_a_name_has_its_rows_in_the_order_of_their_coming(first, later):
    rows = RowsByName("q", "B")
    for some in (first, later):  # more may come after a look
        for name, *numbers in some:
            rows.add(name, *numbers)
        rows.sort()

    every = [*first, *later]
    assert {name: [*rows.of(name)] for name in "abcd"} == {
        name: [tuple(numbers) for whose, *numbers in every if whose == name] for name in "abcd"
    }
    assert len(rows) == len(every)


def test_a_row_has_a_number_for_each_column():
    with pytest.raises(ValueError, match="zip"):
        RowsByName("q", "I").add("a", 1)

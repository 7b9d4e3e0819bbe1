# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Values that say where mail goes on to: read, and written with fewer targets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._directory.notation import (
    ADDRESS,
    ADDRESSES,
    CHANNEL,
)

LISTS = [
    # as written            the targets              without a@x
    (b"a@x",                ["a@x"],                 b""),
    (b"A@X",                ["A@X"],                 b""),
    (b"a@x,b@x",            ["a@x", "b@x"],          b"b@x"),
    (b"a@x, b@x , c@x",     ["a@x", "b@x", "c@x"],   b"b@x, c@x"),
    (b" , ,b@x,",           ["b@x"],                 b" , ,b@x,"),
    (b"",                   [],                      b""),
]  # fmt: skip


@pytest.mark.parametrize(("value", "targets", "left"), LISTS)
def test_a_value_may_hold_several_addresses(value, targets, left):
    found = list(ADDRESSES.forwards("pref", value))

    assert [way.address for way in found] == targets
    assert {(way.channel, way.source, way.active) for way in found} <= {(CHANNEL, "pref", True)}
    assert ADDRESSES.without(value, {"a@x"}.__contains__) == left


def test_a_value_that_is_one_address_is_not_taken_apart():
    value = b"a@x, b@x"

    assert [way.address for way in ADDRESS.forwards("f", value)] == ["a@x, b@x"]
    assert ADDRESS.without(value, {"a@x"}.__contains__) == value
    assert ADDRESS.without(value, {"a@x, b@x"}.__contains__) == b""


ADDRESS_TEXTS = st.from_regex(rb"[a-z]{1,5}@[a-z]{1,5}", fullmatch=True)


@given(st.lists(ADDRESS_TEXTS, min_size=1), st.sets(ADDRESS_TEXTS.map(bytes.decode)))
def test_what_is_wanted_stays_and_what_is_not_goes(addresses, unwanted):
    left = ADDRESSES.without(b",".join(addresses), unwanted.__contains__)

    kept = [one.decode() for one in addresses if one.decode() not in unwanted]
    assert [way.address for way in ADDRESSES.forwards("f", left)] == kept

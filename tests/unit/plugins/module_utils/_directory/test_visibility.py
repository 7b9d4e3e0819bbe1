# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What has to be asked: each attribute that a unit's entries have not shown, and no other.

What the answers mean is tested on real servers.
"""

from __future__ import annotations

from collections import defaultdict

from ansible_collections.civic.mailbox.plugins.module_utils._directory.codecs import TEXT, TIME
from ansible_collections.civic.mailbox.plugins.module_utils._directory.dialect import Field
from ansible_collections.civic.mailbox.plugins.module_utils._directory.visibility import (
    Visibility,
)

ROWS = (Field("login", "uid", TEXT), Field("lock", "locked", TIME), Field("lock", "until", TIME))


def missing(*seen: tuple[str, tuple[str, ...]]) -> set[tuple[str, str]]:
    """Unit and attribute of each question, when entries of these units show these attributes."""
    visibility, shown = Visibility(ROWS), defaultdict(int)
    for number, (unit, attributes) in enumerate(seen):
        shown[unit] |= visibility.note(unit, f"uid={number}".encode(), attributes)
    return {(unit, row.attribute) for unit, row in visibility.missing(shown)}


def test_nothing_is_asked_of_an_empty_directory():
    assert missing() == set()


def test_an_attribute_that_any_entry_of_the_unit_shows_is_not_asked_for():
    assert missing(("a", ("uid",)), ("a", ("uid", "locked")), ("a", ("until",))) == set()


def test_another_unit_proves_nothing():
    assert missing(("a", ("uid", "locked", "until")), ("b", ("uid",))) == {
        ("b", "locked"),
        ("b", "until"),
    }


def test_attributes_of_no_row_are_not_asked_for():
    assert missing(("a", ("ou", "uid", "locked", "until"))) == set()


def test_the_first_entry_of_a_unit_is_asked_about():
    visibility = Visibility(ROWS)
    for number, unit in enumerate(("a", "b", "a")):
        visibility.note(unit, b"uid=%d" % number, ())

    assert visibility.samples == {"a": b"uid=0", "b": b"uid=1"}

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.target_lists import (
    NotEditableError,
    list_without,
)

UNWANTED = {"x@out.example", "y@out.example"}
EDITED = [
    ("alone among commas", "a, x@out.example, b\n", "a, b\n"),
    ("two without a comma, both unwanted", "a, x@out.example y@out.example, b\n", "a, b\n"),
    ("beside two without a comma", "a b, x@out.example\n", "a b\n"),
    ("in a whole in quotes", 'a, "x@out.example"\n', "a\n"),
    ("not there", "a b; c\n", "a b; c\n"),
]


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*c, id=n) for n, *c in EDITED])
def test_an_unwanted_target_goes_and_the_others_stay(text, expected):
    assert list_without(text, UNWANTED.__contains__) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a x@out.example\n", id="no comma between"),
        pytest.param("\\a x@out.example\n", id="behind a local copy"),
        pytest.param("|/bin/x x@out.example\n", id="behind a command"),
        pytest.param("friends: a, x@out.example;\n", id="the end of a group"),
        pytest.param("friends: x@out.example, a;\n", id="the beginning of a group"),
    ],
)
def test_what_commas_do_not_part_is_for_a_person(text):
    with pytest.raises(NotEditableError, match="comma"):
        list_without(text, UNWANTED.__contains__)

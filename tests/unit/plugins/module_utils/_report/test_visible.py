# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Text from servers, made safe to look at."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._report.visible import (
    clipped,
    columns,
    fitted,
    shortened,
    visible,
)

VISIBLE = [
    ("plain text stays", "van.thu@phuong.example", "van.thu@phuong.example"),
    ("Vietnamese stays", "Cán bộ, công chức", "Cán bộ, công chức"),
    ("decomposed letters stay", "Ca\u0302\u0309m", "Ca\u0302\u0309m"),
    ("text turned round", "a\u202eb", "a‹U+202E›b"),
    ("no width", "a\u200bb", "a‹U+200B›b"),
    ("a new line", "a\nb", "a‹U+000A›b"),
    ("an escape sequence", "\x1b[31m", "‹U+001B›[31m"),
    ("half a letter", "\ud800", "‹U+D800›"),
    ("a space that is none", "a\u00a0b", "a‹U+00A0›b"),
]


@pytest.mark.parametrize(("text", "shown"), [pytest.param(*case, id=n) for n, *case in VISIBLE])
def test_what_hides_or_reorders_is_written_out(text, shown):
    assert visible(text) == shown
    assert visible(shown) == shown


def test_a_long_value_is_cut_and_says_so():
    assert clipped("x" * 401) == "x" * 399 + "…"
    assert clipped("x" * 400) == "x" * 400


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("Cẩm", 3), ("Ca\u0302\u0309m", 3), ("文字", 4)]
)
def test_columns_count_what_a_terminal_shows(text, width):
    assert columns(text) == width


@pytest.mark.parametrize(
    "text", ["", "abc", "abcdefgh", "文字文字文字", "Ca\u0302\u0309m Bi\u0300nh"]
)
def test_a_fitted_text_takes_exactly_its_columns(text):
    assert columns(fitted(text, 6)) == 6


SHORTENED = [
    ("abcdef", "abcdef"),
    ("abcdefg", "abc…fg"),
    ("bo-phan-1@x.example", "bo-…le"),
    ("文字文字文字", "文…字"),
]


@pytest.mark.parametrize(("text", "shown"), SHORTENED)
def test_a_text_that_is_too_long_is_cut_in_its_middle(text, shown):
    assert shortened(text, 6) == shown

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Targets taken out of tables and lists: what goes, what stays to the byte, what is for a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._mail.target_lists import (
    NotEditableError,
    list_without,
    row_of,
    row_without,
    value_of,
    with_row,
)
from ansible_collections.civic.mailbox.plugins.module_utils._mail.targets import (
    logical_lines,
    targets,
)

UNWANTED = {"x@out.example", "y@out.example"}
X = "x@out.example"
EDITED = [
    # in the list                         text                        becomes
    ("alone among commas",                f"a, {X}, b\n",             "a, b\n"),
    ("two without a comma, both unwanted", f"a, {X} y@out.example, b\n", "a, b\n"),
    ("beside two without a comma",        f"a b, {X}\n",              "a b\n"),
    ("in a whole in quotes",              f'a, "{X}"\n',              "a\n"),
    ("not there",                         "a b; c\n",                 "a b; c\n"),
    ("the first",                         f"{X}, b\n",                "b\n"),
    ("the first of several lines",        f"{X},\n  b,\n\tc\n",       "b,\n\tc\n"),
    ("in the middle of several lines",    f"a,\n  {X},\n\tc\n",       "a,\n\tc\n"),
    ("the last of several lines",         f"a ,,\n  b,\n {X}\n",      "a ,,\n  b\n"),
    ("the last, without an end of line",  f"a, {X}",                  "a"),
    ("the last two",                      f"a, {X}, y@out.example\r\n", "a\r\n"),
    ("before a comma at the end",         f"a, {X},\n",               "a,\n"),
    ("the only one",                      f"{X}\n",                   ""),
    ("the only one, with commas",         f",{X} ,\n",                ""),
    ("on a line of its own",              f"# {X}\n{X}\n# c\nb\n",    f"# {X}\n# c\nb\n"),
    ("not what is in quotes",             f'"a, {X}"@in.example, {X}\n', f'"a, {X}"@in.example\n'),
    ("with a name",                       f"a, Me <{X}>\n",           "a\n"),
    ("with a comment",                    f"a, {X} (home, sweet)\n",  "a\n"),
    ("in other letters",                  "a, X@Out.Example\n",       "a\n"),
    ("beside a command",                  f'"|/bin/x y, z", {X}\n',   '"|/bin/x y, z"\n'),
    ("beside a local copy",               f"\\me, {X}\n",             "\\me\n"),
    ("bytes that are no text",            f"\udcff, {X}\n",           "\udcff\n"),
]  # fmt: skip


def is_unwanted(address: str) -> bool:
    return address.lower() in UNWANTED


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*c, id=n) for n, *c in EDITED])
def test_an_unwanted_target_goes_and_the_others_stay(text, expected):
    assert list_without(text, is_unwanted) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(f"a {X}\n", "comma", id="no comma between"),
        pytest.param(f"\\a {X}\n", "comma", id="behind a local copy"),
        pytest.param(f"|/bin/x {X}\n", "comma", id="behind a command"),
        pytest.param(f"friends: a, {X};\n", "comma", id="the end of a group"),
        pytest.param(f"friends: {X}, a;\n", "comma", id="the beginning of a group"),
        pytest.param(f"a,\n# home,\n  {X}\n", "comment", id="in a row with a comment inside"),
        pytest.param(f"{X}, #a\n", "comment", id="before what would pass for a comment"),
    ],
)
def test_what_cannot_be_told_apart_is_for_a_person(text, reason):
    with pytest.raises(NotEditableError, match=reason):
        list_without(text, is_unwanted)


VIRTUAL = f"""\
# {X}
first@in.example {X}

Second@In.Example\ta@in.example,
# of old
  {X}
"quoted name"@in.example {X}
third@in.example {X}"""
ALIASES = f"""\
first: {X}
"second name" : a,
    b
Third:{X}
"""
ROWS = [
    # key                            colon  table    row, and its line
    ("first@in.example",              False, VIRTUAL, f"first@in.example {X}\n", 2),
    ("second@in.example",             False, VIRTUAL, f"Second@In.Example\ta@in.example,\n# of old\n  {X}\n", 4),
    ('"quoted name"@in.example',      False, VIRTUAL, f'"quoted name"@in.example {X}\n', 7),
    ("third@in.example",              False, VIRTUAL, f"third@in.example {X}", 8),
    ("first",                         True,  ALIASES, f"first: {X}\n", 1),
    ("second name",                   True,  ALIASES, '"second name" : a,\n    b\n', 2),
    ("third",                         True,  ALIASES, f"Third:{X}\n", 4),
]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "colon", "text", "expected", "number"), [pytest.param(*row, id=row[0]) for row in ROWS]
)
def test_a_row_is_found_by_its_key(key, colon, text, expected, number):
    row = row_of(text, key, colon=colon)

    assert row is not None
    assert (text[row.start : row.end], row.number) == (expected, number)


def test_no_row_of_that_key_and_several():
    assert row_of(VIRTUAL, "irst@in.example", colon=False) is None
    with pytest.raises(NotEditableError, match="a has 2 rows"):
        row_of("a b\nA c\n", "a", colon=False)


WITHOUT = [
    # the row                          colon  single  becomes
    (f"k@in.example  {X}, b\n",         False, False,  "k@in.example  b\n"),
    (f"k@in.example\n  {X},\n  b\n",    False, False,  "k@in.example\n  b\n"),
    (f"k@in.example {X}\n",             False, False,  ""),
    (f"k:{X},b\n",                      True,  False,  "k:b\n"),
    (f"{X}: b\n",                       True,  False,  f"{X}: b\n"),
    (f"{X} b\n",                        False, False,  f"{X} b\n"),
    (f"k@in.example {X}\n",             False, True,   ""),
    (f"k@in.example {X}, b@in.example\n", False, True, f"k@in.example {X}, b@in.example\n"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "colon", "is_single", "expected"), WITHOUT)
def test_a_row_keeps_its_key_and_its_other_targets(row, colon, is_single, expected):
    assert row_without(row, is_unwanted, colon=colon, is_single=is_single) == expected


def test_what_postfix_takes_for_one_odd_address_goes_as_a_whole():
    row = "k@in.example a@x.example, b@out.example\n"
    odd = '"a@x.example, b"@out.example'

    assert row_without(row, odd.__eq__, colon=False, is_single=True) == ""


def test_the_targets_of_a_row_are_one_line():
    row = "k:\n  a,\n# comment\n\tb\n"

    assert value_of(row, colon=True) == " a, b"
    assert value_of("", colon=True) == ""


PUT = [
    # text                line  the text with the row there
    ("a 1\nb 2\n",         2,   "a 1\nnew n\nb 2\n"),
    ("a 1\nb 2\n",         1,   "new n\na 1\nb 2\n"),
    ("a 1\n",              2,   "a 1\nnew n\n"),
    ("a 1\n",              9,   "a 1\nnew n\n"),
    ("",                   3,   "new n\n"),
    ("a 1",                2,   "a 1\nnew n\n"),
    ("a 1,\n  2,\n  3\nb", 2,   "a 1,\n  2,\n  3\nnew n\nb"),
    ("a 1,\n# c\n  2\nb",  2,   "a 1,\n# c\n  2\nnew n\nb"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "number", "expected"), PUT)
def test_a_row_comes_back_where_it_parts_no_other(text, number, expected):
    assert with_row(text, "new n\n", number) == expected


def test_a_row_that_ended_the_text_does_not_run_into_what_came_after():
    assert with_row("a 1\nb 2\n", "last n", 2) == "a 1\nlast n\nb 2\n"


wanted = st.sampled_from(["a@in.example", "B", "\\me", '"q, r"@in.example', "|/bin/x", "(c) d", ""])
unwanted = st.sampled_from([X, f'"{X}"', f"Me <{X}>", "Y@Out.Example", f"{X} (c, d)"])
items = st.one_of(wanted.map(lambda text: (text, True)), unwanted.map(lambda text: (text, False)))
gaps = st.sampled_from(["", " ", "  ", "\t", "\n  ", "\n\t"])
comments = st.sampled_from(["", "# a comment, with commas\n", "\n", f"#{X}\n"])


@st.composite
def lists(draw: st.DrawFn) -> list[tuple[str, bool]]:
    """A row's items, each behind its gap, and whether it is to stay."""
    found = draw(st.lists(st.tuples(gaps, items), min_size=1, max_size=5))
    return [((gap if text else "") + text, stays) for gap, (text, stays) in found]


@given(
    st.lists(st.tuples(comments, lists()), min_size=1, max_size=6),
    st.sampled_from(["\n", "\r\n", ""]),
)
def test_every_byte_of_the_other_targets_rows_and_comments_stays(rows, last):
    ends = ["\n"] * (len(rows) - 1) + [last]
    text = expected = ""
    for number, ((comment, row), end) in enumerate(zip(rows, ends, strict=True)):
        key = f"key{number} "
        text += comment + key + ",".join(item for item, _ in row) + end
        kept = [item for item, stays in row if stays]
        left = ",".join(kept)
        if not row[0][1]:  # before the first item stands the key
            left = row[0][0][: -len(row[0][0].lstrip())] + left.lstrip()
        has_any = len(kept) == len(row) or any(item.strip() for item in kept)
        expected += comment + (key + left + end if has_any else "")

    edited = text
    for number in range(len(rows)):
        row = row_of(edited, f"key{number}", colon=False)
        if row is None:
            continue
        new = row_without(edited[row.start : row.end], is_unwanted, colon=False)
        edited = edited[: row.start] + new + edited[row.end :]

    assert edited == expected


@given(st.lists(st.tuples(comments, lists()), max_size=6))
def test_what_is_left_are_the_targets_but_the_unwanted(rows):
    lines = (comment + ",".join(item for item, _ in row).lstrip() for comment, row in rows)
    text = "".join(f"{line}\n" for line in lines)

    edited = list_without(text, is_unwanted)

    assert _targets(edited) == [one for one in _targets(text) if not is_unwanted(one.value)]


@given(st.text(alphabet='ab@.,;:"\\<>()#| \t\nx\udcff', max_size=60))
def test_a_text_of_any_kind_is_edited_right_or_left_to_a_person(text):
    def is_of_outside(address: str) -> bool:
        return "x" in address

    try:
        edited = list_without(text, is_of_outside)
    except NotEditableError:
        return

    left = [one for one in _targets(text) if not (one.kind.name == "ADDRESS" and "x" in one.value)]
    assert _targets(edited) == left


def _targets(text):
    return [target for _, line in logical_lines(text) for target in targets(line)]


@given(st.lists(st.tuples(comments, lists()), min_size=1, max_size=6), st.data())
def test_rows_taken_from_the_end_on_come_back_in_the_other_order_to_the_byte(rows, data):
    text = "".join(
        f"{comment}key{number} " + ",".join(item for item, _ in row) + "\n"
        for number, (comment, row) in enumerate(rows)
    )
    gone = data.draw(st.sets(st.integers(0, len(rows) - 1)))
    edited, taken = text, []
    for number in sorted(gone, reverse=True):
        row = row_of(edited, f"key{number}", colon=False)
        assert row is not None
        taken.append((edited[row.start : row.end], row.number))
        edited = edited[: row.start] + edited[row.end :]

    for row_text, number in reversed(taken):
        edited = with_row(edited, row_text, number)

    assert edited == text

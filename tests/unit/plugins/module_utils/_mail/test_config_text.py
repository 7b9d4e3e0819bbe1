# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import MailHostError
from ansible_collections.civic.mailbox.plugins.module_utils._mail.config_text import (
    differing,
    with_block,
    with_parameter,
    without_block,
    without_parameter,
)

LINE = st.sampled_from(
    ["", " ", "# note", "  # note", "a = 1", "forward_path = x", "forward_path=", "\t$home/.more",
     "forward_path_2 = y", "forward_path", "ä = 1\r", "a = 1\x0c2", "  # x\u2028y"]
)  # fmt: skip
TEXT = st.lists(LINE, max_size=8).map("\n".join)


@given(TEXT, st.lists(LINE, max_size=3))
def test_a_block_comes_last_once_and_goes_without_a_trace(text, lines):
    once = with_block(text, lines)

    assert once.startswith(text)
    assert "\n".join(lines) in once.removeprefix(text)
    assert with_block(once, lines) == once
    assert without_block(once) == text


@given(TEXT, st.lists(LINE, max_size=3), st.lists(LINE, max_size=3))
def test_what_comes_after_a_block_stays_when_it_is_changed(text, lines, others):
    added = with_block(f"{text}\n", lines) + "by hand\n"

    assert with_block(added, others) == with_block(f"{text}\nby hand\n", others)
    assert without_block(added) == f"{text}\nby hand\n"


@pytest.mark.parametrize("lost", [1, 3], ids=["the first mark", "the last mark"])
def test_a_block_without_one_of_its_marks_is_left_alone(lost):
    lines = with_block("", ["a = 1"]).split("\n")
    del lines[lost - 1]

    with pytest.raises(MailHostError, match="is missing"):
        without_block("\n".join(lines))


def test_marks_in_the_wrong_order_are_left_alone():
    begin, line, end, *_ = with_block("", ["a = 1"]).split("\n")

    with pytest.raises(MailHostError):
        without_block("\n".join((end, line, begin)))


@given(TEXT)
def test_a_parameter_is_put_back_as_it_was(text):
    assert with_parameter(without_parameter(text, "forward_path")) == text


KEPT = [
    # what the case shows             main.cf                                   what is still set
    ("it goes",                       "a = 1\nforward_path = x\nb = 2",         ["a = 1", "b = 2"]),
    ("with the lines it goes on in",  "forward_path =\n  x,\n\ty\nb = 2",       ["b = 2"]),
    ("past comments and empty lines", "forward_path =\n# c\n\n  x\nb = 2",      ["b = 2"]),
    ("each time",                     "forward_path = x\nforward_path = y",     []),
    ("without blanks",                "forward_path=x",                         []),
    ("no longer name",                "forward_paths = x\nmy_forward_path = y", ["forward_paths = x", "my_forward_path = y"]),
    ("no other's lines",              "a =\n  forward_path = x",                ["a =", "  forward_path = x"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kept"), [pytest.param(*case, id=name) for name, *case in KEPT])
def test_a_parameter_goes_with_all_its_lines_and_no_other(text, kept):
    after = without_parameter(text, "forward_path").split("\n")

    assert [line for line in after if line and not line.startswith("#")] == kept


@given(TEXT, TEXT)
def test_the_differing_lines_are_those_of_each_text(before, after):
    gone, come = differing(before, after)

    assert Counter(lines(gone)) <= Counter(lines(before))
    assert Counter(lines(come)) <= Counter(lines(after))
    assert Counter(lines(before)) - Counter(lines(gone)) == Counter(lines(after)) - Counter(
        lines(come)
    )


def lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


def test_a_line_that_stays_is_not_shown():
    assert differing("secret\nold\n", "secret\nnew\n") == ("old\n", "new\n")


@given(TEXT, st.lists(LINE, max_size=3), st.lists(LINE, max_size=3))
def test_blocks_of_two_owners_do_not_take_turns_at_the_end(text, ours, theirs):
    both = with_block(with_block(text, ours, "civic.mailbox.a"), theirs, "civic.mailbox.b")

    assert with_block(both, ours, "civic.mailbox.a") == both
    assert with_block(both, theirs, "civic.mailbox.b") == both
    assert without_block(without_block(both, "civic.mailbox.a"), "civic.mailbox.b") == text

# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.civic.mailbox.plugins.module_utils._mail.logs import lines
from ansible_collections.civic.mailbox.plugins.module_utils._mail.logs.lines import (
    LONGEST,
    blocks,
)

TELLING = b"postfix/qmgr[1]: ABCDEF: removed"
CASES = [
    # what the case shows               the log                                      telling   lines overlong
    ("an empty log",                    b"",                                         [],           0, 0),
    ("one that tells",                  TELLING + b"\n",                             [TELLING],    1, 0),
    ("one that does not",               b"postfix/smtpd[1]: connect from x\n",       [],           1, 0),
    ("among others",                    b"a\n" + TELLING + b"\nb\n",                 [TELLING],    3, 0),
    ("two in a row",                    (TELLING + b"\n") * 2,                       [TELLING] * 2, 2, 0),
    ("one that tells in two ways",      TELLING + b": removed\n",                    [TELLING + b": removed"], 1, 0),
    ("the last one is being written",   TELLING + b"\n" + TELLING,                   [TELLING],    1, 0),
    ("empty lines",                     b"\n\n" + TELLING + b"\n\n",                 [TELLING],    4, 0),
    ("a long one that tells",           b"x" * LONGEST + TELLING + b"\n",            [],           1, 1),
    ("a long one that does not",        b"x" * LONGEST * 2 + b"\n" + TELLING + b"\n", [TELLING],   2, 0),
    ("no text at all",                  b"\0\xff\xfe: removed\n",                    [b"\0\xff\xfe: removed"], 1, 0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("log", "telling", "lines", "overlong"), [pytest.param(*case, id=name) for name, *case in CASES]
)
def test_lines_that_may_tell_are_picked(log, telling, lines, overlong):
    found = list(blocks(io.BytesIO(log)))

    assert [line for block in found for line in block.telling] == telling
    assert sum(block.lines for block in found) == lines
    assert sum(block.overlong for block in found) == overlong
    assert (found[-1].end if found else 0) == log.rfind(b"\n") + 1


@given(
    st.lists(
        st.sampled_from([TELLING, b"", b"x", b"y" * 40, b"z" * 90 + b": removed"]), max_size=12
    ),
    st.integers(1, 120),
)
def test_it_does_not_matter_where_a_block_ends(parts, size):
    log = b"".join(part + b"\n" for part in parts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "BLOCK", size)
        patch.setattr(lines, "LONGEST", 80)
        found = list(blocks(io.BytesIO(log + TELLING)))

    assert [line for block in found for line in block.telling] == [
        part for part in parts if part == TELLING
    ]
    assert sum(block.lines for block in found) == len(parts)
    assert (found[-1].end if found else 0) == len(log)


def test_a_line_without_an_end_takes_no_memory():
    class Endless:
        left = 200
        largest = 0

        def read(self, size):
            self.left -= 1
            return b"x" * size if self.left else b""

    assert list(blocks(Endless())) == []

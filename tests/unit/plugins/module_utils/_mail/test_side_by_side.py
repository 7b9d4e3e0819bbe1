# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.side_by_side import (
    PROGRAMS,
    side_by_side,
)

LONG = 60.0  # s: more than any machine needs


def test_answers_come_in_the_order_of_the_parts():
    assert list(side_by_side(str, range(25))) == [str(part) for part in range(25)]


def test_nothing_is_asked_of_nobody():
    assert list(side_by_side(str, ())) == []


def test_several_wait_at_the_same_time():
    together = threading.Barrier(PROGRAMS)

    def ask(part: int) -> int:
        together.wait(LONG)  # raises where fewer are asked at once
        return part

    assert list(side_by_side(ask, range(2 * PROGRAMS))) == [*range(2 * PROGRAMS)]


def test_parts_are_taken_when_a_program_is_free():
    taken: list[int] = []

    def parts() -> Iterator[int]:
        for part in range(100):
            taken.append(part)
            yield part

    answers = side_by_side(str, parts())
    assert [next(answers) for _ in range(3)] == ["0", "1", "2"]
    assert taken == [*range(PROGRAMS + 3)]


def test_an_error_ends_it_and_nothing_else_is_asked():
    asked: list[int] = []
    last = threading.Event()

    def ask(part: int) -> int:
        asked.append(part)
        if part == 1:
            last.wait(LONG)
            raise ValueError("no answer")
        if part == PROGRAMS:  # asked as soon as the first has answered
            last.set()
        return part

    answers = side_by_side(ask, range(100))
    assert next(answers) == 0
    with pytest.raises(ValueError, match="no answer"):
        next(answers)
    assert sorted(asked) == [*range(PROGRAMS + 1)]


def test_who_stops_listening_waits_for_no_more_than_what_runs():
    asked: list[int] = []

    def ask(part: int) -> int:
        asked.append(part)
        return part

    answers = side_by_side(ask, range(100))
    assert next(answers) == 0
    answers.close()
    assert sorted(asked) == [*range(PROGRAMS + 1)]

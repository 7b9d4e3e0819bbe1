# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The letter file and the variable that takes its place."""

from __future__ import annotations

from datetime import date

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import PolicyError
from ansible_collections.civic.mailbox.plugins.module_utils._module.letter_options import (
    letter_file_of,
)


def test_a_file_and_a_variable_state_the_same(tmp_path):
    file = tmp_path / "letter.yml"
    file.write_text("contact: CNTT\ndeadline: 2026-12-15\n", encoding="utf-8")

    of_file = letter_file_of({"letter_file": str(file), "letter": None})
    of_variable = letter_file_of(
        {"letter_file": None, "letter": {"contact": "CNTT", "deadline": "2026-12-15"}}
    )

    assert of_file == of_variable
    assert of_file.deadline == date(2026, 12, 15)


def test_a_mistake_is_told_with_file_and_line(tmp_path):
    file = tmp_path / "letter.yml"
    file.write_text("contact: CNTT\ndeadline: soon\nunits:\n  - mail: [x]\n", encoding="utf-8")

    with pytest.raises(PolicyError) as refused:
        letter_file_of({"letter_file": str(file), "letter": None})

    assert f"{file}, line 2, deadline: expected a day" in str(refused.value)
    assert f"{file}, line 4, units.0" in str(refused.value)


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(
        PolicyError, match=r"cannot read the letter file /nowhere/letter\.yml: No such"
    ):
        letter_file_of({"letter_file": "/nowhere/letter.yml", "letter": None})

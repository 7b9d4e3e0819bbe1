# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The report on reopenings: from a run folder and what the office states, to files."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._core.errors import PolicyError
from ansible_collections.civic.mailbox.plugins.module_utils._module.reopening_report import (
    ARGUMENTS,
    write_reopening_report,
)

from .._report.sample import write_run

POLICY = Path(__file__).parents[5] / "inventory" / "example" / "policy.yml"


def module(reports: Path, **params: Any) -> SimpleNamespace:
    defaults = {name: spec.get("default") for name, spec in ARGUMENTS.items()}
    given = {"reports_dir": str(reports), "run": "run-1", "policy_file": str(POLICY)}
    return SimpleNamespace(
        params={**defaults, **given, **params}, check_mode=False, warn_clean=print
    )


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    write_run(tmp_path / "run-1", [])
    return tmp_path


@pytest.mark.parametrize(
    ("letter", "dateline"),
    [
        (None, "..............., ngày"),
        ({"contact": "CNTT", "deadline": "2019-01-31", "place": "Cẩm Bình"}, "Cẩm Bình, ngày"),
    ],
)
def test_the_place_is_that_of_the_letters_or_left_free(reports, letter, dateline):
    made = write_reopening_report(module(reports, letter=letter))

    page = Path(made["files"]["html"]).read_text("utf-8")
    assert f'<p class="dateline">{dateline}' in page


def test_a_letter_file_with_a_mistake_is_named_and_nothing_is_written(reports, tmp_path):
    file = tmp_path / "letter.yml"
    file.write_text("contact: CNTT\ndeadline: soon\n", encoding="utf-8")

    with pytest.raises(PolicyError, match=r"letter\.yml, line 2, deadline"):
        write_reopening_report(module(reports, letter_file=str(file)))

    assert not (reports / "run-1-reopen").exists()

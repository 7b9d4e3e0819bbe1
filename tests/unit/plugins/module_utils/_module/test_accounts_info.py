# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How far a long reading is; all else of the module is tested on real servers."""

from __future__ import annotations

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._module.accounts_info import (
    progress_in,
)


def test_progress_is_one_line_that_is_replaced_and_gone_at_the_end(tmp_path):
    path = tmp_path / "progress" / "accounts-town"

    with progress_in(path) as show:
        assert not path.exists()
        for accounts, line in (
            (10_000, "10,000 accounts read\n"),
            (20_000, "20,000 accounts read\n"),
        ):
            show(accounts)
            assert path.read_text("utf-8") == line

    assert not path.exists()


def test_progress_is_gone_after_a_failure_as_well(tmp_path):
    path = tmp_path / "accounts-town"

    def fail() -> None:
        with progress_in(path) as show:
            show(10_000)
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail()

    assert not path.exists()
